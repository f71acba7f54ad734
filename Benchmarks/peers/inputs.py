"""The arrays that all peers start from, made with numpy so that they are the same for each."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

Array = np.ndarray

ELEMENTS = 2**24
ROWS, COLUMNS = 8192, 1024

# The shapes of the two operands as the product sees them, after any transposition.
PRODUCT_SHAPES: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "gemm-256": ((256, 256), (256, 256)),
    "gemm-1024": ((1024, 1024), (1024, 1024)),
    "gemm-2048": ((2048, 2048), (2048, 2048)),
    "gemm-tall": ((65536, 64), (64, 64)),
    "gemm-skinny": ((1024, 4096), (4096, 16)),
    "gemm-left-transposed": ((1024, 1024), (1024, 1024)),
    "gemm-right-transposed": ((1024, 1024), (1024, 1024)),
    "gemm-batched": ((64, 128, 128), (64, 128, 128)),
    "matrix-vector": ((4096, 4096), (4096,)),
}

def attention_operands(workload: str) -> list[Array]:
    """Queries, keys, values and the factors of the sum: [1, heads, tokens, features], 4096 tokens in all."""
    time = int(workload.removeprefix("attention-"))
    return [normals(1, 4096 // time, time, 64, seed=seed) for seed in (1, 2, 3, 4)]


LECTURE = {
    "w": np.array([[1, -2], [2, 1]], np.float32),
    "b": np.array([[0], [-1]], np.float32),
    "x": np.array([[1], [2]], np.float32),
}


def normals(*shape: int, seed: int = 1) -> Array:
    return np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)


def operands(workload: str) -> tuple[Array, Array]:
    left, right = PRODUCT_SHAPES[workload]
    return normals(*left, seed=1), normals(*right, seed=2)


def cosines(shape: Sequence[int]) -> Array:
    """cos(0.1k) over the flat index k."""
    k = np.arange(np.prod(shape), dtype=np.float64)
    return np.cos(0.1 * k).astype(np.float32).reshape(shape)


def batch(network: str, size: int, *, pattern: bool = False) -> tuple[Array, Array]:
    """Inputs and labels of one step. Images are [batch, height, width, channels].

    With `pattern`, inputs are `cosines`, labels k mod 10, tokens k mod 65, and the token to predict is the next."""
    if network == "gpt":
        tokens = np.arange(size * 128 + 1) % 65 if pattern else np.random.default_rng(3).integers(0, 65, size * 128 + 1)
        tokens = tokens.astype(np.int32)
        return tokens[:-1].reshape(size, 128), tokens[1:].reshape(size, 128)
    shape = {"mlp": (784,), "cnn": (28, 28, 1), "lstm": (50, 64), "resnet": (32, 32, 3)}[network]
    inputs = cosines((size, *shape)) if pattern else normals(size, *shape)
    return inputs, (np.arange(size) % 10).astype(np.int32)


def fashion(folder: str) -> tuple[Array, Array]:
    """60,000 images as rows of 784 bytes, and their labels as bytes."""
    images = read_idx(Path(folder) / "train-images-idx3-ubyte")
    return images.reshape(len(images), -1), read_idx(Path(folder) / "train-labels-idx1-ubyte")


def read_idx(path: Path) -> Array:
    """Two zero bytes, the type (8: bytes), the number of dimensions, each as four bytes, high first; then the data."""
    content = path.read_bytes()
    dimensions = content[3]
    shape = np.frombuffer(content, ">u4", dimensions, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape).copy()

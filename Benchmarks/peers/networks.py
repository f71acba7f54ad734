"""The five networks as lists of parameters, in one order and layout for all peers.

Layouts: dense weights [in, out]; convolutions [height, width, in, out], depthwise [3, 3, 1, channels]; a flattened
image runs over height, width, channels. LSTM gates: input, forget, cell, output. Attention: one weight for queries,
keys and values in this order, each split into heads. A peer with other layouts permutes these arrays."""

from dataclasses import dataclass
from math import prod, sqrt

import numpy as np

WIDTH, HEADS, CONTEXT, VOCABULARY, LAYERS = 256, 4, 128, 65, 4
HIDDEN, STEPS, FEATURES = 256, 50, 64
EPSILON = 1e-5  # of all normalisations
LEARNING_RATE = 1e-3


@dataclass(frozen=True)
class Parameter:
    name: str
    shape: tuple[int, ...]
    kind: str  # "dense", "conv", "embedding", "bias", "scale", "offset" or "recurrent"


def _dense(name: str, inputs: int, outputs: int, kind: str = "dense") -> list[Parameter]:
    return [Parameter(f"{name}.weight", (inputs, outputs), kind), Parameter(f"{name}.bias", (outputs,), "bias")]


def _conv(name: str, size: int, inputs: int, outputs: int) -> list[Parameter]:
    return [Parameter(f"{name}.weight", (size, size, inputs, outputs), "conv")]


def _norm(name: str, width: int) -> list[Parameter]:
    return [Parameter(f"{name}.scale", (width,), "scale"), Parameter(f"{name}.offset", (width,), "offset")]


def _mlp() -> list[Parameter]:
    return _dense("dense1", 784, 512) + _dense("dense2", 512, 512) + _dense("dense3", 512, 10)


def _cnn() -> list[Parameter]:
    return [
        *_conv("conv1", 3, 1, 32),
        Parameter("conv1.bias", (32,), "bias"),
        *_conv("conv2", 3, 32, 64),
        Parameter("conv2.bias", (64,), "bias"),
        *_dense("dense1", 7 * 7 * 64, 128),
        *_dense("dense2", 128, 10),
    ]


def _gpt() -> list[Parameter]:
    parameters = [
        Parameter("tokens", (VOCABULARY, WIDTH), "embedding"),
        Parameter("positions", (CONTEXT, WIDTH), "embedding"),
    ]
    for layer in range(LAYERS):
        parameters += [
            *_norm(f"{layer}.norm1", WIDTH),
            *_dense(f"{layer}.qkv", WIDTH, 3 * WIDTH),
            *_dense(f"{layer}.projection", WIDTH, WIDTH),
            *_norm(f"{layer}.norm2", WIDTH),
            *_dense(f"{layer}.up", WIDTH, 4 * WIDTH),
            *_dense(f"{layer}.down", 4 * WIDTH, WIDTH),
        ]
    return parameters + _norm("norm", WIDTH) + _dense("head", WIDTH, VOCABULARY)


def _lstm() -> list[Parameter]:
    return [
        Parameter("input.weight", (FEATURES, 4 * HIDDEN), "recurrent"),
        Parameter("hidden.weight", (HIDDEN, 4 * HIDDEN), "recurrent"),
        Parameter("gates.bias", (4 * HIDDEN,), "bias"),
        *_dense("output", HIDDEN, 10),
    ]


# (name, kernel size, inputs, outputs, stride); one input of a depthwise convolution sees one channel.
RESNET_CONVOLUTIONS: list[tuple[str, int, int, int, int]] = [
    ("stem", 3, 3, 32, 1),
    ("depthwise1", 3, 1, 32, 2),
    ("pointwise1", 1, 32, 64, 1),
    ("block1a", 3, 64, 64, 1),
    ("block1b", 3, 64, 64, 1),
    ("depthwise2", 3, 1, 64, 2),
    ("pointwise2", 1, 64, 128, 1),
    ("block2a", 3, 128, 128, 1),
    ("block2b", 3, 128, 128, 1),
]


def _resnet() -> list[Parameter]:
    parameters = []
    for name, size, inputs, outputs, _ in RESNET_CONVOLUTIONS:
        parameters += _conv(name, size, inputs, outputs) + _norm(name, outputs)
    return parameters + _dense("dense", 128, 10)


NETWORKS: dict[str, list[Parameter]] = {
    "mlp": _mlp(),
    "cnn": _cnn(),
    "gpt": _gpt(),
    "lstm": _lstm(),
    "resnet": _resnet(),
}


def initial(network: str, *, pattern: bool = False) -> dict[str, np.ndarray]:
    """Random weights, scaled by the number of inputs; or the known ones of `--check`: entry k of parameter number i
    is 0.02·sin(0.1(k + i)), for scales 1 more."""
    arrays = {}
    random = np.random.default_rng(7)
    for number, parameter in enumerate(NETWORKS[network]):
        arrays[parameter.name] = _sines(number, parameter) if pattern else _random(random, parameter)
    return arrays


def _sines(number: int, parameter: Parameter) -> np.ndarray:
    k = np.arange(prod(parameter.shape), dtype=np.float64)
    values = 0.02 * np.sin(0.1 * (k + number)) + (1 if parameter.kind == "scale" else 0)
    return values.astype(np.float32).reshape(parameter.shape)


def _random(random: np.random.Generator, parameter: Parameter) -> np.ndarray:
    if parameter.kind == "scale":
        return np.ones(parameter.shape, np.float32)
    if parameter.kind in ("bias", "offset"):
        return np.zeros(parameter.shape, np.float32)
    deviation = 0.02 if parameter.kind == "embedding" else sqrt(1 / prod(parameter.shape[:-1]))
    return random.standard_normal(parameter.shape, dtype=np.float32) * np.float32(deviation)

"""The networks in JAX: functions of a dictionary of parameters, named as in `networks`."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax import Array, lax

from peers.networks import EPSILON, HEADS, HIDDEN, LAYERS, RESNET_CONVOLUTIONS, STEPS, WIDTH

Parameters = dict[str, Array]
Network = Callable[[Parameters, Array], Array]
Pool = Callable[[Array], Array]

MOMENTUM = 0.1  # of the running statistics


def dense(p: Parameters, name: str, x: Array) -> Array:
    return x @ p[f"{name}.weight"] + p[f"{name}.bias"]


def mlp(p: Parameters, x: Array) -> Array:
    x = jax.nn.relu(dense(p, "dense1", x))
    return dense(p, "dense3", jax.nn.relu(dense(p, "dense2", x)))


def convolution(x: Array, kernel: Array, stride: int = 1) -> Array:
    margin = kernel.shape[0] // 2
    return lax.conv_general_dilated(
        x,
        kernel,
        (stride, stride),
        [(margin, margin)] * 2,
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
        feature_group_count=x.shape[-1] // kernel.shape[2],
    )


def pool(x: Array) -> Array:
    return lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def reshaped_pool(x: Array) -> Array:
    """The same for even sizes; XLA's gradient of reduce_window scatters, this one compares."""
    batch, height, width, channels = x.shape
    return x.reshape(batch, height // 2, 2, width // 2, 2, channels).max((2, 4))


def cnn(p: Parameters, x: Array, pool: Pool = pool) -> Array:
    for name in ("conv1", "conv2"):
        x = pool(jax.nn.relu(convolution(x, p[f"{name}.weight"]) + p[f"{name}.bias"]))
    x = jax.nn.relu(dense(p, "dense1", x.reshape(len(x), -1)))
    return dense(p, "dense2", x)


def layer_norm(p: Parameters, name: str, x: Array) -> Array:
    return normalized_rows(x, p[f"{name}.scale"], p[f"{name}.offset"])


def normalized_rows(x: Array, scale: Array, offset: Array) -> Array:
    mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    return (x - mean) * lax.rsqrt(variance + EPSILON) * scale + offset


def gpt(p: Parameters, tokens: Array) -> Array:
    x = p["tokens"][tokens] + p["positions"]
    for layer in range(LAYERS):
        x = x + dense(p, f"{layer}.projection", attention(dense(p, f"{layer}.qkv", layer_norm(p, f"{layer}.norm1", x))))
        inner = jax.nn.gelu(dense(p, f"{layer}.up", layer_norm(p, f"{layer}.norm2", x)), approximate=True)
        x = x + dense(p, f"{layer}.down", inner)
    return dense(p, "head", layer_norm(p, "norm", x))


def attention(qkv: Array) -> Array:
    batch, time, _ = qkv.shape
    q, k, v = (t.reshape(batch, time, HEADS, -1) for t in jnp.split(qkv, 3, axis=-1))
    return jax.nn.dot_product_attention(q, k, v, is_causal=True).reshape(batch, time, WIDTH)


def lstm(p: Parameters, x: Array, unroll: int = 1) -> Array:
    # The inputs' share of all steps in one product, ahead of the recurrence.
    inputs = (x.reshape(-1, x.shape[-1]) @ p["input.weight"] + p["gates.bias"]).reshape(len(x), STEPS, -1)
    zero = jnp.zeros((len(x), HIDDEN), x.dtype)

    def step(state: tuple[Array, Array], inputs: Array) -> tuple[tuple[Array, Array], None]:
        hidden, cell = state
        i, f, g, o = jnp.split(inputs + hidden @ p["hidden.weight"], 4, axis=-1)
        cell = jax.nn.sigmoid(f) * cell + jax.nn.sigmoid(i) * jnp.tanh(g)
        return (jax.nn.sigmoid(o) * jnp.tanh(cell), cell), None

    (hidden, _), _ = lax.scan(step, (zero, zero), inputs.swapaxes(0, 1), unroll=unroll)
    return dense(p, "output", hidden)


def initial_statistics() -> Parameters:
    sizes = {name: outputs for name, _, _, outputs, _ in RESNET_CONVOLUTIONS}
    means = {f"{name}.mean": jnp.zeros(size) for name, size in sizes.items()}
    return means | {f"{name}.variance": jnp.ones(size) for name, size in sizes.items()}


def resnet(p: Parameters, statistics: Parameters, x: Array) -> tuple[Array, Parameters]:
    """Training mode: normalises by the batch, and returns the running statistics that inference would use."""
    strides = {name: stride for name, _, _, _, stride in RESNET_CONVOLUTIONS}
    running = {}

    def part(name: str, x: Array) -> Array:
        x = convolution(x, p[f"{name}.weight"], strides[name])
        mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
        for key, value in ((f"{name}.mean", mean), (f"{name}.variance", variance)):
            running[key] = statistics[key] + MOMENTUM * (lax.stop_gradient(value) - statistics[key])
        return (x - mean) * (lax.rsqrt(variance + EPSILON) * p[f"{name}.scale"]) + p[f"{name}.offset"]

    x = jax.nn.relu(part("stem", x))
    for block in "12":
        x = jax.nn.relu(part("depthwise" + block, x))
        x = jax.nn.relu(part("pointwise" + block, x))
        x = jax.nn.relu(x + part(f"block{block}b", jax.nn.relu(part(f"block{block}a", x))))
    return dense(p, "dense", x.mean((1, 2))), running

"""What JAX does for each workload: `prepared` gives a call that does it once, results computed."""

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array

from peers import inputs, jax_networks, networks
from peers.catalogue import Workload
from peers.inputs import COLUMNS, ELEMENTS, LECTURE, ROWS
from peers.networks import LEARNING_RATE

Call = Callable[[], object]
State = tuple  # parameters, optimiser state, running statistics


def set_threads(threads: int) -> None:
    """XLA has been told already: it takes as many threads as NPROC says, or as there are processors to run on."""


def prepared(workload: Workload, variant: str, data: str | None) -> Call:
    name = workload.name
    if name.startswith("lecture"):
        return _lecture(variant)
    if name in inputs.PRODUCT_SHAPES:
        return _product(name)
    if name.startswith("attention"):
        return _attention(name)
    if workload.network is None:
        return _array(name)
    if name == "fashion-epoch":
        return _epoch(variant, workload.batch, data)
    return _latency(workload.network, variant) if name.endswith("latency") else _step(workload, variant)


def _call(function: Callable, *arguments: Array) -> Call:
    return lambda: jax.block_until_ready(function(*arguments))


# The lecture, products, arrays


def _lecture(variant: str) -> Call:
    w, b, x = (jnp.asarray(LECTURE[name]) for name in "wbx")
    gradient = jax.value_and_grad(lambda w, b: ((w @ x + b) ** 2).sum(), argnums=(0, 1))
    return _call(gradient if variant == "eager" else jax.jit(gradient), w, b)


def _product(name: str) -> Call:
    a, b = (jnp.asarray(array) for array in inputs.operands(name))
    if name == "gemm-left-transposed":
        return _call(jax.jit(lambda a, b: a.T @ b), a, b)
    if name == "gemm-right-transposed":
        return _call(jax.jit(lambda a, b: a @ b.T), a, b)
    return _call(jax.jit(jnp.matmul), a, b)


ELEMENTWISE: dict[str, Callable[[Array], Array]] = {
    "exp-16m": jnp.exp,
    "gelu-16m": partial(jax.nn.gelu, approximate=False),
    "gelu-tanh-16m": partial(jax.nn.gelu, approximate=True),
    "tanh-chain-16m": lambda x: jnp.tanh(2 * x + 1) * x,
    "sum-16m": jnp.sum,
}


def _array(name: str) -> Call:
    if name in ELEMENTWISE:
        return _call(jax.jit(ELEMENTWISE[name]), jnp.asarray(inputs.normals(ELEMENTS)))
    x, t = (jnp.asarray(inputs.normals(ROWS, COLUMNS, seed=seed)) for seed in (1, 2))
    operation, direction = name.split("-")
    function = jax.nn.softmax if operation == "softmax" else jax_networks.normalized_rows
    arrays = (x,) if operation == "softmax" else (x, jnp.ones(COLUMNS), jnp.zeros(COLUMNS))
    if direction == "forward":
        return _call(jax.jit(function), *arrays)
    value = lambda t, *arrays: (function(*arrays) * t).sum()  # noqa: E731
    gradient = jax.grad(value, argnums=tuple(range(1, 1 + len(arrays))))
    return _call(jax.jit(gradient), t, *arrays)


def _attention(name: str) -> Call:
    q, k, v, t = (jnp.asarray(array.swapaxes(1, 2)) for array in inputs.attention_operands(name))
    value = lambda q, k, v: (jax.nn.dot_product_attention(q, k, v, is_causal=True) * t).sum()  # noqa: E731
    return _call(jax.jit(jax.grad(value, argnums=(0, 1, 2))), q, k, v)


# Networks


def _network(name: str, variant: str) -> Callable[[dict, dict, Array], tuple[Array, dict]]:
    """From parameters, running statistics and inputs to scores and new statistics."""
    if name == "resnet":
        return jax_networks.resnet
    function = getattr(jax_networks, name)
    if variant == "jit-reshape":
        function = partial(function, pool=jax_networks.reshaped_pool)
    if variant == "jit-unroll":
        function = partial(function, unroll=5)
    return lambda parameters, statistics, x: (function(parameters, x), statistics)


def _initial(name: str, *, pattern: bool = False) -> State:
    parameters = {key: jnp.array(value) for key, value in networks.initial(name, pattern=pattern).items()}
    statistics = jax_networks.initial_statistics() if name == "resnet" else {}
    return parameters, optax.adam(LEARNING_RATE).init(parameters), statistics


def _update(name: str, variant: str) -> Callable[[State, Array, Array], tuple[State, Array]]:
    """A training step: from the state and a batch to the new state and the loss before."""
    network = _network(name, variant)
    optimizer = optax.adam(LEARNING_RATE)

    def loss_of(parameters: dict, statistics: dict, x: Array, y: Array) -> tuple[Array, dict]:
        scores, statistics = network(parameters, statistics, x)
        return optax.softmax_cross_entropy_with_integer_labels(scores, y).mean(), statistics

    def update(state: State, x: Array, y: Array) -> tuple[State, Array]:
        parameters, memory, statistics = state
        (loss, statistics), slopes = jax.value_and_grad(loss_of, has_aux=True)(parameters, statistics, x, y)
        changes, memory = optimizer.update(slopes, memory, parameters)
        return (optax.apply_updates(parameters, changes), memory, statistics), loss

    return update


def _steps(workload: Workload, variant: str, *, pattern: bool) -> Callable[[], Array]:
    step = jax.jit(_update(workload.network, variant), donate_argnums=0)
    state = _initial(workload.network, pattern=pattern)
    x, y = (jnp.asarray(array) for array in inputs.batch(workload.network, workload.batch, pattern=pattern))

    def call() -> Array:
        nonlocal state
        state, loss = step(state, x, y)
        jax.block_until_ready(state)
        return loss

    return call


def _step(workload: Workload, variant: str) -> Call:
    return _steps(workload, variant, pattern=False)


def first_losses(workload: Workload, variant: str) -> list[float]:
    call = _steps(workload, variant, pattern=True)
    return [call().item() for _ in range(3)]


def _epoch(variant: str, size: int, data: str) -> Call:
    """An epoch as a loop of compiled steps, or compiled as a whole; the last batch is smaller in both."""
    images, labels = (jnp.asarray(array) for array in inputs.fashion(data))
    update = _update("mlp", variant)
    whole = len(images) // size * size
    random = np.random.default_rng(1)

    def step(state: State, images: Array, labels: Array, indices: Array) -> tuple[State, Array]:
        return update(state, images[indices].astype(jnp.float32) * (1 / 255), labels[indices].astype(jnp.int32))

    def scanned(state: State, images: Array, labels: Array, order: Array) -> State:
        batches = order[:whole].reshape(-1, size)
        state, _ = jax.lax.scan(lambda state, indices: step(state, images, labels, indices), state, batches)
        return step(state, images, labels, order[whole:])[0] if whole < len(order) else state

    compiled_step, compiled_epoch = jax.jit(step, donate_argnums=0), jax.jit(scanned, donate_argnums=0)
    state = _initial("mlp")

    def epoch() -> None:
        nonlocal state
        order = random.permutation(len(images)).astype(np.int32)
        if variant == "jit-epoch":
            state = compiled_epoch(state, images, labels, order)
        else:
            for start in range(0, len(order), size):
                state, _ = compiled_step(state, images, labels, order[start : start + size])
        jax.block_until_ready(state)

    return epoch


def _latency(name: str, variant: str) -> Call:
    parameters, _, _ = _initial(name)
    network = _network(name, variant)
    x, _ = inputs.batch(name, 1)
    return _call(jax.jit(lambda parameters, x: network(parameters, {}, x)[0]), parameters, jnp.asarray(x))

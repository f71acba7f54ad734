"""What TensorFlow does for each workload: `prepared` gives a call that does it once, results computed."""

from collections.abc import Callable
from functools import partial

import numpy as np
import tensorflow as tf

from peers import inputs, tensorflow_networks
from peers.catalogue import Workload
from peers.inputs import COLUMNS, ELEMENTS, LECTURE, ROWS
from peers.networks import LEARNING_RATE
from peers.tensorflow_networks import Variables

Call = Callable[[], object]


def set_threads(threads: int) -> None:
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)


def prepared(workload: Workload, variant: str, data: str | None) -> Call:
    name = workload.name
    if name.startswith("lecture"):
        return _lecture(variant)
    if name in inputs.PRODUCT_SHAPES:
        return _product(name, variant)
    if name.startswith("attention"):
        return _attention(name, variant)
    if workload.network is None:
        return _array(name, variant)
    if name == "fashion-epoch":
        return _epoch(variant, workload.batch, data)
    if name == "fashion-fit":
        return _fit(workload.batch, data)
    return _latency(workload.network, variant) if name.endswith("latency") else _step(workload, variant)


def _compiled(function: Callable, variant: str) -> Callable:
    return tf.function(function, jit_compile=variant == "jit")


def _call(function: Callable, *arguments: tf.Tensor) -> Call:
    """Eager tensors of the CPU are views for numpy, so asking for one waits but copies nothing."""

    def call() -> None:
        for result in tf.nest.flatten(function(*arguments)):
            result.numpy()

    return call


# The lecture, products, arrays


def _lecture(variant: str) -> Call:
    w, b, x = (tf.constant(LECTURE[name]) for name in "wbx")

    def gradient(w: tf.Tensor, b: tf.Tensor) -> tuple[tf.Tensor, list[tf.Tensor]]:
        with tf.GradientTape() as tape:
            tape.watch((w, b))
            f = tf.reduce_sum((w @ x + b) ** 2)
        return f, tape.gradient(f, [w, b])

    return _call(gradient if variant == "eager" else _compiled(gradient, variant), w, b)


def _product(name: str, variant: str) -> Call:
    a, b = (tf.constant(array) for array in inputs.operands(name))
    if name == "matrix-vector":
        return _call(_compiled(tf.linalg.matvec, variant), a, b)
    transposed = {"transpose_a": name == "gemm-left-transposed", "transpose_b": name == "gemm-right-transposed"}
    return _call(_compiled(lambda a, b: tf.matmul(a, b, **transposed), variant), a, b)


ELEMENTWISE: dict[str, Callable[[tf.Tensor], tf.Tensor]] = {
    "exp-16m": tf.exp,
    "gelu-16m": partial(tf.nn.gelu, approximate=False),
    "gelu-tanh-16m": partial(tf.nn.gelu, approximate=True),
    "tanh-chain-16m": lambda x: tf.tanh(2 * x + 1) * x,
    "sum-16m": tf.reduce_sum,
}


def _array(name: str, variant: str) -> Call:
    if name in ELEMENTWISE:
        return _call(_compiled(ELEMENTWISE[name], variant), tf.constant(inputs.normals(ELEMENTS)))
    x, t = (tf.constant(inputs.normals(ROWS, COLUMNS, seed=seed)) for seed in (1, 2))
    operation, direction = name.split("-")
    function = tf.nn.softmax if operation == "softmax" else tensorflow_networks.normalized_rows
    tensors = (x,) if operation == "softmax" else (x, tf.ones(COLUMNS), tf.zeros(COLUMNS))
    if direction == "forward":
        return _call(_compiled(function, variant), *tensors)

    def gradient(t: tf.Tensor, *tensors: tf.Tensor) -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            value = tf.reduce_sum(function(*tensors) * t)
        return tape.gradient(value, list(tensors))

    return _call(_compiled(gradient, variant), t, *tensors)


def _attention(name: str, variant: str) -> Call:
    *tensors, t = (tf.constant(array) for array in inputs.attention_operands(name))

    def gradient(t: tf.Tensor, *tensors: tf.Tensor) -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            value = tf.reduce_sum(tensorflow_networks.causal_attention(*tensors) * t)
        return tape.gradient(value, list(tensors))

    return _call(_compiled(gradient, variant), t, *tensors)


# Networks


def _network(name: str) -> Callable[[Variables, tf.Tensor], tf.Tensor]:
    if name == "resnet":
        return partial(tensorflow_networks.resnet, statistics=tensorflow_networks.running_statistics())
    return getattr(tensorflow_networks, name)


class Adam:
    """With TensorFlow's fused kernel, one for each variable; Keras' own optimiser is many small operations."""

    BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8

    def __init__(self, variables: list[tf.Variable]) -> None:
        self.memory = [(v, tf.Variable(tf.zeros_like(v)), tf.Variable(tf.zeros_like(v))) for v in variables]
        self.power1, self.power2 = tf.Variable(1.0), tf.Variable(1.0)

    def update(self, gradients: list[tf.Tensor]) -> None:
        power1 = self.power1.assign(self.power1 * self.BETA1)
        power2 = self.power2.assign(self.power2 * self.BETA2)
        # The kernel corrects the rate instead of the moments; the epsilon follows, to be the other libraries' Adam.
        epsilon = self.EPSILON * tf.sqrt(1 - power2)
        for (variable, mean, square), gradient in zip(self.memory, gradients, strict=True):
            tf.raw_ops.ResourceApplyAdam(
                var=variable.handle,
                m=mean.handle,
                v=square.handle,
                beta1_power=power1,
                beta2_power=power2,
                lr=LEARNING_RATE,
                beta1=self.BETA1,
                beta2=self.BETA2,
                epsilon=epsilon,
                grad=tf.convert_to_tensor(gradient),
            )


def _trainer(name: str, variant: str, *, pattern: bool = False) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    """A training step, not yet compiled: takes a batch, changes the variables, returns the loss before that."""
    network, variables = _network(name), tensorflow_networks.variables(name, pattern=pattern)
    optimizer = Adam(list(variables.values()))

    def step(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=network(variables, x))
            loss = tf.reduce_mean(losses)
        optimizer.update(tape.gradient(loss, list(variables.values())))
        return loss

    return step


def _steps(workload: Workload, variant: str, *, pattern: bool) -> Callable[[], np.ndarray]:
    step = _compiled(_trainer(workload.network, variant, pattern=pattern), variant)
    x, y = inputs.batch(workload.network, workload.batch, pattern=pattern)
    x, y = tf.constant(x), tf.constant(y.reshape(-1))
    return lambda: step(x, y).numpy()


def _step(workload: Workload, variant: str) -> Call:
    return _steps(workload, variant, pattern=False)


def first_losses(workload: Workload, variant: str) -> list[float]:
    call = _steps(workload, variant, pattern=True)
    return [float(call()) for _ in range(3)]


def _epoch(variant: str, size: int, data: str) -> Call:
    """An epoch as a loop of compiled steps, or as one graph."""
    images, labels = (tf.constant(array) for array in inputs.fashion(data))
    update = _trainer("mlp", variant)
    count = len(images)
    random = np.random.default_rng(1)

    def step(indices: tf.Tensor) -> tf.Tensor:
        x = tf.cast(tf.gather(images, indices), tf.float32) * (1 / 255)
        return update(x, tf.cast(tf.gather(labels, indices), tf.int32))

    def whole(order: tf.Tensor) -> tf.Tensor:
        loss = tf.constant(0.0)
        for start in tf.range(0, count, size):
            loss = step(order[start : start + size])
        return loss

    graph = tf.function(whole) if variant == "function-epoch" else None
    compiled_step = _compiled(step, variant)

    def epoch() -> None:
        order = tf.constant(random.permutation(count).astype(np.int32))
        if graph is not None:
            graph(order).numpy()
            return
        for start in range(0, count, size):
            loss = compiled_step(order[start : start + size])
        loss.numpy()

    return epoch


def _fit(size: int, data: str) -> Call:
    images, labels = inputs.fashion(data)
    keras = tf.keras
    layers = [keras.layers.Dense(512, "relu"), keras.layers.Dense(512, "relu"), keras.layers.Dense(10)]
    model = keras.Sequential([keras.Input((784,)), *layers])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(LEARNING_RATE), loss, jit_compile="auto")
    return lambda: model.fit(images.astype(np.float32) / 255, labels, batch_size=size, epochs=1, verbose=0)


def _latency(name: str, variant: str) -> Call:
    network, variables = _network(name), tensorflow_networks.variables(name)
    x, _ = inputs.batch(name, 1)
    return _call(_compiled(lambda x: network(variables, x), variant), tf.constant(x))

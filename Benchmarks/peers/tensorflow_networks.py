"""The networks in TensorFlow: functions of a dictionary of variables, named as in `networks`."""

from collections.abc import Callable

import tensorflow as tf

from peers import networks
from peers.networks import EPSILON, HEADS, HIDDEN, LAYERS, RESNET_CONVOLUTIONS, STEPS, WIDTH

Variables = dict[str, tf.Variable]
Network = Callable[[Variables, tf.Tensor], tf.Tensor]

MOMENTUM = 0.1  # of the running statistics


def variables(name: str, *, pattern: bool = False) -> Variables:
    return {key: tf.Variable(value) for key, value in networks.initial(name, pattern=pattern).items()}


def dense(p: Variables, name: str, x: tf.Tensor) -> tf.Tensor:
    return tf.nn.bias_add(tf.matmul(x, p[f"{name}.weight"]), p[f"{name}.bias"])


def dense_of_rows(p: Variables, name: str, x: tf.Tensor) -> tf.Tensor:
    """For [batch, time, features]: one product of matrices instead of a batch of them."""
    shape = tf.shape(x)
    y = dense(p, name, tf.reshape(x, [-1, x.shape[-1]]))
    return tf.reshape(y, [shape[0], shape[1], y.shape[-1]])


def mlp(p: Variables, x: tf.Tensor) -> tf.Tensor:
    x = tf.nn.relu(dense(p, "dense1", x))
    return dense(p, "dense3", tf.nn.relu(dense(p, "dense2", x)))


def cnn(p: Variables, x: tf.Tensor) -> tf.Tensor:
    for name in ("conv1", "conv2"):
        x = tf.nn.bias_add(tf.nn.conv2d(x, p[f"{name}.weight"], 1, "SAME"), p[f"{name}.bias"])
        x = tf.nn.max_pool2d(tf.nn.relu(x), 2, 2, "VALID")
    x = tf.nn.relu(dense(p, "dense1", tf.reshape(x, [-1, 7 * 7 * 64])))
    return dense(p, "dense2", x)


def normalized_rows(x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) -> tf.Tensor:
    mean, variance = tf.nn.moments(x, [-1], keepdims=True)
    return tf.nn.batch_normalization(x, mean, variance, offset, scale, EPSILON)


def layer_norm(p: Variables, name: str, x: tf.Tensor) -> tf.Tensor:
    return normalized_rows(x, p[f"{name}.scale"], p[f"{name}.offset"])


def gpt(p: Variables, tokens: tf.Tensor) -> tf.Tensor:
    x = tf.gather(p["tokens"], tokens) + p["positions"]
    for layer in range(LAYERS):
        qkv = dense_of_rows(p, f"{layer}.qkv", layer_norm(p, f"{layer}.norm1", x))
        x = x + dense_of_rows(p, f"{layer}.projection", attention(qkv))
        inner = tf.nn.gelu(dense_of_rows(p, f"{layer}.up", layer_norm(p, f"{layer}.norm2", x)), approximate=True)
        x = x + dense_of_rows(p, f"{layer}.down", inner)
    return tf.reshape(dense_of_rows(p, "head", layer_norm(p, "norm", x)), [-1, networks.VOCABULARY])


def attention(qkv: tf.Tensor) -> tf.Tensor:
    time = networks.CONTEXT
    heads = tf.transpose(tf.reshape(qkv, [-1, time, 3, HEADS, WIDTH // HEADS]), [2, 0, 3, 1, 4])
    return tf.reshape(tf.transpose(causal_attention(*tf.unstack(heads)), [0, 2, 1, 3]), [-1, time, WIDTH])


def causal_attention(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor) -> tf.Tensor:
    """Of queries, keys and values [batch, heads, tokens, features]."""
    time, features = q.shape[2:]
    later = tf.constant(-1e9) * (1 - tf.linalg.band_part(tf.ones([time, time]), -1, 0))
    weights = tf.nn.softmax(tf.matmul(q, k, transpose_b=True) * features**-0.5 + later)
    return tf.matmul(weights, v)


def lstm(p: Variables, x: tf.Tensor) -> tf.Tensor:
    # The inputs' share of all steps in one product; the steps themselves unrolled.
    batch = x.shape[0]
    inputs = tf.nn.bias_add(tf.matmul(tf.reshape(x, [-1, x.shape[-1]]), p["input.weight"]), p["gates.bias"])
    hidden = cell = tf.zeros([batch, HIDDEN])
    for step in tf.unstack(tf.reshape(inputs, [batch, STEPS, 4 * HIDDEN]), axis=1):
        i, f, g, o = tf.split(step + tf.matmul(hidden, p["hidden.weight"]), 4, axis=-1)
        cell = tf.sigmoid(f) * cell + tf.sigmoid(i) * tf.tanh(g)
        hidden = tf.sigmoid(o) * tf.tanh(cell)
    return dense(p, "output", hidden)


def running_statistics() -> Variables:
    """What inference would normalise by; kept apart from the parameters, which have gradients."""
    sizes = {name: outputs for name, _, _, outputs, _ in RESNET_CONVOLUTIONS}
    means = {f"{name}.mean": tf.Variable(tf.zeros(size)) for name, size in sizes.items()}
    return means | {f"{name}.variance": tf.Variable(tf.ones(size)) for name, size in sizes.items()}


def resnet(p: Variables, x: tf.Tensor, statistics: Variables) -> tf.Tensor:
    """Training mode: normalises by the batch, and moves the running statistics."""
    strides = {name: stride for name, _, _, _, stride in RESNET_CONVOLUTIONS}

    def part(name: str, x: tf.Tensor) -> tf.Tensor:
        x = _convolution(x, p[f"{name}.weight"], strides[name])
        x, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            x, p[f"{name}.scale"], p[f"{name}.offset"], epsilon=EPSILON, is_training=True
        )
        for key, value in ((f"{name}.mean", mean), (f"{name}.variance", variance)):
            statistics[key].assign_add(MOMENTUM * (value - statistics[key]))
        return x

    x = tf.nn.relu(part("stem", x))
    for block in "12":
        x = tf.nn.relu(part("depthwise" + block, x))
        x = tf.nn.relu(part("pointwise" + block, x))
        x = tf.nn.relu(x + part(f"block{block}b", tf.nn.relu(part(f"block{block}a", x))))
    return dense(p, "dense", tf.reduce_mean(x, [1, 2]))


def _convolution(x: tf.Tensor, kernel: tf.Variable, stride: int) -> tf.Tensor:
    margin = [kernel.shape[0] // 2] * 2
    padding = [[0, 0], margin, margin, [0, 0]]
    if kernel.shape[2] == x.shape[-1]:
        return tf.nn.conv2d(x, kernel, stride, padding)
    filters = tf.transpose(kernel, [0, 1, 3, 2])  # TensorFlow's depthwise filters are [height, width, channels, 1]
    return tf.nn.depthwise_conv2d(x, filters, [1, stride, stride, 1], padding)

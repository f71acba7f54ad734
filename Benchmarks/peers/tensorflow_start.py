"""`python -m peers.tensorflow_start`: what a program pays before its first gradient; timed from outside."""

import tensorflow as tf

w, b, x = tf.Variable([[1.0, -2.0], [2.0, 1.0]]), tf.Variable([[0.0], [-1.0]]), tf.constant([[1.0], [2.0]])
with tf.GradientTape() as tape:
    f = tf.reduce_sum((w @ x + b) ** 2)
print(*tape.gradient(f, [w, b]))

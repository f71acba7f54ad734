"""`python -m peers.jax_start`: what a program pays before its first gradient; timed from outside."""

import jax
import jax.numpy as jnp

w, b, x = jnp.array([[1.0, -2.0], [2.0, 1.0]]), jnp.array([[0.0], [-1.0]]), jnp.array([[1.0], [2.0]])
print(*jax.grad(lambda w, b: ((w @ x + b) ** 2).sum(), argnums=(0, 1))(w, b))

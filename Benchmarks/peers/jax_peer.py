"""`python -m peers.jax_peer --workload NAME`: times a workload with JAX."""

from peers.measure import run_peer

if __name__ == "__main__":
    run_peer("jax")

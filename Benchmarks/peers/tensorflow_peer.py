"""`python -m peers.tensorflow_peer --workload NAME`: times a workload with TensorFlow."""

from peers.measure import run_peer

if __name__ == "__main__":
    run_peer("tensorflow")

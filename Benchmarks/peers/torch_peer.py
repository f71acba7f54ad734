"""`python -m peers.torch_peer --workload NAME`: times a workload with PyTorch."""

from peers.measure import run_peer

if __name__ == "__main__":
    run_peer("torch")

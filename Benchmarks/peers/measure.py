"""The sampling protocol that all sides share, and the command line of a peer."""

import argparse
import importlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from types import ModuleType

from peers.catalogue import PASSIVE, WORKLOADS

UNAVAILABLE = 3  # the exit status of a variant that this machine can't run

WARM_CALLS, WARM_SECONDS = 3, 0.2
LEAST_SAMPLES = 5
SHORT_CALL, GROUP_SECONDS = 50e-6, 1e-3


class Unavailable(Exception):
    """The variant needs something that this machine lacks, such as a C++ compiler."""


def sample(call: Callable[[], object], seconds: float) -> list[float]:
    """Seconds per call, one entry a sample. `call` returns only when its results are computed."""
    group = _calls_per_sample(_warm_up(call))
    samples: list[float] = []
    end = time.perf_counter() + seconds
    while len(samples) < LEAST_SAMPLES or time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(group):
            call()
        samples.append((time.perf_counter() - start) / group)
    return samples


def _warm_up(call: Callable[[], object]) -> float:
    """Calls until 3 calls and 0.2 s have passed; returns the shortest call's seconds."""
    shortest, calls = float("inf"), 0
    first = time.perf_counter()
    while calls < WARM_CALLS or time.perf_counter() - first < WARM_SECONDS:
        start = time.perf_counter()
        call()
        shortest = min(shortest, time.perf_counter() - start)
        calls += 1
    return shortest


def _calls_per_sample(seconds: float) -> int:
    """The clock itself takes a share of a very short call, so those are timed about a millisecond at a time."""
    return 1 if seconds >= SHORT_CALL else max(1, round(GROUP_SECONDS / seconds))


def peak_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def thread_environment(threads: int) -> dict[str, str]:
    """For before the library is imported: thread pools are sized at import or first use."""
    pools = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NPROC", "TORCHINDUCTOR_COMPILE_THREADS")
    return dict.fromkeys(pools, str(threads)) | {"TF_CPP_MIN_LOG_LEVEL": "3", "JAX_PLATFORMS": "cpu"}


def run_peer(library: str) -> None:
    """The command line of a peer; its work is in the module `peers.<library>_workloads`."""
    options = _options(library)
    variants = WORKLOADS[options.workload].variants[library]
    if options.list_variants:
        print("\n".join(variants))
        return
    chosen = options.variant or (variants[0] if variants else None)
    if chosen not in variants:
        sys.exit(f"{library} has no variant {chosen} of {options.workload}; it has: {', '.join(variants) or 'none'}")
    os.environ.update(thread_environment(options.threads))
    if chosen.endswith(PASSIVE):
        os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
    workloads = importlib.import_module(f"peers.{library}_workloads")
    workloads.set_threads(options.threads)
    try:
        print(json.dumps(_result(workloads, library, chosen, options)))
    except Unavailable as reason:
        print(f"{library} {chosen}: {reason}", file=sys.stderr)
        sys.exit(UNAVAILABLE)


def _result(workloads: ModuleType, library: str, variant: str, options: argparse.Namespace) -> dict:
    workload = WORKLOADS[options.workload]
    header = {"library": library, "variant": variant, "workload": workload.name}
    way = variant.removesuffix(PASSIVE)
    if options.check:
        return header | {"losses": workloads.first_losses(workload, way)}
    samples = sample(workloads.prepared(workload, way, options.data), options.seconds)
    return header | {"samples": samples, "peak_bytes": peak_bytes()}


def _options(library: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=f"python -m peers.{library}_peer", description=f"Times one workload with {library}; prints a line of JSON."
    )
    names = [name for name in WORKLOADS if name != "start"]
    parser.add_argument("--workload", required=True, choices=names, metavar="NAME")
    parser.add_argument("--variant", help="how to run it (default: the first of --list-variants)")
    parser.add_argument("--seconds", type=float, default=1, help="how long to sample (default: 1)")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="default: all cores")
    parser.add_argument("--data", help="folder with train-images-idx3-ubyte and train-labels-idx1-ubyte")
    parser.add_argument("--list-variants", action="store_true", help="print the variants of the workload")
    parser.add_argument(
        "--check", action="store_true", help="print the losses of the first steps from known weights instead"
    )
    return parser.parse_args()

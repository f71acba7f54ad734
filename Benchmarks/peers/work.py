"""The work of each workload, counted by hand: the fewest operations, and the fewest bytes between memory and processor.

Operations are floating-point additions and multiplications of the algorithm as stated (no Strassen, no Winograd); a
function such as exp counts as one, since memory decides there. Bytes: everything that exists before the call and is
needed is read once, everything that is left after it is written once, and what lies between never leaves the caches.
Where all of it is small enough to stay in the caches from one call to the next, time can fall below the floor."""

from dataclasses import dataclass
from math import prod

from peers.catalogue import WORKLOADS, Workload

FLOAT = 4
TRAIN_IMAGES = 60_000

# Adam, one parameter: two moments (3 + 4), two corrections (2), root, epsilon, quotient, rate, difference (5).
ADAM_OPERATIONS = 14
# A step reads a parameter and its two moments, and writes them: 6 floats. The gradient needn't leave the processor.
ADAM_BYTES = 6 * FLOAT


@dataclass(frozen=True)
class Work:
    operations: float
    bytes: float

    def floor(self, gigaflops: float, gigabytes_per_second: float) -> float:
        """The seconds that the arithmetic or the memory traffic alone takes, whichever is longer."""
        return max(self.operations / (gigaflops * 1e9), self.bytes / (gigabytes_per_second * 1e9))


def work(workload: Workload) -> Work | None:
    """None where neither arithmetic nor memory is what is measured (the lecture, start)."""
    name = workload.name
    if name in KERNELS:
        return KERNELS[name]
    if name.startswith("fashion"):
        return _epoch()
    if name.endswith("-latency"):
        network = NETWORKS[workload.network]
        return Work(network.forward, FLOAT * (network.parameters + network.inputs))
    return _step(NETWORKS[workload.network], workload.batch) if workload.network else None


# Products: 2·m·k·n operations; both operands are read, the result is written.


def _product(m: int, k: int, n: int, count: int = 1) -> Work:
    return Work(2 * count * m * k * n, FLOAT * count * (m * k + k * n + m * n))


# Arrays: operations per element; arrays read or written as a whole.

_VECTOR, _ROWS = 2**24, 8192 * 1024


def _array(elements: int, operations: int, arrays: int) -> Work:
    return Work(operations * elements, FLOAT * arrays * elements)


KERNELS: dict[str, Work] = {
    "gemm-256": _product(256, 256, 256),
    "gemm-1024": _product(1024, 1024, 1024),
    "gemm-2048": _product(2048, 2048, 2048),
    "gemm-tall": _product(65536, 64, 64),
    "gemm-skinny": _product(1024, 4096, 16),
    "gemm-left-transposed": _product(1024, 1024, 1024),
    "gemm-right-transposed": _product(1024, 1024, 1024),
    "gemm-batched": _product(128, 128, 128, count=64),
    "matrix-vector": _product(4096, 4096, 1),
    "exp-16m": _array(_VECTOR, 1, 2),
    "gelu-16m": _array(_VECTOR, 5, 2),  # x·(1 + erf(x/√2))/2
    "gelu-tanh-16m": _array(_VECTOR, 9, 2),  # x·(1 + tanh(c·(x + 0.044715x³)))/2
    "tanh-chain-16m": _array(_VECTOR, 4, 2),
    "sum-16m": _array(_VECTOR, 1, 1),
    "softmax-forward": _array(_ROWS, 5, 2),  # maximum, difference, exp, sum, quotient; x, result
    "softmax-backward": _array(_ROWS, 9, 3),  # and s·(t − Σst); x, t, gradient
    "layernorm-forward": _array(_ROWS, 8, 2),  # mean 1, variance 3, (x − m)·r 2, scale and offset 2; x, result
    "layernorm-backward": _array(_ROWS, 17, 3),  # mean, variance, x̂: 6; for x: t·scale 1, two means 3,
    # r·(ts − m₁ − x̂·m₂) 4; for scale 2, for offset 1; x, t, gradient (those of scale and offset are small)
    # Two products forward and four backward, for each token with those up to it, half of all on average; 64 features.
    **{
        f"attention-{time}": Work(6 * 2 * 4096 * 64 * (time + 1) / 2, 7 * FLOAT * 4096 * 64)
        for time in (128, 512, 2048)
    },
}


@dataclass(frozen=True)
class Network:
    """Of one example: operations forward, and those of the gradient for the inputs, which nobody asks for."""

    forward: float
    unneeded: float
    parameters: int
    inputs: int  # scalars of four bytes


def _dense(inputs: int, outputs: int) -> int:
    return 2 * inputs * outputs


def _conv(side: int, size: int, inputs: int, outputs: int) -> int:
    """2 · places · size² · inputs · outputs, as if the margins held numbers."""
    return 2 * side * side * size * size * inputs * outputs


def _resnet_forward() -> int:
    first = _conv(32, 3, 3, 32)
    to64 = _conv(16, 3, 1, 32) + _conv(16, 1, 32, 64) + 2 * _conv(16, 3, 64, 64)
    to128 = _conv(8, 3, 1, 64) + _conv(8, 1, 64, 128) + 2 * _conv(8, 3, 128, 128)
    return first + to64 + to128 + _dense(128, 10)


# gpt, a position: queries, keys, values and projection 4·256², the mlp 8·256², times 2 operations, in four layers;
# scores and mixing 2·2·256 for each earlier position, 64.5 of 128 on average; the head 256·65.
_GPT_POSITION = 4 * (2 * 12 * 256**2 + 4 * 256 * 64.5) + _dense(256, 65)
_GPT_PARAMETERS = (65 + 128) * 256 + 4 * (12 * 256**2 + 13 * 256) + 2 * 256 + 257 * 65

# lstm, a step: 64 inputs and 256 hidden units to four gates of 256.
_LSTM_FORWARD = 50 * (_dense(64, 1024) + _dense(256, 1024)) + _dense(256, 10)

NETWORKS: dict[str, Network] = {
    "mlp": Network(
        _dense(784, 512) + _dense(512, 512) + _dense(512, 10), _dense(784, 512), 785 * 512 + 513 * 512 + 513 * 10, 784
    ),
    "cnn": Network(
        _conv(28, 3, 1, 32) + _conv(14, 3, 32, 64) + _dense(3136, 128) + _dense(128, 10),
        _conv(28, 3, 1, 32),
        10 * 32 + (9 * 32 + 1) * 64 + 3137 * 128 + 129 * 10,
        784,
    ),
    "gpt": Network(128 * _GPT_POSITION, 0, _GPT_PARAMETERS, 128),
    "lstm": Network(_LSTM_FORWARD, 50 * _dense(64, 1024), 321 * 1024 + 257 * 10, 50 * 64),
    "resnet": Network(_resnet_forward(), _conv(32, 3, 3, 32), 383_306, 32 * 32 * 3),
}


def _step(network: Network, batch: int) -> Work:
    """Backward costs twice forward, a gradient for the weights and one for the inputs, but not for the first inputs."""
    operations = batch * (3 * network.forward - network.unneeded) + ADAM_OPERATIONS * network.parameters
    return Work(operations, ADAM_BYTES * network.parameters + FLOAT * batch * network.inputs)


def _epoch() -> Work:
    """469 steps, the last with 96 images; images are read as bytes, parameters and moments only once in all."""
    network = NETWORKS["mlp"]
    steps = -(-TRAIN_IMAGES // 128)
    operations = TRAIN_IMAGES * (3 * network.forward - network.unneeded) + steps * ADAM_OPERATIONS * network.parameters
    return Work(operations, TRAIN_IMAGES * (784 + 1) + ADAM_BYTES * network.parameters)


def _check_parameters() -> None:
    """The numbers of parameters above are counted by hand; the networks know better."""
    from peers import networks

    for name, parameters in networks.NETWORKS.items():
        counted, real = NETWORKS[name].parameters, sum(prod(p.shape) for p in parameters)
        assert counted == real, f"{name}: {counted} counted, {real} there"


def _print_table() -> None:
    """The table of the README."""
    print("| workload | million operations | megabytes |\n| --- | ---: | ---: |")
    for workload in WORKLOADS.values():
        amount = work(workload)
        if amount:
            print(f"| `{workload.name}` | {amount.operations / 1e6:,.1f} | {amount.bytes / 1e6:,.2f} |")


if __name__ == "__main__":
    _check_parameters()
    _print_table()

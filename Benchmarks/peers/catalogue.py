"""Every workload: what it is, the target it has, and the variants in which each peer runs it.

Standard library only, so that the driver can read it without any of the peers."""

from dataclasses import dataclass, field

PEERS = ("torch", "jax", "tensorflow")
LIBRARIES = ("descent",) + PEERS


@dataclass(frozen=True)
class Target:
    """What is asked of us: a ratio of medians, peer over ours; and perhaps a fraction of the smallest peer's memory."""

    ratio: float | None = None
    library: str | None = None  # the peer to compare with; none: the fastest
    memory: float | None = None


@dataclass(frozen=True)
class Workload:
    name: str
    description: str
    variants: dict[str, tuple[str, ...]] = field(repr=False)
    target: Target = Target()
    network: str | None = None
    batch: int | None = None
    extra: bool = False  # one of the other batch sizes, which run only when named


# PyTorch's threads spin while they wait for each other. That is fastest on an idle machine, and the slowest way by far
# as soon as anybody else wants a processor; so it runs both ways, spinning and asleep (OMP_WAIT_POLICY=PASSIVE).
PASSIVE = "-passive"


def _both_ways(*variants: str) -> tuple[str, ...]:
    return variants + tuple(variant + PASSIVE for variant in variants)


FRESH = {"torch": ("eager",), "jax": ("eager",), "tensorflow": ("eager",)}
COMPILED = {"torch": ("compile",), "jax": ("jit",), "tensorflow": ("function", "jit")}
# A single product has nothing to fuse: torch.compile would call the same routine.
PRODUCT = {"torch": _both_ways("eager"), "jax": ("jit",), "tensorflow": ("function", "jit")}
ARRAY = PRODUCT | {"torch": _both_ways("eager", "compile")}
IMAGE = {"torch": _both_ways("eager", "eager-nhwc", "compile", "compile-nhwc")}
POOLING = {"jax": ("jit", "jit-reshape")}

STEP = {
    "mlp": ARRAY,
    "cnn": ARRAY | IMAGE | POOLING,
    "gpt": ARRAY,
    "lstm": ARRAY | {"jax": ("jit", "jit-unroll")},
    "resnet": ARRAY | IMAGE,
}
LATENCY = {
    "mlp": ARRAY | {"torch": _both_ways("eager", "compile", "compile-frozen")},
    "cnn": ARRAY | POOLING | {"torch": _both_ways("eager", "eager-nhwc", "compile", "compile-frozen")},
}
EPOCH = {
    "torch": _both_ways("eager", "compile"),
    "jax": ("jit", "jit-epoch"),
    "tensorflow": ("function", "jit", "function-epoch"),
}
FIT = {"torch": (), "jax": (), "tensorflow": ("fit",)}

BATCHES = {"mlp": (32, 128, 512), "cnn": (16, 64, 256), "gpt": (2, 8, 32), "lstm": (16, 64, 256)}
STEP_TARGETS = {
    "mlp": Target(1.3),
    "cnn": Target(1.5),
    "gpt": Target(1.4, memory=0.5),
    "lstm": Target(1.8),
}


def _kernels() -> list[Workload]:
    def product(name: str, what: str, target: float | None = None) -> Workload:
        return Workload(name, what, PRODUCT, Target(target))

    def array(name: str, what: str, target: float | None = None) -> Workload:
        return Workload(name, what, ARRAY, Target(target))

    return [
        Workload("lecture-fresh", "the lecture's gradient, recorded anew each time", FRESH, Target(10, "torch")),
        Workload("lecture-compiled", "the lecture's gradient, compiled once", COMPILED, Target(10, "jax")),
        product("gemm-256", "A·B, 256 square"),
        product("gemm-1024", "A·B, 1024 square", 1.0),
        product("gemm-2048", "A·B, 2048 square", 1.0),
        product("gemm-tall", "65536×64 · 64×64"),
        product("gemm-skinny", "1024×4096 · 4096×16"),
        product("gemm-left-transposed", "Aᵀ·B, 1024 square"),
        product("gemm-right-transposed", "A·Bᵀ, 1024 square"),
        product("gemm-batched", "64 products of 128×128 by 128×128"),
        product("matrix-vector", "4096×4096 · 4096"),
        array("exp-16m", "exp(x) of 2²⁴ normals", 1.1),
        array("gelu-16m", "gelu(x) with erf", 1.3),
        array("gelu-tanh-16m", "gelu(x), tanh form"),
        array("tanh-chain-16m", "tanh(2x + 1)·x", 1.1),
        array("sum-16m", "sum of 2²⁴ normals"),
        array("softmax-forward", "softmax of the rows of 8192×1024", 1.2),
        array("softmax-backward", "gradient of sum(softmax(x)·t) for x"),
        array("layernorm-forward", "layer normalisation of 8192×1024"),
        array("layernorm-backward", "gradient of sum(layernorm(x)·t) for x, scale, offset", 2.5),
    ]


def _attention() -> list[Workload]:
    return [
        Workload(
            f"attention-{time}",
            f"gradient of sum(attention(q, k, v)·t), causal, {4096 // time} heads of {time} tokens and 64 features",
            ARRAY,
            extra=True,
        )
        for time in (128, 512, 2048)
    ]


def _steps() -> list[Workload]:
    workloads = []
    for network, batches in BATCHES.items():
        for suffix, batch in zip(("-small", "", "-large"), batches):
            target = STEP_TARGETS[network] if suffix == "" else Target()
            what = f"one training step of the {network}, batch {batch}"
            workloads.append(
                Workload(f"{network}-step{suffix}", what, STEP[network], target, network, batch, suffix != "")
            )
    what = "one training step of a small residual network, batch 32"
    return workloads + [Workload("resnet-step", what, STEP["resnet"], Target(), "resnet", 32)]


def _rest() -> list[Workload]:
    return [
        Workload("fashion-epoch", "an epoch over 60,000 images, own loop", EPOCH, Target(1.8), "mlp", 128),
        Workload("fashion-fit", "the same with fit", FIT, Target(5, "tensorflow"), "mlp", 128),
        Workload("mlp-latency", "forward of one image through the mlp", LATENCY["mlp"], Target(), "mlp", 1),
        Workload("cnn-latency", "forward of one image through the cnn", LATENCY["cnn"], Target(), "cnn", 1),
        Workload("start", "a whole process: import, the lecture's gradient, exit", FRESH, Target(50)),
    ]


WORKLOADS: dict[str, Workload] = {w.name: w for w in _kernels() + _attention() + _steps() + _rest()}

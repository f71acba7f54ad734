"""What PyTorch does for each workload: `prepared` gives a call that does it once, results computed."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from peers import inputs, torch_networks
from peers.catalogue import Workload
from peers.inputs import COLUMNS, ELEMENTS, LECTURE, ROWS
from peers.measure import Unavailable
from peers.networks import LEARNING_RATE

Call = Callable[[], object]


def set_threads(threads: int) -> None:
    torch.set_num_threads(threads)


def prepared(workload: Workload, variant: str, data: str | None) -> Call:
    call = _call(workload, variant, data)
    if not variant.startswith("compile"):
        return call
    try:
        call()
    except Exception as error:
        raise Unavailable(f"torch.compile failed: {str(error).strip().splitlines()[0]}") from error
    return call


def _call(workload: Workload, variant: str, data: str | None) -> Call:
    name = workload.name
    if name.startswith("lecture"):
        return _lecture(variant)
    if name in inputs.PRODUCT_SHAPES:
        return _product(name)
    if name.startswith("attention"):
        return _attention(name, variant)
    if workload.network is None:
        return _array(name, variant)
    if name == "fashion-epoch":
        return _epoch(variant, workload.batch, data)
    return _latency(workload.network, variant) if name.endswith("latency") else _step(workload, variant)


def _compiled(function: Callable, variant: str) -> Callable:
    return torch.compile(function, dynamic=False) if variant.startswith("compile") else function


# The lecture, products, arrays


def _lecture(variant: str) -> Call:
    w, b, x = (torch.from_numpy(LECTURE[name]) for name in "wbx")

    def f(w: Tensor, b: Tensor) -> Tensor:
        return ((w @ x + b) ** 2).sum()

    if variant == "eager":
        w.requires_grad_(), b.requires_grad_()
        return lambda: torch.autograd.grad(f(w, b), (w, b))
    # The gradient as a function compiles to one piece, without the autograd engine.
    gradient = torch.compile(torch.func.grad_and_value(f, argnums=(0, 1)))
    return lambda: gradient(w, b)


def _product(name: str) -> Call:
    a, b = (torch.from_numpy(array) for array in inputs.operands(name))
    if name == "gemm-left-transposed":
        return _forward(lambda a, b: a.T @ b, a, b)
    if name == "gemm-right-transposed":
        return _forward(lambda a, b: a @ b.T, a, b)
    return _forward(torch.matmul, a, b)


def _forward(function: Callable, *tensors: Tensor) -> Call:
    def call() -> Tensor:
        with torch.inference_mode():
            return function(*tensors)

    return call


ELEMENTWISE: dict[str, Callable[[Tensor], Tensor]] = {
    "exp-16m": lambda x: torch.exp(x),
    "gelu-16m": lambda x: F.gelu(x),
    "gelu-tanh-16m": lambda x: F.gelu(x, approximate="tanh"),
    "tanh-chain-16m": lambda x: torch.tanh(2 * x + 1) * x,
    "sum-16m": lambda x: x.sum(),
}


def _array(name: str, variant: str) -> Call:
    if name in ELEMENTWISE:
        return _forward(_compiled(ELEMENTWISE[name], variant), torch.from_numpy(inputs.normals(ELEMENTS)))
    x, t = (torch.from_numpy(inputs.normals(ROWS, COLUMNS, seed=seed)) for seed in (1, 2))
    scale, offset = torch.ones(COLUMNS), torch.zeros(COLUMNS)
    operation, direction = name.split("-")
    tensors = (x,) if operation == "softmax" else (x, scale, offset)
    function = _softmax if operation == "softmax" else _layernorm
    if direction == "forward":
        return _forward(_compiled(function, variant), *tensors)
    value = _compiled(lambda *tensors: (function(*tensors) * t).sum(), variant)
    for tensor in tensors:
        tensor.requires_grad_()
    return lambda: torch.autograd.grad(value(*tensors), tensors)


def _attention(name: str, variant: str) -> Call:
    *tensors, t = (torch.from_numpy(array) for array in inputs.attention_operands(name))
    for tensor in tensors:
        tensor.requires_grad_()
    value = _compiled(lambda q, k, v: (F.scaled_dot_product_attention(q, k, v, is_causal=True) * t).sum(), variant)
    return lambda: torch.autograd.grad(value(*tensors), tensors)


def _softmax(x: Tensor) -> Tensor:
    return F.softmax(x, -1)


def _layernorm(x: Tensor, scale: Tensor, offset: Tensor) -> Tensor:
    return F.layer_norm(x, (COLUMNS,), scale, offset)


# Networks


def _trainer(name: str, variant: str, *, pattern: bool = False) -> Callable[[Tensor, Tensor], Tensor]:
    """A training step: takes a batch, changes the network, returns the loss before that."""
    network = torch_networks.network(name, channels_last="nhwc" in variant, pattern=pattern)
    loss_of = _compiled(lambda x, y: F.cross_entropy(network(x), y), variant)
    optimizer = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE, fused=True)

    def step(x: Tensor, y: Tensor) -> Tensor:
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(x, y)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def _batch(workload: Workload, variant: str, *, pattern: bool = False) -> tuple[Tensor, Tensor]:
    arrays = inputs.batch(workload.network, workload.batch, pattern=pattern)
    return torch_networks.batch(workload.network, *arrays, channels_last="nhwc" in variant)


def _step(workload: Workload, variant: str) -> Call:
    step = _trainer(workload.network, variant)
    x, y = _batch(workload, variant)
    return lambda: step(x, y)


def first_losses(workload: Workload, variant: str) -> list[float]:
    step = _trainer(workload.network, variant, pattern=True)
    x, y = _batch(workload, variant, pattern=True)
    return [step(x, y).item() for _ in range(3)]


def _epoch(variant: str, size: int, data: str) -> Call:
    images, labels = (torch.from_numpy(array) for array in inputs.fashion(data))
    labels = labels.long()
    step = _trainer("mlp", variant)

    def epoch() -> None:
        for indices in torch.randperm(len(images)).split(size):
            step(images[indices].float() * (1 / 255), labels[indices])

    return epoch


def _latency(name: str, variant: str) -> Call:
    if variant == "compile-frozen":
        import torch._inductor.config as config

        config.freezing = True  # weights become constants, packed ahead of time
    channels_last = "nhwc" in variant
    network = torch_networks.network(name, channels_last=channels_last).eval()
    x, _ = torch_networks.batch(name, *inputs.batch(name, 1), channels_last=channels_last)
    if variant.startswith("compile"):
        network = torch.compile(network, dynamic=False)
        with torch.no_grad():  # freezing asks for no_grad; inference tensors are refused
            network(x)

        def call() -> Tensor:
            with torch.no_grad():
                return network(x)

        return call
    return _forward(network, x)

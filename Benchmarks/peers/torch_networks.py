"""The networks in PyTorch, as its users write them, with weights from `networks.initial`."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from peers import networks
from peers.networks import EPSILON, FEATURES, HEADS, HIDDEN, LAYERS, VOCABULARY, WIDTH


class Mlp(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.dense1, self.dense2, self.dense3 = nn.Linear(784, 512), nn.Linear(512, 512), nn.Linear(512, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.dense3(F.relu(self.dense2(F.relu(self.dense1(x)))))


class Cnn(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 32, 3, padding=1), nn.Conv2d(32, 64, 3, padding=1)
        self.dense1, self.dense2 = nn.Linear(7 * 7 * 64, 128), nn.Linear(128, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.dense2(F.relu(self.dense1(x.flatten(1))))


class GptLayer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH, EPSILON), nn.LayerNorm(WIDTH, EPSILON)
        self.qkv, self.projection = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.projection(self.attention(self.norm1(x)))
        return x + self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh"))

    def attention(self, x: Tensor) -> Tensor:
        batch, time, _ = x.shape
        heads = (t.view(batch, time, HEADS, -1).transpose(1, 2) for t in self.qkv(x).split(WIDTH, dim=2))
        mixed = F.scaled_dot_product_attention(*heads, is_causal=True)
        return mixed.transpose(1, 2).reshape(batch, time, WIDTH)


class Gpt(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.tokens, self.positions = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(networks.CONTEXT, WIDTH)
        self.layers = nn.ModuleList(GptLayer() for _ in range(LAYERS))
        self.norm, self.head = nn.LayerNorm(WIDTH, EPSILON), nn.Linear(WIDTH, VOCABULARY)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.tokens(tokens) + self.positions.weight
        for layer in self.layers:
            x = layer(x)
        return self.head(self.norm(x)).flatten(0, 1)


class Lstm(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.lstm, self.output = nn.LSTM(FEATURES, HIDDEN, batch_first=True), nn.Linear(HIDDEN, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.output(self.lstm(x)[0][:, -1])


class ConvNorm(nn.Module):
    """A convolution without bias, and batch normalisation."""

    def __init__(self, size: int, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        groups = outputs if inputs == 1 else 1
        self.conv = nn.Conv2d(inputs * groups, outputs, size, stride, size // 2, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(outputs, EPSILON)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(self.conv(x))


class Resnet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.parts = nn.ModuleDict({name: ConvNorm(*sizes) for name, *sizes in networks.RESNET_CONVOLUTIONS})
        self.dense = nn.Linear(128, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.parts["stem"](x))
        for block in "12":
            x = F.relu(self.parts["depthwise" + block](x))
            x = F.relu(self.parts["pointwise" + block](x))
            inner = F.relu(self.parts[f"block{block}a"](x))
            x = F.relu(x + self.parts[f"block{block}b"](inner))
        return self.dense(x.mean((2, 3)))


MODULES: dict[str, Callable[[], nn.Module]] = {"mlp": Mlp, "cnn": Cnn, "gpt": Gpt, "lstm": Lstm, "resnet": Resnet}


def network(name: str, *, channels_last: bool = False, pattern: bool = False) -> nn.Module:
    module = MODULES[name]()
    arrays = networks.initial(name, pattern=pattern)
    with torch.no_grad():
        for target, (key, array) in zip(_in_order(module, name), arrays.items(), strict=True):
            target.copy_(torch.from_numpy(_in_torch_layout(name, key, array)))
        if name == "lstm":
            module.lstm.bias_hh_l0.zero_().requires_grad_(False)  # PyTorch adds two biases; one is enough
    return module.to(memory_format=torch.channels_last) if channels_last else module


def _in_order(module: nn.Module, name: str) -> list[Tensor]:
    """The parameters in the order of `networks`, which is the order of the modules except for two."""
    parameters = dict(module.named_parameters())
    if name == "lstm":
        return [p for key, p in parameters.items() if key != "lstm.bias_hh_l0"]
    if name == "gpt":
        names = [key for key in networks.initial(name)]
        return [parameters[_gpt_name(key)] for key in names]
    return list(parameters.values())


def _gpt_name(key: str) -> str:
    key = f"layers.{key}" if key[0].isdigit() else key
    key = key if "." in key else f"{key}.weight"
    return key.replace(".scale", ".weight").replace(".offset", ".bias")


def _in_torch_layout(network: str, key: str, array: np.ndarray) -> np.ndarray:
    kind = next(p.kind for p in networks.NETWORKS[network] if p.name == key)
    if kind == "conv":
        return np.ascontiguousarray(array.transpose(3, 2, 0, 1))
    if (network, key) == ("cnn", "dense1.weight"):  # PyTorch flattens channels first
        array = array.reshape(7, 7, 64, 128).transpose(2, 0, 1, 3).reshape(7 * 7 * 64, 128)
    return np.ascontiguousarray(array.T) if kind in ("dense", "recurrent") else array


def batch(name: str, inputs: np.ndarray, labels: np.ndarray, *, channels_last: bool = False) -> tuple[Tensor, Tensor]:
    x, y = torch.from_numpy(inputs), torch.from_numpy(labels).long().flatten()
    if x.dim() == 4:
        layout = torch.channels_last if channels_last else torch.contiguous_format
        x = x.permute(0, 3, 1, 2).contiguous(memory_format=layout)
    return x, y

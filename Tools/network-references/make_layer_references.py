#!/usr/bin/env python3
"""Writes reference cases of layers: outputs and gradients in float64, as PyTorch computes them.

Usage: make_layer_references.py FOLDER        (needs torch, numpy and safetensors; a minute)

FOLDER/layers.safetensors holds for each case NAME the tensors
  NAME/input/0 …        floating-point inputs            NAME/constant/0 …     masks and indices
  NAME/output           the output                       NAME/cotangent        the weights of the output in the loss
  NAME/input.gradient/0 …                                the gradients of Σ output·cotangent
  NAME/parameter/PATH   and NAME/gradient/PATH           parameters under Descent's paths and in its layouts
  NAME/state/PATH       and NAME/state.after/PATH        states before and after, such as running statistics
FOLDER/layers.json says what PyTorch was asked for. Layouts are translated here: channels last, weights
[inputs, outputs], kernels [sizes…, inputs, outputs].
"""
import json
import sys

import torch
from safetensors.numpy import save_file
from torch import nn

torch.manual_seed(2026)
torch.set_default_dtype(torch.float64)
tensors, notes = {}, {}


def put(name, tensor):
    array = tensor.detach().contiguous().numpy().copy()
    assert name not in tensors, name
    tensors[name] = array


def case(name, module, inputs, mapping, call=None, constants=(), arrange=lambda t: t, training=False, states=None,
         note=None):
    """Runs a module and stores what went in and came out.

    mapping: Descent's path -> (names of PyTorch's parameters, function of their values, function of their gradients).
    arrange: from PyTorch's layout of inputs and outputs to Descent's.
    """
    module.train(training)
    inputs = [x.clone().requires_grad_(True) for x in inputs]
    for parameter in module.parameters():
        if parameter.ndim == 1:
            nn.init.normal_(parameter, 0.5, 0.3)     # scales and biases that are not one and zero
    for path, buffer in (states or {}).items():
        put(f"{name}/state/{path}", module.get_buffer(buffer))
    output = (call or (lambda m, *x: m(*x)))(module, *inputs)
    cotangent = torch.randn_like(output)
    (output * cotangent).sum().backward()
    for index, x in enumerate(inputs):
        put(f"{name}/input/{index}", arrange(x))
        put(f"{name}/input.gradient/{index}", arrange(x.grad))
    for index, constant in enumerate(constants):
        put(f"{name}/constant/{index}", constant)
    put(f"{name}/output", arrange(output))
    put(f"{name}/cotangent", arrange(cotangent))
    parameters = dict(module.named_parameters())
    for path, (names, value, gradient) in mapping.items():
        put(f"{name}/parameter/{path}", value(*[parameters[n] for n in names]))
        put(f"{name}/gradient/{path}", gradient(*[parameters[n].grad for n in names]))
    for path, buffer in (states or {}).items():
        put(f"{name}/state.after/{path}", module.get_buffer(buffer))
    notes[name] = note or str(module).replace("\n", "")


def same(name):
    return ([name], lambda t: t, lambda t: t)


def by(name, function):
    return ([name], function, function)


def transposed(name):
    return by(name, lambda t: t.transpose(-1, -2))


def channels_last(x):
    return x.permute(0, *range(2, x.ndim), 1)


def dense(path, name, bias=True):
    mapping = {f"{path}.weight": transposed(f"{name}.weight")}
    return mapping | ({f"{path}.bias": same(f"{name}.bias")} if bias else {})


def convolutions():
    def kernel(w):
        return w.permute(*range(2, w.ndim), 1, 0)

    def add(name, module, shape, arrange=channels_last, bias=True):
        mapping = {"kernel": by("weight", kernel)} | ({"bias": same("bias")} if bias else {})
        case(name, module, [torch.randn(shape)], mapping, arrange=arrange)

    add("conv1d-dilated", nn.Conv1d(3, 4, 3, dilation=2, padding=2), (2, 3, 9))
    add("conv2d-plain", nn.Conv2d(2, 3, 3), (2, 2, 6, 5))
    add("conv2d-strided", nn.Conv2d(2, 4, (3, 2), stride=2, padding=(1, 0)), (2, 2, 7, 6))
    add("conv2d-same", nn.Conv2d(2, 3, 3, padding="same", bias=False), (1, 2, 5, 4), bias=False)
    add("conv2d-groups", nn.Conv2d(4, 6, 3, groups=2, padding=1), (2, 4, 5, 4))
    add("conv2d-channels-first", nn.Conv2d(2, 3, 3, padding=1), (2, 2, 4, 5), arrange=lambda t: t)
    add("conv3d-strided", nn.Conv3d(2, 3, 2, stride=(1, 2, 2)), (1, 2, 4, 4, 5))

    def depthwise(channels):
        return lambda w: w.permute(*range(2, w.ndim), 1, 0).reshape(*w.shape[2:], channels, -1)

    case("depthwise-conv1d", nn.Conv1d(3, 6, 3, groups=3, padding=1), [torch.randn(2, 3, 7)],
         {"kernel": by("weight", depthwise(3)), "bias": same("bias")}, arrange=channels_last)
    case("depthwise-conv2d", nn.Conv2d(4, 4, 3, groups=4, stride=2, padding=1), [torch.randn(2, 4, 5, 6)],
         {"kernel": by("weight", depthwise(4)), "bias": same("bias")}, arrange=channels_last)
    separable = nn.Sequential(nn.Conv2d(3, 6, 3, groups=3, padding=1, bias=False), nn.Conv2d(6, 4, 1))
    case("separable-conv2d", separable, [torch.randn(1, 3, 5, 4)],
         {"depthwise.kernel": by("0.weight", depthwise(3)), "pointwise.kernel": by("1.weight", kernel),
          "pointwise.bias": same("1.bias")}, arrange=channels_last)

    def backward(w):
        return w.permute(*range(2, w.ndim), 1, 0)

    def add_transposed(name, module, shape):
        case(name, module, [torch.randn(shape)], {"kernel": by("weight", backward), "bias": same("bias")},
             arrange=channels_last)

    add_transposed("transposed-conv1d", nn.ConvTranspose1d(3, 2, 3, stride=2, padding=1, output_padding=1), (2, 3, 5))
    add_transposed("transposed-conv2d", nn.ConvTranspose2d(4, 6, 3, stride=2, groups=2), (1, 4, 3, 4))
    add_transposed("transposed-conv2d-dilated", nn.ConvTranspose2d(2, 3, 2, dilation=2, padding=1), (2, 2, 4, 3))
    add_transposed("transposed-conv3d", nn.ConvTranspose3d(2, 2, 2, stride=2), (1, 2, 2, 3, 2))


def pools():
    def add(name, module, shape):
        case(name, module, [torch.randn(shape)], {}, arrange=channels_last)

    add("max-pool1d", nn.MaxPool1d(3, stride=2, padding=1), (2, 3, 8))
    add("max-pool2d", nn.MaxPool2d(2), (2, 2, 6, 5))
    add("max-pool3d", nn.MaxPool3d((1, 2, 2)), (1, 2, 3, 4, 4))
    add("average-pool1d", nn.AvgPool1d(2), (2, 3, 7))
    add("average-pool2d", nn.AvgPool2d(3, stride=2, padding=1), (2, 2, 5, 6))
    add("average-pool2d-space-only", nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False), (1, 2, 5, 6))
    add("average-pool3d", nn.AvgPool3d(2), (1, 2, 4, 4, 2))
    flat = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
    x = torch.randn(2, 3, 4, 5)
    for name, module in [("global-average-pool", flat),
                         ("global-max-pool", nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten()))]:
        case(name, module, [x], {}, arrange=lambda t: channels_last(t) if t.ndim == 4 else t)


def normalisations():
    affine = {"scale": same("weight"), "shift": same("bias")}
    statistics = {"runningMean": "running_mean", "runningVariance": "running_var"}

    def batch_norm(name, module, shape, training):
        module.running_mean.copy_(torch.randn(shape[1]))
        module.running_var.copy_(torch.rand(shape[1]) + 0.5)
        case(name, module, [torch.randn(shape) * 2 + 1], affine, arrange=channels_last if len(shape) > 2 else lambda t: t,
             training=training, states=statistics)

    batch_norm("batch-norm1d-training", nn.BatchNorm1d(3), (5, 3), True)
    batch_norm("batch-norm2d-training", nn.BatchNorm2d(3, momentum=0.3, eps=1e-3), (2, 3, 3, 4), True)
    batch_norm("batch-norm2d-inference", nn.BatchNorm2d(3), (2, 3, 3, 4), False)
    case("layer-norm", nn.LayerNorm(5), [torch.randn(2, 3, 5)], affine)
    case("layer-norm-two-axes", nn.LayerNorm([3, 4], eps=1e-3), [torch.randn(2, 3, 4)], affine)
    case("layer-norm-plain", nn.LayerNorm(4, elementwise_affine=False), [torch.randn(3, 4)], {})
    case("rms-norm", nn.RMSNorm(6, eps=1e-6), [torch.randn(2, 3, 6)], {"scale": same("weight")})
    case("group-norm", nn.GroupNorm(2, 6), [torch.randn(2, 6, 3, 4)], affine, arrange=channels_last)
    case("group-norm-channels-first", nn.GroupNorm(3, 6), [torch.randn(2, 6, 4)], affine)
    case("instance-norm", nn.InstanceNorm2d(3, affine=True), [torch.randn(2, 3, 4, 3)], affine, arrange=channels_last)


def embeddings():
    ids = torch.tensor([[1, 0, 3], [4, 4, 0]])
    case("embedding", nn.Embedding(5, 3), [], {"weight": same("weight")}, call=lambda m: m(ids), constants=[ids])
    case("embedding-padding", nn.Embedding(5, 3, padding_idx=0), [], {"weight": same("weight")}, call=lambda m: m(ids),
         constants=[ids])


def recurrent(name, kind, features, size, layers=1, bidirectional=False, call=None, constants=(), batch=2, steps=5):
    module = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[kind](
        features, size, layers, batch_first=True, bidirectional=bidirectional)
    mapping = {}
    for layer in range(layers):
        for suffix, direction in [("", "forward"), ("_reverse", "backward")][: 2 if bidirectional else 1]:
            torch_name = lambda part: f"{part}_l{layer}{suffix}"
            path = f"layers.{layer}.{direction}"
            mapping[f"{path}.inputKernel"] = transposed(torch_name("weight_ih"))
            mapping[f"{path}.recurrentKernel"] = transposed(torch_name("weight_hh"))
            biases = [torch_name("bias_ih"), torch_name("bias_hh")]
            if kind == "gru":
                def joined(b, r, n=2 * size):
                    return b + torch.cat([r[:n], torch.zeros_like(r[n:])])
                mapping[f"{path}.bias"] = (biases, joined, lambda b, r: b)
                mapping[f"{path}.candidateBias"] = by(biases[1], lambda r, n=2 * size: r[n:])
            else:
                mapping[f"{path}.bias"] = (biases, lambda b, r: b + r, lambda b, r: b)
    case(name, module, [torch.randn(batch, steps, features)], mapping, call=call or (lambda m, x: m(x)[0]),
         constants=constants, note=f"{module}")


def recurrents():
    recurrent("rnn-sequence", "rnn", 3, 4)
    recurrent("lstm-sequence", "lstm", 3, 4)
    recurrent("lstm-last", "lstm", 2, 3, call=lambda m, x: m(x)[0][:, -1])
    recurrent("lstm-stacked-bidirectional", "lstm", 2, 3, layers=2, bidirectional=True)
    recurrent("lstm-cell-state", "lstm", 2, 3, call=lambda m, x: m(x)[1][1][0])
    recurrent("gru-sequence", "gru", 3, 4)
    recurrent("gru-stacked", "gru", 2, 3, layers=2)
    recurrent("gru-bidirectional", "gru", 2, 3, bidirectional=True)
    lengths = torch.tensor([5, 3, 1])
    mask = torch.arange(5)[None] < lengths[:, None]

    def packed(module, x):
        sequence = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True)
        return nn.utils.rnn.pad_packed_sequence(module(sequence)[0], batch_first=True)[0]

    recurrent("gru-masked-bidirectional", "gru", 2, 3, bidirectional=True, call=packed, constants=[mask], batch=3)
    recurrent("lstm-masked-last", "lstm", 2, 3, call=lambda m, x: m(
        nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True))[1][0][0], constants=[mask], batch=3)


def attention_mapping(path, name, size, query_size=None):
    mapping = {}
    for index, part in enumerate(["query", "key", "value"]):
        rows = slice(index * size, (index + 1) * size)
        mapping[f"{path}{part}.weight"] = by(f"{name}in_proj_weight", lambda w, r=rows: w[r].T)
        mapping[f"{path}{part}.bias"] = by(f"{name}in_proj_bias", lambda b, r=rows: b[r])
    return mapping | dense(f"{path}output", f"{name}out_proj")


def attentions():
    size, heads = 6, 2
    module = lambda: nn.MultiheadAttention(size, heads, batch_first=True)
    mapping = attention_mapping("", "", size)
    x, memory = torch.randn(2, 4, size), torch.randn(2, 3, size)
    case("attention-self", module(), [x], mapping, call=lambda m, x: m(x, x, x)[0])
    causal = torch.ones(4, 4).triu(1).bool()
    case("attention-causal", module(), [x], mapping, call=lambda m, x: m(x, x, x, attn_mask=causal)[0])
    case("attention-cross", module(), [x, memory], mapping, call=lambda m, x, y: m(x, y, y)[0])
    keys = torch.tensor([[True, True, False], [True, False, False]])
    case("attention-mask", module(), [x, memory], mapping,
         call=lambda m, x, y: m(x, y, y, key_padding_mask=~keys)[0], constants=[keys])

    class Grouped(nn.Module):
        """Four query heads on two key-value heads."""
        def __init__(self):
            super().__init__()
            self.query, self.key, self.value = nn.Linear(8, 8, bias=False), nn.Linear(8, 4, False), nn.Linear(8, 4, False)
            self.output = nn.Linear(8, 8, bias=False)

        def forward(self, x):
            split = lambda t, n: t.unflatten(-1, (n, 2)).transpose(1, 2)
            q, k, v = split(self.query(x), 4), split(self.key(x), 2), split(self.value(x), 2)
            y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
            return self.output(y.transpose(1, 2).flatten(2))

    parts = {}
    for part in ["query", "key", "value", "output"]:
        parts |= dense(part, part, bias=False)
    case("attention-grouped", Grouped(), [torch.randn(2, 5, 8)], parts)


def transformers():
    size, heads, hidden = 6, 2, 5

    def encoder(name, norm_first, activation, **options):
        module = nn.TransformerEncoderLayer(size, heads, hidden, dropout=0.0, activation=activation, batch_first=True,
                                            norm_first=norm_first)
        mapping = (attention_mapping("attention.", "self_attn.", size)
                   | {"attentionNorm.scale": same("norm1.weight"), "attentionNorm.shift": same("norm1.bias")}
                   | dense("feedForward.hidden", "linear1") | dense("feedForward.output", "linear2")
                   | {"feedForwardNorm.scale": same("norm2.weight"), "feedForwardNorm.shift": same("norm2.bias")})
        case(name, module, [torch.randn(2, 4, size)], mapping, training=True, **options)

    gelu = lambda x: nn.functional.gelu(x, approximate="tanh")
    encoder("encoder-norm-first", True, gelu)
    encoder("encoder-norm-last", False, "relu")
    keys = torch.tensor([[True, True, True, False], [True, True, False, False]])
    encoder("encoder-mask", True, "relu", call=lambda m, x: m(x, src_key_padding_mask=~keys), constants=[keys])

    for name, norm_first in [("decoder-norm-first", True), ("decoder-norm-last", False)]:
        module = nn.TransformerDecoderLayer(size, heads, hidden, dropout=0.0, activation="relu", batch_first=True,
                                            norm_first=norm_first)
        mapping = (attention_mapping("attention.", "self_attn.", size)
                   | attention_mapping("crossAttention.", "multihead_attn.", size)
                   | dense("feedForward.hidden", "linear1") | dense("feedForward.output", "linear2"))
        for index, path in enumerate(["attentionNorm", "crossAttentionNorm", "feedForwardNorm"], 1):
            mapping |= {f"{path}.scale": same(f"norm{index}.weight"), f"{path}.shift": same(f"norm{index}.bias")}
        causal = nn.Transformer.generate_square_subsequent_mask(4)
        case(name, module, [torch.randn(2, 4, size), torch.randn(2, 3, size)], mapping, training=True,
             call=lambda m, x, y: m(x, y, tgt_mask=causal, tgt_is_causal=True))

    class Rotary(nn.Module):
        """Pairs (k, k + size/2) as complex numbers, turned by position·base^(−2k/size)."""
        def forward(self, x):
            half = x.shape[-1] // 2
            angles = torch.arange(x.shape[-2])[:, None] * 10000.0 ** (-torch.arange(half) / half)
            turned = torch.complex(x[..., :half], x[..., half:]) * torch.polar(torch.ones_like(angles), angles)
            return torch.cat([turned.real, turned.imag], -1)

    case("rotary", Rotary(), [torch.randn(2, 2, 4, 6)], {})


def others():
    case("dense", nn.Linear(4, 3), [torch.randn(2, 5, 4)], {"weight": transposed("weight"), "bias": same("bias")})
    case("prelu", nn.PReLU(3), [torch.randn(4, 3)], {"slope": same("weight")})

    class HardSigmoid(nn.Module):
        """PyTorch's own divides by a 6 in single precision."""
        def forward(self, x):
            return nn.functional.relu6(x + 3) / 6

    for name, module in [("relu6", nn.ReLU6()), ("selu", nn.SELU()), ("mish", nn.Mish()), ("softsign", nn.Softsign()),
                         ("hard-swish", nn.Hardswish()), ("hard-sigmoid", HardSigmoid()), ("hard-tanh", nn.Hardtanh()),
                         ("log-sigmoid", nn.LogSigmoid()), ("gelu-exact", nn.GELU())]:
        case(f"activation-{name}", module, [torch.randn(3, 7) * 4], {})


def main():
    folder = sys.argv[1]
    for family in [convolutions, pools, normalisations, embeddings, recurrents, attentions, transformers, others]:
        family()
    save_file(tensors, f"{folder}/layers.safetensors")
    document = {"library": f"PyTorch {torch.__version__}", "cases": notes}
    with open(f"{folder}/layers.json", "w") as file:
        json.dump(document, file, indent=1, ensure_ascii=False)
        file.write("\n")
    print(f"{len(notes)} cases, {sum(t.nbytes for t in tensors.values()) // 1024} kB of numbers")


main()

"""Writes values and gradients of PyTorch's losses, for the tests of DescentNetworks.

usage: make_loss_references.py FOLDER      (needs torch; see run)

Operands are sines of 1, 2, 3, ..., so that the tests can make them too. Gradients are with respect to the first one.
"""

import json
import math
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def numbers(shape, phase):
    count = math.prod(shape)
    return torch.tensor([math.sin(i + phase) for i in range(1, count + 1)]).reshape(shape)


LABELS = torch.tensor([2, 0, 3, 1, 2])
SOME_IGNORED = torch.tensor([2, -1, 3, 1, -1])
WEIGHTS = torch.tensor([0.5, 1.0, 2.0, 0.25])


def cases():
    x, y = 2 * numbers((5, 4), 0), numbers((5, 4), 7)
    distribution = (2 * y).softmax(1)
    binary = (y > 0).double()
    sequences = torch.tensor([[1, 2, 2, 3], [3, 1, 0, 0], [2, 2, 0, 0]])
    inputs, lengths = torch.tensor([7, 5, 7]), torch.tensor([4, 2, 0])

    def ctc(logits):
        return F.ctc_loss(logits.log_softmax(2).transpose(0, 1), sequences, inputs, lengths)

    return {
        "mse": (x, lambda x: F.mse_loss(x, y)),
        "mae": (x, lambda x: F.l1_loss(x, y)),
        "huber": (x, lambda x: F.huber_loss(x, y, delta=0.7)),
        "log cosh": (x, lambda x: (x - y).cosh().log().mean()),
        "sigmoid": (x, lambda x: F.binary_cross_entropy_with_logits(x, binary)),
        "sigmoid weighted": (
            x, lambda x: F.binary_cross_entropy_with_logits(x, 0.8 * binary + 0.1, pos_weight=torch.tensor(3.0))),
        "binary": (x.sigmoid(), lambda p: F.binary_cross_entropy(p, binary)),
        "softmax": (x, lambda x: F.cross_entropy(x, LABELS)),
        "softmax smoothed": (x, lambda x: F.cross_entropy(x, LABELS, label_smoothing=0.1)),
        "softmax weighted": (x, lambda x: F.cross_entropy(x, LABELS, weight=WEIGHTS)),
        "softmax all": (
            x,
            lambda x: F.cross_entropy(x, SOME_IGNORED, weight=WEIGHTS, label_smoothing=0.2, ignore_index=-1),
        ),
        "softmax distribution": (
            x, lambda x: F.cross_entropy(x, distribution, weight=WEIGHTS, label_smoothing=0.1)),
        "probabilities": (
            x.softmax(1), lambda p: F.nll_loss(p.log(), SOME_IGNORED, weight=WEIGHTS, ignore_index=-1)),
        "nll": (x.log_softmax(1), lambda x: F.nll_loss(x, LABELS)),
        "kl": (x.log_softmax(1), lambda x: F.kl_div(x, distribution, reduction="batchmean")),
        "hinge": (x, lambda x: (1 - (2 * binary - 1) * x).clamp(min=0).mean()),
        "cosine": (x, lambda x: F.cosine_embedding_loss(x, y, torch.ones(5))),
        "triplet": (x, lambda x: F.triplet_margin_loss(x, y, numbers((5, 4), 3), margin=0.5)),
        "ctc": (2 * numbers((3, 7, 5), 0), ctc),
    }


if __name__ == "__main__":
    found = {}
    for name, (operand, loss) in cases().items():
        leaf = operand.detach().clone().requires_grad_()
        value = loss(leaf)
        value.backward()
        found[name] = {"value": value.item(), "gradient": leaf.grad.flatten().tolist()}
    with open(f"{sys.argv[1]}/losses.json", "w") as file:
        json.dump(found, file, indent=0)

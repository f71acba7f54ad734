"""Writes what PyTorch's and Optax's optimisers and schedules do, for the tests of DescentNetworks.

usage: make_optimizer_references.py FOLDER      (needs torch 2.9 or later, optax and numpy; see run)

Three parameters in float64 walk along the gradient a*(x - c) + cos(3x)/10 for 100 steps; their values after some of the
steps are kept. Schedules are kept as the learning rates of the first steps.
"""

import json
import math
import sys

import jax
import numpy as np
import optax
import torch

jax.config.update("jax_enable_x64", True)
# NAdam keeps a number of its own in the default type.
torch.set_default_dtype(torch.float64)
KEPT = [1, 2, 3, 10, 50, 100]
SHAPES = {"matrix": (3, 4), "tall": (5, 2), "vector": (4,)}


def numbers(shape, phase):
    """Numbers that any language can make: the sine of 1, 2, 3, ..."""
    return np.sin(np.arange(1, math.prod(shape) + 1, dtype=np.float64) + phase).reshape(shape)


START = {name: 2 * numbers(shape, 0.5) for name, shape in SHAPES.items()}
GOAL = {name: numbers(shape, 1.5) for name, shape in SHAPES.items()}
CURVATURE = {name: 1 + numbers(shape, 2.5) ** 2 for name, shape in SHAPES.items()}


def slope(name, value):
    return CURVATURE[name] * (value - GOAL[name]) + np.cos(3 * value) / 10


def walk_torch(make, names=SHAPES, transposed=False, every=1, clip=None, average=None, schedule=None):
    turn = (lambda x: x.T) if transposed else (lambda x: x)
    parameters = {n: torch.nn.Parameter(torch.tensor(np.ascontiguousarray(turn(START[n])))) for n in names}
    optimizer = make(parameters)
    scheduler = schedule and schedule(optimizer)
    averaged, kept = {}, {}
    for step in range(1, 101):
        for name, parameter in parameters.items():
            fresh = torch.tensor(np.ascontiguousarray(turn(slope(name, turn(parameter.detach().numpy())))))
            parameter.grad = fresh / every + (0 if parameter.grad is None else parameter.grad)
        if step % every == 0:
            if clip == "value":
                torch.nn.utils.clip_grad_value_(parameters.values(), 0.3)
            optimizer.step()
            optimizer.zero_grad()
            if scheduler:
                scheduler.step()
            for name, parameter in parameters.items():
                value = parameter.detach().clone()
                averaged[name] = value if name not in averaged or not average else average * averaged[name] + (
                    1 - average) * value
        if step in KEPT:
            shown = averaged if average else {n: p.detach() for n, p in parameters.items()}
            kept[step] = {n: turn(v.numpy()).flatten().tolist() for n, v in shown.items()}
    return kept


def walk_optax(transformation):
    parameters = {name: jax.numpy.array(value) for name, value in START.items()}
    state, kept = transformation.init(parameters), {}
    for step in range(1, 101):
        gradients = {name: jax.numpy.array(slope(name, np.array(value))) for name, value in parameters.items()}
        updates, state = transformation.update(gradients, state, parameters)
        parameters = optax.apply_updates(parameters, updates)
        if step in KEPT:
            kept[step] = {name: np.array(value).flatten().tolist() for name, value in parameters.items()}
    return kept


def over_all(kind, **options):
    return lambda parameters: kind(parameters.values(), **options)


def adamw_groups(parameters):
    return torch.optim.AdamW(
        [
            {"params": [parameters["matrix"]], "lr": 0.02},
            {"params": [parameters["tall"]], "lr": 0.01},
            {"params": [parameters["vector"]], "weight_decay": 0.0, "lr": 0.02},
        ],
        weight_decay=0.1,
    )


def optimizers():
    o = torch.optim
    cases = {
        "sgd": over_all(o.SGD, lr=0.05),
        "sgd momentum": over_all(o.SGD, lr=0.02, momentum=0.9),
        "sgd nesterov": over_all(o.SGD, lr=0.02, momentum=0.8, nesterov=True),
        "sgd dampening": over_all(o.SGD, lr=0.02, momentum=0.9, dampening=0.3, weight_decay=0.01),
        "adam": over_all(o.Adam, lr=0.05),
        "adam amsgrad": over_all(o.Adam, lr=0.05, amsgrad=True, weight_decay=0.1),
        "adamw": over_all(o.AdamW, lr=0.05, weight_decay=0.1),
        "adamax": over_all(o.Adamax, lr=0.05),
        "nadam": over_all(o.NAdam, lr=0.02, weight_decay=0.01),
        "rmsprop": over_all(o.RMSprop, lr=0.01),
        "rmsprop centered": over_all(o.RMSprop, lr=0.01, momentum=0.5, centered=True, alpha=0.9, weight_decay=0.01),
        "adagrad": over_all(o.Adagrad, lr=0.3, lr_decay=0.01, initial_accumulator_value=0.1),
        "adadelta": over_all(o.Adadelta, lr=1.0, rho=0.9, weight_decay=0.01),
        "adafactor": over_all(o.Adafactor, lr=0.01, weight_decay=0.1),
        "parameter groups": adamw_groups,
    }
    kept = {name: walk_torch(make) for name, make in cases.items()}
    kept["accumulation"] = walk_torch(over_all(o.Adam, lr=0.05), every=5)
    kept["clipped values"] = walk_torch(over_all(o.SGD, lr=0.1, momentum=0.9), clip="value")
    kept["scheduled"] = walk_torch(over_all(o.Adam, lr=0.1), schedule=warm_cosine(10, 0.1, 90, 0.001))
    kept["averaged weights"] = walk_torch(over_all(o.SGD, lr=0.05), average=0.9)
    # PyTorch orthogonalises in bfloat16; the formula is compared, so the conversion is left out.
    torch.bfloat16 = torch.float64
    kept["muon"] = walk_torch(
        over_all(o.Muon, lr=0.05, weight_decay=0.1), names=["matrix", "tall"], transposed=True)
    kept["lion"] = walk_optax(optax.lion(0.01, weight_decay=0.1))
    kept["clipped globally"] = walk_optax(optax.chain(optax.clip_by_global_norm(0.5), optax.sgd(0.1)))
    return kept


def warm_cosine(warm, start, steps, end):
    """A line up from a part of the rate, then half a wave of a cosine down."""
    s = torch.optim.lr_scheduler
    return lambda o: s.SequentialLR(
        o, [s.LinearLR(o, start, 1.0, warm), s.CosineAnnealingLR(o, steps, end)], milestones=[warm])


def rates(make, rate, count=60):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=rate)
    schedule, found = make(optimizer), []
    for _ in range(count):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return found


def plateau():
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.5)
    rule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.3, patience=2, cooldown=2, min_lr=0.01)
    values = [3, 2, 2, 2, 2, 1.5, 1.6, 1.7, 1.8, 1.9, 1.4999, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
    found = []
    for value in values:
        rule.step(value)
        found.append(optimizer.param_groups[0]["lr"])
    return {"values": values, "rates": found}


def schedules():
    s = torch.optim.lr_scheduler
    return {
        "stepped": rates(lambda o: s.StepLR(o, 7, 0.5), 0.1),
        "piecewise": rates(lambda o: s.MultiStepLR(o, [5, 20, 21], 0.1), 0.1),
        "exponential": rates(lambda o: s.ExponentialLR(o, 0.9), 0.1),
        "linear": rates(lambda o: s.LinearLR(o, 0.2, 1.0, 30), 0.1),
        "polynomial": rates(lambda o: s.PolynomialLR(o, 40, 2.0), 0.1),
        "cosine": rates(lambda o: s.CosineAnnealingLR(o, 60, 0.01), 0.1),
        "cosine restarts": rates(lambda o: s.CosineAnnealingWarmRestarts(o, 10, 2, 0.01), 0.1),
        "equal restarts": rates(lambda o: s.CosineAnnealingWarmRestarts(o, 13, 1, 0.01), 0.1),
        "one cycle": rates(lambda o: s.OneCycleLR(o, 0.1, 60), 0.1, 60 - 1),
        "warmup": rates(warm_cosine(8, 0.25, 52, 0.01), 0.1),
    }


if __name__ == "__main__":
    folder = sys.argv[1]
    with open(f"{folder}/optimizers.json", "w") as file:
        json.dump(optimizers(), file, indent=0)
    with open(f"{folder}/schedules.json", "w") as file:
        json.dump({"schedules": schedules(), "plateau": plateau()}, file, indent=0)

"""Writes PyTorch's sample inputs with values and gradients as reference cases, to compare Descent with.

usage: write_cases.py FOLDER. Then: DESCENT_SHARED_REFERENCE=FOLDER swift test --filter ReferenceCaseTests/descentAgrees
Each entry of SPELLINGS turns a sample into (operation, parameters, inputs) of a reference case, or None if the sample
asks for something that the operation does not have (another type, an output argument).
"""

import json
import os
import sys
import warnings

warnings.filterwarnings("ignore")
import numpy as np
import torch
from safetensors.numpy import save_file

from list_operators import differentiable


def arguments(sample, *names, **defaults):
    """The sample's arguments after the input, by position or by name; None for one that is not known."""
    found = dict(defaults)
    found.update(zip(names, sample.args))
    found.update(sample.kwargs)
    if len(sample.args) > len(names) or any(name not in (*names, *defaults) for name in sample.kwargs):
        return None
    return {name: found.get(name) for name in (*names, *defaults)}


def tensor(value):
    return value if isinstance(value, torch.Tensor) else torch.tensor(value, dtype=torch.float64)


def listed(value):
    return [] if value is None else [value] if isinstance(value, int) else list(value)


def one(operation, **parameters):
    return lambda sample: None if sample.args or sample.kwargs else (operation, parameters, [sample.input])


def two(operation):
    def spell(sample):
        given = arguments(sample, "other")
        return given and (operation, {}, [tensor(sample.input), tensor(given["other"])])
    return spell


def along(operation, *names, several=True, rename={}, **defaults):
    """Reductions: dim and keepdim, and others that keep their names or get new ones."""
    def spell(sample):
        given = arguments(sample, *names, dim=None, keepdim=False, **defaults)
        if given is None or given.get("dtype") is not None:
            return None
        axes, rank = listed(given.pop("dim")), sample.input.dim()
        # An axis of a scalar is no axis here.
        axes = [] if rank == 0 else axes
        # PyTorch's empty list of axes is all of them; in the format that is null.
        parameters = {"axes": axes or None, "keep_axes": bool(given.pop("keepdim"))}
        parameters.update({rename.get(k, k): v for k, v in given.items() if v is not None})
        return operation, parameters, [sample.input]
    return spell


def variance(operation):
    def spell(sample):
        given = arguments(sample, "dim", unbiased=None, correction=None, keepdim=False)
        if given is None or isinstance(given["dim"], bool):
            return None
        correction = given["correction"]
        if correction is None:
            correction = 0 if given["unbiased"] is False else 1
        axes = [] if sample.input.dim() == 0 else listed(given["dim"])
        parameters = {"axes": axes or None, "keep_axes": bool(given["keepdim"]), "correction": correction}
        return operation, parameters, [sample.input]
    return spell


def axis(operation, *names, default=-1):
    """Operations along one axis called dim."""
    def spell(sample):
        given = arguments(sample, "dim", *names)
        if given is None or sample.input.dim() == 0:
            return None
        dim = default if given.pop("dim") is None else sample.kwargs.get("dim", sample.args[0] if sample.args else default)
        if given.get("dtype") is not None:
            return None
        return operation, {"axis": dim, **{k: v for k, v in given.items() if v is not None}}, [sample.input]
    return spell


def varied(names, make, **defaults):
    """An operation whose parameters are made of the arguments."""
    def spell(sample):
        given = arguments(sample, *names, **defaults)
        return given and make(sample.input, **given)
    return spell


def spread(names):
    """Integers given one by one or as a list."""
    def take(sample):
        return list(sample.args[0]) if sample.args and isinstance(sample.args[0], (tuple, list, torch.Size)) else list(
            sample.args) or list(next(iter(sample.kwargs.values()), []))
    return take


def sized(operation, key):
    take = spread(key)
    return lambda sample: (operation, {key: take(sample)}, [sample.input])


def permutation(rank, first, second):
    order = list(range(rank))
    if rank:
        order[first], order[second] = order[second], order[first]
    return order


def moved(x, source, destination):
    source, destination = listed(source), listed(destination)
    source, destination = [s % x.dim() for s in source], [d % x.dim() for d in destination]
    order = [axis for axis in range(x.dim()) if axis not in source]
    for place, origin in sorted(zip(destination, source)):
        order.insert(place, origin)
    return "transpose", {"permutation": order}, [x]


def padded(mode):
    def make(x, pad, value=None, **_):
        low, high = [0] * x.dim(), [0] * x.dim()
        for index in range(len(pad) // 2):
            low[-1 - index], high[-1 - index] = pad[2 * index], pad[2 * index + 1]
        if min(low + high, default=0) < 0:
            return None
        return "pad", {"low": low, "high": high, "mode": mode, "value": value or 0}, [x]
    return varied(["pad", "mode", "value"], make)


def sequence(operation, default=0):
    def spell(sample):
        given = arguments(sample, "dim")
        inputs = list(sample.input)
        if given is None or len({x.dim() for x in inputs}) > 1:
            return None
        return operation, {"axis": default if given["dim"] is None else given["dim"]}, inputs
    return spell


def split(x, size, dim=0):
    dim = dim or 0
    total = x.shape[dim]
    sizes = [min(size, total - i) for i in range(0, total, size)] if isinstance(size, int) else list(size)
    return "split", {"sizes": sizes, "axis": dim}, [x]


def indexed(operation):
    def make(x, dim, index, src=None, alpha=None):
        if x.dim() == 0 or index.dim() == 0 or alpha not in (None, 1) or (src is not None and not isinstance(src, torch.Tensor)):
            return None
        return operation, {"axis": dim}, [x, index] + ([src] if src is not None else [])
    return varied(["dim", "index", "src"], make, alpha=None)


def fitting(spell):
    """Only where the indices have the size of what they stand beside, which PyTorch does not ask for."""
    def checked(sample):
        found = spell(sample)
        if found is None:
            return None
        operation, parameters, (x, index, *updates) = found
        same = all(i == s for a, (i, s) in enumerate(zip(index.shape, x.shape)) if a != parameters["axis"] % x.dim())
        return found if same and all(u.shape == index.shape for u in updates) else None
    return checked


def vector_norm(x, ord=2, dim=None, keepdim=False, dtype=None):
    if dtype is not None:
        return None
    order = 2 if ord is None else ord
    order = {float("inf"): "inf", float("-inf"): "-inf"}.get(order, order)
    axes = [] if x.dim() == 0 else listed(dim)
    return "norm", {"order": order, "axes": axes or None, "keep_axes": bool(keepdim)}, [x]


def quantile(x, q, dim=None, keepdim=False, interpolation="linear"):
    if interpolation != "linear" or isinstance(q, torch.Tensor) and q.dim() > 0 or x.dim() == 0:
        return None
    return "quantile", {"q": float(q), "axis": dim, "keep_axes": bool(keepdim)}, [x]


def spaced(operation):
    def make(y, x=None, dim=-1, dx=1):
        if y.dim() == 0:
            return None
        if x is None:
            return operation, {"spacing": float(dx), "axis": dim}, [y]
        return (operation, {"axis": dim}, [y, x]) if x.shape in (y.shape, y.shape[dim:][:1]) else None
    return varied(["x"], make, dim=-1, dx=1)


def is_one_row(x):
    """PyTorch drops the axes of a covariance of one variable also if it is a matrix."""
    return x.dim() == 2 and x.shape[0] == 1


def rolled(x, shifts, dims=None):
    if dims is None or x.dim() == 0:
        return None
    return "roll", {"shifts": listed(shifts), "axes": listed(dims)}, [x]


def tiled(x, counts):
    return "tile", {"repetitions": counts}, [x]


SAME_NAME = """abs acos acosh asin asinh atan atanh ceil cos cosh digamma erf erfc erfinv exp exp2 expm1 floor lgamma log
log10 log1p log2 neg reciprocal round rsqrt sigmoid sign sin sinc sinh sqrt square tan tanh T trace""".split()

SPELLINGS = {name: one(name) for name in SAME_NAME} | {
    "trunc": one("truncate"), "frac": one("fraction"), "T": one("reverse_axes"), "ravel": one("ravel"), "t": one("reverse_axes"),
    "nn.functional.relu": one("relu"), "nn.functional.relu6": one("relu6"), "nn.functional.silu": one("silu"),
    "nn.functional.softsign": one("softsign"), "nn.functional.mish": one("mish"), "nn.functional.selu": one("selu"),
    "nn.functional.logsigmoid": one("log_sigmoid"), "nn.functional.hardswish": one("hard_swish"),
    "nn.functional.hardsigmoid": one("hard_sigmoid"), "nn.functional.hardtanh": one("hard_tanh"),
    "nn.functional.softplus": one("softplus"), "nn.functional.tanhshrink": one("tanhshrink"),
    "nn.functional.gelu": varied([], lambda x, approximate=None: (
        "gelu_tanh" if approximate == "tanh" else "gelu", {}, [x]), approximate=None),
    "nn.functional.leaky_relu": varied(["slope"], lambda x, slope=0.01, **k: ("leaky_relu", {"slope": slope}, [x])),
    "nn.functional.elu": varied([], lambda x, alpha=None, **k: ("elu", {"alpha": 1 if alpha is None else alpha}, [x]), alpha=None),
    "nn.functional.celu": varied([], lambda x, alpha=None, **k: ("celu", {"alpha": 1 if alpha is None else alpha}, [x]), alpha=None),
    "special.entr": one("entr"), "special.ndtr": one("ndtr"), "special.ndtri": one("ndtri"), "special.erfcx": one("erfcx"),
    "special.log_ndtr": one("log_ndtr"),
    "logit": varied(["eps"], lambda x, eps: None if eps is not None else ("logit", {}, [x])),
    "nan_to_num": varied([], lambda x, nan=None, posinf=None, neginf=None: (
        "nan_to_number", {"nan": nan or 0, "positive": posinf, "negative": neginf}, [x]), nan=None, posinf=None, neginf=None),
    "lerp": varied(["end", "weight"], lambda x, end, weight: ("lerp", {}, [x, end, tensor(weight)])),
    "clamp": varied(["min", "max"], lambda x, min, max: None if isinstance(min, torch.Tensor) or isinstance(max, torch.Tensor)
                    else ("clamp", {"minimum": min, "maximum": max}, [x])),
    **{f"polygamma.polygamma_n_{n}": (lambda n: lambda sample: ("polygamma", {"order": sample.args[0]}, [sample.input]))(n)
       for n in range(5)},
    **{torch_name: two(name) for torch_name, name in {
        "add": "add", "sub": "subtract", "mul": "multiply", "true_divide": "divide", "div.no_rounding_mode": "divide",
        "pow": "pow", "maximum": "maximum", "minimum": "minimum", "atan2": "atan2", "hypot": "hypot", "logaddexp": "logaddexp",
        "remainder": "remainder", "fmod": "truncated_remainder", "xlogy": "xlogy", "copysign": "copysign",
        "special.xlog1py": "xlog1py", "matmul": "matmul", "mm": "matmul", "bmm": "matmul", "mv": "matmul", "dot": "dot",
        "outer": "outer", "kron": "kron", "max.binary": "maximum", "min.binary": "minimum", "float_power": "pow"}.items()},
    "sum": along("sum", "dim"), "mean": along("mean", "dim"), "prod": along("prod", "dim", "keepdim"),
    "amax": along("max", "dim"), "amin": along("min", "dim"), "logsumexp": along("logsumexp", "dim", "keepdim"),
    "nansum": along("nansum", "dim"), "nanmean": along("nanmean", "dim"),
    "var": variance("variance"), "std": variance("std"), "linalg.vector_norm": varied(
        ["ord"], vector_norm, dim=None, keepdim=False, dtype=None),
    "quantile": varied(["q"], quantile, dim=None, keepdim=False, interpolation="linear"),
    "cumsum": axis("cumsum"), "cumprod": axis("cumprod"), "logcumsumexp": axis("logcumsumexp"),
    "cummax": axis("cummax"), "cummin": axis("cummin"),
    "softmax": axis("softmax", "dtype"), "log_softmax": axis("log_softmax", "dtype"),
    "nn.functional.softmin": axis("softmin", "dtype"),
    "diff": varied(["n", "dim", "prepend", "append"], lambda x, n, dim, prepend, append: None
                   if prepend is not None or append is not None or x.dim() == 0
                   else ("diff", {"order": 1 if n is None else n, "axis": -1 if dim is None else dim}, [x])),
    "trapezoid": spaced("trapezoid"), "cumulative_trapezoid": spaced("cumulative_trapezoid"),
    "cov": varied([], lambda x, correction=None, fweights=None, aweights=None: None if fweights is not None or aweights is not None or is_one_row(x)
                  else ("cov", {"correction": 1 if correction is None else correction}, [x]), correction=None, fweights=None, aweights=None),
    "corrcoef": lambda sample: None if is_one_row(sample.input) else one("corrcoef")(sample),
    "cdist": varied(["x2", "p", "mode"], lambda x, x2, p, mode: None if mode != "use_mm_for_euclid_dist" else (
        "cdist", {"order": "inf" if p == float("inf") else p}, [x, x2])),
    "linalg.vander": varied([], lambda x, N=None: None if x.dim() == 0 else ("vander", {"count": N}, [x]), N=None),
    "flip": lambda sample: sized("flip", "axes")(sample) if spread("")(sample) else None, "permute": sized("transpose", "permutation"), "reshape": sized("reshape", "shape"),
    "view": sized("reshape", "shape"), "expand": lambda sample: None if -1 in spread("")(sample) else sized("broadcast_to", "shape")(sample),
    "broadcast_to": sized("broadcast_to", "shape"), "repeat": sized("tile", "repetitions"), "tile": sized("tile", "repetitions"),
    "transpose": varied(["a", "b"], lambda x, a, b: ("transpose", {"permutation": permutation(x.dim(), a, b)}, [x])),
    "movedim": varied(["source", "destination"], moved), "roll": varied(["shifts", "dims"], rolled),
    "squeeze": varied(["dim"], lambda x, dim: ("squeeze", {"axes": [dim]}, [x])
                      if dim is not None and x.dim() > 0 and x.shape[dim] == 1 else None),
    "unsqueeze": varied(["dim"], lambda x, dim: ("expand_dims", {"axes": [dim]}, [x])),
    "tril": varied(["diagonal"], lambda x, diagonal: ("tril", {"offset": diagonal or 0}, [x])),
    "triu": varied(["diagonal"], lambda x, diagonal: ("triu", {"offset": diagonal or 0}, [x])),
    "diagonal": varied(["offset"], lambda x, offset, dim1=None, dim2=None: ("diagonal", {"offset": offset or 0}, [x])
                       if x.dim() == 2 and dim1 in (None, 0) and dim2 in (None, 1) else None, dim1=None, dim2=None),
    "diag": varied(["diagonal"], lambda x, diagonal: ("diag" if x.dim() == 1 else "diagonal", {"offset": diagonal or 0}, [x])),
    "cat": sequence("concat"), "stack": sequence("stack"),
    "split": varied(["size", "dim"], split), "split_with_sizes": varied(["size", "dim"], split),
    "nn.functional.pad.constant": padded("constant"), "nn.functional.pad.reflect": padded("reflect"),
    "nn.functional.pad.replicate": padded("edge"), "nn.functional.pad.circular": padded("wrap"),
    "gather": fitting(indexed("gather")), "scatter_add": fitting(indexed("scatter_add")), "scatter": fitting(indexed("scatter")),
    "index_select": indexed("take"), "index_add": varied(["dim", "index", "src"], lambda x, dim, index, src, alpha=None: None if x.dim() == 0 or index.dim() == 0
                       else ("index_add_scaled", {"axis": dim, "alpha": 1 if alpha is None else alpha}, [x, index, src]), alpha=None),
    "take": varied(["index"], lambda x, index: ("flat_take", {}, [x, index])),
    "masked_fill": varied(["mask", "value"], lambda x, mask, value: None if isinstance(value, torch.Tensor)
                          else ("masked_fill", {"value": value}, [x, mask])),
    "masked_select": varied(["mask"], lambda x, mask: ("masked_select", {}, [x, mask]) if mask.shape == x.shape else None),
    "where": varied(["condition", "other"], lambda x, condition, other: ("where", {}, [condition, x, tensor(other)])),
    "sort": varied(["dim", "descending"], lambda x, dim, descending, stable=None: None if x.dim() == 0 else (
        "sort", {"axis": -1 if dim is None else dim, "descending": bool(descending)}, [x]), stable=None),
    "msort": lambda sample: None if sample.input.dim() == 0 else ("sort_values", {"axis": 0}, [sample.input]),
    "topk": varied(["k", "dim", "largest", "sorted"], lambda x, k, dim, largest, sorted: None if x.dim() == 0 else (
        "topk", {"k": k, "axis": -1 if dim is None else dim, "largest": largest is not False}, [x])),
    # PyTorch also pairs an axis of size 1 with a longer one.
    "tensordot": varied(["other"], lambda x, other, dims=2: None if x.shape == (1, 1, 1) else (
        "tensordot", {"axes": [list(range(x.dim() - dims, x.dim())), list(range(dims))] if isinstance(dims, int)
                      else [list(d) for d in dims]}, [x, other]), dims=2),
    "einsum": lambda sample: None if "..." in sample.args[0] else ("einsum", {"equation": sample.args[0]}, list(sample.input)),
    "nn.functional.linear": lambda sample: ("linear", {}, [sample.input, *sample.args]) if sample.args[0].dim() == 2 else None,
    "narrow": varied(["dim", "start", "length"], lambda x, dim, start, length: None if isinstance(start, torch.Tensor) or x.dim() == 0
                     else ("take", {"axis": dim}, [x, torch.arange(length) + start])),
    "select": varied(["dim", "index"], lambda x, dim, index: ("take", {"axis": dim}, [x, torch.tensor(index)])),
    "chunk": varied(["count", "dim"], lambda x, count, dim: split(x, -(-x.shape[dim or 0] // count), dim)),
    "unbind": varied(["dim"], lambda x, dim: ("unstack", {"axis": dim or 0}, [x])),
    "repeat_interleave": varied(["count", "dim"], lambda x, count, dim: ("repeat", {"count": count, "axis": dim}, [x])
                                if isinstance(count, int) and dim is not None and x.dim() > 0 else None),
    "inner": lambda sample: ("dot", {}, [sample.input, sample.args[0]]) if sample.input.dim() == 1 else None,
    "linalg.cross": lambda sample: ("cross", {}, [sample.input, sample.args[0]])
                    if sample.kwargs.get("dim", -1) in (-1, sample.input.dim() - 1) else None,
    "linalg.multi_dot": lambda sample: ("chain", {}, list(sample.input)),
    "nn.functional.embedding": lambda sample: ("embedding", {}, [sample.input, sample.args[0]]) if not sample.kwargs else None,
    "nn.functional.mse_loss": varied(["target"], lambda x, target, reduction="mean": ("mse", {"reduction": reduction}, [x, target]), reduction="mean"),
    "nn.functional.l1_loss": varied(["target"], lambda x, target, reduction="mean": ("mae", {"reduction": reduction}, [x, target]), reduction="mean"),
    "nn.functional.huber_loss": varied(["target"], lambda x, target, reduction="mean", delta=1.0: (
        "huber", {"reduction": reduction, "delta": delta}, [x, target]), reduction="mean", delta=1.0),
    "linalg.det": one("det"), "logdet": one("logdet"), "linalg.inv": one("inverse"), "matrix_exp": one("matrix_exp"),
    "linalg.cholesky": lambda sample: None if sample.kwargs.get("upper") else ("cholesky", {}, [sample.input]),
    "linalg.svdvals": one("svd_values"), "linalg.matrix_power": varied(["n"], lambda x, n: ("matrix_power", {"exponent": n}, [x])),
    "linalg.solve": varied(["other"], lambda x, other, left=True: ("solve", {}, [x, other]) if left and other.dim() in (1, x.dim())
                           and (other.dim() > 1 or x.dim() == 2) else None, left=True),
    "linalg.solve_triangular": varied(["other"], lambda x, other, upper=False, left=True, unitriangular=False: None if not left else (
        "triangular_solve", {"lower": not upper, "unit_diagonal": bool(unitriangular)}, [x, other]), upper=False, left=True, unitriangular=False),
    "addmm": lambda sample: ("affine", {}, [*sample.args, sample.input]) if len(sample.args) == 2 and not sample.kwargs else None,
}


def outputs_of(operator, sample):
    outputs = operator(sample.input, *sample.args, **sample.kwargs)
    outputs = [outputs] if isinstance(outputs, torch.Tensor) else [x for x in outputs]
    return outputs


def is_comparable(x):
    return isinstance(x, torch.Tensor) and x.dtype in (torch.float64, torch.int64, torch.bool) and x.dim() <= 8


class Writer:
    def __init__(self):
        self.cases, self.tensors = [], {}

    def keep(self, name, value):
        self.tensors[name] = np.array(value.detach().numpy(), order="C")
        return name

    def add(self, name, operation, parameters, inputs, outputs):
        real = [x.is_floating_point() for x in outputs]
        generator = torch.Generator().manual_seed(len(self.cases))
        cotangents = [torch.randn(x.shape, dtype=x.dtype, generator=generator) if r else None for x, r in zip(outputs, real)]
        sources = [x for x in inputs if x.requires_grad]
        roots = [(x, c) for x, c in zip(outputs, cotangents) if c is not None and x.requires_grad]
        gradients = iter(torch.autograd.grad([x for x, _ in roots], sources, [c for _, c in roots], allow_unused=True)
                         if sources and roots else [None] * len(sources))
        found = [next(gradients) if x.requires_grad else None for x in inputs]
        found = [torch.zeros_like(x) if x.requires_grad and g is None else g for x, g in zip(inputs, found)]
        self.cases.append({
            "name": name, "operation": operation, "parameters": parameters,
            "inputs": [{"role": f"x{i}", "tensor": self.keep(f"{name}/input{i}", x), "differentiable": x.requires_grad} for i, x in enumerate(inputs)],
            "outputs": [self.keep(f"{name}/output{i}", x) for i, x in enumerate(outputs)],
            "cotangents": [None if c is None else self.keep(f"{name}/cotangent{i}", c) for i, c in enumerate(cotangents)],
            "gradients": [None if g is None else self.keep(f"{name}/gradient{i}", g) for i, g in enumerate(found)],
            "tolerance": 1e-9, "float32": False})

    def write(self, folder):
        os.makedirs(folder, exist_ok=True)
        with open(f"{folder}/opinfo.json", "w", encoding="utf-8") as file:
            json.dump({"format": "gradient-cases/1", "group": "opinfo", "tensors": "opinfo.safetensors", "cases": self.cases}, file)
        save_file(self.tensors, f"{folder}/opinfo.safetensors")


def main():
    torch.set_num_threads(1)
    writer, left_out = Writer(), {}
    operators = differentiable()
    for name, spell in SPELLINGS.items():
        samples = list(operators[name].sample_inputs("cpu", torch.float64, requires_grad=True))
        for index, sample in enumerate(samples):
            found = spell(sample)
            if found is None or not all(is_comparable(x) for x in found[2]):
                left_out[name] = left_out.get(name, 0) + 1
                continue
            outputs = outputs_of(operators[name], sample)
            writer.add(f"{name}-{index}", *found, outputs[:1] if name in ("cummax", "cummin") else outputs)
    writer.write(sys.argv[1])
    print(f"{len(writer.cases)} cases of {len(SPELLINGS)} operators; samples left out:", left_out)


if __name__ == "__main__":
    main()

"""Lists PyTorch's differentiable operators with float64 samples: name, number of sample inputs.

torch.testing's operator database (op_db) is what PyTorch tests its own derivatives with.
"""

import sys
import warnings

warnings.filterwarnings("ignore")
import torch
from torch.testing._internal.common_methods_invocations import op_db


def name(operator):
    """The operator's name with its variant, as a row of the list."""
    return operator.name + ("." + operator.variant_test_name if operator.variant_test_name else "")


def differentiable():
    """The operators whose derivatives PyTorch tests in float64, by name, the first of those that share one."""
    operators = {}
    for operator in op_db:
        if operator.supports_autograd and torch.float64 in operator.dtypes:
            operators.setdefault(name(operator), operator)
    return operators


def main():
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        file.write(f"# PyTorch {torch.__version__.split('+')[0]}\noperator\tsamples\n")
        for key, operator in sorted(differentiable().items()):
            samples = sum(1 for _ in operator.sample_inputs("cpu", torch.float64, requires_grad=True))
            file.write(f"{key}\t{samples}\n")


if __name__ == "__main__":
    main()

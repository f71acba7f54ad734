"""`python -m peers.torch_start`: what a program pays before its first gradient; timed from outside."""

import torch

w = torch.tensor([[1.0, -2.0], [2.0, 1.0]], requires_grad=True)
b = torch.tensor([[0.0], [-1.0]], requires_grad=True)
x = torch.tensor([[1.0], [2.0]])
((w @ x + b) ** 2).sum().backward()
print(w.grad, b.grad)

"""Shapes without values, and without the second that PyTorch takes to import what computes them."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch
from torch import nn

from temadapter.unfilled import without_values

METHODS = """
import sys
from temadapter.methods.base import MethodContext
from temadapter.methods.registry import get_method, list_methods
from temadapter.unfilled import without_values
for name in list_methods():
    if not get_method(name).runs_towers:
        with without_values():
            get_method(name).build(MethodContext(embedding_dim=32, logit_scale=10.0))
print(*(one for one in ("torch._dynamo", "sympy", "transformers") if one in sys.modules))
"""


@pytest.mark.parametrize(
    "make",
    [
        lambda: torch.randn(3, 5),
        lambda: torch.randn((3, 5), generator=torch.Generator()),
        lambda: torch.eye(4),
        lambda: torch.eye(4, 3),
        lambda: torch.ones(2, 3) / 3,
        lambda: 2 * torch.ones(2, 3).mul_(0.5) * 4,
        lambda: torch.arange(3)[:, None] * torch.ones(5),
        lambda: torch.arange(3) / 2,
        lambda: torch.ones(3).mul(other=2),
        lambda: nn.init.normal_(torch.empty(2, 3)),
        lambda: torch.empty(2, 3).normal_(),
        lambda: nn.Embedding(5, 3).weight,
        lambda: nn.Linear(5, 3).weight,
        lambda: nn.MultiheadAttention(4, 2).in_proj_weight,
    ],
)
def test_shapes_and_formats_are_those_of_what_is_filled(make):
    with without_values():
        empty = make()
    filled = make()
    assert empty.device.type == "meta"
    assert (empty.shape, empty.dtype, type(empty)) == (filled.shape, filled.dtype, type(filled))


def test_no_method_on_features_needs_more_of_pytorch():
    done = subprocess.run([sys.executable, "-c", METHODS], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []

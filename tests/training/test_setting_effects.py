"""What training settings do, seen in what they act on: learning rates, weight decay, gradients."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
import torch

from temadapter.config.run_config import load_config
from temadapter.methods.transfer import TransferMethod
from temadapter.training.schedule import learning_rate
from temadapter.training.trainer import _parameter_groups


@pytest.fixture
def groups() -> list[dict[str, Any]]:
    slow, fast = torch.nn.Parameter(torch.ones(2, 2)), torch.nn.Parameter(torch.ones(3, 3))
    training = replace(load_config("paper").training, fast_rate=7.0, weight_decay=0.25)
    return _parameter_groups([slow, fast], [fast], training)


def test_fast_parameters_learn_faster(groups: list[dict[str, Any]]) -> None:
    assert {len(group["params"][0]): group["factor"] for group in groups} == {2: 1.0, 3: 7.0}


def test_matrices_decay(groups: list[dict[str, Any]]) -> None:
    assert [group["weight_decay"] for group in groups] == [0.25, 0.25]


def test_gradients_are_clipped() -> None:
    parameter = torch.nn.Parameter(torch.zeros(4))
    parameter.grad = torch.full((4,), 10.0)
    method = SimpleNamespace(trainable_parameters=lambda: [parameter], _clip_norm=1.0)
    assert TransferMethod.clip_gradients(cast("Any", method)) == pytest.approx(20.0)
    assert parameter.grad.norm() == pytest.approx(1.0, abs=1e-4)


def test_the_cosine_begins_when_the_warm_up_ends() -> None:
    training = replace(load_config("paper").training, schedule="cosine", warmup=0.5, epochs=4)
    rates = [
        learning_rate(training, step=step, steps_per_epoch=5) / training.learning_rate for step in range(20)
    ]
    assert rates[:10] == pytest.approx([(step + 1) / 10 for step in range(10)])
    assert rates[10] == pytest.approx(1.0)
    assert rates[15] == pytest.approx(0.5)

from __future__ import annotations

import pytest
import torch

from temadapter.training import device as device_module
from temadapter.training.device import choose_dtype


def test_auto_takes_bfloat16_only_where_the_processor_multiplies_it(monkeypatch: pytest.MonkeyPatch) -> None:
    cpu = torch.device("cpu")
    monkeypatch.setattr(device_module, "native_bfloat16", lambda: True)
    assert choose_dtype("auto", cpu) == "bfloat16"
    assert choose_dtype("float32", cpu) == "float32"
    assert choose_dtype("auto", torch.device("cuda")) == "float32"
    monkeypatch.setattr(device_module, "native_bfloat16", lambda: False)
    assert choose_dtype("auto", cpu) == "float32"
    assert choose_dtype("bfloat16", cpu) == "bfloat16"

from __future__ import annotations

import pytest
import torch

from temadapter.errors import ConfigError
from temadapter.training import device as device_module
from temadapter.training.device import choose_device, choose_dtype


def test_auto_takes_bfloat16_only_where_the_processor_multiplies_it(monkeypatch: pytest.MonkeyPatch) -> None:
    cpu = torch.device("cpu")
    monkeypatch.setattr(device_module, "native_bfloat16", lambda: True)
    assert choose_dtype("auto", cpu) == "bfloat16"
    assert choose_dtype("float32", cpu) == "float32"
    assert choose_dtype("auto", torch.device("cuda")) == "float32"
    monkeypatch.setattr(device_module, "native_bfloat16", lambda: False)
    assert choose_dtype("auto", cpu) == "float32"
    assert choose_dtype("bfloat16", cpu) == "bfloat16"


def test_missing_cuda_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert choose_device("auto") == choose_device("cpu") == torch.device("cpu")
    with pytest.raises(ConfigError, match="no CUDA device"):
        choose_device("cuda")

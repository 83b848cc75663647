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


def test_one_of_several_devices_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert choose_device("cuda:1") == torch.device("cuda", 1)
    with pytest.raises(ConfigError, match="cuda:0 to cuda:1"):
        choose_device("cuda:2")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert choose_device("mps") == torch.device("mps")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(ConfigError, match="no Apple GPU"):
        choose_device("mps")


@pytest.mark.parametrize("name", ["gpu", "cuda:x", "cuda:", "cpu:0:1", ""])
def test_unknown_devices_are_told(name: str) -> None:
    with pytest.raises(ConfigError, match="There is no device"):
        choose_device(name)

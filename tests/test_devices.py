from __future__ import annotations

from pathlib import Path

import pytest
import torch

from temadapter.devices import choose_device, native_bfloat16
from temadapter.errors import ConfigError


def test_native_bfloat16_is_read_from_the_processor(tmp_path: Path) -> None:
    info = tmp_path / "cpuinfo"
    info.write_text("flags : fpu avx512f avx512_bf16 sse\n")
    assert native_bfloat16(info)
    assert not native_bfloat16(tmp_path / "absent")
    plain = tmp_path / "plain"
    plain.write_text("flags : fpu avx2\n")
    assert not native_bfloat16(plain)


def test_missing_cuda_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert choose_device("auto") == choose_device("cpu") == torch.device("cpu")
    with pytest.raises(ConfigError, match="no CUDA device here: use --device cpu"):
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

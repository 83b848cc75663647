from __future__ import annotations

import pytest
import torch

from temadapter.backbones import precision
from temadapter.errors import ConfigError

CPU, CUDA = torch.device("cpu"), torch.device("cuda")


@pytest.mark.parametrize(
    ("device", "family", "parameters", "native", "wanted"),
    [
        (CPU, "clip", 151_000_000, True, torch.bfloat16),
        (CPU, "clip", 151_000_000, False, torch.float32),
        (CPU, "clip", 2_400_000, True, torch.bfloat16),
        (CPU, "clip", 100_000, True, torch.float32),
        (CUDA, "clip", 4_000_000, False, torch.float16),
        (CUDA, "siglip", 200_000_000, False, torch.bfloat16),
    ],
)
def test_auto(monkeypatch, device, family, parameters, native, wanted):
    monkeypatch.setattr(precision, "native_bfloat16", lambda: native)
    got = precision.choose_dtype("auto", device=device, family=family, parameters=parameters)
    assert got == wanted


def test_what_is_asked_for_is_done_or_refused():
    assert precision.choose_dtype("float16", device=CPU, family="clip", parameters=1) == torch.float16
    with pytest.raises(ConfigError, match="no dtype 'half'"):
        precision.choose_dtype("half", device=CPU, family="clip", parameters=1)

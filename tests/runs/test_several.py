"""How many processes train a run where nobody said."""

from __future__ import annotations

import pytest
import torch

from temadapter.config.run_config import load_config
from temadapter.errors import ConfigError
from temadapter.runs import several
from temadapter.runs.several import check_processes, own_processes


@pytest.mark.parametrize(
    ("sets", "workers", "expected"),
    [
        ((), None, 4),
        ((), 2, 2),
        ((), 1, 1),
        (("training.batch_size=3",), None, 1),
        (("features.backbone=toy",), None, 1),  # registered here: other processes do not know it
        (("features.backbone=hf:some/clip",), None, 4),
        (("method=zero-shot",), None, 1),
        (("method=tem-adapter", "model.option_pairing=tiled"), None, 1),
    ],
)
def test_own_processes(
    toy_backbone: str,
    monkeypatch: pytest.MonkeyPatch,
    sets: tuple[str, ...],
    workers: int | None,
    expected: int,
) -> None:
    monkeypatch.setattr(several, "cores", lambda: 16)
    preset = "paper" if any(own.startswith("method=") for own in sets) else "plus"
    assert own_processes(load_config(preset, ["training.device=cpu", *sets]), workers) == expected


def test_one_process_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    on_gpus = load_config("plus", ["training.device=cuda"])
    assert own_processes(on_gpus, None) == 1
    check_processes(on_gpus, 2)
    with pytest.raises(ConfigError, match="--processes 3 is more than the 2 GPUs of this machine"):
        check_processes(on_gpus, 3)
    with pytest.raises(ConfigError, match=r"training\.device=cuda:1 is a single device"):
        check_processes(load_config("plus", ["training.device=cuda:1"]), 2)


def test_each_has_its_part_of_the_cores() -> None:
    torch.set_num_threads(2)
    with several.threads(1):
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2
    with several.threads(8):
        assert torch.get_num_threads() == 2

"""Several processes that train one run: the same result as one, one writer, resumed by any number."""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file

from forks import CONTEXT
from temadapter.errors import ConfigError, TemAdapterError
from temadapter.evaluation.prediction import read_predictions
from temadapter.runs.train import train_run
from temadapter.training import trainer
from temadapter.training.distributed import Processes
from temadapter.training.place import Place, is_follower, own_device
from training_toy import ToyBackbone, make_world, toy_config

TOLERANCE = 1e-5
PLUS = ("method_options.dropout=0", "method_options.frame_dropout=0", "method_options.noise=0")
EXACT = ("model.temporal_dropout=0", "model.semantic_dropout=0", "training.questions_together=3")


def train(
    world: Path, output: Path, sets: tuple[str, ...], resume: bool, environment: dict[str, str]
) -> None:
    """Train as one of several processes; print a mistake and end with 1."""
    printed = os.open(f"{output}-{environment['RANK']}.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(printed, 1)
    os.dup2(printed, 2)
    os.environ |= environment
    torch.set_num_threads(1)
    try:
        train_run(toy_config(world, "paper", *sets), output, resume=resume, backbone=ToyBackbone())
    except TemAdapterError as error:
        print(f"{type(error).__name__}: {error}", flush=True)
        sys.exit(1)


def together(count: int, world: Path, output: Path, *sets: str, resume: bool = False) -> list[str]:
    """Train in `count` processes that were told what torchrun tells; return what each printed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    common = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "WORLD_SIZE": str(count)}
    started = [
        CONTEXT.Process(
            target=train,
            args=(world, output, sets, resume, common | {"RANK": str(rank), "LOCAL_RANK": str(rank)}),
        )
        for rank in range(count)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join(180)
        assert process.exitcode in (0, 1)
    return [Path(f"{output}-{rank}.txt").read_text() for rank in range(count)]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    make_world(folder)
    return folder


def difference(first: Path, second: Path) -> float:
    """Return the largest difference of two runs' weights that have an influence.

    The bias of attention's keys has none (softmax takes it out): its gradient is rounding, which Adam scales up.
    """
    one, two = (load_file(folder / "model.safetensors") for folder in (first, second))
    assert one.keys() == two.keys()
    for weights in (one, two):
        for name, bias in weights.items():
            if name.endswith("encoder.self_attn.in_proj_bias"):
                bias[len(bias) // 3 : 2 * len(bias) // 3] = 0
    return max(float((one[name] - two[name]).abs().max()) for name in one)


def check_same(first: Path, second: Path) -> None:
    assert difference(first, second) < TOLERANCE
    assert losses(first) == pytest.approx(losses(second), abs=TOLERANCE)
    one, two = (read_predictions(folder / "predictions.jsonl") for folder in (first, second))
    assert [p.id for p in one] == [p.id for p in two]
    for mine, other in zip(one, two, strict=True):
        assert mine.probabilities == pytest.approx(other.probabilities, abs=TOLERANCE)


def losses(folder: Path) -> list[float]:
    return [json.loads(line)["loss"] for line in (folder / "metrics.jsonl").read_text().splitlines()]


@pytest.mark.parametrize(
    "sets",
    [
        ("training.batch_size=7",),
        ("objective.answer_loss=summed_hinge", "training.epochs=2"),
        ("method=motion", "training.batch_size=7"),  # standardises with every video that training has shown
    ],
)
def test_two_processes_learn_what_one_does(world: Path, tmp_path: Path, sets: tuple[str, ...]) -> None:
    train_run(toy_config(world, "paper", *EXACT, *sets), tmp_path / "alone", backbone=ToyBackbone())
    printed = together(2, world, tmp_path / "shared", *EXACT, *sets)
    assert printed == ["", ""]
    check_same(tmp_path / "alone", tmp_path / "shared")
    left = {path.name for path in (tmp_path / "shared").rglob("*")}
    assert not {name for name in left if "partial" in name}


def test_two_processes_have_the_losses_of_one_with_plus(world: Path, tmp_path: Path) -> None:
    """Its weights differ more: Adam scales up the rounding of weights without influence, such as the last bias."""
    sets = ("method=plus", *PLUS, "training.batch_size=7")
    train_run(toy_config(world, "paper", *sets), tmp_path / "alone", backbone=ToyBackbone())
    assert together(2, world, tmp_path / "shared", *sets) == ["", ""]
    assert losses(tmp_path / "alone") == pytest.approx(losses(tmp_path / "shared"), abs=TOLERANCE)


def test_two_processes_go_on_where_one_was_interrupted(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = toy_config(world, "paper", *EXACT, "training.checkpoint_every=0")
    train_run(config, tmp_path / "alone", backbone=ToyBackbone())
    plain, calls = trainer.save_checkpoint, []

    def save(*arguments: Any, **options: Any) -> None:
        plain(*arguments, **options)
        calls.append(options["progress"].step)
        if len(calls) == 5:
            raise KeyboardInterrupt

    monkeypatch.setattr(trainer, "save_checkpoint", save)
    with pytest.raises(KeyboardInterrupt):
        train_run(config, tmp_path / "shared", backbone=ToyBackbone())
    assert together(2, world, tmp_path / "shared", *EXACT, "training.checkpoint_every=0", resume=True) == [
        "",
        "",
    ]
    check_same(tmp_path / "alone", tmp_path / "shared")


def test_what_depends_on_the_whole_batch_is_refused_by_all(world: Path, tmp_path: Path) -> None:
    printed = together(2, world, tmp_path / "run", "model.option_pairing=tiled")
    assert all("depends on the whole batch" in text for text in printed)
    assert json.loads((tmp_path / "run" / "results.json").read_text())["run"]["status"] == "failed"
    again = together(2, world, tmp_path / "taken", "training.epochs=1")
    assert again == ["", ""]
    refused = together(2, world, tmp_path / "taken", "training.epochs=1")
    assert "ConfigError" in refused[0]
    assert "FollowerError" in refused[1]


@given(
    videos=st.lists(st.integers(0, 9), min_size=1, max_size=40),
    count=st.integers(1, 6),
)
def test_parts_cover_the_batch_and_keep_videos_whole(videos: list[int], count: int) -> None:
    rows = torch.arange(len(videos)) + 100
    parts = [Processes(rank, count).share(rows, torch.tensor(videos)) for rank in range(count)]
    assert sorted(torch.cat(parts).tolist()) == rows.tolist()
    owners = [{videos[row - 100] for row in part.tolist()} for part in parts]
    assert sum(map(len, owners)) == len(set(videos))
    largest = max(videos.count(video) for video in videos)
    assert max(map(len, parts)) <= len(videos) / count + largest


def test_what_torchrun_says(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_follower()
    monkeypatch.setenv("WORLD_SIZE", "4")
    monkeypatch.setenv("RANK", "3")
    monkeypatch.setenv("LOCAL_RANK", "1")
    assert is_follower()
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    place = Place.of_torchrun()
    assert (place.rank, place.count) == (3, 4)
    assert own_device(torch.device("cuda"), place) == torch.device("cuda", 1)
    assert own_device(torch.device("cuda", 0), place) == torch.device("cuda", 0)
    assert own_device(torch.device("cpu"), place) == torch.device("cpu")
    monkeypatch.setenv("LOCAL_RANK", "2")
    with pytest.raises(ConfigError, match="More processes are started than there are GPUs"):
        own_device(torch.device("cuda"), Place.of_torchrun())
    monkeypatch.setenv("RANK", "first")
    with pytest.raises(ConfigError, match="not a number"):
        is_follower()

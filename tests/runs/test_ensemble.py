"""Several seeds in one run: trained one by one, resumed, and answering with their mean."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from temadapter.config.run_config import load_config, with_method
from temadapter.errors import ConfigError, DataError
from temadapter.evaluation.prediction import read_predictions
from temadapter.methods.ensemble import Ensemble
from temadapter.runs.evaluate import evaluate_run
from temadapter.runs.load import load_run
from temadapter.runs.train import RunResult, train_run
from temadapter.training import trainer as loop
from training_toy import ToyBackbone, toy_config

LAST = ("training.selection=last", "data.validation_fraction=0", "training.checkpoint_every=0")


def trained(world: Path, folder: Path, *sets: str, resume: bool = False) -> RunResult:
    return train_run(toy_config(world, "paper", *sets), folder, backbone=ToyBackbone(), resume=resume)


@pytest.fixture(scope="module")
def run(world: Path, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    return trained(world, tmp_path_factory.mktemp("ensemble") / "run", *LAST, "training.ensemble=3")


def test_it_answers_with_the_mean_of_runs_of_its_seeds(world: Path, run: RunResult, tmp_path: Path) -> None:
    weights, told = load_file(run.folder.weights), []
    for number in range(3):
        alone = trained(world, tmp_path / str(number), *LAST, f"training.seed={number}").folder
        for name, value in load_file(alone.weights).items():
            assert torch.equal(weights.pop(f"members.{number}.{name}"), value)
        told.append([p.probabilities for p in read_predictions(alone.predictions)])
    assert not weights
    mean = torch.tensor(told, dtype=torch.float64).mean(dim=0)
    own = torch.tensor([p.probabilities for p in read_predictions(run.folder.predictions)])
    assert torch.allclose(own.double(), mean, atol=2e-6)
    assert not torch.allclose(own.double(), torch.tensor(told[:2]).double().mean(dim=0), atol=1e-4)
    again = evaluate_run(load_run(run.folder.path), backbone=ToyBackbone())
    assert again.predictions == read_predictions(run.folder.predictions)


def test_results_tell_of_every_member(world: Path, run: RunResult) -> None:
    train = run.results["train"]
    assert [member["seed"] for member in train["members"]] == [0, 1, 2]
    total = sum(p.numel() for p in load_run(run.folder.path).method.parameters())
    assert train["trainable_parameters"] == total
    assert len(run.folder.read_metrics()) == 3


def test_interrupted_in_the_second_member_it_ends_with_the_same_bits(
    world: Path, run: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, ends = loop._Run.end_epoch, 0

    def interrupted(self: loop._Run) -> object:
        nonlocal ends
        ends += 1
        if ends == 5:
            raise KeyboardInterrupt
        return original(self)

    with monkeypatch.context() as patch:
        patch.setattr(loop._Run, "end_epoch", interrupted)
        with pytest.raises(KeyboardInterrupt):
            trained(world, tmp_path / "run", *LAST, "training.ensemble=3")
    first = (tmp_path / "run/members/0/checkpoint/state.pt").read_bytes()
    resumed = trained(world, tmp_path / "run", *LAST, "training.ensemble=3", resume=True).folder
    assert resumed.weights.read_bytes() == run.folder.weights.read_bytes()
    assert (tmp_path / "run/members/0/checkpoint/state.pt").read_bytes() == first


def test_a_member_that_is_missing_or_too_many_is_an_error(run: RunResult) -> None:
    method = load_run(run.folder.path).method
    assert isinstance(method, Ensemble)
    state = method.inference_state()
    with pytest.raises(DataError, match="do not fit"):
        method.load_inference_state({n: v for n, v in state.items() if not n.startswith("members.2.")})
    with pytest.raises(DataError, match=r"members\.3\.x.* belongs to none"):
        method.load_inference_state({**state, "members.3.x": torch.zeros(1)})


def test_one_member_is_a_run_as_ever(world: Path, tmp_path: Path) -> None:
    run = trained(world, tmp_path / "run", "training.ensemble=1")
    assert "ensemble" not in run.folder.config.read_text()
    assert "members" not in run.results["train"]
    assert not run.folder.members.exists()


def test_what_trains_nothing_has_no_ensemble() -> None:
    with pytest.raises(ConfigError, match="clip-template trains nothing"):
        load_config("paper", ["method=clip-template", "training.ensemble=3"])
    config = load_config("paper", ["training.ensemble=3"])
    assert with_method(config, "clip-template").training.ensemble == 1
    assert with_method(config, "clip-adapter").training.ensemble == 3


def test_another_number_of_members_is_not_resumed(world: Path, run: RunResult) -> None:
    with pytest.raises(ConfigError, match=r"training\.ensemble was 3 and is now 2"):
        trained(world, run.folder.path, *LAST, "training.ensemble=2", resume=True)

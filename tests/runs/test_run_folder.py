from __future__ import annotations

from pathlib import Path

import pytest
import torch

from temadapter.config.run_config import Config, load_config
from temadapter.errors import ConfigError, DataError
from temadapter.hub.model_card import model_card
from temadapter.runs.folder import BackboneRecord, RunFolder

BACKBONE = BackboneRecord("mini", "abc", 32, 10.5)


def test_folder_that_holds_something_is_never_overwritten_unasked(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    run.prepare(Config())
    with pytest.raises(ConfigError, match="--resume"):
        run.prepare(Config())
    with pytest.raises(ConfigError, match="one of --resume and --overwrite"):
        run.prepare(Config(), resume=True, overwrite=True)


def test_folder_that_holds_no_run_is_never_touched(tmp_path: Path) -> None:
    precious = tmp_path / "thesis.tex"
    precious.write_text("years of work")
    for way in ({}, {"overwrite": True}, {"resume": True}):
        with pytest.raises(ConfigError, match="no run"):
            RunFolder(tmp_path).prepare(Config(), **way)
    assert precious.read_text() == "years of work"


def test_overwrite_removes_the_run_and_leaves_other_files(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.prepare(Config())
    (tmp_path / "notes.txt").write_text("mine")
    run.write_weights({"a": torch.zeros(2)}, BACKBONE)
    run.checkpoint.mkdir()
    (run.checkpoint / "state.pt").write_bytes(b"old")
    run.prepare(load_config("official"), overwrite=True)
    assert {path.name for path in tmp_path.iterdir()} == {"config.yaml", "notes.txt"}
    assert load_config(tmp_path) == load_config("official")


@pytest.mark.parametrize("way", [{}, {"resume": True}, {"overwrite": True}])
def test_what_a_failed_start_left_is_replaced(tmp_path: Path, way: dict[str, bool]) -> None:
    run = RunFolder(tmp_path)
    run.prepare(Config())
    run.write_results({"run": {"status": "failed", "error": "No videos."}})
    assert run.failure == "No videos."
    run.prepare(load_config("official"), **way)
    assert {path.name for path in tmp_path.iterdir()} == {"config.yaml"}
    assert load_config(tmp_path) == load_config("official")


@pytest.mark.parametrize("left", ["model.safetensors", "metrics.jsonl", "notes.txt", "checkpoint"])
def test_a_failed_run_with_anything_to_lose_is_kept(tmp_path: Path, left: str) -> None:
    run = RunFolder(tmp_path)
    run.prepare(Config())
    run.write_results({"run": {"status": "failed", "error": "No videos."}})
    (tmp_path / left).write_text("something")
    with pytest.raises(ConfigError, match="--overwrite"):
        run.prepare(Config())
    assert (tmp_path / left).read_text() == "something"
    assert run.results.is_file()


def test_resume_without_a_run_begins_one(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "new")
    assert run.prepare(Config(), resume=True) == Config()
    assert run.config.is_file()


def test_weights_come_back_with_their_backbone_and_equal_runs_are_equal_files(tmp_path: Path) -> None:
    weights = {"b": torch.randn(3, 2), "a": torch.arange(4.0)}
    first, second = RunFolder(tmp_path / "1"), RunFolder(tmp_path / "2")
    for run in (first, second):
        run.write_weights(weights, BACKBONE)
    found, backbone = first.read_weights()
    assert backbone == BACKBONE
    assert all(torch.equal(found[name], value) for name, value in weights.items())
    assert first.weights.read_bytes() == second.weights.read_bytes()


def test_unfinished_or_damaged_weights_are_one_clear_sentence(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    with pytest.raises(DataError, match="--resume"):
        run.read_weights()
    run.weights.write_bytes(b"not weights at all")
    with pytest.raises(DataError, match="cannot be read"):
        run.read_weights()


def test_finished_means_results_and_weights(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    assert not run.finished
    run.write_results({"run": {"status": "finished"}})
    assert not run.finished
    run.write_weights({}, BACKBONE)
    assert run.finished
    run.write_results({"run": {"status": "failed"}})
    assert not run.finished


def test_card_of_paper_says_that_it_carries_no_difference() -> None:
    card = model_card(load_config("paper"), BACKBONE, {})
    assert "none of the 11 ways" in card
    assert "None: every setting is that of preset `paper`." in card
    assert "`" not in card.split("## Differences from the method")[1].split("## Limits")[0]


def test_card_names_exactly_the_differences_that_the_run_carries() -> None:
    config = load_config("paper", ["model.similarity=dot", "training.selection=last"])
    card = model_card(config, BACKBONE, {}, note="mini knows no streets.")
    differences = card.split("## Differences from the method")[1].split("## Limits")[0]
    assert "carries 2 of the 11" in differences
    assert "- **4** `model.similarity: dot`" in differences
    assert "- **11** `training.selection: last`" in differences
    assert differences.count("- **") == 2
    assert "mini knows no streets." in card


def test_card_of_another_method_says_nothing_of_the_networks_quirks() -> None:
    card = model_card(load_config("official", ["method=zero-shot"]), BACKBONE, {})
    assert "Differences from the method" not in card
    assert "has not been evaluated" in card


HALF = (".config.yaml.4711.partial", ".config.yaml.4711-a1b2c3.partial", ".metrics.jsonl.12-00ff00.partial")


@pytest.mark.parametrize("way", [{}, {"resume": True}, {"overwrite": True}])
def test_what_a_killed_start_left_half_written_makes_no_folder_refuse(
    tmp_path: Path, way: dict[str, bool]
) -> None:
    for name in HALF:
        (tmp_path / name).write_text("half")
    RunFolder(tmp_path).prepare(Config(), **way)
    assert [path.name for path in tmp_path.iterdir()] == ["config.yaml"]


def test_half_written_checkpoints_of_killed_processes_are_removed_on_resume(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.prepare(Config())
    run.checkpoint.mkdir()
    (run.checkpoint / "state.pt").write_bytes(b"good")
    (run.checkpoint / ".state.pt.99-a1b2c3.partial").write_bytes(bytes(1000))
    (tmp_path / HALF[0]).write_text("half")
    run.prepare(Config(), resume=True)
    assert [path.name for path in run.checkpoint.iterdir()] == ["state.pt"]
    assert {path.name for path in tmp_path.iterdir()} == {"config.yaml", "checkpoint"}


def test_half_written_files_beside_files_of_others_stay(tmp_path: Path) -> None:
    for name in ("thesis.tex", HALF[0]):
        (tmp_path / name).write_text("mine")
    with pytest.raises(ConfigError, match="no run"):
        RunFolder(tmp_path).prepare(Config())
    assert len(list(tmp_path.iterdir())) == 2


def test_a_start_killed_between_its_first_two_files_can_be_given_again(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("rules: []\n")
    config = load_config("paper", [f"data.descriptions=rules:{tmp_path / 'mine.yaml'}"])
    run = RunFolder(tmp_path / "run")
    run.prepare(config)
    run.config.unlink()
    run.prepare(config)
    assert run.config.is_file()
    run.config.unlink()
    run.rules.write_text("somebody's own")
    with pytest.raises(ConfigError, match="no run"):
        run.prepare(config)


@pytest.mark.parametrize("text", ["", "{", "[1]", "\ud83d", "[" * 5000, '{"run": 3}'])
def test_results_that_were_changed_by_hand_are_told(tmp_path: Path, text: str) -> None:
    run = RunFolder(tmp_path)
    run.prepare(Config())
    run.results.write_bytes(text.encode("utf-8", "surrogatepass"))
    if text.startswith("{") and text.endswith("}"):
        assert (run.failure, run.finished) == (None, False)
    else:
        with pytest.raises(DataError, match=r"results\.json is not the JSON"):
            _ = run.finished

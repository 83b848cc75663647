from __future__ import annotations

import json
from pathlib import Path

import pytest
from safetensors.torch import load_file

from temadapter.config.data_config import DataConfig
from temadapter.config.run_config import load_config
from temadapter.errors import ConfigError, DataError
from temadapter.evaluation.prediction import read_predictions
from temadapter.hub.run_card import write_card
from temadapter.runs.evaluate import evaluate_run
from temadapter.runs.folder import RunFolder
from temadapter.runs.load import load_run
from temadapter.runs.train import RunResult, train_run
from training_toy import ToyBackbone, make_world, toy_config


@pytest.fixture(scope="module")
def run(world: Path, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    output = tmp_path_factory.mktemp("runs") / "run"
    return train_run(toy_config(world), output, backbone=ToyBackbone())


def test_run_writes_every_file_of_its_folder(run: RunResult) -> None:
    names = {path.name for path in run.folder.path.iterdir()}
    assert names == {
        "config.yaml",
        "metrics.jsonl",
        "results.json",
        "predictions.jsonl",
        "model.safetensors",
        "checkpoint",
    }


def test_run_uses_every_question_once_and_keeps_videos_apart(run: RunResult) -> None:
    train = run.results["train"]
    assert sum(train["questions"].values()) == 48
    assert train["questions"]["test"] == 12
    assert train["videos"]["train"] + train["videos"]["validation"] == 18
    assert train["videos_in_training_and_test"] == 0


def test_results_name_the_chosen_epoch_and_where_it_ran(run: RunResult) -> None:
    history = run.folder.read_metrics()
    best = max(line["validation_accuracy"] for line in history)
    first_best = next(line["epoch"] for line in history if line["validation_accuracy"] == best)
    assert run.results["train"]["chosen_epoch"] == first_best
    assert run.results["train"]["validation_accuracy"] == best
    assert run.results["meta"]["versions"]["torch"]
    assert run.results["meta"]["seed"] == 0
    assert run.results["train"]["peak_memory"]["main_bytes"] > 0


def test_config_file_reads_back_to_the_resolved_configuration(run: RunResult) -> None:
    config = load_config(run.folder.path)
    assert config == run.config
    assert config.model.embedding_dim == ToyBackbone.embedding_dim
    assert "auto" not in (config.training.device, config.training.dtype)


def test_weights_are_those_that_answering_needs(run: RunResult) -> None:
    weights = load_file(run.folder.weights)
    assert weights
    assert not any(name.startswith("temporal.decoder") for name in weights)


def test_loaded_run_gives_the_predictions_of_the_run(run: RunResult) -> None:
    loaded = load_run(run.folder.path)
    again = evaluate_run(loaded, backbone=ToyBackbone(), device="cpu")
    assert again.predictions == read_predictions(run.folder.predictions)
    assert again.tested is not None
    assert (
        again.tested.table.rows[0].overall.value
        == run.results["train"]["test"]["rows"][0]["overall"]["value"]
    )


def test_validation_questions_of_a_loaded_run_are_those_it_held_out(run: RunResult) -> None:
    loaded = load_run(run.folder.path)
    again = evaluate_run(loaded, split="validation", backbone=ToyBackbone(), device="cpu")
    assert len(again.predictions) == run.results["train"]["questions"]["validation"]
    share = sum(bool(p.correct) for p in again.predictions) / len(again.predictions)
    assert share == pytest.approx(run.results["train"]["validation_accuracy"])


def test_evaluating_on_other_questions_without_splits_answers_all(run: RunResult, tmp_path: Path) -> None:
    file = make_world(tmp_path, videos=5, splits=False)
    result = evaluate_run(
        load_run(run.folder.path),
        data=DataConfig(dataset=str(file)),
        store=str(tmp_path / "features"),
        backbone=ToyBackbone(),
        device="cpu",
    )
    assert len(result.predictions) == 10


def test_text_only_control_takes_every_difference_between_videos_away(run: RunResult) -> None:
    loaded = load_run(run.folder.path)
    result = evaluate_run(loaded, control="text_only", backbone=ToyBackbone(), device="cpu")
    per_kind = {(p.type, p.probabilities) for p in result.predictions}
    assert len(per_kind) <= 2  # the options are the same everywhere; raw options hide even the question


def test_unknown_control_and_split_are_refused(run: RunResult) -> None:
    loaded = load_run(run.folder.path)
    with pytest.raises(ConfigError, match="shuffled_frames"):
        evaluate_run(loaded, control="shuffled", backbone=ToyBackbone())
    with pytest.raises(ConfigError, match="no questions in split 'dev'"):
        evaluate_run(loaded, split="dev", backbone=ToyBackbone())


def test_another_backbone_is_refused(run: RunResult) -> None:
    class Other(ToyBackbone):
        fingerprint = "0" * 16

    with pytest.raises(Exception, match="fingerprint"):
        evaluate_run(load_run(run.folder.path), backbone=Other(), device="cpu")


def test_same_seed_gives_the_same_bits_and_another_does_not(
    run: RunResult, world: Path, tmp_path: Path
) -> None:
    same = train_run(toy_config(world), tmp_path / "same", backbone=ToyBackbone())
    other = train_run(
        toy_config(world, "paper", "training.seed=1"), tmp_path / "other", backbone=ToyBackbone()
    )
    assert same.folder.weights.read_bytes() == run.folder.weights.read_bytes()
    assert other.folder.weights.read_bytes() != run.folder.weights.read_bytes()


def test_official_preset_trains_on_every_question_and_keeps_the_last_epoch(
    world: Path, tmp_path: Path
) -> None:
    result = train_run(toy_config(world, "official"), tmp_path / "run", backbone=ToyBackbone())
    train = result.results["train"]
    assert "validation" not in train["questions"]
    assert train["questions"]["train"] == 36
    assert train["chosen_epoch"] == 3
    assert "validation_accuracy" not in result.folder.read_metrics()[0]
    assert "carries 11 of the 11" in write_card(result.folder.path).read_text(encoding="utf-8")


def test_prediction_of_official_depends_on_the_batch_and_the_runs_own_size_is_used(
    world: Path, tmp_path: Path
) -> None:
    sets = ("training.batch_size=5", "training.learning_rate=0.02", "model.gate_init=1.0")
    result = train_run(toy_config(world, "official", *sets), tmp_path / "run", backbone=ToyBackbone())
    loaded = load_run(result.folder.path)
    own = evaluate_run(loaded, backbone=ToyBackbone(), device="cpu")
    whole = evaluate_run(loaded, backbone=ToyBackbone(), device="cpu", batch_size=12)
    assert own.predictions == read_predictions(result.folder.predictions)
    assert own.predictions != whole.predictions


def test_method_without_training_is_only_evaluated(world: Path, tmp_path: Path) -> None:
    config = toy_config(world, "paper", "method=zero-shot")
    result = train_run(config, tmp_path / "run", backbone=ToyBackbone())
    assert result.results["train"]["trainable_parameters"] == 0
    assert set(result.results["train"]["questions"]) == {"test"}
    loaded = load_run(result.folder.path)
    assert loaded.method.name == "zero-shot"
    assert loaded.backbone.logit_scale == ToyBackbone.logit_scale


def test_both_accuracies_of_empty_options_are_reported(tmp_path: Path) -> None:
    make_world(tmp_path, videos=16, empty=True)
    config = toy_config(tmp_path, "paper", "method=zero-shot")
    result = train_run(config, tmp_path / "run", backbone=ToyBackbone())
    both = result.results["train"]["test"]["empty_options"]
    assert both["used"] == "masked"
    assert both["questions_with_empty_options"] == 8
    assert both["masked"]["value"] >= both["compete"]["value"]
    chosen = read_predictions(result.folder.predictions)
    assert all(p.probabilities[(p.answer + 1) % 4] == 0 for p in chosen if p.answer is not None)


def test_finished_run_is_returned_as_it_is_on_resume(run: RunResult, world: Path) -> None:
    before = run.folder.results.read_text(encoding="utf-8")
    again = train_run(toy_config(world), run.folder.path, resume=True, backbone=ToyBackbone())
    assert again.was_finished
    assert run.folder.results.read_text(encoding="utf-8") == before


def test_failed_run_says_so_in_its_results(tmp_path: Path) -> None:
    make_world(tmp_path, videos=1)
    with pytest.raises(ConfigError, match="No validation questions"):
        train_run(toy_config(tmp_path), tmp_path / "run", backbone=ToyBackbone())
    results = json.loads((tmp_path / "run" / "results.json").read_text(encoding="utf-8"))
    assert results["run"]["status"] == "failed"
    assert "No validation questions" in results["run"]["error"]
    with pytest.raises(DataError, match=r"no trained weights.*The run failed: No validation questions"):
        load_run(tmp_path / "run")


def test_a_start_that_failed_can_be_given_again_once_the_data_are_mended(tmp_path: Path) -> None:
    make_world(tmp_path, videos=1)
    with pytest.raises(ConfigError, match="No validation questions"):
        train_run(toy_config(tmp_path), tmp_path / "run", backbone=ToyBackbone())
    make_world(tmp_path)
    assert train_run(toy_config(tmp_path), tmp_path / "run", backbone=ToyBackbone()).folder.finished


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ("train", "None of the 25 training questions has a known answer"),
        ("val", "None of the 11 validation questions has a known answer.*Give their answers"),
    ],
)
def test_questions_without_answers_are_told_as_such(tmp_path: Path, part: str, reason: str) -> None:
    file = make_world(tmp_path)
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    for number, row in enumerate(rows):
        row["split"] = "val" if row["split"] == "train" and number < 13 else row["split"]
        row["answer"] = None if row["split"] == part else row["answer"]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with pytest.raises(ConfigError, match=reason):
        train_run(toy_config(tmp_path), tmp_path / "run", backbone=ToyBackbone())


def test_training_videos_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    file = make_world(tmp_path)
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        row["video"] = f"gone-{row['video']}" if row["split"] == "train" else row["video"]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with pytest.raises(
        ConfigError, match=r"known answer is left\. 18 of the videos cannot be used: mend them"
    ):
        train_run(toy_config(tmp_path), tmp_path / "run", backbone=ToyBackbone())


def test_a_finished_run_is_compared_with_data_and_backbone_of_today(tmp_path: Path) -> None:
    class Other(ToyBackbone):
        fingerprint = "0" * 16

    file = make_world(tmp_path)
    config = toy_config(tmp_path, "paper", "method=zero-shot")

    def changes(backbone: ToyBackbone | None = None) -> tuple[str, ...]:
        return train_run(config, tmp_path / "run", resume=True, backbone=backbone or ToyBackbone()).stale

    assert changes() == changes() == ()
    assert changes(Other())[0].startswith("the backbone changed (fingerprint ")
    whole = file.read_text(encoding="utf-8")
    lines = whole.splitlines()
    tests = [line for line in lines if '"split": "test"' in line]
    file.write_text(whole.replace('"answer": 1', '"answer": 2'), encoding="utf-8")
    assert changes() == ("the annotations changed",)
    file.write_text("\n".join(line for line in lines if line != tests[0]), encoding="utf-8")
    assert changes() == ("test questions were 12 and are 11",)
    trained_on = next(line for line in lines if '"split": "train"' in line)
    file.write_text("\n".join(line for line in lines if line != trained_on), encoding="utf-8")
    assert changes() == (), "what trains nothing does not ask it"


def test_videos_that_fail_leave_their_questions_out(tmp_path: Path) -> None:
    file = make_world(tmp_path, videos=12)
    missing = {
        "id": "x",
        "video": "gone.mp4",
        "question": "What?",
        "options": ["a", "b"],
        "answer": 0,
        "split": "test",
    }
    file.write_text(file.read_text(encoding="utf-8") + "\n" + json.dumps(missing), encoding="utf-8")
    result = train_run(toy_config(tmp_path), tmp_path / "run", backbone=ToyBackbone())
    assert [failure.video_id for failure in result.failed] == ["gone.mp4"]
    assert result.results["train"]["questions_left_out"] == 1
    assert result.results["train"]["questions"]["test"] == 6


@pytest.mark.parametrize("way", ["resume", "overwrite"])
def test_a_folder_that_another_process_trains_in_is_left_alone(
    run: RunResult, world: Path, tmp_path: Path, way: str
) -> None:
    folder = RunFolder(tmp_path / "run")
    with folder.held():
        folder.prepare(run.config)
        before = {path: path.read_bytes() for path in folder.path.iterdir()}
        with pytest.raises(ConfigError, match="Another process is writing a run in"):
            train_run(toy_config(world), folder.path, backbone=ToyBackbone(), **{way: True})
        assert {path: path.read_bytes() for path in folder.path.iterdir()} == before

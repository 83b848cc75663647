"""What a run reads in place of question and options: chosen by name, kept in the run, used when it answers."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from temadapter.config.data_config import DataConfig
from temadapter.config.run_config import Config, load_config
from temadapter.data.dataset import Dataset
from temadapter.data.question import Question
from temadapter.descriptions import describe_all
from temadapter.descriptions.option_texts import option_texts
from temadapter.descriptions.seq2seq import Seq2SeqDescriber
from temadapter.errors import ConfigError
from temadapter.qa import VideoQA
from temadapter.runs.dry_run import plan_run
from temadapter.runs.evaluate import evaluate_run
from temadapter.runs.load import load_run
from temadapter.runs.prepare import default_descriptions
from temadapter.runs.train import RunResult, train_run
from training_toy import ToyBackbone, toy_config

RULES = "rules:\n  - question: '^which colour is (?P<when>.+)\\?$'\n    write: '{option} is what stands there {when}'\n"
OTHER = RULES.replace("stands", "lies")
QUESTION = Question("1", "a.mp4", "Which colour is first?", ("red", "", "blue"), 0)


class Listening(ToyBackbone):
    """Remembers what it was asked to embed."""

    def __init__(self) -> None:
        self.texts: set[str] = set()

    def encode_texts(self, texts: list[str]) -> torch.Tensor:
        self.texts |= set(texts)
        return super().encode_texts(texts)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    file = tmp_path / "mine.yaml"
    file.write_text(RULES, encoding="utf-8")
    return file


def short(world: Path, *sets: str) -> Config:
    return toy_config(world, "paper", "training.epochs=1", *sets)


def trained(world: Path, output: Path, spec: str, **more: bool) -> RunResult:
    return train_run(short(world, f"data.descriptions={spec}"), output, backbone=ToyBackbone(), **more)


@pytest.mark.parametrize(
    "spec", ["raw", "rules", "rules:traffic", "rules:a b.yaml", "hf:me/t5", "dir:models/t5"]
)
def test_every_way_of_describing_can_be_set(spec: str) -> None:
    assert load_config("paper", [f"data.descriptions={spec}"]).data.descriptions == spec


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("rulez", r"data: descriptions: .*'rulez'\. Did you mean 'rules'\?.*hf:NAME"),
        ("rules:", "lacks a YAML file"),
        ("hf:", "lacks the name of a model"),
        ("dir: ", "lacks a folder"),
        ("spacy:en", "Known: .*raw, rules"),
    ],
)
def test_what_is_no_way_of_describing_is_refused_with_those_there_are(spec: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        load_config("paper", [f"data.descriptions={spec}"])


def test_texts_are_those_of_the_chosen_describer(rules: Path) -> None:
    own = "Red is what stands there first."
    assert list(option_texts([QUESTION], f"rules:{rules}")) == [(own, "", own.replace("Red", "Blue"))]
    assert list(option_texts([QUESTION], "rules")) == [describe_all(QUESTION.text, QUESTION.options)]
    assert list(option_texts([QUESTION], "raw")) == [QUESTION.options]


def test_a_run_reads_the_users_rules_in_training_evaluation_and_answers(
    world: Path, tmp_path: Path, rules: Path
) -> None:
    backbone, output = Listening(), tmp_path / "run"
    config = short(world, f"data.descriptions=rules:{rules}", f"features.store={tmp_path / 'features'}")
    shutil.copytree(world / "features", tmp_path / "features")
    shutil.rmtree(tmp_path / "features" / "texts", ignore_errors=True)
    result = train_run(config, output, backbone=backbone)
    assert "Red is what stands there first." in backbone.texts
    rules.unlink()  # the run has its own copy
    moved = shutil.move(output, tmp_path / "elsewhere")
    run = load_run(Path(moved))
    assert evaluate_run(run, backbone=backbone, device="cpu").tested is not None
    qa = VideoQA(backbone, run.method, None, event_descriptions=True, describer=run.load_describer())  # type: ignore[arg-type]
    assert qa.texts("Which colour is last?", ("red", "blue"))[0] == "Red is what stands there last."
    assert load_config(Path(moved)).data.descriptions == f"rules:{Path(moved) / 'rules.yaml'}"
    assert "descriptions: rules:rules.yaml" in (Path(moved) / "config.yaml").read_text(encoding="utf-8")
    assert result.results["meta"]["descriptions"]["fingerprint"]


def test_rules_that_come_with_the_package_are_copied_too(world: Path, tmp_path: Path) -> None:
    trained(world, tmp_path / "run", "rules:traffic")
    assert "question" in (tmp_path / "run" / "rules.yaml").read_text(encoding="utf-8")


def test_a_copy_of_the_rules_that_was_changed_is_noticed(world: Path, tmp_path: Path, rules: Path) -> None:
    trained(world, tmp_path / "run", f"rules:{rules}")
    (tmp_path / "run" / "rules.yaml").write_text(OTHER, encoding="utf-8")
    with pytest.raises(ConfigError, match="trained with other event descriptions"):
        evaluate_run(load_run(tmp_path / "run"), backbone=ToyBackbone(), device="cpu")


def test_a_run_goes_on_with_the_same_rules_wherever_they_lie_and_with_no_others(
    world: Path, tmp_path: Path, rules: Path
) -> None:
    output = tmp_path / "run"
    trained(world, output, f"rules:{rules}")
    again = tmp_path / "again.yaml"
    shutil.copy(rules, again)
    assert trained(world, output, f"rules:{again}", resume=True).was_finished
    again.write_text(OTHER, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"data\.descriptions was 'rules of fingerprint"):
        trained(world, output, f"rules:{again}", resume=True)


def test_a_run_can_be_replaced_from_its_own_folder(world: Path, tmp_path: Path, rules: Path) -> None:
    output = tmp_path / "run"
    trained(world, output, f"rules:{rules}")
    config = load_config(output)
    train_run(config, output, overwrite=True, backbone=ToyBackbone())
    assert (output / "rules.yaml").read_text(encoding="utf-8") == RULES
    trained(world, output, "raw", overwrite=True)
    assert not (output / "rules.yaml").exists()


@pytest.mark.parametrize(
    ("spec", "says"), [("rules:nowhere.yaml", "cannot be read"), ("dir:nowhere", "There is no folder")]
)
def test_a_describer_that_is_not_there_stops_a_run_before_it_begins(
    world: Path, tmp_path: Path, spec: str, says: str
) -> None:
    with pytest.raises(ConfigError, match=says):
        trained(world, tmp_path / "run", spec)
    assert not (tmp_path / "run").exists()


def test_a_models_descriptions_are_read_and_its_fingerprint_is_kept(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Model(Seq2SeqDescriber):
        fingerprint = "one"

        def __init__(self) -> None:
            pass

        def __call__(self, question: str, options: tuple[str, ...]) -> tuple[str, ...]:  # type: ignore[override]
            return tuple(f"model says {option}" if option else "" for option in options)

    monkeypatch.setattr("temadapter.descriptions.describers._model", lambda kind, name: Model())
    assert list(option_texts([QUESTION], "hf:me/t5")) == [("model says red", "", "model says blue")]
    result = trained(world, tmp_path / "run", "hf:me/t5")
    assert result.results["meta"]["descriptions"] == {"name": "hf:me/t5", "fingerprint": "one"}
    run = load_run(tmp_path / "run")
    assert run.load_describer()("What?", ("red",)) == ("model says red",)
    monkeypatch.setattr(Model, "fingerprint", "another")
    with pytest.raises(ConfigError, match="one then, another now"):
        run.load_describer()


def captions(folder: Path) -> Path:
    """Write a folder of MSR-VTT-MC whose clips have features in the toy world."""
    folder.mkdir()
    rows = [
        {"qid": str(n), "clip_name": f"v{n}", "answer": "0", "options": ["red is first", "blue is first"]}
        for n in range(4)
    ]
    file = folder / "msrvtt_mc_test.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return file


def test_sentences_are_read_as_they_are_unless_told_otherwise(
    world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, output = captions(tmp_path / "MSRVTT"), tmp_path / "run"
    config = short(world, f"data.dataset={file}", "data.descriptions=null", "method=clip-template")
    backbone = Listening()
    result = train_run(config, output, backbone=backbone)
    assert result.config.data.descriptions == "raw"
    assert capsys.readouterr().err.count("sentences already") == 1
    assert train_run(config, output, resume=True, backbone=backbone).was_finished
    rewritten = short(world, f"data.dataset={file}", "data.descriptions=rules", "method=clip-template")
    assert train_run(rewritten, tmp_path / "two", backbone=backbone).config.data.descriptions == "rules"
    assert capsys.readouterr().err == ""


def test_a_run_on_questions_reads_the_sentences_of_another_dataset_as_they_are(
    world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trained(world, tmp_path / "run", "rules")
    file = captions(tmp_path / "MSRVTT")
    run = load_run(tmp_path / "run")
    asked = Listening()
    evaluate_run(run, data=DataConfig(dataset=str(file)), backbone=asked, device="cpu")
    assert "sentences already" in capsys.readouterr().err
    forced = DataConfig(dataset=str(file), descriptions="rules")
    evaluate_run(run, data=forced, backbone=asked, device="cpu")
    assert "sentences already" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("method", "sentences", "expected"),
    [("tem-adapter", False, "rules"), ("tem-adapter", True, "raw"), ("zero-shot", False, "raw")],
)
def test_default_is_what_the_method_is_made_for_but_no_sentence_is_rewritten(
    method: str, sentences: bool, expected: str, tmp_path: Path
) -> None:
    assert default_descriptions(method, Dataset("d", tmp_path, (QUESTION,), sentences=sentences)) == expected


def test_a_plan_counts_the_texts_of_the_chosen_describer(world: Path, rules: Path) -> None:
    for spec, texts in (("raw", 4), (f"rules:{rules}", 8), ("hf:me/t5", 8)):
        config = short(world, f"data.descriptions={spec}")
        hub = replace(config.features, backbone="hf:nobody/nothing")  # not downloaded, nor is the describer
        assert plan_run(replace(config, features=hub)).texts == texts


def test_configurations_of_runs_made_before_load_unchanged(tmp_path: Path) -> None:
    for spec in ("rules", "raw"):
        (tmp_path / "config.yaml").write_text(
            f"preset: paper\ndata:\n  descriptions: {spec}\n", encoding="utf-8"
        )
        assert load_config(tmp_path).data.descriptions == spec

"""Every transfer method from videos to a run folder, and back to answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from picture_world import make_pictures, picture_config
from temadapter.backbones.registry import load_backbone
from temadapter.config.run_config import load_config
from temadapter.config.training_config import FRAMES_TOGETHER
from temadapter.data.splits import TRAIN
from temadapter.errors import BackboneError, ConfigError
from temadapter.evaluation.prediction import read_predictions
from temadapter.methods.base import Batch, MethodContext, TrainableMethod
from temadapter.methods.registry import get_method, list_methods
from temadapter.qa import VideoQA
from temadapter.runs.dry_run import plan_run
from temadapter.runs.evaluate import evaluate_run
from temadapter.runs.load import load_run
from temadapter.runs.prepare import open_frames, prepare, read_dataset, split_questions
from temadapter.runs.resolve import resolve
from temadapter.runs.train import train_run
from tiny_backbones import write_clip, write_siglip

METHODS = tuple(name for name in list_methods() if get_method(name).trainable)
FRAMES = tuple(name for name in METHODS if get_method(name).needs == "frames")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory, make_video: Callable[..., Path]) -> Path:
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("pictures")
    make_pictures(folder, make_video)
    return folder


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"dir:{write_clip(tmp_path_factory.mktemp('clip'))}"


@pytest.fixture(scope="module")
def siglip(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"dir:{write_siglip(tmp_path_factory.mktemp('siglip'))}"


@pytest.mark.parametrize("name", METHODS)
def test_a_run_is_trained_saved_loaded_evaluated_and_asked(
    name: str, pictures: Path, clip: str, tmp_path: Path
) -> None:
    result = train_run(picture_config(pictures, clip, name), tmp_path / "run", workers=1)
    train = result.results["train"]
    saved = load_file(result.folder.weights)
    if name in ("mean-linear", "motion"):  # which keep the scale of what they read beside what they train
        assert sum(v.numel() for k, v in saved.items() if k == "weight") == train["trainable_parameters"]
    elif name == "plus":  # the same
        trained = (value.numel() for key, value in saved.items() if not key.startswith("inputs."))
        assert sum(trained) == train["trainable_parameters"]
    elif name != "tem-adapter":  # which leaves out what only training needs
        assert sum(value.numel() for value in saved.values()) == train["trainable_parameters"]
    assert train["questions"] == {"train": 12, "validation": 4, "test": 4}
    loaded = load_run(result.folder.path)
    again = evaluate_run(loaded, device="cpu", workers=1)
    assert again.predictions == read_predictions(result.folder.predictions)
    answer = VideoQA.load(result.folder.path, device="cpu").ask(
        pictures / "v3.mp4", "Which colour is first?", ["white", "red"]
    )
    asked = next(p for p in again.predictions if p.id == "3-first")
    assert answer.probabilities == pytest.approx(asked.probabilities, abs=1e-4)
    assert answer.frame_probabilities.shape == (len(answer.times), 2)


@pytest.mark.parametrize("name", ["plus", "clip-adapter"])
def test_an_ensemble_is_loaded_evaluated_and_asked(
    name: str, pictures: Path, clip: str, tmp_path: Path
) -> None:
    config = picture_config(pictures, clip, name, "training.ensemble=2")
    result = train_run(config, tmp_path / "run", workers=1)
    again = evaluate_run(load_run(result.folder.path), device="cpu", workers=1)
    assert again.predictions == read_predictions(result.folder.predictions)
    answer = VideoQA.load(result.folder.path, device="cpu").ask(
        pictures / "v3.mp4", "Which colour is first?", ["white", "red"]
    )
    asked = next(p for p in again.predictions if p.id == "3-first")
    assert answer.probabilities == pytest.approx(asked.probabilities, abs=1e-4)


@pytest.mark.parametrize("name", FRAMES)
def test_methods_on_frames_work_with_siglip(name: str, pictures: Path, siglip: str, tmp_path: Path) -> None:
    config = picture_config(pictures, siglip, name, "training.epochs=1")
    result = train_run(config, tmp_path / "run", workers=1)
    again = evaluate_run(load_run(result.folder.path), device="cpu", workers=1)
    assert again.predictions == read_predictions(result.folder.predictions)


def test_a_killed_run_ends_with_the_same_bits(pictures: Path, clip: str, tmp_path: Path) -> None:
    config = picture_config(
        pictures, clip, "lora", "training.checkpoint_every=0", "method_options.dropout=0.3"
    )
    whole = train_run(config, tmp_path / "whole", workers=1)
    half = train_run(config, tmp_path / "half", workers=1)
    half.folder.results.unlink()
    state = torch.load(half.folder.checkpoint / "state.pt")
    assert set(state["model"]) == set(load_file(half.folder.weights))
    _stop_after_one_epoch(config, tmp_path / "killed")
    resumed = train_run(config, tmp_path / "killed", resume=True, workers=1)
    assert resumed.folder.weights.read_bytes() == whole.folder.weights.read_bytes()


def _stop_after_one_epoch(config: Any, folder: Path) -> None:
    from temadapter.training import trainer as loop

    class Killed(Exception):  # noqa: N818
        pass

    saved = loop._Run.save_if_due

    def kill_in_the_middle(self: Any, *, now: bool = False) -> None:
        saved(self, now=now)
        if self.progress.epoch == 2 and self.progress.step == 1:
            raise Killed

    loop._Run.save_if_due = kill_in_the_middle  # type: ignore[method-assign]
    try:
        with pytest.raises(Killed):
            train_run(config, folder, workers=1)
    finally:
        loop._Run.save_if_due = saved  # type: ignore[method-assign]


def test_config_records_every_option_and_who_shares_frames(pictures: Path, clip: str, tmp_path: Path) -> None:
    config, _ = resolve(picture_config(pictures, clip, "lora", "method_options.rank=2"))
    assert config.method_options == {
        "training_frames": 4,
        "at_once": None,
        "rank": 2,
        "alpha": 16.0,
        "dropout": 0.0,
        "targets": "qv",
    }
    assert config.training.questions_together == FRAMES_TOGETHER
    (tmp_path / "config.yaml").write_text(config.to_yaml(), encoding="utf-8")
    assert load_config(tmp_path / "config.yaml") == config
    other, _ = resolve(picture_config(pictures, clip, "clip-adapter"))
    assert other.training.questions_together == 1


def test_a_configuration_of_tem_adapter_says_nothing_of_method_options() -> None:
    assert "method_options" not in load_config("paper").to_dict()
    with pytest.raises(ConfigError, match=r"'tem-adapter' has no method_options, so method_options\.rank"):
        load_config("paper", ["method_options.rank=2"])


@pytest.mark.parametrize(
    ("sets", "message"),
    [
        (("method=lora", "method_options.rnk=2"), r"no setting method_options\.rnk.*method_options\.rank"),
        (("method=lora", "method_options.rank=two"), r"method_options\.rank must be a whole number"),
        (("method=lora", "method_options.rank=0"), r"rank must be at least 1"),
        (("method=lora", "method_options.targets=all"), r"one of qv, qkvo"),
        (("method=loar",), r"no method 'loar'.*Did you mean 'lora'"),
    ],
)
def test_mistakes_in_options_are_named(sets: tuple[str, ...], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_config("paper", sets)


def test_options_of_a_run_cannot_change_on_resume(pictures: Path, clip: str, tmp_path: Path) -> None:
    train_run(picture_config(pictures, clip, "clip-adapter"), tmp_path / "run", workers=1)
    changed = picture_config(pictures, clip, "clip-adapter", "method_options.reduction=2")
    with pytest.raises(ConfigError, match=r"method_options\.reduction was 4 and is now 2"):
        train_run(changed, tmp_path / "run", resume=True)


def test_another_backbone_is_refused_before_its_towers_are_changed(
    pictures: Path, clip: str, siglip: str, tmp_path: Path
) -> None:
    result = train_run(
        picture_config(pictures, clip, "lora", "training.epochs=1"), tmp_path / "run", workers=1
    )
    with pytest.raises(BackboneError, match="needs embeddings of size 24"):
        load_run(result.folder.path, backbone=load_backbone(siglip, device="cpu"))


def test_a_backbone_with_rounded_weights_gives_the_same_run(
    pictures: Path, clip: str, tmp_path: Path
) -> None:
    config = picture_config(pictures, clip, "lora", "training.epochs=1")
    rounded = load_backbone(clip, device="cpu", dtype="bfloat16")
    runs = [
        train_run(config, tmp_path / "rounded", backbone=rounded, workers=1),
        train_run(config, tmp_path / "exact", workers=1),
    ]
    assert len({run.folder.weights.read_bytes() for run in runs}) == 1
    assert len({run.folder.predictions.read_bytes() for run in runs}) == 1


def test_a_dry_run_counts_what_is_trained(pictures: Path, clip: str) -> None:
    plan = plan_run(picture_config(pictures, clip, "coop-description"))
    assert plan.trainable_parameters == 4 * 32
    config = picture_config(pictures, clip, "lora", f"features.store={pictures / 'empty'}")
    plan = plan_run(config)
    assert plan.videos_to_extract == 10
    assert plan.store_bytes is not None
    assert plan.store_bytes >= 10 * 32 * 32 * 3


def bank_of(pictures: Path, backbone: str, control: str) -> Any:
    config = picture_config(pictures, backbone, "lora", f"features.control={control}")
    config, model = resolve(config)
    dataset = read_dataset(config.data)
    splits = split_questions(dataset, config)
    return prepare(dataset, splits, config, model, workers=1).banks[TRAIN]


@pytest.mark.parametrize("control", ["none", "text_only", "one_frame", "shuffled_frames"])
def test_controls_show_less_of_the_frames(control: str, pictures: Path, clip: str) -> None:
    plain, shown = bank_of(pictures, clip, "none"), bank_of(pictures, clip, control)
    rows = torch.arange(4)
    original, batch = plain.batch(rows), shown.batch(rows)
    assert batch.frames.dtype == torch.uint8
    assert batch.frames.shape == original.frames.shape
    assert (torch.equal(original.frames, batch.frames)) is (control in ("none",))
    if control == "text_only":
        assert (batch.frames == batch.frames[:1, :1]).all()
    if control == "shuffled_frames":
        assert torch.equal(original.frames.sum((1, 2, 3, 4)), batch.frames.sum((1, 2, 3, 4)))


def test_a_batch_reads_each_video_once_and_carries_sentences(pictures: Path, clip: str) -> None:
    bank = bank_of(pictures, clip, "none")
    same = (bank.video == bank.video[0]).nonzero()[:, 0]
    batch = bank.batch(same)
    assert batch.frames.shape[0] == 1
    assert batch.options.shape == (2, 4, 0)
    assert [len(own) for own in batch.texts] == [2, 4]
    assert batch.texts[1][2] == ""


def test_videos_that_fail_leave_their_questions_out(
    clip: str, tmp_path: Path, make_video: Callable[..., Path]
) -> None:
    make_pictures(tmp_path, make_video, videos=8)
    (tmp_path / "v1.mp4").write_bytes(b"no video")
    config = picture_config(tmp_path, clip, "multi-layer-adapter", "training.epochs=1")
    result = train_run(config, tmp_path / "run", workers=1)
    assert [failure.video_id for failure in result.failed] == ["v1.mp4"]
    assert result.results["train"]["questions_left_out"] == 2
    store = open_frames(*resolve(config))
    assert [failure.video_id for failure in store.failures()] == ["v1.mp4"]


def test_a_third_partys_method_is_trained_and_asked(
    pictures: Path, clip: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from temadapter.methods import registry
    from third_party_method import SPEC

    monkeypatch.setitem(registry._METHODS, SPEC.name, SPEC)
    config = picture_config(pictures, clip, "scaled-options", "method_options.start=0.5")
    result = train_run(config, tmp_path / "run", workers=1)
    assert result.results["train"]["trainable_parameters"] == 24
    again = evaluate_run(load_run(result.folder.path), device="cpu", workers=1)
    assert again.predictions == read_predictions(result.folder.predictions)
    qa = VideoQA.load(result.folder.path, device="cpu")
    assert qa.ask(pictures / "v0.mp4", "Which colour?", ["red", "blue"]).method == "scaled-options"


def test_a_third_partys_method_is_found_by_its_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib.metadata import EntryPoint

    from temadapter.methods import registry
    from third_party_method import SPEC

    points = {
        "scaled-options": EntryPoint("scaled-options", "third_party_method:SPEC", registry.ENTRY_POINTS),
        "broken": EntryPoint("broken", "no_such_module:SPEC", registry.ENTRY_POINTS),
        "wrong": EntryPoint("wrong", "third_party_method:SPEC", registry.ENTRY_POINTS),
        "lora": EntryPoint("lora", "third_party_method:SPEC", registry.ENTRY_POINTS),
    }
    monkeypatch.setattr(registry, "_points", registry._points.__wrapped__)  # nothing is remembered
    monkeypatch.setattr(registry, "entry_points", lambda group: list(points.values()))
    assert list_methods()[-3:] == ("scaled-options", "broken", "wrong")
    assert get_method("scaled-options") is SPEC
    assert get_method("lora") is not SPEC  # a name of ours stays ours
    with pytest.raises(ConfigError, match=r"'broken' \(no_such_module:SPEC\) cannot be loaded"):
        get_method("broken")
    with pytest.raises(ConfigError, match="must lead to a MethodSpec of that name"):
        get_method("wrong")


def test_the_loop_hands_a_third_partys_method_what_it_asked_for() -> None:
    from third_party_method import SPEC

    method = SPEC.build(MethodContext(embedding_dim=8))
    assert isinstance(method, TrainableMethod)
    batch = Batch(
        frames=torch.randn(2, 3, 8),
        options=torch.randn(2, 2, 8),
        option_mask=torch.ones(2, 2, dtype=torch.bool),
        answers=torch.tensor([0, 1]),
    )
    assert method.loss(batch).total.requires_grad
    with pytest.raises(ConfigError, match="needs the correct answers"):
        method.loss(replace(batch, answers=None))

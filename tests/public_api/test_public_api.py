"""What the command line does, as functions: on the toy world and on small videos."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
import torch
from torch.utils.data import DataLoader

import temadapter
from temadapter.api.train import configured
from temadapter.errors import ConfigError, DataError, TemAdapterError


@pytest.fixture(scope="module")
def colours(tmp_path_factory: pytest.TempPathFactory, make_video: Callable[..., Path]) -> Path:
    """Eight videos of one colour each, and a question about each."""
    folder = tmp_path_factory.mktemp("colours")
    names = {"red": (250, 5, 5), "green": (5, 250, 5), "blue": (5, 5, 250)}
    rows = []
    for number in range(9):
        name = list(names)[number % 3]
        make_video(folder / f"{number}.mp4", [names[name]] * 8)
        options = [f"a {name} screen", f"a {list(names)[(number + 1) % 3]} screen"]
        split = "test" if number > 5 else "train"
        row = {"video": f"{number}.mp4", "question": "What is shown?", "options": options, "answer": 0}
        rows.append(json.dumps({**row, "split": split, "type": "U"}))
    (folder / "questions.jsonl").write_text("\n".join(rows))
    return folder / "questions.jsonl"


def test_every_public_name_is_there_and_documented() -> None:
    for name in set(temadapter.__all__) - {"__version__"}:
        assert getattr(temadapter, name).__doc__, name
    assert set(temadapter.__all__) <= set(dir(temadapter))


REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "api.md"


@pytest.mark.skipif(not REFERENCE.is_file(), reason="the documentation is not here")
def test_every_result_has_a_short_repr_and_to_dict() -> None:
    names = re.findall(
        r"^::: temadapter\.([\w.]+)\.(\w+)$", REFERENCE.read_text().split("## What the calls")[1], re.M
    )
    assert len(names) >= 20
    for home, name in names:
        result = getattr(import_module(f"temadapter.{home}"), name)
        assert callable(result.to_dict), name
        assert name == "DescribedQuestion" or not result.__dataclass_params__.repr, name


def test_extract_train_evaluate(colours: Path, toy_backbone: str, tmp_path: Path) -> None:
    store = tmp_path / "features"
    report = temadapter.extract(colours, backbone=toy_backbone, sampler="uniform(4)", store=store)
    assert (report.done, report.skipped, report.failed) == (9, 0, ())
    settings = {
        "method": "clip-template",
        "features.backbone": toy_backbone,
        "features.sampler": "uniform(4)",
        "features.store": store,
    }
    run = temadapter.train(colours, output=tmp_path / "run", preset="paper", settings=settings)
    assert (run.folder.card).is_file()
    again = temadapter.train(colours, output=tmp_path / "run", settings=settings, resume=True)
    assert again.was_finished
    kept = configured(None, output=tmp_path / "run", preset=None, settings={}, resume=True)
    assert (kept.method, kept.features.sampler) == ("clip-template", "uniform(4)")
    evaluation = temadapter.evaluate(tmp_path / "run")
    assert evaluation.tested is not None
    assert evaluation.tested.table.rows[0].overall.value == 1.0
    assert len(temadapter.evaluate(tmp_path / "run", colours, control="one_frame").predictions) == 3
    assert len(temadapter.evaluate(tmp_path / "run", limit=2).predictions) == 2


def test_a_shard_extracts_its_share(colours: Path, toy_backbone: str, tmp_path: Path) -> None:
    report = temadapter.extract(colours, backbone=toy_backbone, shard="2/2", store=tmp_path)
    assert report.done == 4


def test_compare_methods(colours: Path, toy_backbone: str, tmp_path: Path) -> None:
    summary = temadapter.compare(
        colours,
        methods=["zero-shot", "clip-template"],
        output=tmp_path / "comparison",
        store=tmp_path / "features",
        seeds=1,
        settings={"features.backbone": toy_backbone, "features.sampler": "uniform(4)"},
        jobs=1,
    )
    assert {name: found.seeds[0] for name, found in summary.found.items()} == {
        "zero-shot": 1.0,
        "clip-template": 1.0,
    }
    assert (tmp_path / "comparison" / "methods.html").is_file()


def test_a_folder_of_videos_is_extracted(colours: Path, toy_backbone: str, tmp_path: Path) -> None:
    (tmp_path / "videos").mkdir()
    (tmp_path / "videos" / "a.mp4").write_bytes((colours.parent / "0.mp4").read_bytes())
    report = temadapter.extract(
        tmp_path / "videos", backbone=toy_backbone, sampler="uniform(2)", store=tmp_path / "f"
    )
    assert report.done == 1


def test_a_torch_dataset_gives_batches_that_methods_take(
    colours: Path, toy_backbone: str, tmp_path: Path
) -> None:
    from temadapter.features.store import FeatureStore
    from temadapter.methods.base import MethodContext
    from temadapter.methods.registry import get_method

    backbone = temadapter.load_backbone(toy_backbone)
    questions = temadapter.load_dataset(colours).questions
    store = FeatureStore(tmp_path, backbone=backbone, sampler="uniform(4)")
    with pytest.raises(DataError, match="9 of 9 questions"):
        temadapter.FeatureDataset(questions, store, backbone)
    temadapter.extract(colours, backbone=toy_backbone, sampler="uniform(4)", store=tmp_path)
    store = FeatureStore(tmp_path, backbone=backbone, sampler="uniform(4)")
    data = temadapter.FeatureDataset(questions, store, backbone)
    batch = next(iter(DataLoader(data, batch_size=4, collate_fn=temadapter.collate)))
    assert batch.frames.shape == (4, 4, 64)
    assert batch.options.shape == (4, 2, 64)
    method = get_method("clip-template").build(MethodContext(embedding_dim=64))
    assert method.score(batch).argmax(1).tolist() == [0, 0, 0, 0]


def test_settings_are_checked_at_once(colours: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"(?s)2 mistakes.*features.nothing.*epochs must be"):
        temadapter.train(
            colours, output=tmp_path / "run", settings={"training.epochs": -1, "features.nothing": 1}
        )
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("options", [[], [" "], "red"])
def test_describe_refuses_what_is_no_options(options: list[str]) -> None:
    with pytest.raises(TemAdapterError, match=r"options|Every option"):
        temadapter.describe("What is shown?", options)


def test_networks_are_saved_and_loaded(tmp_path: Path) -> None:
    model = temadapter.TemAdapter(temadapter.ModelConfig(embedding_dim=32, heads=4, semantic_width=32)).eval()
    model.save_pretrained(tmp_path / "model")
    again = temadapter.TemAdapter.from_pretrained(tmp_path / "model")
    frames, options = torch.randn(2, 5, 32), torch.randn(2, 3, 32)
    assert torch.equal(model(frames, options).logits, again(frames, options).logits)
    with pytest.raises(DataError, match=r"has no model\.safetensors"):
        temadapter.TemAdapter.from_pretrained(tmp_path)

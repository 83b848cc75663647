"""What would be published of a run, and when nothing would be."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from temadapter import VideoQA
from temadapter.config.run_config import load_config
from temadapter.errors import BackboneError, ConfigError, DataError, SharingError
from temadapter.folder_lock import sole_holder
from temadapter.hub.control_results import read_controls
from temadapter.hub.publication import Publication, _folders, publication
from temadapter.hub.push import push_run
from temadapter.hub.run_names import find_run
from temadapter.models.tem_adapter import TemAdapter
from temadapter.runs.folder import RunFolder

ASKED = ("What colour is it?", ["red", "green", "blue"])


def content(published: Publication, name: str) -> bytes:
    held = published.files[name]
    return held if isinstance(held, bytes) else held.read_bytes()


def rename_backbone(folder: Path, name: str, **changes: object) -> None:
    """Make a run one that was trained on a backbone of another name."""
    run = RunFolder(folder)
    weights, record = run.read_weights()
    run.write_weights(weights, replace(record, name=name, **changes))  # type: ignore[arg-type]
    config = load_config(run.config)
    run.config.write_text(replace(config, features=replace(config.features, backbone=name)).to_yaml())


def test_no_folder_of_this_machine_is_published(run_folder: Path, trained: Path) -> None:
    results = json.loads((run_folder / "results.json").read_text())
    secret = trained.parents[1]
    reason = f"{secret}/my data/videos/x.mp4: no frame"
    results["train"]["videos_failed"] = [{"video": "x", "reason": reason}]
    (run_folder / "results.json").write_text(json.dumps(results))
    with (run_folder / "predictions.jsonl").open("a") as file:
        file.write(json.dumps({"id": "9", "video": f"{secret}/my data/videos/9.mp4"}) + "\n")
    published = publication(run_folder, name="hf:me/run")
    for name in published.files:
        for folder in (secret, run_folder.parent, Path.home(), Path.cwd()):
            assert str(folder).encode() not in content(published, name), name
    shown = json.loads(content(published, "results.json"))
    assert shown["train"]["videos_failed"][0]["reason"].endswith("x.mp4: no frame")
    assert json.loads(content(published, "predictions.jsonl").splitlines()[-1])["video"] == "9.mp4"
    assert content(published, "predictions.jsonl").splitlines()[:4] == (
        (trained / "predictions.jsonl").read_bytes().splitlines()
    )


def test_settings_stay_but_for_places(trained: Path, tmp_path: Path) -> None:
    push_run(trained, f"dir:{tmp_path / 'out'}")
    before, after = load_config(trained), load_config(tmp_path / "out")
    assert (after.data.dataset, after.features.store) == ("mine.jsonl", "features")
    same = replace(before.data, dataset="mine.jsonl"), replace(before.features, store="features")
    assert replace(before, data=same[0], features=same[1]) == after
    assert json.loads((tmp_path / "out" / "results.json").read_text())["run"]["config"] == after.to_dict()


def test_a_published_folder_answers_as_the_run(trained: Path, tmp_path: Path, video: Path) -> None:
    pushed = push_run(trained, f"dir:{tmp_path / 'out'}", licence="mit")
    there = {path.name: path.stat().st_size for path in (tmp_path / "out").iterdir()}
    assert there == pushed.files
    assert "checkpoint" not in there
    listed = pushed.card.split("## Files")[1].split("## Licence")[0]
    assert {line.split("`")[1] for line in listed.split("\n") if line} == there.keys() - {"README.md"}
    assert (tmp_path / "out" / "model.safetensors").read_bytes() == (
        trained / "model.safetensors"
    ).read_bytes()
    before, after = (
        VideoQA.load(trained).ask(video, *ASKED),
        VideoQA.load(tmp_path / "out").ask(video, *ASKED),
    )
    assert (after.answer, after.probabilities) == (before.answer, before.probabilities)


def test_rules_of_ones_own_go_along(run_folder: Path, tmp_path: Path) -> None:
    from temadapter.descriptions.domains import rules_text

    (run_folder / "rules.yaml").write_text(rules_text("traffic"))
    config = load_config(run_folder)
    own = replace(config, data=replace(config.data, descriptions="rules:rules.yaml"))
    (run_folder / "config.yaml").write_text(own.to_yaml())
    push_run(run_folder, f"dir:{tmp_path / 'out'}")
    assert (tmp_path / "out" / "rules.yaml").read_bytes() == (run_folder / "rules.yaml").read_bytes()
    assert "descriptions: rules:rules.yaml\n" in (tmp_path / "out" / "config.yaml").read_text()
    described = load_config(tmp_path / "out").data.descriptions
    assert described == f"rules:{tmp_path / 'out' / 'rules.yaml'}"


def test_what_is_not_published(run_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(SharingError, match=r"no run in .*nothing: it has no config.yaml"):
        publication(tmp_path / "nothing")
    config = load_config(run_folder)
    model = replace(config, data=replace(config.data, descriptions="dir:model"))
    (run_folder / "config.yaml").write_text(model.to_yaml())
    with pytest.raises(SharingError, match="event descriptions by a model in a folder"):
        publication(run_folder)
    (run_folder / "config.yaml").write_text(config.to_yaml())
    (run_folder / "model.safetensors").write_bytes(b"damaged")
    with pytest.raises(DataError, match=r"model.safetensors cannot be read"):
        publication(run_folder)
    (run_folder / "results.json").unlink()
    with pytest.raises(SharingError, match=r"is not finished.*temadapter train --resume --output"):
        publication(run_folder)


def test_weights_that_do_not_fit_are_not_published(run_folder: Path) -> None:
    run = RunFolder(run_folder)
    weights, record = run.read_weights()
    weights.pop(next(iter(weights)))
    run.write_weights(weights, record)
    with pytest.raises(DataError, match=r"weights do not fit the model: .* is missing"):
        publication(run_folder)


def test_a_bundled_backbone_that_has_changed_since(run_folder: Path) -> None:
    rename_backbone(run_folder, "mini", fingerprint="0" * 16)
    with pytest.raises(BackboneError, match="train again"):
        publication(run_folder)


@pytest.mark.parametrize("name", ["dir:clip", "toy"])
def test_a_backbone_that_nobody_else_has(run_folder: Path, name: str) -> None:
    rename_backbone(run_folder, name)
    with pytest.raises(SharingError, match=f"trained on {name}, which .* --backbone hf:OWNER/NAME"):
        publication(run_folder)
    with pytest.raises(SharingError, match="nobody else could load it"):
        publication(run_folder, backbone="dir:elsewhere")


def test_a_backbone_by_the_name_under_which_others_have_it(
    run_folder: Path, toy_backbone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from temadapter.backbones import registry

    rename_backbone(run_folder, "dir:/home/me/clip")
    monkeypatch.setitem(
        registry._registered, "hf", replace(registry._registered[toy_backbone], argument="<repo>")
    )
    published = publication(run_folder, backbone="hf:me/toy")
    assert published.backbone == "hf:me/toy"
    for name in published.files:
        assert b"dir:/home" not in content(published, name), name
    assert "base_model: me/toy\n" in published.card
    assert b"hf:me/toy" in content(published, "model.safetensors")
    rename_backbone(run_folder, "dir:/home/me/clip", fingerprint="0" * 16)
    with pytest.raises(BackboneError, match="was trained on dir:/home/me/clip"):
        publication(run_folder, backbone="hf:me/toy")


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """An installed package `their-towers` with the backbone `theirs`, the toy."""
    info = tmp_path / "site" / "their_towers-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: their-towers\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[temadapter.backbones]\ntheirs = their_towers:load\n")
    (tmp_path / "site" / "their_towers.py").write_text(
        "from toy_backbone import ToyBackbone\n\ndef load(argument, /, *, device, dtype):\n    return ToyBackbone()\n"
    )
    monkeypatch.syspath_prepend(tmp_path / "site")
    return "theirs"


@pytest.mark.parametrize("argument", ["", ":large"])
def test_a_backbone_of_a_package_goes_by_its_name(
    run_folder: Path, tmp_path: Path, package: str, argument: str, video: Path
) -> None:
    rename_backbone(run_folder, package + argument)
    pushed = push_run(run_folder, f"dir:{tmp_path / 'out'}")
    assert pushed.backbone == package + argument
    assert "Python packages `temadapter` and `their-towers` (its backbone)" in pushed.card
    assert VideoQA.load(pushed.target).ask(video, *ASKED).answer == "blue"


@pytest.mark.parametrize("argument", ["/home/me/towers", "~/towers", "../towers", "dir:towers"])
def test_a_backbone_of_a_package_that_reads_a_folder(run_folder: Path, package: str, argument: str) -> None:
    rename_backbone(run_folder, f"{package}:{argument}")
    with pytest.raises(SharingError, match="is a folder of this machine"):
        publication(run_folder)


def test_a_backbone_of_the_hub_is_not_loaded_to_publish(run_folder: Path) -> None:
    rename_backbone(run_folder, "hf:someone/unreachable")
    assert publication(run_folder).backbone == "hf:someone/unreachable"


def test_controls_go_on_the_card(run_folder: Path, tmp_path: Path) -> None:
    test = json.loads((run_folder / "results.json").read_text())["train"]["test"]
    file = tmp_path / "shuffled.json"
    file.write_text(json.dumps({"split": "test", "control": "shuffled_frames", "test": test}))
    published = publication(run_folder, controls=read_controls([file], run_folder))
    assert "| tem-adapter, control: shuffled frames | 100.0 [" in published.card
    assert json.loads(content(published, "results.json"))["train"]["controls"]["shuffled_frames"] == test


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"split": "train"}, "other questions than the run's own test"),
        ({"control": "none"}, "about no control"),
        ({"test": {"questions": {"overall": 3}}}, "other questions"),
        ({"test": None}, "does not hold what"),
    ],
)
def test_other_files_are_no_controls(
    trained: Path, tmp_path: Path, changes: dict[str, object], reason: str
) -> None:
    test = json.loads((trained / "results.json").read_text())["train"]["test"]
    facts = {"split": "test", "control": "one_frame", "test": test, **changes}
    (tmp_path / "x.json").write_text(json.dumps(facts))
    with pytest.raises(SharingError, match=reason):
        read_controls([tmp_path / "x.json"], trained)
    with pytest.raises(SharingError, match="does not hold what"):
        read_controls([tmp_path / "nothing.json"], trained)


def test_folders_that_hold_something_are_left_alone(trained: Path, run_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    push_run(trained, f"dir:{out}")
    with pytest.raises(SharingError, match=r"is not empty.*--overwrite"):
        push_run(trained, f"dir:{out}")
    (run_folder / "predictions.jsonl").unlink()
    push_run(run_folder, f"dir:{out}", overwrite=True)
    assert not (out / "predictions.jsonl").exists()
    (out / "thesis.tex").write_text("years of work")
    with pytest.raises(SharingError, match="more than a published run"):
        push_run(trained, f"dir:{out}", overwrite=True)
    with pytest.raises(SharingError, match="is the run itself"):
        push_run(run_folder, f"dir:{run_folder}", overwrite=True)
    with pytest.raises(SharingError, match="is a file"):
        push_run(trained, f"dir:{out / 'thesis.tex'}")


def test_names_and_licences_that_cannot_be(trained: Path) -> None:
    with pytest.raises(ConfigError, match="To publish into a folder: dir:FOLDER"):
        push_run(trained, "./out")
    with pytest.raises(ConfigError, match="'My own' is not a licence that the hub knows"):
        push_run(trained, "me/run", licence="My own")


def test_a_run_may_be_named_in_any_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trained: Path
) -> None:
    import shutil

    monkeypatch.chdir(tmp_path)
    shutil.copytree(trained, tmp_path / "temadapter-demo" / "runs" / "plus")
    assert (
        push_run("crossroads", "me/run", dry_run=True).files
        == push_run(trained, "me/run", dry_run=True).files
    )


def test_the_name_that_push_prints_is_one_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trained: Path, video: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    name = push_run(trained, "dir:out").target
    assert name == "dir:out"
    answers = [VideoQA.load(known).ask(video, *ASKED).probabilities for known in (name, "out")]
    assert answers[0] == answers[1]
    assert TemAdapter.from_pretrained(name).config == TemAdapter.from_pretrained("out").config
    assert find_run(f"dir:{tmp_path / 'out'}") == tmp_path / "out"
    assert push_run(name, "dir:again").files.keys() == push_run(trained, "me/run", dry_run=True).files.keys()
    with pytest.raises(ConfigError, match="There is no run at elsewhere"):
        VideoQA.load("dir:elsewhere")
    for nothing in (lambda: find_run("dir:"), lambda: push_run(trained, "dir:")):
        with pytest.raises(ConfigError, match="names no folder: write dir:FOLDER"):
            nothing()


def test_what_a_killed_push_left_is_in_nobodys_way(trained: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    half = (".config.yaml.4711.partial", ".model.safetensors.4711-a1b2c3.partial")
    for name in half:
        (out / name).write_text("half")
    push_run(trained, f"dir:{out}")
    whole = {path.name for path in out.iterdir()}
    assert not whole & set(half)
    (out / half[1]).write_text("half")
    push_run(trained, f"dir:{out}", overwrite=True)
    assert {path.name for path in out.iterdir()} == whole


def test_a_push_that_was_cut_off_goes_on_when_it_is_given_again(trained: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    push_run(trained, f"dir:{out}")
    whole = {path.name: path.read_bytes() for path in out.iterdir()}
    for kept in range(1, len(whole)):
        for name in list(whole)[kept:]:
            (out / name).unlink()
        push_run(trained, f"dir:{out}")
        assert {path.name: path.read_bytes() for path in out.iterdir()} == whole
    (out / "README.md").unlink()
    (out / "predictions.jsonl").write_text("of another run")
    with pytest.raises(SharingError, match=r"is not empty.*--overwrite"):
        push_run(trained, f"dir:{out}")
    assert (out / "predictions.jsonl").read_text() == "of another run"


def test_two_pushes_into_one_folder(trained: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with sole_holder(out, "a published run"), pytest.raises(ConfigError, match="Another process is writing"):
        push_run(trained, f"dir:{out}")
    assert list(out.iterdir()) == []


def test_folders_of_this_machine_are_known(tmp_path: Path) -> None:
    data, store = tmp_path / "place" / "data", tmp_path / "store"
    config = load_config("paper", [f"data.dataset={data}", f"features.store={store}"])
    found = _folders(config, RunFolder(tmp_path / "run"))
    assert {data, data.parent, store, tmp_path / "run", Path.home(), Path.cwd()} <= set(found)

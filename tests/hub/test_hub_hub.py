"""Publishing and loading with the hub's own client, against a hub on this machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from fake_hub import FakeHub

from temadapter import VideoQA
from temadapter.errors import ConfigError, SharingError
from temadapter.hub.fetch import FILES
from temadapter.hub.publication import publication
from temadapter.hub.push import push_run
from temadapter.hub.run_names import find_run

ASKED = ("What colour is it?", ["red", "green", "blue"])


def files_of(run: Path) -> dict[str, bytes]:
    """Return what would be published of a run."""
    files = publication(run).files
    return {
        name: content if isinstance(content, bytes) else content.read_bytes()
        for name, content in files.items()
    }


@pytest.mark.usefixtures("logged_in")
def test_a_run_goes_to_the_hub_and_answers_from_there_as_before(
    trained: Path, hub: FakeHub, video: Path
) -> None:
    pushed = push_run(trained, "me/colours", licence="mit", message="First")
    there = hub.repositories["me/colours"]
    assert there.files().keys() - {".gitattributes"} == set(FILES) - {"rules.yaml"}
    assert (pushed.target, pushed.commit) == ("hf:me/colours", there.branches["main"])
    assert pushed.url == f"{hub.url}/me/colours"
    assert there.files()["README.md"].decode() == pushed.card
    assert 'VideoQA.load("hf:me/colours")' in pushed.card
    assert not there.private
    before = VideoQA.load(trained).ask(video, *ASKED)
    after = VideoQA.load("hf:me/colours").ask(video, *ASKED)
    assert (after.answer, after.probabilities) == (before.answer, before.probabilities)


@pytest.mark.usefixtures("logged_in")
def test_what_a_run_no_longer_has_goes_and_what_is_not_its_own_stays(run_folder: Path, hub: FakeHub) -> None:
    push_run(run_folder, "hf:me/colours", private=True)
    there = hub.repositories["me/colours"]
    assert there.private
    there.commit("main", {**there.files(), "sample.mp4": b"video"})
    (run_folder / "predictions.jsonl").unlink()
    push_run(run_folder, "hf:me/colours", private=True)
    assert "predictions.jsonl" not in there.files()
    assert there.files()["sample.mp4"] == b"video"


@pytest.mark.usefixtures("logged_in")
def test_a_branch_is_made_and_loaded_by_its_name_or_commit(trained: Path, hub: FakeHub) -> None:
    hub.add("me/colours", {".gitattributes": b""})
    push_run(trained, "me/colours@second", licence="mit")
    there = hub.repositories["me/colours"]
    assert there.files().keys() == {".gitattributes"}
    assert (find_run("hf:me/colours@second") / "model.safetensors").is_file()
    assert find_run(f"hf:me/colours@{there.branches['second']}") == find_run("hf:me/colours@second")
    with pytest.raises(SharingError, match=r"hf:me/colours is not a run .*lacks config.yaml and model.saf"):
        find_run("hf:me/colours")
    with pytest.raises(SharingError, match="no branch, tag or commit 'third'"):
        find_run("hf:me/colours@third")


def test_only_a_runs_own_files_are_fetched(trained: Path, hub: FakeHub) -> None:
    hub.add("you/run", {**files_of(trained), "setup.py": b"evil()", "model.pkl": b"evil"})
    folder = find_run("hf:you/run")
    assert {path.name for path in folder.iterdir()} == set(FILES) - {"rules.yaml"}
    assert not any("setup.py" in asked or "pkl" in asked for asked in hub.asked)


def test_without_network_the_cache_answers(
    trained: Path, hub: FakeHub, unplug: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add("you/run", files_of(trained))
    folder = find_run("hf:you/run")
    unplug()
    assert find_run("hf:you/run") == folder
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert find_run("hf:you/run") == folder
    asked = len(hub.asked)
    assert find_run(f"hf:you/run@{folder.name}") == folder
    assert len(hub.asked) == asked
    with pytest.raises(SharingError, match=r"cannot be reached, and its cache .* no copy of hf:you/other"):
        find_run("hf:you/other")


def test_a_newer_version_is_seen(trained: Path, hub: FakeHub) -> None:
    there = hub.add("you/run", files_of(trained))
    old = find_run("hf:you/run")
    there.commit("main", {**there.files(), "README.md": b"Better now"})
    assert (find_run("hf:you/run") / "README.md").read_bytes() == b"Better now"
    assert (old / "README.md").read_bytes() != b"Better now"


def test_why_a_run_cannot_be_had(trained: Path, hub: FakeHub, unplug: Callable[[], None]) -> None:
    hub.add("you/private", files_of(trained), private=True)
    hub.add("you/gated", files_of(trained), gated=True)
    for name in ("you/private", "you/nothing"):
        with pytest.raises(SharingError, match=f"no model '{name}', or it is private.*hf auth login"):
            find_run(f"hf:{name}")
    with pytest.raises(SharingError, match="only approved users have you/gated: ask for access"):
        find_run("hf:you/gated")
    unplug()
    with pytest.raises(SharingError, match=r"cannot be reached, and its cache .* no copy of hf:you/gated"):
        find_run("hf:you/gated")
    with pytest.raises(ConfigError, match="reads hf:OWNER/NAME or hf:OWNER/NAME@REVISION"):
        find_run("hf:only-one-part")


@pytest.mark.usefixtures("logged_in")
def test_with_a_login_a_private_run_is_loaded(trained: Path, hub: FakeHub) -> None:
    hub.add("you/private", files_of(trained), private=True)
    assert (find_run("hf:you/private") / "config.yaml").is_file()


@pytest.mark.parametrize(
    "setting",
    [
        ("features", "store", "/etc/features"),
        ("data", "dataset", "~/secrets"),
        ("data", "video_dir", "../../videos"),
        ("data", "descriptions", "rules:/etc/passwd"),
        ("data", "descriptions", "dir:model"),
        ("features", "backbone", "dir:clip"),
    ],
)
def test_a_run_that_leads_to_places_on_this_machine_is_not_loaded(
    trained: Path, hub: FakeHub, setting: tuple[str, str, str]
) -> None:
    section, key, value = setting
    files = files_of(trained)
    config = yaml.safe_load(files["config.yaml"])
    config[section][key] = value
    hub.add("you/run", {**files, "config.yaml": yaml.safe_dump(config).encode()})
    with pytest.raises(SharingError, match=rf"names a place on its author's machine \({section}.{key}: "):
        find_run("hf:you/run")


def test_broken_files_are_told(trained: Path, hub: FakeHub) -> None:
    files = files_of(trained)
    code = b"!!python/object/apply:os.system ['touch harm']"
    hub.add("you/code", {**files, "config.yaml": code})
    hub.add("you/weights", {**files, "model.safetensors": b"no weights"})
    for name in ("you/code", "you/weights"):
        with pytest.raises(SharingError, match=f"hf:{name} is not a run of temadapter"):
            find_run(f"hf:{name}")
    assert not Path("harm").exists()


def test_nobody_is_logged_in(trained: Path, hub: FakeHub) -> None:
    with pytest.raises(SharingError, match=r"Nobody is logged in to the hub.*HF_TOKEN"):
        push_run(trained, "me/run")
    assert hub.asked == []


def test_a_token_that_the_hub_does_not_know(
    trained: Path, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_old")
    with pytest.raises(SharingError, match="does not know your token"):
        push_run(trained, "me/run")


@pytest.mark.usefixtures("logged_in")
def test_why_a_run_cannot_be_pushed(trained: Path, hub: FakeHub, unplug: Callable[[], None]) -> None:
    with pytest.raises(SharingError, match="token may not write to you/run"):
        push_run(trained, "you/run")
    hub.add("me/bert", {"config.json": b"{}", "pytorch_model.bin": b""})
    with pytest.raises(SharingError, match=r"holds something else than a run \(config.json, pytorch"):
        push_run(trained, "me/bert")
    hub.add("me/public", {".gitattributes": b""})
    with pytest.raises(SharingError, match="me/public is public already"):
        push_run(trained, "me/public", private=True)
    hub.card_error = '"license" must be one of [mit]'
    with pytest.raises(SharingError, match=r'refuses hf:me/public: .*"license" must be one of'):
        push_run(trained, "me/public", licence="mitt")
    assert hub.repositories["me/public"].files().keys() == {".gitattributes"}
    unplug()
    with pytest.raises(SharingError, match=r"cannot be reached, so nothing was published.*dir:FOLDER"):
        push_run(trained, "me/public")


@pytest.mark.usefixtures("logged_in")
def test_a_dry_run_asks_nobody(trained: Path, hub: FakeHub) -> None:
    pushed = push_run(trained, "me/run", dry_run=True)
    assert hub.asked == []
    assert (pushed.url, pushed.commit) == (None, None)
    assert pushed.files == publication(trained, name="hf:me/run").sizes()

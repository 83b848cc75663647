from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest

from temadapter.backbones import registry
from temadapter.errors import BackboneError, ConfigError, TemAdapterError


def test_the_names_that_come_with_the_package():
    assert registry.list_backbones()[:3] == ("mini", "hf:<repo>", "dir:<folder>")


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("minni", "Did you mean 'mini'"),
        ("openai/clip-vit-base-patch32", "write hf:openai/clip-vit-base-patch32"),
        ("hf:", "needs a name after a colon: hf:<repo>"),
        ("dir", "needs a name after a colon: dir:<folder>"),
        ("mini:large", "takes nothing after its name"),
    ],
)
def test_wrong_names(spec, message):
    with pytest.raises(ConfigError, match=message):
        registry.load_backbone(spec)


def test_a_folder_without_a_scheme_gets_a_hint(tmp_path):
    with pytest.raises(ConfigError, match=f"write dir:{tmp_path}"):
        registry.load_backbone(str(tmp_path))


def test_a_missing_mini_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setattr(registry, "MINI_FOLDER", tmp_path)
    with pytest.raises(BackboneError, match="crossroads pretrain"):
        registry.load_backbone("mini")


def test_mini_knows_what_it_is(monkeypatch, clip_folder):
    monkeypatch.setattr(registry, "MINI_FOLDER", clip_folder)
    mini = registry.load_backbone("mini", device="cpu")
    assert mini.name == "mini"
    assert "Crossroads" in mini.note
    assert "no real streets" in mini.note


def test_a_folder_backbone_says_its_name(clip, clip_folder):
    assert clip.name == f"dir:{clip_folder}"
    assert clip.name in clip.note


def test_registering_one_of_ones_own(monkeypatch, clip):
    monkeypatch.setattr(registry, "_registered", dict(registry._registered))
    asked = []

    def factory(argument, *, device, dtype):
        asked.append((argument, device, dtype))
        return clip

    registry.register_backbone("mine", factory, argument="<size>")
    assert "mine:<size>" in registry.list_backbones()
    assert registry.load_backbone("mine:large", device="cpu") is clip
    assert asked == [("large", "cpu", "auto")]
    with pytest.raises(ConfigError, match="already a backbone 'mine'"):
        registry.register_backbone("mine", factory)
    with pytest.raises(ConfigError, match="without a colon"):
        registry.register_backbone("my:own", factory)


def entry_point_factory(argument, *, device, dtype):
    raise BackboneError(f"asked for {argument!r} on {device}")


def test_an_entry_point_is_found_and_loaded_only_when_used(monkeypatch):
    point = EntryPoint("theirs", f"{__name__}:entry_point_factory", registry.ENTRY_POINTS)
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [point])
    assert "theirs" in registry.list_backbones()
    with pytest.raises(BackboneError, match="asked for 'x' on cpu"):
        registry.load_backbone("theirs:x", device="cpu")
    with pytest.raises(BackboneError, match="asked for ''"):
        registry.load_backbone("theirs")


def test_listing_names_imports_nothing_heavy():
    code = (
        "import sys; from temadapter.backbones.registry import list_backbones; list_backbones();"
        "print([name for name in ('torch', 'transformers', 'av', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unreachable_hub_is_one_sentence_with_the_offline_choices(tmp_path):
    """In a process of its own: the hub's library reads its settings once, when it is imported."""
    code = (
        "from temadapter.backbones.registry import load_backbone\n"
        "from temadapter.errors import BackboneError\n"
        "try: load_backbone('hf:openai/clip-vit-base-patch32')\n"
        "except BackboneError as error: print(error)"
    )
    environment = {"HF_HOME": str(tmp_path), "HF_ENDPOINT": "http://127.0.0.1:9", "PATH": "/usr/bin"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment, timeout=300
    )
    assert "--backbone mini" in done.stdout
    assert "--backbone dir:FOLDER" in done.stdout
    assert "openai/clip-vit-base-patch32" in done.stdout
    assert done.stdout.count("\n") == 1


def test_what_the_hub_cache_has_needs_no_hub(monkeypatch, tmp_path, clip_folder, clip):
    import shutil

    from temadapter.backbones import hub

    commit = "0" * 40
    home = tmp_path / "models--someone--small"
    shutil.copytree(clip_folder, home / "snapshots" / commit)
    (home / "refs").mkdir()
    (home / "refs" / "main").write_text(commit)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(hub, "_fetched", lambda repository: pytest.fail("went to the network"))
    loaded = registry.load_backbone("hf:someone/small", device="cpu")
    assert (loaded.name, loaded.fingerprint) == ("hf:someone/small", clip.fingerprint)


def test_an_incomplete_copy_in_the_cache_is_not_used(monkeypatch, tmp_path, clip_folder):
    import shutil

    from temadapter.backbones import hub

    commit = "0" * 40
    home = tmp_path / "models--someone--small"
    shutil.copytree(clip_folder, home / "snapshots" / commit)
    (home / "snapshots" / commit / "model.safetensors").unlink()
    (home / "refs").mkdir()
    (home / "refs" / "main").write_text(commit)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))

    def down(repository):
        raise ConnectionError("no route")

    monkeypatch.setattr(hub, "_fetched", down)
    with pytest.raises(TemAdapterError, match="no complete copy of someone/small"):
        registry.load_backbone("hf:someone/small")


def test_a_name_that_cannot_be_on_the_hub():
    with pytest.raises(BackboneError, match="reads OWNER/NAME"):
        registry.load_backbone("hf:a/b/c")

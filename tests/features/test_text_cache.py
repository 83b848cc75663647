from __future__ import annotations

import pytest
import torch
from grey_backbone import GreyBackbone
from hypothesis import given
from hypothesis import strategies as st

from temadapter.features import text_cache as text_module
from temadapter.features.text_cache import TextFeatures


def test_each_distinct_text_is_encoded_once(backbone, tmp_path):
    texts = TextFeatures(backbone, tmp_path)
    first = texts.get(["a bag", "a cab", "a bag", ""])
    assert torch.equal(first, backbone.encode_texts(["a bag", "a cab", "a bag", ""]))
    backbone.texts.clear()
    assert torch.equal(texts.get(["a cab", "a bag"]), first[[1, 0]])
    assert torch.equal(TextFeatures(backbone, tmp_path).get(["", "a bag"]), first[[3, 0]])
    assert backbone.texts == []
    TextFeatures(backbone, tmp_path).get(["a bag", "a dice", "a dice"])
    assert backbone.texts == ["a dice"]
    assert len(TextFeatures(backbone, tmp_path)) == 4


def test_without_a_folder_it_lives_in_memory(backbone):
    texts = TextFeatures(backbone)
    texts.get(["a"])
    texts.get(["a", "b"])
    assert backbone.texts == ["a", "b"]
    assert "a" in texts
    assert "c" not in texts
    assert texts.get([]).shape == (0, 12)


def test_every_backbone_has_its_own(backbone, tmp_path):
    TextFeatures(backbone, tmp_path).get(["a"])
    backbone.fingerprint = "f" * 16
    assert "a" not in TextFeatures(backbone, tmp_path)


def test_many_small_files_become_one(backbone, tmp_path):
    for index in range(text_module.MANY_FILES + 1):
        TextFeatures(backbone, tmp_path).get([f"text {index}", "always"])
    texts = TextFeatures(backbone, tmp_path)
    assert len(list(texts.folder.iterdir())) == 1
    assert len(texts) == text_module.MANY_FILES + 2
    backbone.texts.clear()
    again = TextFeatures(backbone, tmp_path).get(["text 3", "always"])
    assert backbone.texts == []
    assert torch.equal(again, backbone.encode_texts(["text 3", "always"]))


def test_a_kill_between_chunks_loses_one_chunk_at_most(backbone, tmp_path, monkeypatch):
    monkeypatch.setattr(text_module, "CHUNK", 4)
    plain = backbone.encode_texts
    wanted = [f"text {'abc'[index % 3] * index}" for index in range(10)]

    def killed(texts):
        if wanted[8] in texts:
            raise KeyboardInterrupt
        return plain(texts)

    backbone.encode_texts = killed
    with pytest.raises(KeyboardInterrupt):
        TextFeatures(backbone, tmp_path).get(wanted)
    backbone.encode_texts = plain
    backbone.texts.clear()
    TextFeatures(backbone, tmp_path).get(wanted)
    assert backbone.texts == wanted[8:]


def test_a_broken_file_is_passed_over(backbone, tmp_path):
    texts = TextFeatures(backbone, tmp_path)
    texts.get(["a"])
    (texts.folder / "0.safetensors").write_bytes(b"half a file")
    assert len(TextFeatures(backbone, tmp_path)) == 1


@given(st.lists(st.lists(st.text(alphabet=st.characters(codec=None), max_size=8), max_size=6), max_size=4))
def test_any_texts_in_any_order(tmp_path_factory, calls):
    backbone, root = GreyBackbone(), tmp_path_factory.mktemp("texts")
    for call in calls:
        got = TextFeatures(backbone, root).get(call)
        assert torch.equal(got, GreyBackbone().encode_texts(call))
    assert len(backbone.texts) == len(set(backbone.texts))

"""The backbone against transformers' own forward pass, with the preprocessing done by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from temadapter.backbones.base import Backbone, frame_preparation


def by_hand(frames, *, crop, mean, std):
    """PIL's resizing, CLIP's crop, normalisation: `(F, 3, 32, 32)`."""
    out = []
    for frame in frames:
        height, width = frame.shape[:2]
        scale = 32 / min(height, width)
        size = (int(width * scale), int(height * scale)) if crop else (32, 32)
        picture = Image.fromarray(frame).resize(size, Image.Resampling.BICUBIC)
        left, top = (size[0] - 32) // 2, (size[1] - 32) // 2
        out.append(np.asarray(picture.crop((left, top, left + 32, top + 32))))
    pixels = torch.from_numpy(np.stack(out)).float() / 255
    return ((pixels - torch.tensor(mean)) / torch.tensor(std)).permute(0, 3, 1, 2)


def test_clip_frames_agree_with_transformers(clip, clip_folder, frames):
    from transformers import CLIPModel

    pixels = by_hand(frames, crop=True, mean=[0.4, 0.5, 0.6], std=[0.2, 0.25, 0.3])
    with torch.no_grad():
        wanted = CLIPModel.from_pretrained(clip_folder).get_image_features(pixel_values=pixels).pooler_output
    got = clip.encode_frames(frames)
    assert got.shape == (5, 24)
    assert got.dtype == torch.float32
    # PIL and PyTorch may differ by one grey level.
    assert torch.cosine_similarity(got, wanted).min() > 0.9999


def test_siglip_frames_agree_with_transformers(siglip, frames):
    pixels = by_hand(frames, crop=False, mean=[0.5] * 3, std=[0.5] * 3)
    wanted = siglip.model.get_image_features(pixel_values=pixels).pooler_output
    got = siglip.encode_frames(frames)
    assert got.shape == (5, 32)
    assert torch.cosine_similarity(got, wanted).min() > 0.9999


def test_clip_texts_agree_with_transformers(clip, clip_folder):
    from transformers import CLIPModel, PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(clip_folder / "tokenizer.json"), pad_token="<pad>", eos_token="<end>"
    )
    texts = ["A red car turns left.", "a bus", "two vehicles meet at the crossing in the snow"]
    batch = tokenizer(texts, padding=True, return_tensors="pt")
    inputs = {"input_ids": batch["input_ids"], "attention_mask": batch["attention_mask"]}
    with torch.no_grad():
        wanted = CLIPModel.from_pretrained(clip_folder).get_text_features(**inputs).pooler_output
    torch.testing.assert_close(clip.encode_texts(texts), wanted, rtol=1e-4, atol=1e-5)


def test_siglip_texts_are_filled_up_and_canonical(siglip):
    known = {word: siglip.tokenizer._tokenizer.token_to_id(word) for word in ("a", "red", "car", "</s>")}
    ids = torch.tensor([[*known.values(), *[0] * 12]])
    wanted = siglip.model.get_text_features(input_ids=ids).pooler_output
    got = siglip.encode_texts(["A RED,  car!"])
    torch.testing.assert_close(got, wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("SiglipTokenizer", "WordLevel", "a red car stops"),
        ("TokenizersBackend", "WordLevel", "a red car stops"),
        ("GemmaTokenizer", "WordLevel", "a red car . stops !"),
        ("Siglip2Tokenizer", "WordLevel", "a red car . stops !"),
        ("TokenizersBackend", "BPE", "a red car . stops !"),
        ("SiglipTokenizer", "BPE", "a red car stops"),
    ],
)
def test_punctuation_stays_in_siglip_2_whichever_transformers_saved_it(tmp_path, name, kind, text):
    from types import SimpleNamespace

    from tokenizers import Tokenizer, models

    from temadapter.backbones.tokens import load_tokenizer

    model = models.BPE() if kind == "BPE" else models.WordLevel({"<unk>": 0}, unk_token="<unk>")
    Tokenizer(model).save(str(tmp_path / "tokenizer.json"))
    (tmp_path / "tokenizer_config.json").write_text(f'{{"tokenizer_class": "{name}"}}')
    config = SimpleNamespace(pad_token_id=1, max_position_embeddings=8)
    tokenizer = load_tokenizer(tmp_path, family="siglip", text_config=config)
    assert tokenizer.canonical("A red car . stops !") == text


def test_features_are_not_normalised(clip, frames):
    norms = clip.encode_frames(frames).norm(dim=-1)
    assert (norms - 1).abs().min() > 1e-2


@pytest.mark.parametrize("shape", [(1, 1, 1, 3), (2, 7, 200, 3), (1, 32, 32, 3), (3, 131, 65, 3)])
def test_any_frame_size(clip, siglip, shape):
    frames = np.full(shape, 100, np.uint8)
    for backbone in (clip, siglip):
        assert backbone.encode_frames(frames).shape == (shape[0], backbone.embedding_dim)


def test_frames_of_the_right_size_are_used_as_they_are(clip, frames):
    prepared = frame_preparation(clip)(frames)
    assert prepared.shape == (5, 32, 32, 3)
    assert frame_preparation(clip)(prepared) is prepared
    assert torch.equal(clip.encode_frames(prepared), clip.encode_frames(frames))
    assert torch.equal(clip.encode_frames(torch.from_numpy(prepared)), clip.encode_frames(frames))


def test_nothing_gives_nothing(clip):
    assert clip.encode_frames(np.zeros((0, 32, 32, 3), np.uint8)).shape == (0, 24)
    assert clip.encode_texts([]).shape == (0, 24)


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_features_do_not_depend_on_their_neighbours(clip, data):
    """A frame gets the same bits whichever frames are encoded with it, and in whichever order."""
    frames = np.random.default_rng(1).integers(0, 256, (21, 32, 32, 3), dtype=np.uint8)
    together = clip.encode_frames(frames)
    chosen = data.draw(st.lists(st.integers(0, 20), min_size=1, max_size=12))
    assert torch.equal(clip.encode_frames(frames[chosen]), together[chosen])


@settings(max_examples=20, deadline=None)
@given(chosen=st.lists(st.integers(0, 19), min_size=1, max_size=25))
def test_text_features_do_not_depend_on_their_neighbours(clip, chosen):
    texts = [" ".join(["a red car"] * (index % 4 + 1)) + f" turns {index}" for index in range(20)]
    together = clip.encode_texts(texts)
    assert torch.equal(clip.encode_texts([texts[index] for index in chosen]), together[chosen])


def test_long_texts_are_cut_with_one_warning_that_counts_them(clip):
    long = "a red car " * 30
    with pytest.warns(UserWarning, match="2 of 3 texts were cut.*16 tokens") as caught:
        features = clip.encode_texts([long, "a bus", long + "stops"])
    assert len(caught) == 1
    ids = clip.tokenizer([("a red car " * 5)[:-5]])[0]
    with pytest.warns(UserWarning, match="were cut"):
        cut = clip.tokenizer([long])[0]
    assert len(cut) == 16
    assert cut[-1] == clip.model.config.text_config.eos_token_id
    assert cut[: len(ids) - 1] == ids[:-1]
    assert torch.equal(features[0], features[2])


def test_an_empty_text_is_a_text(clip, siglip):
    for backbone in (clip, siglip):
        assert torch.isfinite(backbone.encode_texts(["", "  "])).all()


def test_the_protocol_holds(clip, siglip):
    assert isinstance(clip, Backbone)
    assert isinstance(siglip, Backbone)
    assert (clip.image_size, clip.resize_mode, siglip.resize_mode) == (32, "crop", "squash")
    assert clip.logit_scale == pytest.approx(clip.model.logit_scale.exp().item())


def test_the_backbone_is_frozen(clip, frames):
    assert not any(parameter.requires_grad for parameter in clip.model.parameters())
    assert not clip.model.training
    features = clip.encode_frames(frames)
    assert not features.is_inference()  # or training on top of them would fail


def test_bfloat16_stays_near_float32(clip_folder, clip, frames):
    from temadapter.backbones.registry import load_backbone

    half = load_backbone(f"dir:{clip_folder}", device="cpu", dtype="bfloat16")
    assert half.dtype == torch.bfloat16
    assert half.encode_frames(frames).dtype == torch.float32
    assert torch.cosine_similarity(half.encode_frames(frames), clip.encode_frames(frames)).min() > 0.99
    assert half.fingerprint == clip.fingerprint


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
@pytest.mark.parametrize("dtype", ["auto", "float32"])
def test_cuda_agrees_with_the_cpu(clip_folder, clip, frames, dtype):
    from temadapter.backbones.registry import load_backbone

    cuda = load_backbone(f"dir:{clip_folder}", device="cuda", dtype=dtype)
    assert torch.cosine_similarity(cuda.encode_frames(frames), clip.encode_frames(frames)).min() > 0.999
    texts = ["a red car", "a bus stops"]
    assert torch.cosine_similarity(cuda.encode_texts(texts), clip.encode_texts(texts)).min() > 0.999
    assert torch.equal(cuda.encode_frames(frames[2:]), cuda.encode_frames(frames)[2:])

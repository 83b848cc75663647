"""What the settings of an image processor mean: the same pixels as transformers makes, or one sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temadapter.backbones.image_settings import read_image_settings
from temadapter.backbones.images import FramePreparation
from temadapter.errors import BackboneError


def read(found, family="clip", image_size=224):
    return read_image_settings(
        found, family=family, image_size=image_size, source=Path("preprocessor_config.json")
    )


def test_files_of_released_models():
    clip = {"size": 224, "crop_size": 224, "do_center_crop": True, "image_mean": [0.1, 0.2, 0.3]}
    assert read(clip).preparation == FramePreparation(224, "crop", 224)
    assert read(clip).mean == (0.1, 0.2, 0.3)
    newer = {"size": {"shortest_edge": 224}, "crop_size": {"height": 224, "width": 224}}
    assert read(newer).preparation.describe() == "crop-224-bicubic"
    siglip = {"size": {"height": 384, "width": 384}, "resample": 3}
    assert read(siglip, "siglip", 384).preparation.describe() == "squash-384-bicubic"
    assert read(siglip, "siglip", 384).mean == (0.5, 0.5, 0.5)
    second = siglip | {"resample": 2}
    assert read(second, "siglip", 384).preparation.describe() == "squash-384-bilinear"
    larger = {"size": {"shortest_edge": 256}, "crop_size": {"height": 224, "width": 224}}
    assert read(larger).preparation.describe() == "crop-224-of-256-bicubic"
    assert read({}).preparation.describe() == "crop-224-bicubic"
    assert read({"image_processor_type": "ViTImageProcessor"}).preparation.describe() == "squash-224-bilinear"
    assert read({"do_normalize": False}).std == (1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    "found",
    [
        {"size": {"shortest_edge": 200}, "crop_size": {"height": 224, "width": 224}},
        {"size": {"height": 256, "width": 256}, "do_center_crop": False},
        {"size": {"height": 256, "width": 200}, "crop_size": 224},
        {"size": 224, "crop_size": 256},
    ],
)
def test_sizes_that_do_not_fit_the_tower(found):
    with pytest.raises(BackboneError, match="built for 224"):
        read(found)


@pytest.mark.parametrize(
    ("found", "what"),
    [
        ({"do_resize": False}, "do_resize = False"),
        ({"do_pad": True}, "do_pad = True"),
        ({"do_center_crop": False}, "size"),
        ({"do_center_crop": "yes"}, "do_center_crop = 'yes': it must be true or false"),
        ({"size": {"shortest_edge": 224, "longest_edge": 300}}, "size"),
        ({"size": {"max_height": 224, "max_width": 224}}, "size"),
        ({"size": "224"}, "size = '224': it must be a whole number"),
        ({"size": [224, 224]}, "size"),
        ({"size": True}, "size = True"),
        ({"crop_size": {"height": 224, "width": 200}}, "crop_size"),
        ({"crop_size": {"shortest_edge": 224}}, "crop_size"),
        ({"resample": None}, "resample = None"),
        ({"resample": 9}, "resample = 9"),
        ({"resample": "bicubic"}, "resample = 'bicubic'"),
        ({"rescale_factor": 0}, "rescale_factor = 0"),
        ({"rescale_factor": "1/255"}, "rescale_factor"),
        ({"image_mean": [0.5, 0.5]}, "image_mean"),
        ({"image_mean": [0.5, float("nan"), 0.5]}, "image_mean"),
        ({"image_std": [0.5, 0, 0.5]}, "image_std"),
        ({"image_processor_type": "LlavaImageProcessor"}, "LlavaImageProcessor"),
    ],
)
def test_what_cannot_be_honoured_is_refused(found, what):
    with pytest.raises(BackboneError, match=r"preprocessor_config\.json") as refused:
        read(found)
    assert what in str(refused.value)
    assert len(str(refused.value)) < 300


SIZES = st.sampled_from(
    [
        {"size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}},
        {"size": 41, "crop_size": 32},
        {"size": {"height": 40, "width": 40}, "crop_size": 32},
        {"size": {"height": 47, "width": 36}, "crop_size": {"height": 32, "width": 32}},
        {"size": {"height": 32, "width": 32}, "do_center_crop": False},
    ]
)
OTHERS = st.fixed_dictionaries(
    {},
    optional={
        "resample": st.sampled_from([0, 1, 2, 3, 4, 5]),
        "do_rescale": st.booleans(),
        "rescale_factor": st.sampled_from([1 / 255, 0.00392156862745098, 1 / 127.5, 1.0]),
        "do_normalize": st.booleans(),
        "image_mean": st.sampled_from([[0.4, 0.5, 0.6], 0.5, [0.0, 0.0, 0.0]]),
        "image_std": st.sampled_from([[0.2, 0.3, 0.4], 0.5]),
        "do_convert_rgb": st.booleans(),
    },
)


def smooth_picture(height: int, width: int) -> np.ndarray:
    rows, columns = np.mgrid[0:height, 0:width]
    picture = np.stack(
        [rows * 255 / height, columns * 255 / width, 127 + 100 * np.sin((rows + columns) / 9)], -1
    )
    return picture.astype(np.uint8)


@settings(max_examples=60)
@given(size=SIZES, others=OTHERS, family=st.sampled_from(["clip", "siglip"]), height=st.integers(20, 90))
def test_any_settings_give_the_pixels_of_transformers(size, others, family, height):
    import torch
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
    from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

    found = {"do_center_crop": "crop_size" in size, **size, **others}
    theirs = {"clip": CLIPImageProcessorPil, "siglip": SiglipImageProcessorPil}[family]
    frame = smooth_picture(height, 70)
    wanted = theirs(**found)(images=[frame], return_tensors="pt")["pixel_values"].float()
    ours = read(found, family, 32)
    got = ours.pixels(ours.preparation(frame)[None], torch.device("cpu"), torch.float32)
    grey_level = 1 / 255 / min(ours.std)
    assert (got - wanted).abs().max() <= 2.1 * grey_level
    assert (got - wanted).abs().mean() <= 0.3 * grey_level


@pytest.mark.parametrize(
    "found",
    [
        {},
        {"resample": 2},
        {"resample": 0},
        {"do_rescale": False, "do_normalize": False},
        {"rescale_factor": 1 / 127.5, "do_normalize": False},
        {"size": {"height": 64, "width": 64}, "do_center_crop": False},
        {"size": {"height": 80, "width": 72}},
    ],
)
def test_features_of_a_real_model_are_those_of_transformers_whatever_its_settings(found, tmp_path):
    """Cosines in float32: in float16 the cosine alone is off by up to 3e-4 (1.0003 of a vector with itself)."""
    import json
    import shutil

    import torch
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
    from transformers.models.clip.modeling_clip import CLIPModel

    from temadapter.backbones.registry import MINI_FOLDER, load_backbone

    folder = shutil.copytree(MINI_FOLDER, tmp_path / "mini")
    file = folder / "preprocessor_config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | found))
    frames = np.stack([smooth_picture(180, 320), smooth_picture(180, 320)[:, ::-1]])
    pixels = CLIPImageProcessorPil.from_pretrained(folder)(images=list(frames), return_tensors="pt")
    model = CLIPModel.from_pretrained(folder, dtype=torch.float32).eval()
    with torch.no_grad():
        wanted = model.get_image_features(**pixels).pooler_output
    got = load_backbone(f"dir:{folder}", device="cpu").encode_frames(frames)
    assert torch.cosine_similarity(got, wanted).min() > 0.9999

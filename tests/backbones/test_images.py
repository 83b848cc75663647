from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from temadapter.backbones.images import FramePreparation, read_image_settings
from temadapter.errors import BackboneError


def read(settings, family="clip", image_size=224):
    return read_image_settings(
        settings, family=family, image_size=image_size, source=Path("preprocessor_config.json")
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
    assert read({"do_normalize": False}).std == (1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    "settings",
    [
        {"size": {"shortest_edge": 200}, "crop_size": {"height": 224, "width": 224}},
        {"size": {"height": 256, "width": 256}, "do_center_crop": False},
        {"size": 224, "crop_size": 256},
    ],
)
def test_sizes_that_do_not_fit_the_tower(settings):
    with pytest.raises(BackboneError, match="built for 224"):
        read(settings)


def picture(height=90, width=140):
    rows, columns = np.mgrid[0:height, 0:width]
    return np.stack([rows * 2, columns, (rows + columns) % 200], -1).astype(np.uint8)


def test_a_crop_out_of_a_larger_picture_is_pils():
    frame = picture()
    resized = Image.fromarray(frame).resize((int(48 * 140 / 90), 48), Image.Resampling.BICUBIC)
    left, top = (resized.width - 32) // 2, 8
    wanted = np.asarray(resized.crop((left, top, left + 32, top + 32))).astype(int)
    got = FramePreparation(32, "crop", 48)(frame)
    assert got.shape == (32, 32, 3)
    assert abs(got - wanted).max() <= 2


def test_bilinear_is_pils():
    frame = picture()
    wanted = np.asarray(Image.fromarray(frame).resize((32, 32), Image.Resampling.BILINEAR)).astype(int)
    got = FramePreparation(32, "squash", filter="bilinear")(np.stack([frame, frame]))
    assert abs(got[1] - wanted).max() <= 1

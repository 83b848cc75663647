from __future__ import annotations

import numpy as np
from PIL import Image

from temadapter.backbones.images import FramePreparation


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


def test_the_middle_is_the_middle_of_the_whole_picture():
    """Cutting twice would be one pixel off where both cuts leave an odd rest."""
    frame = picture(256, 257)
    got = FramePreparation(225, "crop", 256)(frame)
    assert (got == frame[15:240, 16:241]).all()


def test_a_square_that_is_cut_out_of_more_is_cut_out_of_squares_too():
    frame = picture(32, 32)
    wanted = Image.fromarray(frame).resize((40, 40), Image.Resampling.BICUBIC).crop((4, 4, 36, 36))
    for preparation in (FramePreparation(32, "crop", 40), FramePreparation(32, "squash", squashed=(40, 40))):
        got = preparation(frame).astype(int)
        assert abs(got - np.asarray(wanted).astype(int)).max() <= 2
    assert FramePreparation(32, "squash", squashed=(40, 40)).describe() == "squash-32-of-40x40-bicubic"

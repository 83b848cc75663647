"""Resizing agrees with PIL."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from temadapter.errors import ConfigError
from temadapter.video.preprocessing import preprocessing_name, resize


def by_pil(picture: np.ndarray, size: int, mode: str) -> np.ndarray:
    """Do with PIL what `resize` promises."""
    image = Image.fromarray(picture)
    if mode == "squash":
        return np.asarray(image.resize((size, size), Image.Resampling.BICUBIC))
    short = min(image.size)
    width, height = (int(size * side / short) for side in image.size)
    left, top = (width - size) // 2, (height - size) // 2
    scaled = image.resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(scaled.crop((left, top, left + size, top + size)))


def scene(height: int, width: int, seed: int = 0) -> np.ndarray:
    """Return a picture with soft and hard edges, as frames have them."""
    y, x = np.mgrid[:height, :width] / max(height, width)
    rng = np.random.default_rng(seed)
    soft = sum(np.sin(20 * (y * a + x * b) + c) for a, b, c in rng.random((4, 3)) * 3)
    picture = np.stack([soft * 30 + 128, soft * -20 + 90, 200 - soft * 25], axis=-1)
    picture[height // 4 : height // 2, width // 3 : width // 2] = (250, 10, 30)
    return (picture + rng.normal(0, 4, picture.shape)).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("mode", ["crop", "squash"])
@pytest.mark.parametrize("size", [64, 224])
@pytest.mark.parametrize(
    "shape", [(432, 768), (768, 432), (272, 640), (33, 17), (48, 64), (224, 224), (101, 100)]
)
def test_pictures_agree_with_pil_to_one_grey_level(shape, size, mode):
    picture = scene(*shape)
    difference = np.abs(resize(picture, size, mode=mode).astype(int) - by_pil(picture, size, mode))
    assert difference.max() <= 1


@given(
    picture=arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(3))),
    size=st.integers(1, 48),
    mode=st.sampled_from(["crop", "squash"]),
)
@settings(max_examples=60, deadline=None)
def test_any_noise_agrees_with_pil_nearly_everywhere(picture, size, mode):
    if max(picture.shape[:2]) > 16 * min(picture.shape[:2]):
        return  # long strips are cut first
    ours = resize(picture, size, mode=mode)
    assert ours.shape == (size, size, 3)
    assert ours.dtype == np.uint8
    if min(picture.shape[:2]) > 1:
        # PIL's order of the two passes depends on its version; either may be the one at hand.
        wide = Image.fromarray(picture)
        references = [by_pil(picture, size, mode)]
        if mode == "squash":
            for between in ((size, wide.height), (wide.width, size)):
                first = wide.resize(between, Image.Resampling.BICUBIC)
                references.append(np.asarray(first.resize((size, size), Image.Resampling.BICUBIC)))
        assert min(np.abs(ours.astype(int) - reference).max() for reference in references) <= 2


def test_many_frames_are_resized_like_one():
    frames = np.stack([scene(60, 90, seed) for seed in range(3)])
    together = resize(frames, 32, mode="crop")
    assert together.shape == (3, 32, 32, 3)
    assert together.flags.c_contiguous
    for alone, frame in zip(together, frames, strict=True):
        np.testing.assert_array_equal(alone, resize(frame, 32, mode="crop"))


def test_crop_keeps_the_shape_of_things_and_squash_does_not():
    frame = np.zeros((100, 300, 3), np.uint8)
    frame[:, 100:200] = 255  # a square in the middle
    assert resize(frame, 50, mode="crop").min() > 200
    squashed = resize(frame, 60, mode="squash")
    assert squashed[:, 2:18].max() < 10
    assert squashed[:, 22:38].min() > 240


def test_frames_of_the_right_size_are_unchanged():
    frame = scene(64, 64)
    for mode in ("crop", "squash"):
        np.testing.assert_array_equal(resize(frame, 64, mode=mode), frame)


def test_the_input_is_never_changed_and_may_be_read_only_or_a_view():
    frames = np.stack([scene(40, 60)] * 2)
    before = frames.copy()
    frames.flags.writeable = False
    flipped = resize(frames[:, ::-1, ::-1], 16, mode="squash")
    np.testing.assert_array_equal(frames, before)
    assert np.abs(flipped[:, ::-1, ::-1].astype(int) - resize(frames, 16, mode="squash")).max() <= 1


@pytest.mark.parametrize(
    "shape", [(0, 5, 7, 3), (2, 1, 1, 3), (1, 50, 1, 3), (1, 2, 4000, 3), (1, 4000, 2, 3)]
)
@pytest.mark.parametrize("mode", ["crop", "squash"])
def test_odd_shapes(shape, mode):
    assert resize(np.zeros(shape, np.uint8), 24, mode=mode).shape == (shape[0], 24, 24, 3)


@pytest.mark.parametrize(
    ("frames", "size", "mode", "words"),
    [
        (np.zeros((4, 4, 3), np.float32), 8, "crop", "uint8"),
        (np.zeros((4, 4), np.uint8), 8, "crop", "shape"),
        (np.zeros((4, 4, 4), np.uint8), 8, "crop", "shape"),
        (np.zeros((0, 4, 3), np.uint8), 8, "crop", "shape"),
        (np.zeros((4, 4, 3), np.uint8), 0, "crop", "at least 1"),
        (np.zeros((4, 4, 3), np.uint8), 8, "squish", "Did you mean 'squash'"),
    ],
)
def test_wrong_input_is_refused(frames, size, mode, words):
    with pytest.raises(ConfigError, match=words):
        resize(frames, size, mode=mode)


def test_name_for_store_keys():
    assert preprocessing_name(224, mode="squash") == "squash-224-bicubic"

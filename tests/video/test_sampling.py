"""Samplers: the authors' frame numbers, spans of time, arguments."""

from __future__ import annotations

import hashlib
import json
import math
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temadapter.errors import ConfigError, VideoError
from temadapter.video.sampling import (
    get_sampler,
    official_frame_indices,
    sampler_help,
    sampler_names,
)

# golden/official_frame_indices.json: its keys, and the SHA-256 of its canonical JSON.
GOLDEN_KEYS = [
    1, 2, 5, 8, 9, 12, 16, 17, 18, 20, 30, 31, 33, 40, 41, 50, 63, 64, 65, 80, 100, 127, 128, 129,
    150, 199, 240, 256, 299, 300, 301, 377, 500, 999, 1000, 1394, 4096,
]  # fmt: skip
GOLDEN_SHA256 = "cec6b133bf6f66053f61054a8776038b86f153153ba9251ae76fee0e88860752"
# First and last frame of each clip, and one clip in full, so that a failure can be read.
GOLDEN_ENDS = {
    16: [(0, 8), (0, 10), (0, 12), (0, 14), (0, 15), (2, 15), (4, 15), (6, 15)],
    1000: [(103, 118), (214, 229), (325, 340), (436, 451), (547, 562), (658, 673), (769, 784), (880, 895)],
}


def shared() -> Path:
    """Return the folder with the golden values, or skip."""
    folder = Path(os.environ.get("TEMADAPTER_SHARED", Path(__file__).parents[3] / "shared"))
    if not folder.is_dir():
        pytest.skip(f"needs the project's shared folder ({folder} does not exist; set TEMADAPTER_SHARED)")
    return folder


def test_official_frames_are_the_authors():
    ours = {str(key): official_frame_indices(key) for key in GOLDEN_KEYS}
    canonical = json.dumps(ours, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(canonical.encode()).hexdigest() == GOLDEN_SHA256


@pytest.mark.parametrize("total", GOLDEN_ENDS)
def test_official_ends_of_clips(total):
    assert [(clip[0], clip[-1]) for clip in official_frame_indices(total)] == GOLDEN_ENDS[total]


def test_official_off_by_one_at_the_last_frame():
    # 9 frames: the last clip is cut, which leaves out frame 8; being filled at the front, it never gets it.
    assert official_frame_indices(9)[-1] == [0] * 8 + list(range(8))
    # 40 frames: here the last frame is repeated instead.
    assert official_frame_indices(40)[-1] == [*range(27, 39), 39, 39, 39, 39]


def test_official_frames_equal_the_golden_file():
    golden = json.loads((shared() / "golden" / "official_frame_indices.json").read_text())
    assert {key: official_frame_indices(int(key)) for key in golden} == golden


@given(st.integers(1, 100_000))
@settings(deadline=None)
def test_official_centres_are_numpys(total):
    """The authors' centres are those of `np.linspace` in whole numbers."""
    centres = np.linspace(0, total, 10, dtype=np.int32)[1:9]
    clips = official_frame_indices(total)
    assert [len(clip) for clip in clips] == [16] * 8
    for centre, clip in zip(centres.tolist(), clips, strict=True):
        if 8 <= centre <= total - 8:
            assert clip == list(range(centre - 8, centre + 8))


@given(st.integers(1, 60), st.integers(1, 20), st.integers(1, 20))
@settings(deadline=None)
def test_clips_stay_inside_and_ascend(total, clips, length):
    chosen = np.array(get_sampler(f"clips({clips},{length})").choose(range(total))).reshape(clips, length)
    assert chosen.min() >= 0
    assert chosen.max() < total
    assert (np.diff(chosen, axis=1) >= 0).all()
    assert (np.diff(chosen, axis=1) <= 1).all()


@pytest.mark.parametrize("bad", [0, -1, 2.0, True, "8"])
def test_official_refuses_nonsense(bad):
    with pytest.raises(ConfigError, match="at least 1"):
        official_frame_indices(bad)


def test_uniform_takes_the_centres_of_equal_spans():
    times = np.arange(100) / 25
    assert get_sampler("uniform(4)").choose(times) == [12, 37, 62, 87]
    assert get_sampler("uniform(100)").choose(times) == list(range(100))
    assert get_sampler("uniform(1)").choose(times) == [50]


def test_uniform_goes_by_time_not_by_number():
    times = [0.0, 0.1, 0.2, 0.3, 0.4, 8.0]  # one frame stays on screen for most of the video
    assert get_sampler("uniform(4)").choose(times) == [4, 4, 4, 5]


@pytest.mark.parametrize("unit", [1 / 1000, 1 / 90_000, 1 / 600])
def test_rounded_timestamps_do_not_move_the_choice(unit):
    exact = np.arange(48) / 30
    rounded = np.round(exact / unit) * unit
    for spec in ("uniform(24)", "uniform(48)", "fps(10)", "fps(30)"):
        assert get_sampler(spec).choose(rounded) == get_sampler(spec).choose(exact)


def test_fps_repeats_where_the_video_is_slower():
    times = [0.0, 0.5, 1.0]
    assert get_sampler("fps(4)").choose(times) == [0, 0, 1, 1, 2, 2]
    assert get_sampler("fps(1)").choose(times) == [0, 2]
    assert get_sampler("fps(0.1)").choose(times) == [0]


@given(
    st.lists(st.floats(0, 1e5), min_size=1, max_size=50, unique=True).map(sorted),
    st.integers(1, 80),
)
@settings(deadline=None)
def test_uniform_has_f_frames_in_order(times, frames):
    sampler = get_sampler(f"uniform({frames})")
    chosen = sampler.choose(times)
    assert len(chosen) == frames
    assert chosen == sorted(chosen)
    assert chosen[0] >= 0
    assert chosen[-1] < len(times)
    if len(times) == 1:
        assert chosen == [0] * frames


@pytest.mark.parametrize("spec", ["uniform(24)", "fps(3)", "clips(8,16)"])
def test_the_start_of_time_does_not_matter(spec):
    times = np.arange(100) / 25
    assert get_sampler(spec).choose(times) == get_sampler(spec).choose(times + 1000)


@given(st.integers(1, 200), st.integers(1, 60))
@settings(deadline=None)
def test_fps_has_one_frame_for_every_step(count, rate):
    times = np.arange(count) / 30
    chosen = get_sampler(f"fps({rate})").choose(times)
    seconds = (count - 0.05) / 30 if count > 1 else 0  # a twentieth of a frame more is rounding
    assert len(chosen) == max(1, math.ceil(seconds * rate))
    assert chosen[0] == 0
    assert chosen == sorted(chosen)


@pytest.mark.parametrize("spec", ["uniform(24)", "clips(8,16)", "fps(2)"])
def test_no_frames_is_an_error(spec):
    with pytest.raises(VideoError, match="no frame"):
        get_sampler(spec).choose([])


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ("uniform(24)", "uniform(24)"),
        ("  clips( 8 , 16 ) ", "clips(8,16)"),
        ("fps(2.0)", "fps(2)"),
        ("fps(0.5)", "fps(0.5)"),
        ("fps(29.97)", "fps(29.97)"),
    ],
)
def test_names_are_canonical_and_read_back(spec, name):
    sampler = get_sampler(spec)
    assert sampler.name == name
    assert get_sampler(sampler.name) == sampler


@pytest.mark.parametrize(
    "spec",
    ["", "uniform", "uniform()", "uniform(1.5)", "uniform(a)", "clips(8)", "clips(8,16,2)", "fps(x)",
     "uniform(24", "uniform 24", "fps(2)(3)", "clips(8;16)"],
)  # fmt: skip
def test_unreadable_specs_list_the_syntax(spec):
    with pytest.raises(ConfigError, match=r"uniform\(24\)") as error:
        get_sampler(spec)
    assert "clips(8,16)" in str(error.value)
    assert "fps(2)" in str(error.value)


@pytest.mark.parametrize(
    "spec",
    ["uniform(0)", "uniform(-3)", "clips(0,16)", "clips(8,0)", "fps(0)", "fps(-1)", "fps(nan)", "fps(inf)",
     "uniform(99999999999)", "clips(99999,99999)", "fps(1e9)"],
)  # fmt: skip
def test_numbers_out_of_range_are_refused(spec):
    with pytest.raises(ConfigError, match=r"needs"):
        get_sampler(spec)


def test_too_many_frames_for_one_video_are_refused():
    with pytest.raises(ConfigError, match="lower rate"):
        get_sampler("fps(1000)").choose([0.0, 1e6])


def test_unknown_sampler_names_the_closest():
    with pytest.raises(ConfigError, match=r"no sampler 'unifrom'. Did you mean 'uniform'"):
        get_sampler("unifrom(3)")


def test_every_sampler_has_an_example_that_works():
    assert sampler_names() == ("clips", "fps", "uniform")
    for example, meaning in sampler_help().items():
        assert get_sampler(example).name == example
        assert meaning

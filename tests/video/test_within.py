from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from temadapter.errors import VideoError
from temadapter.video.decode import read_frames
from temadapter.video.sampling import get_sampler
from temadapter.video.within import Within

SECONDS = st.floats(0, 20, allow_nan=False)


@given(
    frames=st.integers(1, 200),
    start=SECONDS,
    length=st.floats(0.01, 20),
    spec=st.sampled_from(["uniform(5)", "clips(2,3)", "fps(3)"]),
)
def test_only_frames_on_screen_in_the_span_are_chosen(frames, start, length, spec):
    times = [index / 10 for index in range(frames)]
    sampler = Within(get_sampler(spec), (start, start + length))
    if start > times[-1]:
        with pytest.raises(VideoError, match="last picture"):
            sampler.choose(times)
        return
    chosen = sampler.choose(times)
    assert chosen
    on_screen = max(time for time in times if time <= start)
    assert all(on_screen <= times[index] <= start + length for index in chosen)


@pytest.mark.parametrize("spec", ["uniform(4)", "clips(2,2)", "fps(2)"])
def test_an_open_span_is_the_whole_video(spec):
    times = [index / 10 for index in range(30)]
    whole = get_sampler(spec)
    assert Within(whole, (None, None)).choose(times) == whole.choose(times)
    assert Within(whole, (0.0, None)).name == spec


@pytest.mark.parametrize("spec", ["uniform(4)", "clips(2,2)", "fps(2)"])
def test_the_decoder_shows_the_part(red_then_blue, spec):
    blue = read_frames(red_then_blue, Within(get_sampler(spec), (2.5, 3.5)))
    assert blue.times.min() >= 2.5
    assert blue.times.max() <= 3.5  # counted from the start of the file
    assert blue.frames[..., 2].mean() > 200
    assert blue.frames[..., 0].mean() < 60
    red = read_frames(red_then_blue, Within(get_sampler(spec), (None, 1.0)))
    assert np.all(red.times <= 1.0)
    assert red.frames[..., 0].mean() > 200

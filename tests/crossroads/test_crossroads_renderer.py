"""Pictures: size, determinism, and that what is there can be seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from temadapter.crossroads.rendering.renderer import Moment, draw
from temadapter.crossroads.simulation.geometry import Pose
from temadapter.crossroads.simulation.scene import COLOURS, DAYTIMES, KINDS, WEATHERS

EMPTY = Moment((), (), ("green", "red"), (), (), "sunny", "day", 3, 0)
WHERE = Pose(1.9, -9.0, 1.5708)


@pytest.mark.parametrize("weather", WEATHERS)
@pytest.mark.parametrize("daytime", DAYTIMES)
def test_a_frame_is_an_upright_rgb_picture_and_always_the_same(weather, daytime):
    moment = replace(EMPTY, weather=weather, daytime=daytime, vehicles=(("bus", "blue", WHERE),))
    picture = draw(moment)
    assert picture.shape == (192, 192, 3)
    assert picture.dtype == np.uint8
    assert np.array_equal(picture, draw(moment))


@pytest.mark.parametrize("kind", KINDS)
def test_every_vehicle_is_visible_where_it_stands(kind):
    empty = draw(EMPTY).astype(int)
    for colour in COLOURS:
        changed = (
            np.abs(draw(replace(EMPTY, vehicles=((kind, colour, WHERE),))).astype(int) - empty).sum(-1) > 40
        )
        rows, columns = np.nonzero(changed)
        assert len(rows) > 60, colour
        assert abs(rows.mean() - (16 + 9) * 6) < 8
        assert abs(columns.mean() - (16 + 1.9) * 6) < 8


def test_night_is_darker_than_day():
    assert draw(replace(EMPTY, daytime="night")).mean() < 0.85 * draw(EMPTY).mean()


def test_rain_falls():
    wet = replace(EMPTY, weather="rainy")
    assert not np.array_equal(draw(wet), draw(replace(wet, tick=1)))
    assert np.array_equal(draw(EMPTY), draw(replace(EMPTY, tick=1)))


def test_lights_and_crashes_are_drawn():
    assert not np.array_equal(draw(EMPTY), draw(replace(EMPTY, lights=("red", "green"))))
    crashed = draw(replace(EMPTY, crashes=((0.0, 0.0, 1.0),)))
    assert np.abs(crashed.astype(int) - draw(EMPTY))[84:108, 84:108].mean() > 5

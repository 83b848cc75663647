"""Draw one moment of the crossing as a picture: (192, 192, 3) uint8 RGB, seen from above."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from temadapter.crossroads.rendering.background import (
    CANVAS,
    FRAME_SIZE,
    LOOKS,
    OVERSAMPLING,
    PIXELS_PER_METRE,
    background,
    to_pixels,
)
from temadapter.crossroads.rendering.sprites import vehicle_sprite
from temadapter.crossroads.simulation.geometry import HALF_VIEW, LANE, STOP_LINE, Pose
from temadapter.crossroads.simulation.scene import SIZES, Colour, Daytime, Kind, Weather
from temadapter.crossroads.simulation.simulator import FRAME_RATE, Trace, light_of

_LAMP = {"green": (60, 235, 90), "yellow": (255, 205, 40), "red": (255, 48, 40)}
_MOON = (138, 144, 168)  # what is left of the daylight at night


@dataclass(frozen=True)
class Moment:
    """All that can be seen in one frame.

    Attributes:
        vehicles: What each is and where.
        pedestrians: x, y in metres and the colour of the coat.
        lights: The light of the roads "ns" and "ew".
        crashes: x, y in metres and the age in seconds of each collision.
        wrecks: Which vehicles have collided: their warning lights are on.
        tick: Number of the frame: moves rain and snow.
    """

    vehicles: tuple[tuple[Kind, Colour, Pose], ...]
    pedestrians: tuple[tuple[float, float, tuple[int, int, int]], ...]
    lights: tuple[str, str]
    crashes: tuple[tuple[float, float, float], ...]
    wrecks: tuple[int, ...]
    weather: Weather
    daytime: Daytime
    look: int
    tick: int


def moment_of(trace: Trace, frame: int) -> Moment:
    """Return what can be seen in frame number `frame` of a simulated scenario."""
    scenario, time = trace.scenario, frame / FRAME_RATE
    vehicles = tuple(
        (vehicle.kind, vehicle.colour, Pose(*map(float, pose)))
        for vehicle, pose in zip(scenario.vehicles, trace.poses[frame], strict=True)
    )
    people = tuple(
        (float(x), float(y), person.coat)
        for person, (x, y) in zip(scenario.pedestrians, trace.pedestrians[frame], strict=True)
        if not math.isnan(x)
    )
    lights = (light_of(scenario.lights, "ns", time), light_of(scenario.lights, "ew", time))
    happened = [collision for collision in trace.collisions if collision.time <= time]
    return Moment(
        vehicles=vehicles,
        pedestrians=people,
        lights=lights,
        crashes=tuple((c.x, c.y, time - c.time) for c in happened),
        wrecks=tuple(sorted({k for c in happened for k in (c.first, c.second)})),
        weather=scenario.weather,
        daytime=scenario.daytime,
        look=scenario.look,
        tick=frame,
    )


def draw(moment: Moment) -> NDArray[np.uint8]:
    """Draw `moment`: (192, 192, 3) uint8 RGB. The same moment always gives the same pixels."""
    stage, reduced = _stage(moment.weather, moment.look % LOOKS, moment.lights)
    canvas, boxes = stage.copy(), list[_Box]()
    for x, y, coat in moment.pedestrians:
        boxes.append(_pedestrian(canvas, x, y, coat))
    for kind, colour, pose in moment.vehicles:
        boxes.append(_paste_vehicle(canvas, kind, colour, pose))
    for x, y, age in moment.crashes:
        boxes.append(_crash(canvas, x, y, age))
    for wreck in moment.wrecks:
        kind, _, pose = moment.vehicles[wreck]
        boxes.extend(_warning_lights(canvas, kind, pose))
    picture = reduced.copy()
    for box in boxes:
        _reduce_into(picture, canvas, box)
    if moment.daytime == "night":
        picture = _night(picture, moment)
    return np.asarray(_weather(picture, moment))


_Box = tuple[
    float, float, float, float
]  # left, top, right, bottom in canvas pixels: where something was drawn


@functools.lru_cache(maxsize=8)  # one video after another is drawn, and its lights change once or twice
def _stage(weather: Weather, look: int, lights: tuple[str, str]) -> tuple[Image.Image, Image.Image]:
    """Return what stands still, on the canvas and as a finished frame. Do not draw on them: copy them."""
    canvas = background(weather, look).copy()
    _traffic_lights(canvas, lights)
    return canvas, canvas.reduce(OVERSAMPLING)


def _reduce_into(picture: Image.Image, canvas: Image.Image, box: _Box) -> None:
    """Carry what was drawn inside `box` of the canvas into the finished frame."""
    left, top = (max(0, math.floor(value / OVERSAMPLING)) for value in box[:2])
    right, bottom = (min(FRAME_SIZE, math.ceil((value + 1) / OVERSAMPLING)) for value in box[2:])
    if left < right and top < bottom:
        area = (left * OVERSAMPLING, top * OVERSAMPLING, right * OVERSAMPLING, bottom * OVERSAMPLING)
        picture.paste(canvas.reduce(OVERSAMPLING, area), (left, top))


def _paste_vehicle(canvas: Image.Image, kind: Kind, colour: Colour, pose: Pose) -> _Box:
    picture, shadow = vehicle_sprite(kind, colour, pose.heading)
    x, y = to_pixels(pose.x, pose.y)
    left, top = round(x - picture.width / 2), round(y - picture.height / 2)
    if -picture.width < left < CANVAS and -picture.height < top < CANVAS:
        canvas.paste((16, 18, 26), (left + 4, top + 4), shadow)
        canvas.paste(picture, (left, top), picture)
    return left, top, left + picture.width + 4, top + picture.height + 4


def _pedestrian(canvas: Image.Image, x: float, y: float, coat: tuple[int, int, int]) -> _Box:
    pen, unit = ImageDraw.Draw(canvas), PIXELS_PER_METRE
    px, py = to_pixels(x, y)
    pen.ellipse(
        (px - 0.5 * unit + 3, py - 0.5 * unit + 3, px + 0.5 * unit + 3, py + 0.5 * unit + 3),
        fill=(50, 52, 56),
    )
    pen.ellipse((px - 0.6 * unit, py - 0.45 * unit, px + 0.6 * unit, py + 0.45 * unit), fill=coat)
    pen.ellipse(
        (px - 0.26 * unit, py - 0.26 * unit, px + 0.26 * unit, py + 0.26 * unit), fill=(240, 205, 170)
    )
    return _around(px, py, unit + 3)


def _around(x: float, y: float, reach: float) -> _Box:
    return x - reach, y - reach, x + reach, y + reach


def _lamp_places() -> tuple[tuple[int, float, float], ...]:
    """Road (0 ns, 1 ew) and place of the four traffic lights, at the right of each stop line."""
    out, along = LANE + 0.9, STOP_LINE - 0.3
    return ((0, out, -along), (0, -out, along), (1, along, out), (1, -along, -out))


def _traffic_lights(canvas: Image.Image, lights: tuple[str, str]) -> None:
    pen, unit = ImageDraw.Draw(canvas), PIXELS_PER_METRE
    for road, x, y in _lamp_places():
        px, py = to_pixels(x, y)
        pen.rounded_rectangle(
            (px - 0.75 * unit, py - 0.75 * unit, px + 0.75 * unit, py + 0.75 * unit), 4, (30, 30, 34)
        )
        pen.ellipse(
            (px - 0.55 * unit, py - 0.55 * unit, px + 0.55 * unit, py + 0.55 * unit), fill=_LAMP[lights[road]]
        )


def _crash(canvas: Image.Image, x: float, y: float, age: float) -> _Box:
    """A flash for a third of a second, then smoke that stays, and splinters on the road."""
    px, py = to_pixels(x, y)
    unit, rng = PIXELS_PER_METRE, np.random.default_rng(int(abs(x * 97 + y * 31) * 10))
    pen = ImageDraw.Draw(canvas)
    for _ in range(14):
        angle, far = rng.uniform(0, 2 * math.pi), rng.uniform(0.6, 2.6) * min(1.0, 0.3 + age * 2)
        sx, sy = px + far * unit * math.cos(angle), py + far * unit * math.sin(angle)
        pen.rectangle((sx - 2, sy - 2, sx + 1, sy + 1), fill=(250, 240, 220))
    if age < 0.35:
        points = []
        for k in range(18):
            reach = unit * (1.9 if k % 2 == 0 else 0.8)
            points.append((px + reach * math.cos(k * math.pi / 9), py + reach * math.sin(k * math.pi / 9)))
        pen.polygon(points, fill=(255, 226, 110))
    layer = Image.new("L", (int(7 * unit), int(7 * unit)), 0)
    smoke = ImageDraw.Draw(layer)
    grow = min(0.9, 0.4 + age * 0.4)
    for k in range(6):
        dx, dy = rng.uniform(-1, 1, 2) * 1.1 * unit * grow
        wobble = 0.25 * unit * math.sin(age * 2 + k)
        size = unit * rng.uniform(0.6, 1.0) * grow
        cx, cy = 3.5 * unit + dx + wobble, 3.5 * unit + dy - wobble
        smoke.ellipse((cx - size, cy - size, cx + size, cy + size), fill=95)
    layer = layer.filter(ImageFilter.GaussianBlur(2.5))
    canvas.paste((238, 236, 232), (round(px - 3.5 * unit), round(py - 3.5 * unit)), layer)
    return _around(px, py, 3.5 * unit + 3)


def _warning_places(kind: Kind, pose: Pose) -> list[tuple[float, float]]:
    """Return x, y in metres of the warning lights: the four corners, or both ends of a motorcycle."""
    length, width = SIZES[kind]
    cos, sin = math.cos(pose.heading), math.sin(pose.heading)
    return [
        (pose.x + along * cos - across * sin, pose.y + along * sin + across * cos)
        for along in (-length / 2, length / 2)
        for across in ((0.0,) if kind == "motorcycle" else (-width / 2, width / 2))
    ]


def _warning_lights(canvas: Image.Image, kind: Kind, pose: Pose) -> list[_Box]:
    """Amber warning lights on a vehicle that has collided: they tell who is involved."""
    pen, unit = ImageDraw.Draw(canvas, "RGBA"), PIXELS_PER_METRE
    places = [to_pixels(x, y) for x, y in _warning_places(kind, pose)]
    for px, py in places:
        for radius, fill in (
            (0.85, (255, 150, 20, 60)),
            (0.62, (255, 140, 10, 150)),
            (0.42, (255, 176, 40, 255)),
        ):
            reach = radius * unit
            pen.ellipse((px - reach, py - reach, px + reach, py + reach), fill=fill)
    return [_around(px, py, unit + 2) for px, py in places]


def _night(picture: Image.Image, moment: Moment) -> Image.Image:
    light = _street_light().copy()
    for kind, _, pose in moment.vehicles:
        ahead = SIZES[kind][0] / 2 + 2.6
        cone = _headlight(round(math.degrees(pose.heading) / 6) % 60)
        x, y = to_pixels(pose.x + ahead * math.cos(pose.heading), pose.y + ahead * math.sin(pose.heading))
        corner = (round(x / OVERSAMPLING - cone.width / 2), round(y / OVERSAMPLING - cone.height / 2))
        light.paste((255, 248, 214), corner, cone)
    for wreck in moment.wrecks:
        kind, _, pose = moment.vehicles[wreck]
        for x, y in _warning_places(kind, pose):
            px, py = (value / OVERSAMPLING for value in to_pixels(x, y))
            glow = _lamp_glow()
            light.paste((255, 214, 150), (round(px - glow.width / 2), round(py - glow.height / 2)), glow)
    for x, y, age in moment.crashes:
        if age < 0.35:
            glow = _headlight(0)
            px, py = to_pixels(x, y)
            light.paste(
                (255, 250, 220), (round(px / 2 - glow.width / 2), round(py / 2 - glow.height / 2)), glow
            )
    return ImageChops.multiply(picture, light)


@functools.lru_cache(maxsize=1)
def _street_light() -> Image.Image:
    """Moonlight and four street lamps at the corners of the crossing."""
    yy, xx = np.mgrid[0:FRAME_SIZE, 0:FRAME_SIZE].astype(np.float32)
    metres = 2 * HALF_VIEW / FRAME_SIZE
    x, y = xx * metres - HALF_VIEW, HALF_VIEW - yy * metres
    strength = np.zeros_like(x)
    for lamp_x, lamp_y in ((6, 6), (-6, 6), (6, -6), (-6, -6), (5, 14), (-5, -14), (14, -5), (-14, 5)):
        strength += np.exp(-((x - lamp_x) ** 2 + (y - lamp_y) ** 2) / (2 * 4.2**2))
    strength = np.clip(strength, 0, 1)[..., None]
    colour = np.array(_MOON, np.float32) * (1 - strength) + np.array((240, 222, 180), np.float32) * strength
    return Image.fromarray(colour.astype(np.uint8))


@functools.lru_cache(maxsize=64)
def _headlight(step: int) -> Image.Image:
    size = int(7 * PIXELS_PER_METRE / OVERSAMPLING)
    yy, xx = np.mgrid[0:size, 0:size].astype(np.float32) / size * 2 - 1
    along, across = (xx + 1) / 2, yy
    glow = (
        np.exp(-((across / (0.12 + 0.5 * along)) ** 2))
        * np.clip(1.1 - along, 0, 1)
        * np.clip(along * 6, 0, 1)
    )
    cone = Image.fromarray((glow * 235).clip(0, 255).astype(np.uint8))
    return cone.rotate(step * 6, Image.Resampling.BICUBIC)


@functools.lru_cache(maxsize=1)
def _lamp_glow() -> Image.Image:
    size = int(2.4 * PIXELS_PER_METRE / OVERSAMPLING)
    yy, xx = np.mgrid[0:size, 0:size].astype(np.float32) / (size - 1) * 2 - 1
    glow = np.exp(-2.5 * (xx**2 + yy**2)) * 255
    return Image.fromarray(glow.clip(0, 255).astype(np.uint8))


def _weather(picture: Image.Image, moment: Moment) -> Image.Image:
    if moment.weather == "sunny":
        return picture
    night = moment.daytime == "night"
    if moment.weather == "foggy":
        return Image.blend(picture, _fog(moment.look % 4, night, moment.tick % 60), 0.33)
    pen = ImageDraw.Draw(picture, "RGBA")
    if moment.weather == "rainy":
        for x, y in _drops(moment.look, 70, 2):
            x, y = (x - 3.0 * moment.tick) % FRAME_SIZE, (y + 17.0 * moment.tick) % FRAME_SIZE
            pen.line((x, y, x - 2, y + 9), fill=(206, 220, 244, 120), width=1)
        return picture
    for x, y, size in _drops(moment.look, 90, 3):
        x = (x + 4 * math.sin(moment.tick * 0.2 + size)) % FRAME_SIZE
        y = (y + (1.6 + size / 110) * moment.tick) % FRAME_SIZE
        radius = 0.6 + size / 190
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(255, 255, 255, 220))
    return picture


@functools.lru_cache(maxsize=8)
def _drops(look: int, count: int, numbers: int) -> list[list[float]]:
    """Return where rain drops or snow flakes are at the start."""
    drops: list[list[float]] = (
        np.random.default_rng([look, 5]).uniform(0, FRAME_SIZE, (count, numbers)).tolist()
    )
    return drops


def _fog(look: int, night: bool, tick: int) -> Image.Image:
    return _fog_bank(look, night).crop((tick // 2, 0, tick // 2 + FRAME_SIZE, FRAME_SIZE))


@functools.lru_cache(maxsize=8)
def _fog_bank(look: int, night: bool) -> Image.Image:
    """Return fog wider than the picture: it drifts."""
    rng = np.random.default_rng([look, 9])
    wide = (FRAME_SIZE + 60, FRAME_SIZE + 60)
    coarse = Image.fromarray(rng.integers(150, 256, (7, 7), dtype=np.uint8)).resize(
        wide, Image.Resampling.BICUBIC
    )
    layer = np.asarray(coarse, np.float32)[..., None]
    tone = np.array((120, 124, 136) if night else (224, 227, 230), np.float32)
    return Image.fromarray((tone * (0.75 + 0.25 * layer / 255)).astype(np.uint8))

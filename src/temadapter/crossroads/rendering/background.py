"""The still part of the picture: roads, markings, houses, trees, in every weather. Drawn once, then copied."""

from __future__ import annotations

import functools
import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from temadapter.crossroads.simulation.geometry import BOX, HALF_VIEW, LANE, STOP_LINE, ZEBRA_FAR, ZEBRA_NEAR
from temadapter.crossroads.simulation.scene import Weather

FRAME_SIZE = 192  # pixels of a finished frame
OVERSAMPLING = 2  # everything is drawn this much larger, then reduced: smooth edges
CANVAS = FRAME_SIZE * OVERSAMPLING
PIXELS_PER_METRE = CANVAS / (2 * HALF_VIEW)
LOOKS = 24  # different surroundings

_PAVEMENT = 1.7
_GROUND = {
    "sunny": (112, 152, 82),
    "rainy": (84, 118, 74),
    "snowy": (226, 231, 238),
    "foggy": (110, 136, 100),
}
_ASPHALT = {
    "sunny": (104, 104, 108),
    "rainy": (72, 77, 88),
    "snowy": (132, 135, 142),
    "foggy": (106, 108, 112),
}
_PAVING = {
    "sunny": (182, 176, 166),
    "rainy": (134, 134, 134),
    "snowy": (206, 209, 215),
    "foggy": (168, 167, 163),
}
_ROOFS = ((168, 92, 74), (150, 112, 88), (124, 128, 138), (178, 142, 104), (142, 84, 90))
_CORNERS = ((-1, -1), (-1, 1), (1, -1), (1, 1))


def to_pixels(x: float, y: float) -> tuple[float, float]:
    """Convert metres (y north) to canvas pixels (y down)."""
    return (HALF_VIEW + x) * PIXELS_PER_METRE, (HALF_VIEW - y) * PIXELS_PER_METRE


@functools.lru_cache(maxsize=LOOKS * 4)
def background(weather: Weather, look: int) -> Image.Image:
    """Return the empty crossing by day, RGB of `CANVAS` pixels a side. Do not draw on it: copy it."""
    rng = np.random.default_rng([look, 77])
    ground = _textured(_GROUND[weather], rng, 9.0)
    canvas = ImageDraw.Draw(ground)
    _roads(ground, canvas, weather, rng)
    for corner in _CORNERS:
        _corner(ground, corner, weather, rng)
    if weather == "sunny":
        return ground
    tint = {
        "rainy": (222, 228, 240),
        "snowy": (244, 247, 255),
        "foggy": (240, 240, 240),
    }
    return Image.fromarray(
        (np.asarray(ground, np.float32) * (np.array(tint[weather], np.float32) / 255)).astype(np.uint8)
    )


def _textured(colour: tuple[int, int, int], rng: np.random.Generator, strength: float) -> Image.Image:
    fine = rng.normal(0, strength * 0.5, (CANVAS // 2, CANVAS // 2, 1))
    fine = np.repeat(np.repeat(fine, 2, 0), 2, 1)
    coarse = Image.fromarray(rng.normal(128, 40, (9, 9)).clip(0, 255).astype(np.uint8)).resize(
        (CANVAS, CANVAS), Image.Resampling.BICUBIC
    )
    blotches = (np.asarray(coarse, np.float32)[..., None] - 128) / 40 * strength
    return Image.fromarray((np.array(colour) + fine + blotches).clip(0, 255).astype(np.uint8))


def _rectangle(canvas: ImageDraw.ImageDraw, x0: float, y0: float, x1: float, y1: float, fill: object) -> None:
    (left, bottom), (right, top) = to_pixels(min(x0, x1), min(y0, y1)), to_pixels(max(x0, x1), max(y0, y1))
    canvas.rectangle((left, top, right, bottom), fill=fill)  # type: ignore[arg-type]


def _both_roads(
    canvas: ImageDraw.ImageDraw, x0: float, y0: float, x1: float, y1: float, fill: object
) -> None:
    """Draw a rectangle given for the south arm on all four arms."""
    for _ in range(4):
        _rectangle(canvas, x0, y0, x1, y1, fill)
        x0, y0, x1, y1 = -y0, x0, -y1, x1


def _roads(
    image: Image.Image, canvas: ImageDraw.ImageDraw, weather: Weather, rng: np.random.Generator
) -> None:
    edge, paving = LANE + _PAVEMENT, _PAVING[weather]
    _both_roads(canvas, -edge, -HALF_VIEW, edge, 0, paving)
    kerb = tuple(int(value * 0.8) for value in paving)
    _both_roads(canvas, -LANE - 0.25, -HALF_VIEW, LANE + 0.25, 0, kerb)
    mask = Image.new("L", image.size, 0)
    _both_roads(ImageDraw.Draw(mask), -LANE, -HALF_VIEW, LANE, 0, 255)
    image.paste(_textured(_ASPHALT[weather], rng, 4.5), mask=mask)
    paint = (232, 232, 226) if weather != "snowy" else (238, 240, 244)
    for k in range(7):
        far = STOP_LINE + 0.9 + 2.0 * k
        _both_roads(canvas, -0.1, -far, 0.1, -far - 1.1, paint)
    _both_roads(canvas, 0.15, -STOP_LINE, LANE - 0.2, -STOP_LINE + 0.4, paint)
    for k in range(6):
        left = -LANE + 0.35 + 1.25 * k
        _both_roads(canvas, left, -ZEBRA_NEAR, left + 0.62, -ZEBRA_FAR, paint)
    if weather == "snowy":
        for side in (-1, 1):
            _both_roads(canvas, side * (LANE - 0.15), -HALF_VIEW, side * LANE, -BOX, (226, 229, 235))


def _corner(image: Image.Image, corner: tuple[int, int], weather: Weather, rng: np.random.Generator) -> None:
    sx, sy = corner
    inner = LANE + _PAVEMENT + 0.9
    if rng.random() < 0.75:
        _house(image, sx, sy, inner, weather, rng)
    for _ in range(int(rng.integers(2, 6))):
        along, out = rng.uniform(inner + 0.6, HALF_VIEW), rng.uniform(inner + 0.4, inner + 2.0)
        x, y = (along, out) if rng.random() < 0.5 else (out, along)
        _tree(image, sx * x, sy * y, rng.uniform(0.8, 1.5), weather, rng)


def _house(
    image: Image.Image, sx: int, sy: int, inner: float, weather: Weather, rng: np.random.Generator
) -> None:
    x0, y0 = inner + rng.uniform(1.6, 3.0), inner + rng.uniform(1.6, 3.0)
    x1, y1 = min(HALF_VIEW + 2, x0 + rng.uniform(5, 9)), min(HALF_VIEW + 2, y0 + rng.uniform(5, 9))
    _shadow(image, [(sx * x0, sy * y0), (sx * x1, sy * y0), (sx * x1, sy * y1), (sx * x0, sy * y1)], 0.9)
    roof = np.array(_ROOFS[int(rng.integers(len(_ROOFS)))])
    if weather == "snowy":
        roof = (roof * 0.25 + np.array((232, 236, 242)) * 0.75).astype(int)
    canvas = ImageDraw.Draw(image)
    middle = sy * (y0 + y1) / 2
    light, dark = tuple(map(int, (roof * 1.08).clip(0, 255))), tuple(map(int, roof * 0.82))
    upper, lower = max(sy * y0, sy * y1), min(sy * y0, sy * y1)
    _rectangle(canvas, sx * x0, middle, sx * x1, upper, light)
    _rectangle(canvas, sx * x0, lower, sx * x1, middle, dark)
    canvas.line(
        [to_pixels(sx * x0, middle), to_pixels(sx * x1, middle)], fill=tuple(map(int, roof * 0.6)), width=2
    )


def _tree(
    image: Image.Image, x: float, y: float, radius: float, weather: Weather, rng: np.random.Generator
) -> None:
    circle = [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in np.linspace(0, 2 * math.pi, 16)]
    _shadow(image, circle, 0.7)
    canvas = ImageDraw.Draw(image)
    base = np.array((52, 98, 48)) + rng.integers(-12, 13, 3)
    if weather == "snowy":
        base = (base * 0.4 + np.array((225, 230, 235)) * 0.6).astype(int)
    for k in range(7):
        shade = base + 7 * k - 12
        dx, dy = rng.uniform(-0.35, 0.35, 2) * radius
        size = radius * (1 - 0.09 * k)
        left, top = to_pixels(x + dx - size * 0.9, y + dy + size * 0.9)
        right, bottom = to_pixels(x + dx + size * 0.9, y + dy - size * 0.9)
        if k in (0, 2, 4, 6):
            canvas.ellipse((left, top, right, bottom), fill=tuple(map(int, shade.clip(0, 255))))


def _shadow(image: Image.Image, outline: list[tuple[float, float]], height: float) -> None:
    shifted = [to_pixels(x + height, y - height) for x, y in outline]
    across, down = zip(*shifted, strict=True)
    blur = 10  # pixels that a blur of radius 2 reaches, and more
    left, top = (max(0, int(min(values)) - blur) for values in (across, down))
    right, bottom = (min(CANVAS, int(max(values)) + blur) for values in (across, down))
    if left >= right or top >= bottom:
        return
    mask = Image.new("L", (right - left, bottom - top), 0)
    ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in shifted], fill=80)
    image.paste((20, 24, 34), (left, top), mask.filter(ImageFilter.GaussianBlur(2)))

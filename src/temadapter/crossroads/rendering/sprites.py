"""Vehicles as seen from above: drawn once in high resolution, turned and cached."""

from __future__ import annotations

import functools
import math

from PIL import Image, ImageDraw, ImageFilter

from temadapter.crossroads.rendering.background import PIXELS_PER_METRE
from temadapter.crossroads.simulation.scene import SIZES, Colour, Kind

_DETAIL = 4  # sprites are drawn this much larger than the canvas
_ANGLE_STEP = 2  # degrees between cached orientations
_PAINT: dict[Colour, tuple[int, int, int]] = {
    "red": (206, 32, 34),
    "blue": (36, 84, 214),
    "green": (26, 150, 62),
    "yellow": (246, 204, 28),
    "white": (246, 246, 246),
    "black": (26, 26, 30),
}
_GLASS, _TYRE = (38, 46, 58), (22, 22, 22)


def vehicle_sprite(kind: Kind, colour: Colour, heading: float) -> tuple[Image.Image, Image.Image]:
    """Return (picture RGBA, shadow L) of a vehicle that points along `heading` (radians)."""
    step = round(math.degrees(heading) / _ANGLE_STEP) % (360 // _ANGLE_STEP)
    return _turned(kind, colour, step)


@functools.lru_cache(maxsize=4096)
def _turned(kind: Kind, colour: Colour, step: int) -> tuple[Image.Image, Image.Image]:
    picture = _upright(kind, colour).rotate(step * _ANGLE_STEP, Image.Resampling.BICUBIC, expand=True)
    shadow = picture.getchannel("A").filter(ImageFilter.GaussianBlur(1.5)).point(lambda value: value * 0.42)
    return picture, shadow


@functools.lru_cache(maxsize=64)
def _upright(kind: Kind, colour: Colour) -> Image.Image:
    scale = PIXELS_PER_METRE * _DETAIL
    length, width = SIZES[kind]
    margin = 4 * _DETAIL
    image = Image.new(
        "RGBA", (int(length * scale) + 2 * margin, int(width * scale) + 2 * margin), (*_PAINT[colour], 0)
    )
    pen = _Pen(ImageDraw.Draw(image), scale, margin, length, width)
    {"car": _car, "bus": _bus, "truck": _truck, "motorcycle": _motorcycle}[kind](pen, _PAINT[colour])
    return image.reduce(_DETAIL)


class _Pen:
    """Draws in metres along (from the rear) and across (from the right side) the vehicle."""

    def __init__(
        self, draw: ImageDraw.ImageDraw, scale: float, margin: int, length: float, width: float
    ) -> None:
        self.draw, self.scale, self.margin, self.length, self.width = draw, scale, margin, length, width

    def box(
        self, x0: float, y0: float, x1: float, y1: float, fill: tuple[int, int, int], radius: float = 0.0
    ) -> None:
        """Draw a rounded rectangle; coordinates are fractions of length and width, the radius metres."""
        scale, margin = self.scale, self.margin
        corners = (
            margin + x0 * self.length * scale,
            margin + y0 * self.width * scale,
            margin + x1 * self.length * scale,
            margin + y1 * self.width * scale,
        )
        self.draw.rounded_rectangle(corners, radius * scale, fill=(*fill, 255))

    def oval(self, x0: float, y0: float, x1: float, y1: float, fill: tuple[int, int, int]) -> None:
        """Draw an ellipse in the given box (fractions)."""
        scale, margin = self.scale, self.margin
        box = (x0 * self.length, y0 * self.width, x1 * self.length, y1 * self.width)
        self.draw.ellipse(tuple(margin + value * scale for value in box), fill=(*fill, 255))


def _shade(paint: tuple[int, int, int], factor: float) -> tuple[int, int, int]:
    if factor > 1:
        return tuple(int(value + (255 - value) * (factor - 1)) for value in paint)  # type: ignore[return-value]
    return tuple(int(value * factor) for value in paint)  # type: ignore[return-value]


def _lamps(pen: _Pen) -> None:
    for y in (0.06, 0.76):
        pen.box(0.965, y, 0.995, y + 0.18, (255, 246, 200), 0.05)
        pen.box(0.005, y, 0.03, y + 0.18, (170, 20, 20), 0.05)


def _car(pen: _Pen, paint: tuple[int, int, int]) -> None:
    pen.box(0, 0, 1, 1, _shade(paint, 0.7), 0.75)
    pen.box(0.01, 0.05, 0.99, 0.95, paint, 0.7)
    pen.box(0.16, 0.12, 0.74, 0.88, _GLASS, 0.35)
    pen.box(0.28, 0.14, 0.60, 0.86, _shade(paint, 1.12), 0.2)
    _lamps(pen)


def _bus(pen: _Pen, paint: tuple[int, int, int]) -> None:
    pen.box(0, 0, 1, 1, _shade(paint, 0.7), 0.35)
    pen.box(0.005, 0.04, 0.995, 0.96, paint, 0.3)
    pen.box(0.945, 0.1, 0.985, 0.9, _GLASS, 0.1)
    pen.box(0.03, 0.12, 0.93, 0.88, _shade(paint, 1.1), 0.2)
    for x in (0.16, 0.42, 0.68):
        pen.box(x, 0.3, x + 0.13, 0.7, _shade(paint, 0.62), 0.15)
    _lamps(pen)


def _truck(pen: _Pen, paint: tuple[int, int, int]) -> None:
    pen.box(0.7, 0.04, 1, 0.96, _shade(paint, 0.8), 0.35)
    pen.box(0.72, 0.08, 0.99, 0.92, paint, 0.3)
    pen.box(0.84, 0.12, 0.93, 0.88, _GLASS, 0.12)
    pen.box(0.655, 0.3, 0.71, 0.7, _TYRE)
    pen.box(0, 0, 0.66, 1, (92, 84, 74), 0.1)
    pen.box(0.02, 0.06, 0.64, 0.94, _shade(paint, 0.9), 0.05)
    for x in (0.1, 0.22, 0.34, 0.46, 0.58):
        pen.box(x, 0.06, x + 0.02, 0.94, (92, 84, 74))
    _lamps(pen)


def _motorcycle(pen: _Pen, paint: tuple[int, int, int]) -> None:
    pen.box(0, 0.38, 0.26, 0.62, _TYRE, 0.15)
    pen.box(0.76, 0.38, 1, 0.62, _TYRE, 0.15)
    pen.box(0.10, 0.2, 0.88, 0.8, _shade(paint, 0.8), 0.35)
    pen.box(0.12, 0.24, 0.86, 0.76, paint, 0.3)
    pen.box(0.66, 0.0, 0.73, 1, (70, 70, 74), 0.05)
    pen.oval(0.28, 0.08, 0.62, 0.92, paint)
    pen.oval(0.38, 0.3, 0.58, 0.7, (64, 66, 72))

"""Reading how a model wants its pictures: honoured as transformers honours it, or refused in a sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from temadapter.backbones.images import FramePreparation, ImageSettings
from temadapter.errors import BackboneError, shown
from temadapter.video.preprocessing import FILTERS

_CLIP: dict[str, Any] = {
    "size": {"shortest_edge": 224},
    "crop_size": 224,
    "do_center_crop": True,
    "resample": FILTERS.index("bicubic"),
    "image_mean": (0.48145466, 0.4578275, 0.40821073),
    "image_std": (0.26862954, 0.26130258, 0.27577711),
}
_SIGLIP: dict[str, Any] = {
    "size": {"height": 224, "width": 224},
    "do_center_crop": False,
    "resample": FILTERS.index("bicubic"),
    "image_mean": (0.5, 0.5, 0.5),
    "image_std": (0.5, 0.5, 0.5),
}
# What each image processor of transformers assumes where its file leaves a value out.
_DEFAULTS = {"clip": _CLIP, "siglip": _SIGLIP, "vit": _SIGLIP | {"resample": FILTERS.index("bilinear")}}
_USUAL = {
    "do_resize": True,
    "do_rescale": True,
    "rescale_factor": 1 / 255,
    "do_normalize": True,
    "do_pad": False,
}


def read_image_settings(
    settings: Mapping[str, Any], *, family: str, image_size: int, source: Path
) -> ImageSettings:
    """Read what an image processor of transformers has saved.

    Args:
        settings: The contents of `preprocessor_config.json`, or of `image_processor` in `processor_config.json`.
        family: "clip" or "siglip": gives the defaults of what the file leaves out, unless it names its processor.
        image_size: S, the side in pixels that the image tower was built for.
        source: The file, for messages.

    Raises:
        BackboneError: If the pictures would not be S × S whatever the video's shape, or a value makes no sense.
    """
    return _Reader(settings, _processor(settings, family, source), image_size, source).read()


def _processor(settings: Mapping[str, Any], family: str, source: Path) -> str:
    """Return which image processor wrote the settings: "clip", "siglip" or "vit"."""
    name = settings.get("image_processor_type") or settings.get("feature_extractor_type")
    if name is None:
        return family
    short = str(name).removesuffix("Fast").removesuffix("Pil")
    short = short.removesuffix("ImageProcessor").removesuffix("FeatureExtractor").lower()
    if short not in _DEFAULTS:
        raise BackboneError(
            f"{source} is for {shown(name)}; the image processors that are supported are those of CLIP, SigLIP and ViT."
        )
    return short


class _Reader:
    """Reads one file's settings."""

    def __init__(self, settings: Mapping[str, Any], processor: str, image_size: int, source: Path) -> None:
        self._given, self._defaults = settings, _USUAL | _DEFAULTS[processor]
        self._size, self._source = image_size, source

    def read(self) -> ImageSettings:
        """Return the settings, or complain about the first that cannot be honoured."""
        if self._flag("do_pad"):
            self._refuse("do_pad", "pictures are never padded here")
        if not self._flag("do_resize"):
            self._refuse("do_resize", "videos come in every size and must be resized")
        factor = self._number("rescale_factor") if self._flag("do_rescale") else 1.0
        # The usual 1/255 exactly, so that nothing changes where it was written with fewer digits.
        unit = 1.0 if math.isclose(255 * factor, 1.0, rel_tol=1e-6) else 255 * factor
        normalises = self._flag("do_normalize")
        mean = self._three("image_mean") if normalises else (0.0, 0.0, 0.0)
        std = self._three("image_std") if normalises else (1.0, 1.0, 1.0)
        if 0 in std:
            self._refuse("image_std", "nothing can be divided by 0")
        return ImageSettings(self._preparation(), _divided(mean, unit), _divided(std, unit))

    def _preparation(self) -> FramePreparation:
        edge, squashed = self._sides()
        square = self._square() if self._flag("do_center_crop") else self._without_crop(edge, squashed)
        smallest = min(squashed) if squashed else edge
        if square != self._size or (smallest or square) < square:
            raise BackboneError(
                f"{self._source} makes pictures of {square if square != self._size else smallest} pixels, but the "
                f"image tower was built for {self._size}. Correct the file, or copy the model again."
            )
        filter_ = self._filter()
        if squashed is None:
            return FramePreparation(square, "crop", edge, filter_)
        whole = None if squashed == (square, square) else squashed
        return FramePreparation(square, "squash", None, filter_, whole)

    def _sides(self) -> tuple[int | None, tuple[int, int] | None]:
        """Return the shortest side after resizing, or height and width."""
        size = self._value("size")
        if not isinstance(size, Mapping):
            return self._pixels("size", size), None
        stated = {name: value for name, value in size.items() if value is not None}
        if stated.keys() == {"shortest_edge"}:
            return self._pixels("size", stated["shortest_edge"]), None
        if stated.keys() == {"height", "width"}:
            return None, (self._pixels("size", stated["height"]), self._pixels("size", stated["width"]))
        self._refuse("size", "it must name shortest_edge, or height and width")

    def _square(self) -> int:
        crop = self._value("crop_size")
        if crop is None:
            self._refuse("crop_size", "do_center_crop needs it")
        if isinstance(crop, Mapping):
            height, width = crop.get("height"), crop.get("width")
            if height is None or height != width:
                self._refuse("crop_size", "height and width must be given, and equal")
            crop = height
        return self._pixels("crop_size", crop)

    def _without_crop(self, edge: int | None, squashed: tuple[int, int] | None) -> int:
        if squashed is None:
            self._refuse(
                "size", f"a shortest side of {edge} without do_center_crop leaves videos as wide as they are"
            )
        if squashed[0] != squashed[1]:
            self._refuse("size", "height and width must be equal")
        return squashed[0]

    def _filter(self) -> str:
        number = self._given.get(
            "resample", self._defaults["resample"]
        )  # null is an error in transformers too
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < len(FILTERS):
            self._refuse(
                "resample", f"it must be a number from 0 to {len(FILTERS) - 1}, as PIL counts its filters"
            )
        return FILTERS[number]

    def _value(self, name: str) -> Any:
        value = self._given.get(name)  # null means the default, as transformers has it
        return self._defaults.get(name) if value is None else value

    def _flag(self, name: str) -> bool:
        value = self._value(name)
        if not isinstance(value, bool):
            self._refuse(name, "it must be true or false")
        return value

    def _number(self, name: str) -> float:
        value = self._value(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not (0 < value < math.inf):
            self._refuse(name, "it must be a number above 0")
        return float(value)

    def _three(self, name: str) -> tuple[float, float, float]:
        value = self._value(name)
        values = list(value) if isinstance(value, list | tuple) else [value] * 3
        if len(values) != 3 or not all(_finite(number) for number in values):
            self._refuse(name, "it must be three numbers, for red, green and blue")
        return float(values[0]), float(values[1]), float(values[2])

    def _pixels(self, name: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self._refuse(name, "it must be a whole number of pixels")
        return value

    def _refuse(self, name: str, why: str) -> NoReturn:
        raise BackboneError(
            f"{self._source} says {name} = {shown(self._given.get(name, self._defaults.get(name)))}: {why}."
        )


def _finite(number: Any) -> bool:
    return isinstance(number, int | float) and not isinstance(number, bool) and math.isfinite(number)


def _divided(values: tuple[float, float, float], unit: float) -> tuple[float, float, float]:
    return values[0] / unit, values[1] / unit, values[2] / unit

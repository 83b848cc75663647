"""From frames of any size to the pixels that an image tower was trained on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
import torch

from temadapter.errors import BackboneError
from temadapter.video.preprocessing import resize

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

# What the released image processors assume when their file leaves a value out.
DEFAULT_MEAN = {"clip": (0.48145466, 0.4578275, 0.40821073), "siglip": (0.5, 0.5, 0.5)}
DEFAULT_STD = {"clip": (0.26862954, 0.26130258, 0.27577711), "siglip": (0.5, 0.5, 0.5)}
PIL_BILINEAR = 2  # PIL.Image.Resampling.BILINEAR, as the files write it


@dataclass(frozen=True)
class FramePreparation:
    """Makes frames square: `prepare(frames)` is uint8 `(…, H, W, 3)` → uint8 `(…, S, S, 3)`.

    Attributes:
        size: S, the side in pixels.
        mode: "crop" (CLIP's) or "squash" (SigLIP's, and what the authors of Tem-Adapter did).
        shortest_edge: For "crop": the shortest side before the centre crop; `size` where it is None.
        filter: "bicubic", or "bilinear" for "squash" (the files of SigLIP 2 ask for it).
    """

    size: int
    mode: str
    shortest_edge: int | None = None
    filter: str = "bicubic"

    def __call__(self, frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Resize and crop; frames that are S × S already come back untouched."""
        if frames.shape[-3:-1] == (self.size, self.size):
            return frames
        if self.filter == "bilinear":
            return _squash_bilinear(frames, self.size)
        mode = cast("Literal['crop', 'squash']", self.mode)
        edge = self.size if self.mode == "squash" else self.shortest_edge or self.size
        resized = resize(frames, edge, mode=mode)
        start = (edge - self.size) // 2
        inside = slice(start, start + self.size)
        return np.ascontiguousarray(resized[..., inside, inside, :])

    def describe(self) -> str:
        """Return a short name for the feature store's key: "crop-224-bicubic", "crop-224-of-256-bicubic"."""
        edge = "" if self.shortest_edge in (None, self.size) else f"-of-{self.shortest_edge}"
        return f"{self.mode}-{self.size}{edge}-{self.filter}"


def _squash_bilinear(frames: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Resize uint8 `(F, H, W, 3)` or `(H, W, 3)`, bilinear and antialiased."""
    if frames.ndim == 3:
        single: NDArray[np.uint8] = _squash_bilinear(frames[None], size)[0]
        return single
    pixels = torch.from_numpy(np.ascontiguousarray(frames)).permute(0, 3, 1, 2)
    resized = torch.nn.functional.interpolate(pixels, size=(size, size), mode="bilinear", antialias=True)
    result: NDArray[np.uint8] = resized.permute(0, 2, 3, 1).contiguous().numpy()
    return result


@dataclass(frozen=True)
class ImageSettings:
    """What a model's `preprocessor_config.json` says: how frames become square and normalised."""

    preparation: FramePreparation
    mean: tuple[float, float, float]
    std: tuple[float, float, float]

    def pixels(self, frames: NDArray[np.uint8] | Tensor, device: torch.device, dtype: torch.dtype) -> Tensor:
        """Return normalised pixels `(F, 3, S, S)` of uint8 frames `(F, H, W, 3)`."""
        square = self._square(frames)
        mean = torch.tensor(self.mean, device=device) * 255
        std = torch.tensor(self.std, device=device) * 255
        scaled = (square.to(device).float() - mean) / std  # (F, S, S, 3)
        return scaled.permute(0, 3, 1, 2).to(dtype).contiguous()

    def _square(self, frames: NDArray[np.uint8] | Tensor) -> Tensor:
        """Prepare frames; a tensor that is square already stays where it is."""
        side = self.preparation.size
        if isinstance(frames, torch.Tensor):
            if frames.shape[-3:-1] == (side, side):
                return frames
            frames = frames.cpu().numpy()
        return torch.from_numpy(np.ascontiguousarray(self.preparation(frames)))


def read_image_settings(
    settings: Mapping[str, Any], *, family: str, image_size: int, source: Path
) -> ImageSettings:
    """Read the contents of a `preprocessor_config.json`.

    Args:
        settings: The file's contents.
        family: "clip" or "siglip": gives the defaults of what the file leaves out.
        image_size: The side that the image tower was built for, in pixels.
        source: The file, for messages.

    Raises:
        BackboneError: If the file's picture size is not the one that the image tower was built for.
    """
    size = settings.get("size") or {}
    shortest = size if isinstance(size, int) else size.get("shortest_edge")
    crops = settings.get("do_center_crop", family == "clip")
    if shortest is None or not crops:
        mode, shortest = "squash", None
        stated = size.get("height") if isinstance(size, Mapping) else size
        if family == "clip" and not size:
            mode, stated = "crop", None
    else:
        mode, crop = "crop", settings.get("crop_size")
        stated = crop.get("height") if isinstance(crop, Mapping) else crop or shortest
    if stated not in (None, image_size) or (shortest or image_size) < image_size:
        raise BackboneError(
            f"{source} makes pictures of {stated or shortest} pixels, but the image tower was built for "
            f"{image_size}. Correct the file, or copy the model again."
        )
    normalises = settings.get("do_normalize", True)
    mean = settings.get("image_mean", DEFAULT_MEAN[family]) if normalises else (0.0, 0.0, 0.0)
    std = settings.get("image_std", DEFAULT_STD[family]) if normalises else (1.0, 1.0, 1.0)
    bilinear = mode == "squash" and settings.get("resample") == PIL_BILINEAR
    preparation = FramePreparation(image_size, mode, shortest, "bilinear" if bilinear else "bicubic")
    return ImageSettings(preparation, cast("Any", tuple(mean)), cast("Any", tuple(std)))

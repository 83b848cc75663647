"""Frames to the square size a backbone wants: bicubic, antialiased, as PIL does it."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from temadapter.errors import ConfigError, unknown_name

ResizeMode = Literal["crop", "squash"]
RESIZE_MODES = ("crop", "squash")
FILTERS = ("nearest", "lanczos", "bilinear", "bicubic", "box", "hamming")
"""How pictures may be scaled, in the order of PIL's numbers, by which model files name them."""

_IN_TORCH = ("bilinear", "bicubic")
_LONGEST = (
    16  # a strip longer than this many times its width is cut first, or resizing it would fill the memory
)


def resize(frames: NDArray[np.uint8], size: int, *, mode: ResizeMode) -> NDArray[np.uint8]:
    """Return `frames` as squares of `size` pixels.

    Agrees with PIL's bicubic filter to one grey level (isolated pixels of harsh noise can differ by two).

    Args:
        frames: uint8 RGB, shape (F, H, W, 3) or (H, W, 3).
        size: Pixels of each side of the result.
        mode: "crop" scales the shortest side to `size` and takes the centre, as CLIP was trained; "squash"
            loses the aspect ratio, as the authors' released code does (golden/README.md).

    Returns:
        uint8, shape (F, size, size, 3) or (size, size, 3), contiguous.

    Raises:
        ConfigError: An unknown mode, a size below 1, or an array that is not uint8 RGB.
    """
    _check(frames, size, mode)
    if frames.ndim == 3:
        single: NDArray[np.uint8] = resize(frames[None], size, mode=mode)[0]
        return single
    cropped = mode == "crop"
    square = centre(scale_shortest(frames, size), size, size) if cropped else scale(frames, size, size)
    return np.ascontiguousarray(square)


def preprocessing_name(size: int, *, mode: ResizeMode) -> str:
    """Return the name of this preprocessing for store keys, such as "crop-224-bicubic"."""
    return f"{mode}-{size}-bicubic"


def scale_shortest(frames: NDArray[np.uint8], edge: int, filter_: str = "bicubic") -> NDArray[np.uint8]:
    """Return `frames` (F, H, W, 3) scaled so that the shortest side has `edge` pixels, rounded down as CLIP does."""
    height, width = frames.shape[1:3]
    frames = centre(frames, min(height, _LONGEST * width), min(width, _LONGEST * height))
    height, width = frames.shape[1:3]
    shortest = min(height, width)
    return scale(frames, int(edge * height / shortest), int(edge * width / shortest), filter_)


def scale(frames: NDArray[np.uint8], height: int, width: int, filter_: str = "bicubic") -> NDArray[np.uint8]:
    """Return `frames` (F, H, W, 3) scaled to (F, height, width, 3) as PIL does it.

    Args:
        frames: uint8 RGB.
        height: Pixels from top to bottom of the result.
        width: Pixels from left to right of the result.
        filter_: One of `FILTERS`.
    """
    if not len(frames):
        return np.empty((0, height, width, 3), np.uint8)
    if filter_ not in _IN_TORCH:
        return _scale_with_pil(frames, height, width, filter_)
    return _scale_with_torch(frames, height, width, filter_)


def _scale_with_pil(frames: NDArray[np.uint8], height: int, width: int, filter_: str) -> NDArray[np.uint8]:
    from PIL import Image

    kind = Image.Resampling(FILTERS.index(filter_))
    scaled = [Image.fromarray(frame).resize((width, height), kind) for frame in np.ascontiguousarray(frames)]
    return np.stack([np.asarray(picture) for picture in scaled])


def _scale_with_torch(frames: NDArray[np.uint8], height: int, width: int, filter_: str) -> NDArray[np.uint8]:
    """Scale one axis, round, then the other; three times faster than PIL."""
    import torch

    tall, wide = frames.shape[1:3]
    # Current PIL takes the height first where that shrinks much more. The order shows only in harsh noise.
    vertical_first = tall > height and tall - height > 2 * (wide - width)
    between = (height, wide) if vertical_first else (tall, width)
    pixels = torch.from_numpy(np.require(frames, requirements=["C", "W"])).permute(0, 3, 1, 2)  # no copy
    if height > tall or width > wide or 1 in (height, width):
        # PyTorch's uint8 kernel is fast, but off by two here and there when it enlarges (float32 too), and
        # fails on pictures of one pixel. What must be enlarged is small, so exactness is cheap.
        pixels = pixels.double()
    for size in (between, (height, width)):
        if tuple(pixels.shape[2:]) != size:
            pixels = torch.nn.functional.interpolate(pixels, size=size, mode=filter_, antialias=True)
            if pixels.is_floating_point():
                pixels = pixels.add_(0.5).floor_().clamp_(0, 255)
    pixels = pixels.to(torch.uint8)
    result: NDArray[np.uint8] = pixels.permute(0, 2, 3, 1).numpy()
    return result


def centre(frames: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    """Return the middle `height` x `width` pixels of `frames` (F, H, W, 3), a view."""
    top, left = (frames.shape[1] - height) // 2, (frames.shape[2] - width) // 2
    return frames[:, top : top + height, left : left + width]


def _check(frames: NDArray[np.uint8], size: int, mode: str) -> None:
    if mode not in RESIZE_MODES:
        raise unknown_name("resize mode", mode, RESIZE_MODES)
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        raise ConfigError(f"The size of a frame must be a whole number of at least 1 pixel, not {size!r}.")
    good_shape = frames.ndim in (3, 4) and frames.shape[-1] == 3 and 0 not in frames.shape[-3:]
    if frames.dtype != np.uint8 or not good_shape:
        raise ConfigError(
            "Frames must be uint8 RGB of shape (F, H, W, 3) or (H, W, 3), "
            f"not {frames.dtype} of shape {tuple(frames.shape)}."
        )

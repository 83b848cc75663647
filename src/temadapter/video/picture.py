"""One decoded frame as an upright RGB picture."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

_ODDEST_PIXEL = 4
"""Pixels more than this many times as wide as high, or the reverse, are an error in the file: taken as square."""


class PictureMaker:
    """Turns decoded frames into upright RGB arrays with square pixels, all of the size of the first one.

    Rotation and mirroring come from the display matrix that phones write beside the video.

    Args:
        pixel_aspect: Width of a stored pixel divided by its height.

    Attributes:
        resized: How many frames were of another size than the first.
        upright_size: Width and height of the pictures; None before the first.
    """

    def __init__(self, pixel_aspect: Fraction = Fraction(1)) -> None:
        from av.video.reformatter import VideoReformatter

        self._reformatter = VideoReformatter()
        odd = not Fraction(1, _ODDEST_PIXEL) <= pixel_aspect <= _ODDEST_PIXEL
        self._aspect = Fraction(1) if odd else pixel_aspect
        self._stored: tuple[int, int] | None = None
        self._rotation: int | None = None
        self._matrix: tuple[int, int, int, int] | None = None
        self.resized = 0

    @classmethod
    def for_stream(cls, stream: Any) -> PictureMaker:
        """Return the maker for the frames of `stream`, an open one of PyAV."""
        return cls(Fraction(stream.sample_aspect_ratio or 1))

    def __call__(self, frame: Any) -> NDArray[np.uint8]:
        """Return `frame` as uint8 RGB, shape (H, W, 3), upright and contiguous.

        Raises:
            VideoError: The frame is too large for memory, or cannot be turned into RGB.
        """
        self.measure(frame)
        assert self._stored is not None
        self.resized += (int(frame.width), int(frame.height)) != self._stored
        width, height = self.square(*self._stored)
        rgb = self._reformatter.reformat(frame, width=width, height=height, format="rgb24")
        return np.ascontiguousarray(turn_upright(np.asarray(rgb.to_ndarray(), np.uint8), self._matrix))

    def measure(self, frame: Any) -> None:
        """Take note of the size and the rotation of `frame`."""
        self._stored = self._stored or (int(frame.width), int(frame.height))
        # Side data and its frame hold each other, so that only the garbage collector frees such a frame:
        # asking every frame would pile up hundreds of them.
        if frame.rotation != self._rotation:
            self._rotation, self._matrix = frame.rotation, display_matrix(frame)

    def square(self, width: int, height: int) -> tuple[int, int]:
        """Return the size of a stored picture with square pixels, as FFmpeg's `scale=iw*sar:ih` makes it."""
        return max(1, int(width * self._aspect)), height

    @property
    def upright_size(self) -> tuple[int, int] | None:
        """Width and height of the pictures; None before the first."""
        if self._stored is None:
            return None
        width, height = self.square(*self._stored)
        return (height, width) if is_transposed(self._matrix) else (width, height)

    @property
    def rotation(self) -> int:
        """Degrees clockwise by which stored frames are turned: 0, 90, 180 or 270."""
        return quarter_turn(self._matrix)


def display_matrix(frame: Any) -> tuple[int, int, int, int] | None:
    """Return (a, b, c, d) of the frame's display matrix, or None where there is none.

    A stored point (x, y) is shown at (a·x + c·y, b·x + d·y); 65536 stands for 1.
    """
    side_data = frame.side_data.get("DISPLAYMATRIX")
    if side_data is None:
        return None
    a, b, _, c, d, *_ = np.frombuffer(bytes(side_data), dtype=np.int32)[:9].tolist()
    return a, b, c, d


def is_transposed(matrix: tuple[int, int, int, int] | None) -> bool:
    """Say whether `matrix` swaps width and height (a quarter turn, rounded to the nearest)."""
    return matrix is not None and abs(matrix[1]) + abs(matrix[2]) > abs(matrix[0]) + abs(matrix[3])


def quarter_turn(matrix: tuple[int, int, int, int] | None) -> int:
    """Return the degrees clockwise, rounded to 0, 90, 180 or 270, by which `matrix` turns a picture."""
    if matrix is None:
        return 0
    a, b, c, d = matrix
    if a * d < b * c:  # mirrored: look at it without
        a = -a
    return round(math.degrees(math.atan2(b, a)) / 90) * 90 % 360


def turn_upright(picture: NDArray[np.uint8], matrix: tuple[int, int, int, int] | None) -> NDArray[np.uint8]:
    """Return `picture` (H, W, 3) as `matrix` wants it shown: quarter turns and mirroring, a view."""
    if matrix is None:
        return picture
    a, b, c, d = matrix
    if is_transposed(matrix):
        picture, across, down = picture.swapaxes(0, 1), c, b
    else:
        across, down = a, d
    if across < 0:
        picture = picture[:, ::-1]
    if down < 0:
        picture = picture[::-1]
    return picture

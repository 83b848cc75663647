"""Videos as a program holds them: a path, an array of pictures, or an open file."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

import numpy as np

from temadapter.addresses import refuse_no_path
from temadapter.errors import ConfigError, StorageError, TemAdapterError
from temadapter.progress import one_line

if TYPE_CHECKING:
    from numpy.typing import NDArray

Video: TypeAlias = "str | os.PathLike[str] | NDArray[np.uint8] | BinaryIO"
"""What may be given as a video."""

ARRAY_RATE = 25
"""Pictures of an array a second: an array has no clock of its own."""

_BLOCK = 2**20  # bytes


class GivenVideo:
    """A video that a program gave, as a file that can be decoded.

    Arrays and open files are written to a temporary file, without loss; it is removed when nothing holds this
    object any more.

    Attributes:
        path: The file.
        name: What to call it: the path, "an array of 16 frames, 48 x 64", or the name of the open file.
    """

    def __init__(self, path: Path, name: str, *, temporary: Path | None = None) -> None:
        self.path, self.name = path, name
        if temporary is not None:
            weakref.finalize(self, shutil.rmtree, temporary, ignore_errors=True)

    @classmethod
    def of(cls, video: Any) -> GivenVideo:
        """Return what was given as a file.

        Args:
            video: A path, uint8 RGB `(T, H, W, 3)`, or a file opened for reading bytes (read from its start, where it
                can go back).

        Raises:
            ConfigError: It is none of these, or an address.
            StorageError: The temporary file cannot be written.
        """
        if isinstance(video, str) or (isinstance(video, os.PathLike) and isinstance(os.fspath(video), str)):
            refuse_no_path(os.fspath(video), "a video")
            return cls(Path(video), str(video))
        if isinstance(video, np.ndarray):
            return _of_array(video)
        if callable(getattr(video, "read", None)):
            return _of_file(video)
        raise ConfigError(
            "A video is a path, a NumPy array (T, H, W, 3) of uint8, or a file opened for reading bytes, "
            f"not {_kind(video)}.{_hint(video)}"
        )

    @contextmanager
    def named(self) -> Iterator[None]:
        """Let errors speak of the video by its name."""
        try:
            yield
        except TemAdapterError as error:
            if self.name == str(self.path) or str(self.path) not in str(error):
                raise
            raise type(error)(str(error).replace(str(self.path), self.name)) from error


def _kind(value: object) -> str:
    name = type(value).__name__
    article = "an" if name[0].lower() in "aeiou" else "a"
    return "nothing" if value is None else f"{article} {name}"


def _hint(value: object) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return " Wrap the bytes in io.BytesIO."
    if hasattr(value, "numpy"):
        return " Call its .numpy()."
    if isinstance(value, list | tuple):
        return " Pictures of one size go through np.stack."
    if isinstance(value, Iterator):
        return " Pictures of one size go through np.stack(list(...))."
    if hasattr(value, "__array_interface__"):  # of PIL, for instance
        return " A single picture goes through np.asarray(picture)[None]."
    return ""


def _shape_hint(frames: NDArray[Any]) -> str:
    shape = frames.shape
    if frames.dtype == np.uint8 and frames.ndim == 3 and shape[-1] == 3:
        return " A single picture is array[None]."
    if frames.dtype == np.uint8 and frames.ndim == 4 and shape[1] == 3:
        return " Colours come last: array.transpose(0, 2, 3, 1)."
    return ""


def _of_array(frames: NDArray[Any]) -> GivenVideo:
    if frames.dtype != np.uint8 or frames.ndim != 4 or frames.shape[-1] != 3 or 0 in frames.shape:
        raise ConfigError(
            "An array is a video if it is uint8 RGB of shape (T, H, W, 3) with at least one frame, not "
            f"{frames.dtype} of shape {frames.shape}.{_shape_hint(frames)}"
        )
    if isinstance(frames, np.ma.MaskedArray):
        raise ConfigError("The array is masked: call its .filled(), so that every pixel has a colour.")
    from temadapter.video.container import MAX_PIXELS

    count, height, width, _ = frames.shape
    if height * width > MAX_PIXELS:
        raise ConfigError(
            f"The array has frames of {width} x {height} pixels, more than the limit of "
            f"{MAX_PIXELS // 1_000_000} megapixels: scale it down first."
        )
    with _temporary_folder() as folder:
        _write_frames(folder / "array.nut", frames)
    plural = "" if count == 1 else "s"
    name = f"an array of {count} frame{plural}, {height} x {width}"
    return GivenVideo(folder / "array.nut", name, temporary=folder)


def _write_frames(path: Path, frames: NDArray[np.uint8]) -> None:
    """Write pictures as they are, without compression."""
    import av

    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("rawvideo", rate=Fraction(ARRAY_RATE))
        stream.width, stream.height, stream.pix_fmt = frames.shape[2], frames.shape[1], "rgb24"
        for picture in frames:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)


def _of_file(file: Any) -> GivenVideo:
    own = getattr(file, "name", None)
    name = one_line(own) if isinstance(own, str) else f"the {type(file).__name__}"
    try:
        if callable(getattr(file, "seekable", None)) and file.seekable():
            file.seek(0)
    except (OSError, ValueError) as error:  # closed
        raise _cannot_read(name, error) from error
    block = _next_block(file, name)
    with _temporary_folder() as folder:
        path = folder / "video"
        with path.open("wb") as copy:
            while block:
                copy.write(block)
                block = _next_block(file, name)
    return GivenVideo(path, name, temporary=folder)


def _next_block(file: Any, name: str) -> bytes | bytearray:
    try:
        block = file.read(_BLOCK)
    except (
        Exception
    ) as error:  # closed, opened for writing, or a connection that broke: libraries have their own
        raise _cannot_read(name, error) from error
    if isinstance(block, str):
        raise ConfigError(f"{name} is open for reading text: open it for reading bytes, 'rb'.")
    if not isinstance(block, bytes | bytearray):
        raise ConfigError(
            f"{name} gives {_kind(block)} where it is read, not bytes: open it as a file, 'rb'."
        )
    return block


def _cannot_read(name: str, error: Exception) -> ConfigError:
    return ConfigError(f"{name} cannot be read ({error}): open it for reading bytes, 'rb'.")


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    """Yield a new folder; it is removed again where writing into it fails."""
    folder = Path(tempfile.mkdtemp(prefix="temadapter-"))
    try:
        yield folder
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError | io.UnsupportedOperation):
            raise StorageError(f"The video cannot be copied to {folder.parent}: {error}.") from error
        raise

"""Controls: how well does a method answer with less than the video?

Each control replaces the frames of every video, so it works on any method. A method that understands events
must lose where it cannot see them: with shuffled frames on questions about order, with one frame on questions
about motion, with text only on everything.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor

from temadapter.errors import unknown_name

Control = Callable[[Tensor, Tensor, Sequence[str], int], Tensor]


def text_only(frames: Tensor, mask: Tensor, videos: Sequence[str], seed: int) -> Tensor:
    """Show every question the same average video: what remains is knowledge from the text.

    Every frame of every video becomes the mean of all real frames. That is a picture like any other to the
    method, while zeros would be an input that it never met (and have no direction to compare with).
    """
    del videos, seed
    total = torch.zeros(frames.shape[2:], dtype=torch.float64)
    for video, real in zip(frames, mask, strict=True):  # video by video: no second copy of all frames
        total += video[real].double().sum(0)
    mean = total / mask.sum()
    return mean.to(frames.dtype).expand_as(frames).clone()


def few_frames(frames: Tensor, mask: Tensor, videos: Sequence[str], seed: int, *, count: int) -> Tensor:
    """Show `count` frames only: the middle one of each of `count` equal parts.

    Each stands in for the others of its part, so that the video keeps its length.
    """
    del videos, seed
    real = mask.sum(1, keepdim=True).clamp(min=1)  # (V, 1)
    place = torch.arange(frames.shape[1], device=frames.device).minimum(real - 1)  # (V, F)
    parts = real.clamp(max=count)
    middle = ((2 * (place * parts // real) + 1) * real - parts) // (2 * parts)
    return frames[torch.arange(len(frames), device=frames.device)[:, None], middle]


def shuffled_frames(frames: Tensor, mask: Tensor, videos: Sequence[str], seed: int) -> Tensor:
    """Show every frame, in an order drawn once for each video from its name and the seed."""
    shuffled = frames.clone()
    for row, video in enumerate(videos):
        count = int(mask[row].sum())
        generator = torch.Generator().manual_seed(zlib.crc32(f"{seed}:{video}".encode()))
        shuffled[row, :count] = frames[row, torch.randperm(count, generator=generator)]
    return shuffled


def _unchanged(frames: Tensor, mask: Tensor, videos: Sequence[str], seed: int) -> Tensor:
    del mask, videos, seed
    return frames


_CONTROLS: dict[str, Control] = {
    "none": _unchanged,
    "text_only": text_only,
    "one_frame": partial(few_frames, count=1),
    "two_frames": partial(few_frames, count=2),
    "four_frames": partial(few_frames, count=4),
    "eight_frames": partial(few_frames, count=8),
    "shuffled_frames": shuffled_frames,
}


def control_names() -> tuple[str, ...]:
    """Return the controls' names, `none` (the video as it is) first."""
    return tuple(_CONTROLS)


def apply_control(name: str, frames: Tensor, *, mask: Tensor, videos: Sequence[str], seed: int = 0) -> Tensor:
    """Return what the method gets to see of the videos under a control.

    Args:
        name: One of `control_names()`.
        frames: (V, F, ...), features or pixels of V videos, real frames first; not changed.
        mask: (V, F), True for a real frame.
        videos: The V names; the order of a video's shuffled frames depends on its name, not on its place.
        seed: Of the shuffling.

    Returns:
        (V, F, ...), of the same type.

    Raises:
        ConfigError: No control has that name.
    """
    if name not in _CONTROLS:
        raise unknown_name("control", name, _CONTROLS)
    return _CONTROLS[name](frames, mask, videos, seed)

"""Timestamps as a player shows them: jumps in a file's clock are closed, single wild stamps brought back."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NO_STAMP = -(2**63)
"""Stands for a timestamp that a packet does not have."""

RESET_SECONDS = 10.0
"""In formats whose clock may start anew (MPEG-TS) a longer gap is a jump of the clock, as FFmpeg has it."""

ERROR_SECONDS = 30 * 3600.0
"""In all other formats a longer gap is an error; below it, the last picture is held (FFmpeg's limit too)."""

_BACK_SECONDS = 0.1  # a clock that goes back by more has jumped (FFmpeg's limit too)
_NEAR_SECONDS = 1.0  # a gap this long is ordinary ...
_NEAR_STEPS = 20  # ... or one of so many frames: no codec reorders over more than 16


@dataclass(frozen=True, eq=False)
class Timeline:
    """The timestamps of P packets after mending.

    Attributes:
        pts: int64 (P,) presentation timestamps, in file order.
        first_jump: Position of the first packet behind a jump of the clock, or None.
        changed: Whether any timestamp was changed.
        damage: What was wrong, one sentence each; times in it count from the first timestamp.
    """

    pts: NDArray[np.int64]
    first_jump: int | None
    changed: bool
    damage: tuple[str, ...]


def mend(
    pts: NDArray[np.int64],
    dts: NDArray[np.int64],
    length: NDArray[np.int64],
    *,
    unit: float,
    resets: bool,
    own_dts: bool,
) -> Timeline:
    """Return a timeline without jumps for packets in file order.

    Args:
        pts: int64 (P,) presentation timestamps, none missing.
        dts: int64 (P,) decoding timestamps, `NO_STAMP` where there is none.
        length: int64 (P,) how long each packet's frame lasts, 0 where the file does not say.
        unit: Seconds in one step of a timestamp.
        resets: The format lets its clock start anew (MPEG-TS and -PS), or says itself how long each frame lasts
            (MP4), so that a long gap beyond that is no picture that is held.
        own_dts: The format stores decoding timestamps (Matroska does not; FFmpeg makes them up, and is a few
            frames off where it does not know yet how many frames change places).
    """
    clock = _clock(pts, dts)
    step = _typical_step(clock)
    held = np.maximum(length[:-1] - step, 0) if resets else np.zeros(max(len(clock) - 1, 0), np.int64)
    near = max(round(_NEAR_SECONDS / unit), _NEAR_STEPS * step)
    back = round(_BACK_SECONDS / unit) if own_dts else near
    limit = round((RESET_SECONDS if resets else ERROR_SECONDS) / unit)
    offsets, jumps = _offsets(clock, held, step=step, near=near, back=back, limit=max(limit, near))
    shifted = pts + offsets
    mended, wild = _without_wild(shifted, clock + offsets, near)
    words = tuple(_words(clock, offsets, jumps, wild, unit))
    return Timeline(mended, jumps[0] if jumps else None, bool(jumps) or wild > 0, words)


def in_order(stamps: NDArray[np.int64], *, unit: float, step: float) -> NDArray[np.int64]:
    """Return ascending timestamps for frames that are in the order in which they are shown.

    Neighbours that changed places are sorted; stamps far from where they belong are replaced by what lies
    between their neighbours.

    Args:
        stamps: int64 (K,) as the frames carry them.
        unit: Seconds in one step of a timestamp.
        step: Seconds from one frame to the next, for stamps at the ends.
    """
    ordered = np.sort(stamps)
    slack = max(_NEAR_SECONDS, _NEAR_STEPS * step) / unit
    if len(stamps) < 2 or np.max(np.abs(ordered - stamps)) <= slack:
        return ordered
    good = _longest_rise(stamps)
    numbers = np.arange(len(stamps))
    between = np.interp(numbers, good, stamps[good])
    ticks = max(1.0, step / unit)
    between -= np.maximum(good[0] - numbers, 0) * ticks
    between += np.maximum(numbers - good[-1], 0) * ticks
    return np.rint(between).astype(np.int64)


def _clock(pts: NDArray[np.int64], dts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the stamps that should ascend in file order: when packets are decoded, as far as that is known."""
    known = dts != NO_STAMP
    if not known.any():
        return pts
    last = np.maximum.accumulate(np.where(known, np.arange(len(dts)), 0))
    last[: int(np.argmax(known))] = int(np.argmax(known))
    return np.asarray(dts[last], np.int64)


def _typical_step(clock: NDArray[np.int64]) -> int:
    steps = np.diff(np.sort(clock))
    steps = steps[steps > 0]
    return max(1, int(np.median(steps))) if len(steps) else 1


def _offsets(
    clock: NDArray[np.int64], held: NDArray[np.int64], *, step: int, near: int, back: int, limit: int
) -> tuple[NDArray[np.int64], list[int]]:
    """Return what to add to each stamp, int64 (P,), and the positions at which the clock jumps."""
    deltas = np.diff(clock)
    if not len(deltas) or (deltas.min() >= -back and (deltas - held).max() <= limit):
        return np.zeros(len(clock), np.int64), []
    lowest_ahead = np.minimum.accumulate(clock[::-1])[::-1].tolist()
    offset, seen, jumps = 0, [0], list[int]()
    offsets, last = [0], int(clock[0])
    for position, stamp in enumerate(clock[1:].tolist(), 1):
        gap = stamp + offset - last
        # A short gap that the clock comes back into is no gap: what stands between is stamped too late.
        returns = gap > near and -back <= lowest_ahead[position] + offset - last < gap - back
        known = (
            next((o for o in seen if 0 <= stamp + o - last <= near), None)
            if gap > near or gap < -back
            else None
        )
        if known is not None and known != offset:
            offset = known  # the old clock goes on
            jumps.append(position)
        elif gap < -back or gap - held[position - 1] > limit or returns:
            offset = last + step - stamp
            seen.insert(0, offset)
            jumps.append(position)
        offsets.append(offset)
        last = max(last, stamp + offset)
    return np.array(offsets, np.int64), jumps


def _without_wild(
    pts: NDArray[np.int64], clock: NDArray[np.int64], near: int
) -> tuple[NDArray[np.int64], int]:
    """Bring back presentation timestamps that lie outside of the whole clock; say how many there were."""
    delay = pts - clock
    usual = int(np.median(delay))
    wild = (pts - usual > clock.max() + near) | (pts - usual < clock.min() - near)
    count = int(wild.sum())
    if count:
        pts = np.where(wild, clock + usual, pts)
    return pts, count


def _longest_rise(stamps: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places, ascending, of a longest subsequence of `stamps` that never falls."""
    tails, ends, before = list[int](), list[int](), list[int]()
    for place, stamp in enumerate(stamps.tolist()):
        length = bisect_right(tails, stamp)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [stamp]
        ends[length : length + 1] = [place]
    chain, place = list[int](), ends[-1]
    while place >= 0:
        chain.append(place)
        place = before[place]
    return np.array(chain[::-1])


def _words(
    clock: NDArray[np.int64], offsets: NDArray[np.int64], jumps: list[int], wild: int, unit: float
) -> Iterator[str]:
    if jumps:
        first = jumps[0]
        by = int(clock[first] - clock[first - 1]) * unit
        at = int(clock[first] + offsets[first] - clock[0]) * unit
        many = "" if len(jumps) == 1 else f", the first of {len(jumps)} jumps"
        yield (
            f"The timestamps jump {'forward' if by > 0 else 'back'} by {abs(by):.2f} s at {at:.2f} s{many}: "
            "the pictures are taken as if they followed each other."
        )
    if wild:
        yield f"{wild} of {len(clock)} timestamps lie far outside of the video: set by their neighbours."

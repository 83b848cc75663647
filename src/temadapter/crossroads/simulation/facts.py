"""What is true of a video: read off the simulation, never guessed from the picture.

An `Episode` is a simulated scenario and the window of it that the video shows. Its methods answer what the
questions ask; a vehicle is named by its index.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from temadapter.crossroads.pretraining.stills import PLACES, UNCLEAR, place_of
from temadapter.crossroads.simulation.geometry import (
    BOX,
    HALF_VIEW,
    PATH_IN_BOX,
    STOP_LINE,
    Arm,
    axis,
    exit_arm,
)
from temadapter.crossroads.simulation.scene import Scenario, Vehicle
from temadapter.crossroads.simulation.simulator import (
    FRAME_RATE,
    REASONS,
    Collision,
    Trace,
    light_of,
    simulate,
)

SIMULATED_SECONDS = 9.0
Purpose = Literal["whole", "forecast", "reverse"]
_STOPPED = 0.3  # m/s
_REASON_NAMES = {number: name for name, number in REASONS.items()}


@dataclass(frozen=True)
class Episode:
    """A simulated scenario, and the frames `start` to `stop` of it that the video shows."""

    trace: Trace
    start: int
    stop: int
    purpose: Purpose

    @property
    def scenario(self) -> Scenario:
        """The scenario behind the video."""
        return self.trace.scenario

    @property
    def vehicles(self) -> tuple[Vehicle, ...]:
        """The vehicles of the scenario; a question may name only those that can be seen."""
        return self.scenario.vehicles

    @property
    def frames(self) -> range:
        """Numbers of the simulated frames that the video shows."""
        return range(self.start, self.stop)

    @functools.cached_property
    def in_view(self) -> NDArray[np.bool_]:
        """(T, V) whether the centre of each vehicle is inside the picture, for every simulated frame."""
        inside: NDArray[np.bool_] = np.all(np.abs(self.trace.poses[:, :, :2]) < HALF_VIEW - 0.5, axis=-1)
        return inside

    @functools.cached_property
    def places(self) -> NDArray[np.int8]:
        """(T, V) index into `PLACES` of each vehicle, -1 out of view, `UNCLEAR` near a border."""
        poses = self.trace.poses
        found = np.full(poses.shape[:2], -1, np.int8)
        for frame, vehicle in zip(*np.nonzero(self.in_view), strict=True):
            found[frame, vehicle] = place_of(*poses[frame, vehicle, :2])[0]
        return found

    def seen(self, vehicle: int, least: int = 6) -> bool:
        """Tell whether a vehicle can be seen in at least `least` frames of the video."""
        return int(self.in_view[self.start : self.stop, vehicle].sum()) >= least

    def dwell(self, vehicle: int) -> dict[str, int]:
        """Return in how many frames of the video a vehicle is at each of `PLACES`."""
        shown = self.places[self.start : self.stop, vehicle]
        return {place: int((shown == i).sum()) for i, place in enumerate(PLACES)}

    def entry(self, vehicle: int) -> int | None:
        """Return the frame at which the front of a vehicle enters the crossing (whole simulation), if it does."""
        front = self.trace.s[:, vehicle] + self.vehicles[vehicle].size[0] / 2
        return self._first(front > 0.5)

    def leaving(self, vehicle: int) -> int | None:
        """Return the frame at which the centre of a vehicle leaves the crossing, if it does."""
        return self._first(self.trace.s[:, vehicle] > PATH_IN_BOX[self.vehicles[vehicle].turn])

    @staticmethod
    def _first(condition: NDArray[np.bool_]) -> int | None:
        return int(np.argmax(condition)) if condition.any() else None

    def enters_here(self, vehicle: int) -> bool:
        """Tell whether the video shows a vehicle before it enters the crossing and as it enters."""
        frame = self.entry(vehicle)
        if frame is None or not self.start + 4 <= frame < self.stop - 3:
            return False
        return bool(self.in_view[self.start : frame, vehicle].sum() >= 4)

    def drives_through(self, vehicle: int, least: int = 5) -> bool:
        """Tell whether the video shows a vehicle on its way in, through the crossing, and on its way out."""
        dwell = self.dwell(vehicle)
        me = self.vehicles[vehicle]
        here = min(dwell[me.arm], dwell[exit_arm(me.arm, me.turn)])
        return here >= least and dwell["crossing"] >= 3

    def stop_reason(self, vehicle: int) -> str | None:
        """Return why a vehicle stood still for a second in the video (the most frequent reason), or None."""
        window = slice(self.start, self.stop)
        still = (self.trace.speed[window, vehicle] < _STOPPED) & self.in_view[window, vehicle]
        reasons = self.trace.braking[window, vehicle][still]
        reasons = reasons[reasons > 0]
        if len(reasons) < FRAME_RATE * 0.8:
            return None
        names, counts = np.unique(reasons, return_counts=True)
        if counts.max() < 0.75 * counts.sum():
            return None
        return _REASON_NAMES[int(names[np.argmax(counts)])]

    def stands(self, vehicle: int) -> bool:
        """Tell whether a vehicle in view stands still for at least half a second in the video."""
        window = slice(self.start, self.stop)
        still = (self.trace.speed[window, vehicle] < _STOPPED) & self.in_view[window, vehicle]
        return int(still.sum()) >= FRAME_RATE // 2

    def standstills(self, vehicle: int) -> tuple[tuple[int, int], ...]:
        """Return first and last frame of every half second or more that a vehicle in view stands still in the video."""
        window = slice(self.start, self.stop)
        still = (self.trace.speed[window, vehicle] < _STOPPED) & self.in_view[window, vehicle]
        edges = np.flatnonzero(np.diff(np.concatenate([[False], still, [False]]).astype(np.int8)))
        spans = [(self.start + int(a), self.start + int(b) - 1) for a, b in edges.reshape(-1, 2)]
        return tuple(span for span in spans if span[1] - span[0] + 1 >= FRAME_RATE // 2)

    def ran_red(self, vehicle: int) -> int | None:
        """Return the frame at which a vehicle passed its stop line against a red light, or None."""
        me = self.vehicles[vehicle]
        front = self.trace.s[:, vehicle] + me.size[0] / 2
        frame = self._first(front > -(STOP_LINE - BOX) + 0.3)
        if frame is None or frame == 0:
            return None
        colour = light_of(self.scenario.lights, axis(me.arm), frame / FRAME_RATE)
        return frame if colour == "red" else None

    @functools.cached_property
    def collision(self) -> Collision | None:
        """The first collision of the simulation, wherever it lies."""
        return self.trace.collisions[0] if self.trace.collisions else None

    def crash_frame(self) -> int | None:
        """Return the frame of the first collision, if there is one."""
        return None if self.collision is None else round(self.collision.time * FRAME_RATE)

    @property
    def crash_shown(self) -> bool:
        """Whether the first collision happens well inside the video."""
        frame = self.crash_frame()
        return frame is not None and self.start + 5 <= frame < self.stop - 8

    def culprit(self) -> tuple[int, int, str] | None:
        """Return (who, the other, "red light" | "distance" | "left turn") for the first collision, if it is clear."""
        if self.collision is None:
            return None
        pair = (self.collision.first, self.collision.second)
        found = []
        for who, other in (pair, pair[::-1]):
            vehicle = self.vehicles[who]
            if vehicle.runs_red and self.ran_red(who) is not None:
                found.append((who, other, "red light"))
            elif vehicle.tailgates and vehicle.arm == self.vehicles[other].arm:
                found.append((who, other, "distance"))
            elif vehicle.cuts_in and self.vehicles[other].arm == exit_arm(vehicle.arm, "straight"):
                found.append((who, other, "left turn"))
        return found[0] if len(found) == 1 else None

    def overtaking(self) -> tuple[int, int] | None:
        """Return (who overtook, who was overtaken) in the video, if exactly that is shown."""
        for who, vehicle in enumerate(self.vehicles):
            if not vehicle.overtakes:
                continue
            for other, slow in enumerate(self.vehicles):
                if other == who or slow.arm != vehicle.arm:
                    continue
                lead = self.trace.s[:, who] - self.trace.s[:, other]
                both = self.in_view[:, who] & self.in_view[:, other]
                shown = np.flatnonzero(both[self.start : self.stop]) + self.start
                if len(shown) > 6 and lead[shown[0]] < -3 and lead[shown[-1]] > 3:
                    return who, other
        return None

    def passed(self, who: int, other: int) -> int | None:
        """Return the frame of the video at which `who` draws level with `other`, if it does."""
        window = slice(self.start, self.stop)
        frame = self._first(self.trace.s[window, who] >= self.trace.s[window, other])
        return None if frame is None else self.start + frame

    def only_on_arm(self, vehicle: int, least: int = 8) -> tuple[Arm, bool] | None:
        """Return (arm, drives outward) if the video shows a vehicle moving on one arm and never in the crossing."""
        window = slice(self.start, self.stop)
        shown = self.places[window, vehicle]
        seen = shown[(shown >= 0) & (shown != UNCLEAR)]
        arms = [place for place in np.unique(seen) if PLACES[place] != "crossing"]
        if len(arms) != 1 or (seen == PLACES.index("crossing")).any() or len(seen) < least:
            return None
        me = self.vehicles[vehicle]
        s = self.trace.s[window, vehicle][self.in_view[window, vehicle]]
        if s[-1] - s[0] < 2.0:
            return None
        outward = bool(s[0] > 0)
        return (exit_arm(me.arm, me.turn) if outward else me.arm), outward


@functools.lru_cache(maxsize=64)  # several questions ask what would have happened without the same vehicle
def run(scenario: Scenario) -> Trace:
    """Simulate a scenario for as long as any question looks ahead. Do not change the arrays: they are shared."""
    return simulate(scenario, SIMULATED_SECONDS)


def whole(scenario: Scenario) -> Episode:
    """Return the whole simulation as an episode: what happens when nothing is cut off (for counterfactuals)."""
    trace = run(scenario)
    return Episode(trace, 0, len(trace), "whole")

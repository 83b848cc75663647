"""What a scenario consists of: vehicles, pedestrians, lights and weather. Plain data, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from temadapter.crossroads.simulation.geometry import Arm, Turn

Kind = Literal["car", "bus", "truck", "motorcycle"]
Colour = Literal["red", "blue", "green", "yellow", "white", "black"]
Weather = Literal["sunny", "rainy", "snowy", "foggy"]
Daytime = Literal["day", "night"]

KINDS: tuple[Kind, ...] = ("car", "bus", "truck", "motorcycle")
COLOURS: tuple[Colour, ...] = ("red", "blue", "green", "yellow", "white", "black")
WEATHERS: tuple[Weather, ...] = ("sunny", "rainy", "snowy", "foggy")
DAYTIMES: tuple[Daytime, ...] = ("day", "night")

SIZES: dict[Kind, tuple[float, float]] = {  # length, width in metres
    "car": (4.7, 2.3),
    "bus": (8.8, 2.9),
    "truck": (6.8, 2.9),
    "motorcycle": (3.2, 1.5),
}


@dataclass(frozen=True)
class Vehicle:
    """One vehicle: what it is, where it starts, where it wants to go and how its driver behaves.

    Attributes:
        start: Metres from the edge of the box to its centre at time 0 (positive: still before the box).
        speed: The speed its driver wants, in m/s.
        runs_red: Ignores its traffic light.
        tailgates: Does not watch the vehicle ahead.
        cuts_in: Turns left without waiting for oncoming traffic.
        overtakes: Passes the vehicle ahead on the left.
        delay: Seconds at rest before it moves (parked on the road at the start).
    """

    kind: Kind
    colour: Colour
    arm: Arm
    turn: Turn
    start: float
    speed: float
    runs_red: bool = False
    tailgates: bool = False
    cuts_in: bool = False
    overtakes: bool = False
    delay: float = 0.0

    @property
    def name(self) -> str:
        """What people call it, as in "red car"."""
        return f"{self.colour} {self.kind}"

    @property
    def size(self) -> tuple[float, float]:
        """Length and width in metres."""
        return SIZES[self.kind]


@dataclass(frozen=True)
class Pedestrian:
    """Somebody who walks over the zebra crossing of `arm`, starting at `start` seconds from side -1 or +1."""

    arm: Arm
    start: float
    side: Literal[-1, 1]
    speed: float = 1.6
    coat: tuple[int, int, int] = (200, 90, 60)


@dataclass(frozen=True)
class Lights:
    """The traffic lights: which road has green first, and when (seconds) they change, if they do."""

    green: Literal["ns", "ew"]
    change: float | None = None


@dataclass(frozen=True)
class Scenario:
    """Everything that decides what happens and how it looks; the simulator adds no chance of its own."""

    kind: str
    vehicles: tuple[Vehicle, ...]
    pedestrians: tuple[Pedestrian, ...]
    lights: Lights
    weather: Weather
    daytime: Daytime
    look: int  # seed of trees, houses, rain drops: nothing that a question asks about

    def without_vehicle(self, index: int) -> Scenario:
        """Return the same scenario as if vehicle `index` had not been there."""
        return replace(self, vehicles=self.vehicles[:index] + self.vehicles[index + 1 :])

    def without_pedestrians(self) -> Scenario:
        """Return the same scenario with nobody on foot."""
        return replace(self, pedestrians=())

    def with_vehicle(self, index: int, **changes: object) -> Scenario:
        """Return the same scenario with some attributes of vehicle `index` changed."""
        changed = replace(self.vehicles[index], **changes)  # type: ignore[arg-type]
        return replace(self, vehicles=(*self.vehicles[:index], changed, *self.vehicles[index + 1 :]))

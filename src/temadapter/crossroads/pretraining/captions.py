"""What can be said about a still picture, and whether it is true.

A `Claim` is the meaning of a caption: conditions on one or two vehicles, the weather, the lights, people.
Captions leave attributes out ("something red", "a bus in the snow"), so that a caption is true of many pictures
and every one of them counts as a match; `variants` changes one word of a claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from temadapter.crossroads.pretraining.stills import LIGHT_COLOURS, PLACES, UNCLEAR, Stills
from temadapter.crossroads.simulation.scene import COLOURS, DAYTIMES, KINDS, WEATHERS

DISTANCES = ("close to the crossing", "far out")
ARM_COUNT = 4


@dataclass(frozen=True)
class VehicleClaim:
    """Conditions on one vehicle; None = not mentioned. Values are indices as in `Stills`."""

    colour: int | None = None
    kind: int | None = None
    place: int | None = None
    distance: int | None = None

    def matches(self, stills: Stills) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return (certainly true, possibly true) for every vehicle of every picture: (N, K) each."""
        sure = stills.colour >= 0
        if self.colour is not None:
            sure = sure & (stills.colour == self.colour)
        if self.kind is not None:
            sure = sure & (stills.kind == self.kind)
        maybe = sure
        for wanted, found in ((self.place, stills.place), (self.distance, stills.distance)):
            if wanted is not None:
                maybe = maybe & ((found == wanted) | (found == UNCLEAR))
                sure = sure & (found == wanted)
        return sure, maybe


@dataclass(frozen=True)
class Claim:
    """What a caption says. At most one of the blocks (vehicles, lights, person) is used besides the weather."""

    vehicles: tuple[VehicleClaim, ...] = ()
    collided: bool = False
    weather: int | None = None
    daytime: int | None = None
    lights: tuple[int, int] | None = None  # road (0 ns, 1 ew), colour
    person: int | None = None  # arm
    count: int | None = None

    def check(self, stills: Stills) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return (true, clear) for every picture, (N,) each; where it is not clear, `true` means nothing."""
        sure = np.ones(len(stills), bool)
        if self.weather is not None:
            sure &= stills.weather == self.weather
        if self.daytime is not None:
            sure &= stills.daytime == self.daytime
        if self.lights is not None:
            sure &= stills.lights[:, self.lights[0]] == self.lights[1]
        if self.person is not None:
            sure &= stills.people[:, self.person] == 1
        if self.count is not None:
            sure &= (stills.colour >= 0).sum(1) == self.count
        maybe = sure.copy()
        if self.vehicles:
            certain, possible = self._vehicles(stills)
            sure, maybe = sure & certain, maybe & possible
        elif self.collided:
            sure, maybe = sure & (stills.contact[:, 0] >= 0), maybe & (stills.contact[:, 0] >= 0)
        return sure, sure == maybe

    def _vehicles(self, stills: Stills) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        pairs = [vehicle.matches(stills) for vehicle in self.vehicles]
        involved = np.zeros_like(pairs[0][0])
        for column in range(2):
            rows = np.flatnonzero(stills.contact[:, column] >= 0)
            involved[rows, stills.contact[rows, column]] = True
        found: list[NDArray[np.bool_]] = []
        for level in (0, 1):
            masks = [pair[level] & involved if self.collided else pair[level] for pair in pairs]
            if len(masks) == 1:
                found.append(np.asarray(masks[0].any(1)))
            else:
                both = masks[0][:, :, None] & masks[1][:, None, :]
                both[:, np.arange(both.shape[1]), np.arange(both.shape[1])] = False
                found.append(np.asarray(both.any((1, 2))))
        return found[0], found[1]


def sample_claim(stills: Stills, row: int, rng: np.random.Generator) -> Claim:
    """Return a random claim that is true of picture `row`."""
    kind = rng.choice(8, p=(0.12, 0.22, 0.14, 0.05, 0.30, 0.08, 0.05, 0.04))
    present = np.flatnonzero(stills.colour[row] >= 0)
    first, second = rng.permutation(present)[:2] if len(present) > 1 else (present[0], None)
    if kind == 1:
        return Claim((_vehicle(stills, row, first, rng, placed=True),))
    if kind == 2 and second is not None:
        placed = rng.random(2) < 0.3
        return Claim(
            (
                _vehicle(stills, row, first, rng, placed=bool(placed[0])),
                _vehicle(stills, row, second, rng, placed=bool(placed[1])),
            )
        )
    if kind == 3:
        return Claim(weather=int(stills.weather[row]), daytime=_maybe(int(stills.daytime[row]), rng))
    if kind == 4 and stills.contact[row, 0] >= 0:
        one, other = rng.permutation(stills.contact[row])
        vehicles = (_vehicle(stills, row, one, rng), _vehicle(stills, row, other, rng))
        return Claim(vehicles[: int(rng.choice((0, 1, 2), p=(0.15, 0.25, 0.6)))], collided=True)
    if kind == 5:
        road = int(rng.integers(2))
        return Claim(lights=(road, int(stills.lights[row, road])))
    if kind == 6 and stills.people[row].any():
        return Claim(person=int(np.flatnonzero(stills.people[row])[0]))
    if kind == 7:
        return Claim(count=len(present))
    vehicle = _vehicle(stills, row, first, rng)
    weather = int(stills.weather[row]) if rng.random() < 0.25 else None
    return Claim((vehicle,), weather=weather)


def _maybe(value: int, rng: np.random.Generator) -> int | None:
    return value if rng.random() < 0.6 else None


def _vehicle(
    stills: Stills, row: int, k: int, rng: np.random.Generator, *, placed: bool = False
) -> VehicleClaim:
    say = rng.choice(3, p=(0.5, 0.25, 0.25))  # colour and kind, colour, kind
    colour = int(stills.colour[row, k]) if say != 2 else None
    kind = int(stills.kind[row, k]) if say != 1 else None
    if placed and rng.random() < 0.08:
        colour = kind = None
    place, distance = int(stills.place[row, k]), int(stills.distance[row, k])
    if not placed or place == UNCLEAR:
        return VehicleClaim(colour, kind)
    far = distance if distance != UNCLEAR and rng.random() < 0.3 else None
    return VehicleClaim(colour, kind, place, far)


def variants(
    claim: Claim, rng: np.random.Generator, count: int, *, bystanders: Sequence[VehicleClaim] = ()
) -> list[Claim]:
    """Return up to `count` claims that differ from `claim` in one word (or exchange two colours or kinds).

    Args:
        claim: What they differ from.
        rng: Chooses which.
        count: At most so many.
        bystanders: The picture's vehicles that have not collided. One of them in the place of one that has is the
            hardest to tell of all changes, and a random word hardly ever makes it: it comes first.
    """
    options: list[Claim] = []
    for attribute, size in (("weather", len(WEATHERS)), ("daytime", len(DAYTIMES)), ("person", ARM_COUNT)):
        value = getattr(claim, attribute)
        if value is not None:
            options += [replace(claim, **{attribute: v}) for v in range(size) if v != value]  # type: ignore[arg-type]
    if claim.count is not None:
        options += [replace(claim, count=v) for v in (1, 2, 3, 4) if v != claim.count]
    if claim.lights is not None:
        road, value = claim.lights
        options += [replace(claim, lights=(road, v)) for v in range(3) if v != value]
        options.append(replace(claim, lights=(1 - road, value)))
    groups = [options] if options else []
    for position, vehicle in enumerate(claim.vehicles):
        groups += _vehicle_variants(claim, position, vehicle)
    if len(claim.vehicles) == 2:
        groups += _exchanges(claim)
    picked: list[Claim] = []
    if claim.collided and claim.vehicles and bystanders:
        position = int(rng.integers(len(claim.vehicles)))
        picked.append(_accused(claim, position, bystanders[int(rng.integers(len(bystanders)))]))
    while groups and len(picked) < count:
        group = groups[int(rng.integers(len(groups)))]
        picked.append(group.pop(int(rng.integers(len(group)))))
        groups = [g for g in groups if g]
    return picked


def bystanders(stills: Stills, row: int) -> list[VehicleClaim]:
    """Return the vehicles of picture `row` that have not collided, by colour and kind."""
    present = np.flatnonzero(stills.colour[row] >= 0)
    others = [k for k in present if k not in stills.contact[row]]
    return [VehicleClaim(int(stills.colour[row, k]), int(stills.kind[row, k])) for k in others]


def _accused(claim: Claim, position: int, bystander: VehicleClaim) -> Claim:
    """Put a bystander in the place of a vehicle that has collided, named by what is said of that one."""
    named = claim.vehicles[position]
    colour = None if named.colour is None else bystander.colour
    kind = None if named.kind is None else bystander.kind
    return _with_vehicle(claim, position, replace(named, colour=colour, kind=kind))


def _with_vehicle(claim: Claim, position: int, vehicle: VehicleClaim) -> Claim:
    return replace(claim, vehicles=(*claim.vehicles[:position], vehicle, *claim.vehicles[position + 1 :]))


def _vehicle_variants(claim: Claim, position: int, vehicle: VehicleClaim) -> list[list[Claim]]:
    def put(changed: VehicleClaim) -> Claim:
        return _with_vehicle(claim, position, changed)

    groups = []
    if vehicle.colour is not None:
        groups.append([put(replace(vehicle, colour=v)) for v in range(len(COLOURS)) if v != vehicle.colour])
    if vehicle.kind is not None:
        groups.append([put(replace(vehicle, kind=v)) for v in range(len(KINDS)) if v != vehicle.kind])
    if vehicle.place is not None:
        last = ARM_COUNT if vehicle.distance is not None else len(PLACES)
        places = [put(replace(vehicle, place=v)) for v in range(last) if v != vehicle.place]
        groups += [places, list(places)]  # place twice as often: it is the hardest to learn
    if vehicle.distance is not None:
        groups.append([put(replace(vehicle, distance=1 - vehicle.distance))])
    return groups


def _exchanges(claim: Claim) -> list[list[Claim]]:
    a, b = claim.vehicles
    groups = []
    for name in ("colour", "kind", "place"):
        one, other = getattr(a, name), getattr(b, name)
        if one is not None and other is not None and one != other:
            swapped = (replace(a, **{name: other}), replace(b, **{name: one}))
            if name == "place":
                swapped = (replace(swapped[0], distance=None), replace(swapped[1], distance=None))
            groups.append([replace(claim, vehicles=swapped)])
    return groups


def write(claim: Claim, rng: np.random.Generator) -> str:
    """Put a claim into words; the wording varies, the meaning does not."""
    if claim.count is not None:
        return _pick(rng, COUNT_TEXTS).format(
            ("one vehicle", "two vehicles", "three vehicles", "four vehicles")[claim.count - 1]
        )
    if claim.lights is not None:
        road = ("north-south", "east-west")[claim.lights[0]]
        return _pick(rng, LIGHT_TEXTS).format(colour=LIGHT_COLOURS[claim.lights[1]], road=road)
    if claim.person is not None:
        return _pick(rng, PERSON_TEXTS).format(PLACES[claim.person])
    if claim.vehicles:
        return _vehicles_text(claim, rng)
    if claim.collided:
        return _pick(rng, CRASH_TEXTS)
    return _weather_text(claim, rng)


COUNT_TEXTS = ("{}", "there are {}", "a picture of {}", "{} at the crossing")
LIGHT_TEXTS = (
    "the light is {colour} for the {road} road",
    "{colour} light on the {road} road",
    "the {road} road has {colour} light",
)
PERSON_TEXTS = (
    "a pedestrian on the {} road",
    "somebody is walking over the {} road",
    "a person on the {} zebra crossing",
    "a pedestrian is crossing the {} road",
)
CRASH_TEXTS = (
    "a collision",
    "two vehicles have collided",
    "there is an accident",
    "vehicles that hit each other",
)
WEATHER_NOUNS = ("sun", "rain", "snow", "fog")


def _pick(rng: np.random.Generator, texts: tuple[str, ...]) -> str:
    return texts[int(rng.integers(len(texts)))]


def _weather_text(claim: Claim, rng: np.random.Generator) -> str:
    weather = WEATHERS[claim.weather] if claim.weather is not None else ""
    noun = WEATHER_NOUNS[claim.weather] if claim.weather is not None else ""
    if claim.daytime is None:
        return _pick(
            rng, (f"it is {weather}", f"the weather is {weather}", f"a {weather} crossing", f"{noun}")
        )
    part = DAYTIMES[claim.daytime]
    if claim.weather is None:
        return _pick(rng, (f"it is {part}", f"a picture taken at {part}"))
    return _pick(rng, (f"a {weather} {part}", f"it is a {weather} {part}", f"{noun} at {part}"))


def noun_of(vehicle: VehicleClaim, article: str, rng: np.random.Generator) -> str:
    """Name a vehicle by what is said of it: "the red car", "something red", "a vehicle"."""
    colour = COLOURS[vehicle.colour] if vehicle.colour is not None else ""
    if vehicle.kind is None:
        if colour and article == "a" and rng.random() < 0.3:
            return f"something {colour}"
        return " ".join(filter(None, (article, colour, "vehicle")))
    return " ".join(filter(None, (article, colour, KINDS[vehicle.kind])))


def place_text(vehicle: VehicleClaim) -> str:
    """Say where a vehicle is."""
    assert vehicle.place is not None
    if PLACES[vehicle.place] == "crossing":
        return "in the crossing"
    if vehicle.distance is not None:
        return f"{DISTANCES[vehicle.distance]} on the {PLACES[vehicle.place]} road"
    return f"on the {PLACES[vehicle.place]} road"


def _vehicles_text(claim: Claim, rng: np.random.Generator) -> str:
    article = "the" if rng.random() < 0.5 else "a"
    if claim.collided:
        names = [noun_of(vehicle, "the", rng) for vehicle in claim.vehicles]
        if len(names) == 1:
            return _pick(rng, ("{0} has collided", "{0} was hit", "{0} is in an accident")).format(*names)
        forms = (
            "{0} and {1} have collided",
            "{0} has hit {1}",
            "a collision of {0} and {1}",
            "{0} touches {1}",
        )
        return _pick(rng, forms).format(*names)
    parts = [
        _vehicle_text(vehicle, article, rng, alone=len(claim.vehicles) == 1) for vehicle in claim.vehicles
    ]
    text = _pick(rng, (" and ", " and ", ", ")).join(parts)
    if claim.weather is not None:
        text += f" in the {WEATHER_NOUNS[claim.weather]}"
    return text


def _vehicle_text(vehicle: VehicleClaim, article: str, rng: np.random.Generator, *, alone: bool) -> str:
    both = vehicle.colour is not None and vehicle.kind is not None
    if alone and both and vehicle.place is None and rng.random() < 0.4:
        colour, kind = COLOURS[vehicle.colour or 0], KINDS[vehicle.kind or 0]
        return _pick(
            rng,
            (
                f"the {kind} is {colour}",
                f"the {colour} vehicle is a {kind}",
                f"the colour of the {kind} is {colour}",
            ),
        )
    name = noun_of(vehicle, article, rng)
    if vehicle.place is None:
        return _pick(rng, ("{}", "{}", "there is {}", "a picture of {}")).format(name) if alone else name
    verb = " is " if article == "the" and rng.random() < 0.5 else " "
    return f"{name}{verb}{place_text(vehicle)}"

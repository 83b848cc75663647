"""Still pictures of posed scenes, for pretraining `mini`: no time, no order, nothing that moves.

A scene is posed, not simulated: vehicles are put at random places on random paths. What is true of each
picture is kept as arrays, so that any caption can be checked against any picture.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from temadapter.crossroads.rendering.renderer import Moment, draw
from temadapter.crossroads.simulation.geometry import (
    ARMS,
    BOX,
    HALF_VIEW,
    LANE,
    PATH_IN_BOX,
    TURNS,
    ZEBRA_FAR,
    Arm,
    Pose,
    Turn,
    boxes_touch,
    pose_on_path,
)
from temadapter.crossroads.simulation.scene import COLOURS, DAYTIMES, KINDS, SIZES, WEATHERS

MAX_VEHICLES = 4
PLACES: tuple[str, ...] = (*ARMS, "crossing")
LIGHT_COLOURS = ("green", "yellow", "red")
UNCLEAR = 9  # too close to a border to say: neither true nor false
COATS = ((200, 90, 60), (60, 90, 190), (230, 190, 70), (150, 60, 140), (235, 235, 235))

_INNER, _OUTER = 4.9, 6.4  # between these distances from the middle a place is unclear
_NEAR, _FAR = 8.6, 10.6


@dataclass(frozen=True)
class Stills:
    """Pictures and what is true of them, row by row (N pictures, K = `MAX_VEHICLES`, -1 = no such vehicle).

    Attributes:
        pixels: (N, S, S, 3) uint8.
        colour, kind, place, distance: (N, K) indices into COLOURS, KINDS, PLACES, (near, far).
        contact: (N, 2) which two vehicles have collided, or -1.
        weather, daytime: (N,) indices; lights: (N, 2) index into LIGHT_COLOURS of roads ns and ew.
        people: (N, 4) whether somebody walks over the zebra crossing of each arm.
    """

    pixels: NDArray[np.uint8]
    colour: NDArray[np.int8]
    kind: NDArray[np.int8]
    place: NDArray[np.int8]
    distance: NDArray[np.int8]
    contact: NDArray[np.int8]
    weather: NDArray[np.int8]
    daytime: NDArray[np.int8]
    lights: NDArray[np.int8]
    people: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.pixels)

    def rows(self, index: NDArray[np.int64]) -> Stills:
        """Return the pictures `index` with their facts."""
        return Stills(**{field.name: getattr(self, field.name)[index] for field in fields(self)})


def place_of(x: float, y: float) -> tuple[int, int]:
    """Return (place, distance) of a point in metres: indices, `UNCLEAR` near a border."""
    reach = max(abs(x), abs(y))
    if reach < _INNER:
        return PLACES.index("crossing"), UNCLEAR
    arm: Arm
    arm = ("north" if y > 0 else "south") if abs(y) > abs(x) else ("east" if x > 0 else "west")
    if reach < _OUTER or reach > HALF_VIEW - 0.6:
        return UNCLEAR, UNCLEAR
    return PLACES.index(arm), 0 if reach < _NEAR else (1 if reach > _FAR else UNCLEAR)


def make_stills(count: int, *, seed: int, size: int, workers: int = 2) -> Stills:
    """Pose and draw `count` pictures of `size` pixels. The same seed gives the same pictures."""
    chunk = 250
    jobs = [(seed, start, min(chunk, count - start), size) for start in range(0, count, chunk)]
    from temadapter.progress import track

    with ProcessPoolExecutor(workers) as pool:
        parts = list(track(pool.map(_make_chunk, jobs), "Drawing stills", total=len(jobs)))
    return Stills(
        **{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Stills)}
    )


def _make_chunk(job: tuple[int, int, int, int]) -> Stills:
    seed, start, count, size = job
    pixels = np.zeros((count, size, size, 3), np.uint8)
    facts = {
        f.name: np.full((count, *shape), -1, np.int8)
        for f, shape in zip(
            fields(Stills)[1:], ((4,), (4,), (4,), (4,), (2,), (), (), (2,), (4,)), strict=True
        )
    }
    for row in range(count):
        rng = np.random.default_rng([seed, start + row])
        moment, found = pose_scene(rng)
        pixels[row] = np.asarray(Image.fromarray(draw(moment)).resize((size, size), Image.Resampling.BICUBIC))
        for name, value in found.items():
            values = np.asarray(value, np.int8).reshape(-1)
            facts[name][row : row + 1].reshape(-1)[: len(values)] = values
    return Stills(pixels=pixels, **facts)


def pose_scene(rng: np.random.Generator) -> tuple[Moment, dict[str, object]]:
    """Return one random scene and the facts about it."""
    count = int(rng.choice((1, 2, 3, 4), p=(0.15, 0.3, 0.35, 0.2)))
    colours = rng.permutation(len(COLOURS))[:count]
    kinds = rng.integers(len(KINDS), size=count)
    crashed = count >= 2 and rng.random() < 0.5
    poses = _poses(rng, [KINDS[k] for k in kinds], crashed=crashed)
    places = [place_of(pose.x, pose.y) for pose in poses]
    people, bits = _people(rng)
    lights = ((0, 2), (2, 0), (1, 2), (2, 1), (2, 2))[int(rng.choice(5, p=(0.38, 0.38, 0.08, 0.08, 0.08)))]
    weather, daytime = int(rng.integers(4)), int(rng.integers(2))
    crashes: tuple[tuple[float, float, float], ...] = ()
    if crashed:
        a, b = poses[0], poses[1]
        crashes = (((a.x + b.x) / 2, (a.y + b.y) / 2, float(rng.uniform(0, 4))),)
    moment = Moment(
        vehicles=tuple((KINDS[k], COLOURS[c], p) for k, c, p in zip(kinds, colours, poses, strict=True)),
        pedestrians=people,
        lights=(LIGHT_COLOURS[lights[0]], LIGHT_COLOURS[lights[1]]),
        crashes=crashes,
        wrecks=(0, 1) if crashed else (),
        weather=WEATHERS[weather],
        daytime=DAYTIMES[daytime],
        look=int(rng.integers(1 << 30)),
        tick=int(rng.integers(60)),
    )
    facts: dict[str, object] = {
        "colour": colours,
        "kind": kinds,
        "place": [place for place, _ in places],
        "distance": [distance for _, distance in places],
        "contact": (0, 1) if crashed else (-1, -1),
        "weather": weather,
        "daytime": daytime,
        "lights": lights,
        "people": bits,
    }
    return moment, facts


def _poses(rng: np.random.Generator, kinds: list[str], *, crashed: bool) -> list[Pose]:
    sizes = [SIZES[kind] for kind in kinds]  # type: ignore[index]
    while True:
        poses = _crash_poses(rng, sizes) if crashed else []
        for size in sizes[len(poses) :]:
            for _ in range(40):
                pose = _random_pose(rng)
                roomy = (size[0] + 0.8, size[1] + 0.4)
                if not any(boxes_touch(pose, roomy, p, s) for p, s in zip(poses, sizes, strict=False)):
                    poses.append(pose)
                    break
        if len(poses) == len(kinds):
            return poses


def _random_pose(rng: np.random.Generator) -> Pose:
    arm, turn = _path(rng)
    inside = rng.random() < 0.3
    length = PATH_IN_BOX[turn]
    reach = HALF_VIEW - BOX - 0.8
    s = (
        rng.uniform(0, length)
        if inside
        else (-rng.uniform(0, reach) if rng.random() < 0.5 else length + rng.uniform(0, reach))
    )
    offset = LANE * 0.92 if not inside and rng.random() < 0.06 else 0.0
    return pose_on_path(arm, turn, s, offset)


def _path(rng: np.random.Generator) -> tuple[Arm, Turn]:
    return ARMS[int(rng.integers(4))], TURNS[int(rng.choice(3, p=(0.5, 0.25, 0.25)))]


def _crash_poses(rng: np.random.Generator, sizes: list[tuple[float, float]]) -> list[Pose]:
    """Pose the first two vehicles so that the second has just run into the first."""
    while True:
        arm, turn = _path(rng)
        if rng.random() < 0.25:
            s = rng.uniform(-9.0, PATH_IN_BOX[turn] + 3)
            behind = s - (sizes[0][0] + sizes[1][0]) / 2 + 0.15
            return [_jolt(rng, pose_on_path(arm, turn, s)), _jolt(rng, pose_on_path(arm, turn, behind))]
        first = pose_on_path(arm, turn, rng.uniform(-1, PATH_IN_BOX[turn] + 1))
        other_arm, other_turn = _path(rng)
        if other_arm == arm:
            continue
        for s in np.arange(-12.0, 12.0, 0.4):
            second = pose_on_path(other_arm, other_turn, float(s))
            if boxes_touch(first, sizes[0], second, sizes[1]):
                if s > -11:
                    return [_jolt(rng, first), _jolt(rng, second)]
                break


def _jolt(rng: np.random.Generator, pose: Pose) -> Pose:
    return Pose(pose.x, pose.y, pose.heading + float(rng.uniform(-0.15, 0.15)))


def _people(
    rng: np.random.Generator,
) -> tuple[tuple[tuple[float, float, tuple[int, int, int]], ...], tuple[int, ...]]:
    people, bits = [], [0, 0, 0, 0]
    if rng.random() < 0.35:
        arm = int(rng.integers(4))
        across = float(rng.uniform(-LANE - 1, LANE + 1))
        away = (BOX + ZEBRA_FAR + 0.5) / 2
        x, y = ((across, away), (away, across), (across, -away), (-away, across))[arm]
        people.append((x, y, COATS[int(rng.integers(len(COATS)))]))
        bits[arm] = 1
    return tuple(people), tuple(bits)

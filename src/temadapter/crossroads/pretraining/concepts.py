"""What a backbone knows of still pictures: zero-shot among captions that differ in one word, per concept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from temadapter.crossroads.pretraining.captions import Claim, VehicleClaim, write
from temadapter.crossroads.pretraining.stills import PLACES, UNCLEAR, Stills
from temadapter.crossroads.simulation.scene import COLOURS, DAYTIMES, KINDS, WEATHERS

Encoder = Callable[[list[str]], NDArray[np.float32]]

CONCEPTS = ("object", "colour", "which-is-which", "place", "weather", "contact", "lights")


def question_of(concept: str, stills: Stills, row: int, rng: np.random.Generator) -> list[Claim]:
    """Return claims that differ in one word, the true one first; empty where the picture gives no such question."""
    present = np.flatnonzero(stills.colour[row] >= 0)
    k = int(rng.choice(present))
    colour, kind = int(stills.colour[row, k]), int(stills.kind[row, k])
    place = int(stills.place[row, k])
    if concept == "object":
        return _alternatives(Claim((VehicleClaim(colour=colour, kind=kind),)), "kind", len(KINDS))
    if concept == "colour":
        return _alternatives(Claim((VehicleClaim(colour=colour, kind=kind),)), "colour", len(COLOURS))
    if concept == "place" and place != UNCLEAR:
        named = VehicleClaim(colour=colour, kind=kind if rng.random() < 0.5 else None, place=place)
        return _alternatives(Claim((named,)), "place", len(PLACES))
    if concept == "which-is-which" and len(present) > 1:
        return _exchanged(stills, row, rng.permutation(present)[:2])
    if concept == "weather":
        if rng.random() < 0.5:
            true = Claim(weather=int(stills.weather[row]))
            return [true, *(Claim(weather=v) for v in range(len(WEATHERS)) if v != true.weather)]
        true = Claim(daytime=int(stills.daytime[row]))
        return [true, *(Claim(daytime=v) for v in range(len(DAYTIMES)) if v != true.daytime)]
    if concept == "contact" and stills.contact[row, 0] >= 0 and len(present) > 2:
        return _contact(stills, row, present, rng)
    if concept == "lights":
        road = int(rng.integers(2))
        value = int(stills.lights[row, road])
        return [Claim(lights=(road, v)) for v in (value, *(v for v in range(3) if v != value))]
    return []


def _alternatives(true: Claim, attribute: str, size: int) -> list[Claim]:
    (vehicle,) = true.vehicles
    value = getattr(vehicle, attribute)
    others = [
        replace(true, vehicles=(replace(vehicle, **{attribute: v}),)) for v in range(size) if v != value
    ]
    return [true, *others]


def _exchanged(stills: Stills, row: int, pair: NDArray[np.int64]) -> list[Claim]:
    a, b = (VehicleClaim(colour=int(stills.colour[row, k]), kind=int(stills.kind[row, k])) for k in pair)
    if a.kind == b.kind:
        return []
    return [Claim((a, b)), Claim((replace(a, colour=b.colour), replace(b, colour=a.colour)))]


def _contact(stills: Stills, row: int, present: NDArray[np.int64], rng: np.random.Generator) -> list[Claim]:
    one, other = (int(k) for k in rng.permutation(stills.contact[row]))

    def named(k: int) -> VehicleClaim:
        return VehicleClaim(colour=int(stills.colour[row, k]))

    others = [k for k in present if k not in (one, other)]
    return [
        Claim((named(one), named(other)), collided=True),
        *(Claim((named(one), named(int(k))), collided=True) for k in others),
    ]


def concept_accuracy(
    images: NDArray[np.float32],
    encode_texts: Encoder,
    stills: Stills,
    *,
    seed: int = 0,
    per_concept: int = 400,
) -> dict[str, float]:
    """Return the share of right answers per concept on held-out stills.

    Args:
        images: (N, D) image embeddings of `stills`, in order.
        encode_texts: Maps captions to (n, D) text embeddings.
        stills: The held-out pictures with their facts.
        seed: Decides which vehicle is asked about and how it is worded.
        per_concept: At most so many questions for each concept.
    """
    result = {}
    images = images / np.linalg.norm(images, axis=1, keepdims=True)
    for concept in CONCEPTS:
        rng = np.random.default_rng([seed, CONCEPTS.index(concept)])
        rows, texts, sizes = [], [], []
        for row in range(len(stills)):
            claims = question_of(concept, stills, row, rng)
            wording = int(rng.integers(1 << 30))
            picture = stills.rows(np.array([row]))
            wrong = [c for c in claims[1:] if not c.check(picture)[0][0] and c.check(picture)[1][0]]
            if not claims or not wrong:
                continue
            captions = [write(claim, np.random.default_rng(wording)) for claim in (claims[0], *wrong)]
            rows.append(row)
            texts += captions
            sizes.append(len(captions))
            if len(rows) == per_concept:
                break
        features = encode_texts(texts)
        features = features / np.linalg.norm(features, axis=1, keepdims=True)
        right, start = 0, 0
        for row, size in zip(rows, sizes, strict=True):
            right += int(np.argmax(features[start : start + size] @ images[row]) == 0)
            start += size
        result[concept] = right / len(rows) if rows else float("nan")
    return result

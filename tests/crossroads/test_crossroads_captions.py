"""Captions: true of the picture they were made for, false when one word is changed, checked by the facts."""

from __future__ import annotations

import functools

import numpy as np

from temadapter.crossroads.pretraining.captions import (
    Claim,
    VehicleClaim,
    bystanders,
    sample_claim,
    variants,
    write,
)
from temadapter.crossroads.pretraining.concepts import CONCEPTS, concept_accuracy, question_of
from temadapter.crossroads.pretraining.stills import PLACES, UNCLEAR, make_stills, place_of
from temadapter.crossroads.simulation.scene import COLOURS, KINDS


@functools.cache
def stills():
    return make_stills(60, seed=4, size=32, workers=1)


def test_stills_are_deterministic():
    again = make_stills(3, seed=4, size=32, workers=1)
    assert np.array_equal(again.pixels, stills().pixels[:3])
    assert np.array_equal(again.colour, stills().colour[:3])


def test_places():
    assert place_of(0, 0) == (PLACES.index("crossing"), UNCLEAR)
    assert place_of(1.9, 12.0) == (PLACES.index("north"), 1)
    assert place_of(-7.5, 1.9) == (PLACES.index("west"), 0)
    assert place_of(5.5, 0)[0] == UNCLEAR


def test_a_sampled_claim_is_true_of_its_picture():
    rng = np.random.default_rng(0)
    for row in range(len(stills())):
        claim = sample_claim(stills(), row, rng)
        true, clear = claim.check(stills())
        assert true[row]
        assert clear[row]
        assert write(claim, rng)


def test_variants_differ_and_are_mostly_false():
    rng = np.random.default_rng(1)
    false = total = 0
    for row in range(len(stills())):
        claim = sample_claim(stills(), row, rng)
        for other in variants(claim, rng, 3):
            assert other != claim
            false += int(not other.check(stills())[0][row])
            total += 1
    assert false > 0.85 * total


def test_a_bystander_is_accused_first():
    rng = np.random.default_rng(3)
    crowded = [r for r in range(len(stills())) if stills().contact[r, 0] >= 0 and bystanders(stills(), r)]
    assert len(crowded) > 5
    for row in crowded:
        one, other = (VehicleClaim(colour=int(stills().colour[row, k])) for k in stills().contact[row])
        standing = bystanders(stills(), row)
        true = Claim((one, other), collided=True)
        first, *rest = variants(true, rng, 3, bystanders=standing)
        accused = {vehicle.colour for vehicle in first.vehicles} - {one.colour, other.colour}
        assert len(rest) == 2
        assert accused <= {vehicle.colour for vehicle in standing}
        assert len(accused) == 1
        assert all(vehicle.kind is None for vehicle in first.vehicles)  # named as the one it stands for was
        assert [bool(value[row]) for value in first.check(stills())] == [False, True]


def test_nobody_is_accused_where_nothing_has_collided():
    claim = Claim((VehicleClaim(colour=0), VehicleClaim(colour=1)))
    found = variants(claim, np.random.default_rng(0), 9, bystanders=[VehicleClaim(colour=2, kind=0)])
    assert not any(other.collided for other in found)
    plain = variants(claim, np.random.default_rng(0), 9)
    assert found == plain


def test_two_things_are_two_vehicles():
    colour, kind = int(stills().colour[0, 0]), int(stills().kind[0, 0])
    same = Claim((VehicleClaim(colour=colour), VehicleClaim(colour=colour, kind=kind)))
    assert not same.check(stills())[0].any()  # colours are unique in a picture


def test_an_unclear_place_is_neither_true_nor_false():
    rows, columns = np.nonzero(stills().place == UNCLEAR)
    assert len(rows)
    row, k = rows[0], columns[0]
    claim = Claim((VehicleClaim(colour=int(stills().colour[row, k]), place=0),))
    assert not claim.check(stills())[1][row]


def test_wording_of_a_full_claim():
    vehicle = VehicleClaim(COLOURS.index("red"), KINDS.index("car"), PLACES.index("north"))
    texts = {write(Claim((vehicle,)), np.random.default_rng(i)) for i in range(40)}
    assert "a red car on the north road" in texts
    assert "the red car is on the north road" in texts


def test_an_oracle_answers_every_concept():
    """Embeddings that spell out the facts get every concept right, so the questions are answerable."""
    pictures = stills()
    for concept in CONCEPTS:
        rng = np.random.default_rng(2)
        for row in range(len(pictures)):
            claims = question_of(concept, pictures, row, rng)
            if claims:
                assert claims[0].check(pictures)[0][row], concept


def test_blind_embeddings_are_at_chance():
    rng = np.random.default_rng(0)
    images = rng.normal(size=(60, 8)).astype(np.float32)
    found = concept_accuracy(
        images, lambda texts: rng.normal(size=(len(texts), 8)).astype(np.float32), stills()
    )
    assert found["colour"] < 0.5

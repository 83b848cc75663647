from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temadapter.descriptions import describe, describe_all, raw_text

SHARED = Path(os.environ.get("TEMADAPTER_SHARED") or Path(__file__).resolve().parents[3] / "shared")
REAL = SHARED / "data/annotations/traffic_questions_200.jsonl"

SUTD = [
    (
        "What might be the reason for this accident?",
        "Speeding vehicle",
        "Speeding vehicle is the reason for this accident.",
    ),
    (
        "Which could be the reason for this accident?",
        "Others",
        "Something else is the reason for this accident.",
    ),
    (
        "Which might be the reason for this accident?",
        "There is no accident in this video",
        "There is no accident in this video.",
    ),
    (
        "What type of accident happened in the video?",
        "Head-on collision",
        "A head-on collision happened in the video.",
    ),
    ("What type of accident happened in the video?", "No accident happened.", "No accident happened."),
    ("How will the vehicle(s) crash?", "Side-collision", "The vehicles will crash in a side-collision."),
    ("How did the vehicle(s) crash?", "Others", "The vehicles crashed in another way."),
    (
        "What is the condition of the car after the accident?",
        "A few scratches or dents",
        "The car has a few scratches or dents after the accident.",
    ),
    (
        "What is the surrounding environment like in the video?",
        "Tunnel",
        "The surrounding environment in the video is a tunnel.",
    ),
    (
        "Would the accident still happen if the roads have better marking?",
        "Yes, the involved vehicles would still violate traffic rules",
        "The accident would still happen if the roads have better marking, because the involved vehicles "
        "would still violate traffic rules.",
    ),
    (
        "Would the accident still happen if the roads have better marking?",
        "No",
        "The accident would not happen if the roads have better marking.",
    ),
    (
        "Did the accident happen when any of the involved vehicles making a turn?",
        "No accident",
        "No accident happened.",
    ),
    (
        "What types of vehicles were involved in the accident?",
        "Suv or cuv",
        "An SUV or CUV was involved in the accident.",
    ),
    (
        "What types of vehicles were involved in the accident?",
        "Motorcycle / Scooter",
        "A motorcycle or scooter was involved in the accident.",
    ),
    ("Which vehicles are about to stop?", "None", "No vehicle is about to stop."),
    (
        "How many vehicles were involved in the accident?",
        "More than five",
        "More than five vehicles were involved in the accident.",
    ),
    ("How many vehicles were involved in the accident?", "One", "One vehicle was involved in the accident."),
    (
        "What types of vehicles that if get removed from the videos, there won't be an accident?",
        "POV car",
        "If the POV car were removed from the video, there would be no accident.",
    ),
    (
        "Could any involved vehicles stop in time to prevent the accident?",
        "No, there was no time to react",
        "No involved vehicle could stop in time to prevent the accident, because there was no time to react.",
    ),
    (
        "Judging by the speed of the fastest vehicle, will it cause an accident?",
        "No",
        "Judging by the speed of the fastest vehicle, it will not cause an accident.",
    ),
    (
        "How can this road infrastructure be improved to prevent future accident?",
        "The road can be larger",
        "The road can be larger to prevent future accident.",
    ),
    (
        "How fast did the vehicles involved in the accident move before they crash?",
        "Roughly not moving",
        "The vehicles involved in the accident were roughly not moving before they crashed.",
    ),
    (
        "Are there any vehicles at a risk of an accident?",
        "Yes",
        "There are vehicles at a risk of an accident.",
    ),
    (
        "Can this road infrastucture prevent side collision?",
        "No, the road is unmarked",
        "This road infrastucture cannot prevent side collision, because the road is unmarked.",
    ),
]
SHARED_WITH_CROSSROADS = [
    (
        "What might be the reason for this accident?",
        "The red car ran the red light.",
        "The accident happened because the red car ran the red light.",
    ),
    ("What type of accident happened in the video?", "a side collision", "There is a side collision."),
    (
        "What type of accident happened in the video?",
        "The vehicle collided with road infrastructure.",
        "The vehicle collided with road infrastructure.",
    ),
]
GENERAL = [
    ("Is the road wet?", "No", "The road is not wet."),
    ("Is the road wet or dry?", "Dry", "The road is dry."),
    ("Is the man in white holding a bag?", "yes", "The man in white is holding a bag."),
    ("Are any vehicles turning?", "No", "No vehicles are turning."),
    ("Can the truck see the pedestrian?", "Yes, it can", "The truck can see the pedestrian."),
    (
        "Can the truck see the pedestrian?",
        "Not sure",
        "It is unknown whether the truck can see the pedestrian.",
    ),
    ("Has the light turned green?", "No", "The light has not turned green."),
    ("Where did the taxi come from?", "from the north", "The taxi came from the north."),
    ("Where did the taxi come from?", "The south", "The taxi came from the south."),
    ("In which direction is the bus going?", "North", "The bus is going north."),
    ("At what time of the day was the video taken?", "Night", "The video was taken at night."),
    ("What did the blue van do at the crossing?", "stop", "The blue van stopped at the crossing."),
    (
        "What did the blue van do at the crossing?",
        "It turned left",
        "The blue van turned left at the crossing.",
    ),
    (
        "what does the butterfly do 10 or more than 10 times ?",
        "flap wings",
        "The butterfly flaps wings 10 or more than 10 times.",
    ),
    ("what is the man in black doing", "cycling", "The man in black is cycling."),
    ("How many lanes does the road have?", "One", "The road has one lane."),
    (
        "how many times does the girl pass the toy to the boy",
        "three",
        "The girl passes the toy to the boy three times.",
    ),
    (
        "why did the light brown dog bend down",
        "to drink water",
        "The light brown dog bent down to drink water.",
    ),
    (
        "how does the boy operate the toy car",
        "turn the wheel",
        "The boy operates the toy car by turning the wheel.",
    ),
    ("What color is the traffic light?", "Red", "The traffic light is red."),
    ("What type of vehicle is the camera mounted on?", "Car", "The camera is mounted on a car."),
    ("Which vehicle stopped first?", "None", "No vehicle stopped first."),
    ("Who caused the accident?", "Nobody", "No one caused the accident."),
    ("What will happen after the crash?", "The car will stop", "The car will stop after the crash."),
    ("Which car did the bus hit?", "The red one", "The bus hit the red one."),
]


@pytest.mark.parametrize(("question", "option", "expected"), SUTD + SHARED_WITH_CROSSROADS + GENERAL)
def test_question_and_option_become_one_statement(question: str, option: str, expected: str) -> None:
    assert describe(question, option) == expected


@pytest.mark.parametrize(
    ("question", "option", "expected"),
    [
        # the noun that stands next to the verb decides
        (
            "Which vehicle is to blame?",
            "Bicycle or non-motor vehicles",
            "A bicycle or non-motor vehicles are to blame.",
        ),
        ("What is coming?", "cars or a bus", "Cars or a bus is coming."),
        ("What is coming?", "cars from left or right", "Cars from left or right are coming."),
        ("what are the men watching", "Television", "The men are watching television."),
        ("what activity was the girl doing", "watching birds", "The girl was watching birds."),
        ("which sport do the men do", "play soccer", "The men play soccer."),
        ("what activity is the girl doing", "rock climbing", "The girl is doing rock climbing."),
        ("what activity is the girl doing", "yoga", "The girl is doing yoga."),
        ("what activity is being done", "fishing", "Fishing is being done."),
        (
            "why did he stand up and sing or talk",
            "bored",
            "He stood up and sang or talked because he was bored.",
        ),
        ("what did the cat hold onto", "bite them", "The cat held onto biting them."),
        (
            "why does the tall juggler suddenly flomp",
            "tired",
            "The tall juggler suddenly flomps because the juggler is tired.",
        ),
    ],
)
def test_mended_after_reading_real_outputs(question: str, option: str, expected: str) -> None:
    assert describe(question, option) == expected


def test_empty_options_stay_empty_in_their_places() -> None:
    described = describe_all("Is it raining?", ("Yes", "", "No", "  "))
    assert described == ("It is raining.", "", "It is not raining.", "")


def test_raw_text_is_the_option() -> None:
    assert raw_text("Is it raining?", "Yes") == "Yes"


@pytest.mark.parametrize(
    "question", ["", "?", "???", "the", "Why", "Is", "What is ?", "How many", "{option}", "(", "\\"]
)
def test_questions_that_are_none_still_give_a_sentence_with_the_option(question: str) -> None:
    assert "zebra" in describe(question, "zebra").lower()


WORDS = st.sampled_from(
    [
        "is",
        "are",
        "did",
        "does",
        "what",
        "which",
        "who",
        "where",
        "why",
        "how",
        "many",
        "the",
        "a",
        "red",
        "car",
        "bus",
        "road",
        "wet",
        "stop",
        "turned",
        "in",
        "on",
        "from",
        "yes",
        "no",
        "if",
        ",",
        "when",
        "there",
        "any",
        "accident",
        "happen",
        "reason",
        "for",
        "been",
        "doing",
        "times",
        "{x}",
        "(",
        "\\",
        "others",
    ]
)


@given(st.lists(WORDS, max_size=9), st.lists(WORDS, min_size=1, max_size=5))
def test_any_words_give_one_sentence_and_never_an_error(question: list[str], option: list[str]) -> None:
    text = describe(" ".join(question) + "?", " ".join(option))
    if text:
        assert text == " ".join(text.split())
        assert text.endswith(".")
        assert not text.endswith("..")
        assert text[0] == text[0].upper()
    else:
        assert not re.sub(r"[\s.;:,!?]", "", " ".join(option))


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_described(question: str, option: str) -> None:
    assert "\n" not in describe(question, option)


@pytest.mark.skipif(not REAL.exists(), reason="the shared real annotations are not here")
def test_real_traffic_questions_are_rewritten_not_glued() -> None:
    pairs = 0
    for line in REAL.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        described = describe_all(row["question"], row["candidates"])
        assert len(set(described)) == len(set(row["candidates"])), described
        for text in described:
            pairs += 1
            assert "?" not in text
            assert "the answer to the question" not in text, text
    assert pairs > 500

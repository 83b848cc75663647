from __future__ import annotations

import pytest

from temadapter.descriptions.timing import timing


@pytest.mark.parametrize(
    "question",
    [
        "What will happen next?",
        "Is an accident about to happen?",
        "Is the red car going to stop in front of the crossing?",
        "Where was the red car before the video began?",
        "Had the red car been waiting or driving before the video started?",
        "What happens after the video ends?",
    ],
)
def test_what_is_to_come_or_was_before_is_outside(question: str) -> None:
    assert timing(question, "the bus") == "outside"


@pytest.mark.parametrize(
    "question",
    [
        "How is the weather in this video?",
        "Is it day or night?",
        "Which colour does the bus have?",
        "What kind of vehicle is the red one?",
        "The red vehicle: what is it?",
        "What type of road is this?",
    ],
)
def test_what_is_always_so_lasts(question: str) -> None:
    assert timing(question, "the bus") == "lasting"


@pytest.mark.parametrize(
    "answer", ["no accident", "Nothing", "nobody", "No vehicles collide", "none of them", "never"]
)
def test_what_never_happens_is_outside(answer: str) -> None:
    assert timing("What happened?", answer) == "outside"


@pytest.mark.parametrize("answer", ["no", "No.", "no, it had not", "north", "Norman", "no longer there"])
def test_a_no_may_have_a_moment(answer: str) -> None:
    assert timing("Had the bus already left the crossing when the car entered it?", answer) == "event"


@pytest.mark.parametrize(
    "question",
    [
        "Why did the red car stop?",
        "What made the red car wait?",
        "Without the bus, would the red car have had to stop?",
        "If the red car had ignored the red light, would there have been an accident?",
        "Would the red car have caused an accident by running the red light?",
        "Why is the man standing at the door?",
    ],
)
def test_questions_about_something_that_stands_still(question: str) -> None:
    assert timing(question, "yes") == "standing"


@pytest.mark.parametrize(
    "question",
    [
        "Which vehicle ran the red light?",
        "Who drove into the crossing although the light was red?",
        "Which driver ignored the red light?",
        "Should the red car have stopped before the crossing?",
        "Which vehicle should have waited?",
        "Could the red car have prevented the accident by obeying the traffic light?",
        "Which colour comes first?",
        "What type of accident happened in the video?",
        "What kind of accident is this?",
        "Which vehicle is next to the bus when they collide?",
        "What did the man do before he sat down?",
    ],
)
def test_questions_about_an_event(question: str) -> None:
    assert timing(question, "the red car") == "event"

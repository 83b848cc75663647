"""Whole descriptions, by the family of rules that writes them."""

from __future__ import annotations

import pytest

from temadapter.descriptions import describe, describe_all

POLAR = [
    ("Is it raining?", "maybe", "Maybe it is raining."),
    ("Is it raining?", "unknown", "Whether it is raining is unknown."),
    ("Is it raining?", "I do not know", "I do not know whether it is raining."),
    ("Is it raining?", "cannot tell", "One cannot tell whether it is raining."),
    ("Do they collide or not?", "yes", "They collide."),
    ("Do they collide or not?", "no", "They do not collide."),
    ("Does the car never brake?", "yes", "The car never brakes."),
    ("Does the car never brake?", "no", "It is not true that the car never brakes."),
    ("Is nobody hurt?", "no", "It is not true that nobody is hurt."),
    ("Does it not look happy?", "no", "Does it not look happy: no."),  # either may be meant
    ("Doesn't it look happy?", "no", "It does not look happy."),
    ("Is the man who is running tired?", "no", "The man who is running is not tired."),
    ("Is the man who is running?", "yes", "Is the man who is running: yes."),
    ("Is there a pedestrian?", "Yes, two", "There is a pedestrian, two."),
    ("Is there a pedestrian?", "Yes, because he waved", "There is a pedestrian, because he waved."),
    (
        "Is there a pedestrian?",
        "No, the road was empty",
        "There is no pedestrian, because the road was empty.",
    ),
]
UNKNOWN = [
    ("What is the car?", "I do not know", "What is the car: I do not know."),
    ("where is the car", "unknown", "Where is the car: unknown."),
    ("how does he feel", "unsure", "He feels unsure."),
    ("what is he holding", "unknown vehicle", "He is holding an unknown vehicle."),
]
CHOICES = [
    ("Who is taller, the man or the woman?", "the man", "The man is taller."),
    ("Who is taller the man or the woman?", "the woman", "The woman is taller."),
    ("What does the man hold, a cup or a book?", "cup", "The man holds a cup."),
    ("Which car is faster, the red or the blue one?", "the red one", "The red one is faster."),
    ("Where does the man go, left or right?", "left", "The man goes left."),
]
ACTS = [
    (
        "what does the girl do after bending down",
        "umbrella",
        "What does the girl do after bending down: umbrella.",
    ),
    ("what is the girl doing", "her hair", "The girl is doing her hair."),
    ("what did the men do", "a hand gesture", "The men did a hand gesture."),
    ("what does the dog do", "no reaction", "The dog shows no reaction."),
    ("what did the man do at the end", "boat capsized", "Boat capsized at the end."),
    ("what does the man do", "unclips the rope", "The man unclips the rope."),
    ("what did the man do", "backpedalled", "The man backpedalled."),
    ("what does the girl do", "slowly walks away", "The girl slowly walks away."),
    ("What does the drummer do 6 times?", "open", "The drummer opens 6 times."),
    ("What does the boy do 4 times?", "form bubbles", "The boy forms bubbles 4 times."),
    ("What does the boy do 4 times?", "teeter", "The boy teeters 4 times."),
    ("What does the boy do 4 times?", "hand dance", "The boy does hand dance 4 times."),
    ("Which event happens first?", "The man sits", "The man sits first."),
    ("What event happens last?", "a crash", "A crash happens last."),
    ("what event is happening", "water skiing", "Water skiing is happening."),
    ("what does the people do", "talk", "The people talk."),
    ("what is the man and the boy doing", "skiing", "The man and the boy are skiing."),
    ("what did the man not do", "run", "The man did not run."),
    ("what does the man never do", "run", "The man never runs."),
]
THINGS = [
    ("What never stops moving?", "the car", "The car never stops moving."),
    ("what never falls?", "cups", "Cups never fall."),
    ("Which car never brakes?", "the red one", "The red one never brakes."),
    ("Which cars never brake?", "the red ones", "The red ones never brake."),
    ("Which car has never stopped?", "the red one", "The red one has never stopped."),
    ("which color is never shown", "red", "Red is never shown."),
    ("Which of the cars never brakes?", "none", "None of the cars never brakes."),
    ("who hit the pole", "a van", "A van hit the pole."),
    ("what is the animal shown in the video", "dog", "The animal shown in the video is a dog."),
    ("what are the event shown", "dinner", "The event shown is dinner."),
    ("what is the word printed on the shirt", "love", "The word printed on the shirt is love."),
    ("what is the food eaten by the man", "rice", "The food eaten by the man is rice."),
    ("what is the dog called", "rex", "The dog is called rex."),
    ("what is the baby fed", "milk", "The baby is fed milk."),
    ("what is the toy used for", "a game", "The toy is used for a game."),
    ("what is the one which is eating", "a horse", "The one which is eating is a horse."),
    ("In which direction is the car moving?", "left to right", "The car is moving from left to right."),
    ("which direction is it moving in", "left to right", "It is moving from left to right."),
    ("whose dog barked", "Anna", "Anna's dog barked."),
    ("whose dog barked", "Man", "A man's dog barked."),
    ("what is the lady holding", "a umbrella", "The lady is holding an umbrella."),
    ("what is the lady holding", "an red hat", "The lady is holding a red hat."),
    ("what is the lady holding", "an x-ray", "The lady is holding an x-ray."),
    ("what does the man above hold onto", "rope", "The man above holds onto a rope."),
]  # fmt: skip
AMOUNTS = [
    ("how many times does the man jump", "twice", "The man jumps twice."),
    ("how many times does the man jump", "more than once", "The man jumps more than once."),
    ("how many times does the man jump", "never", "The man never jumps."),
    ("how many times has the man jumped", "never", "The man has never jumped."),
    ("how many times did the man jump at the end", "not at all", "The man did not jump at all at the end."),
    ("How long does it take?", "5 minutes", "It takes 5 minutes."),
    ("How long does it take the man to cross?", "two minutes", "It takes the man two minutes to cross."),
    ("How long does it last?", "two minutes", "It lasts for two minutes."),
]
CIRCUMSTANCES = [
    ("how was the car", "slowly", "How was the car: slowly."),
    ("how was the car moving", "slowly", "The car was moving slowly."),
    ("how is the dog", "friendly", "The dog is friendly."),
    ("how does the man feel", "moves backward", "How does the man feel: moves backward."),
    ("how do you think the man feels at the end", "sad", "You think the man feels sad at the end."),
    ("why does no one move", "tired", "No one moves because they are tired."),
    ("why does the man never fall", "good balance", "The man never falls because of good balance."),
    ("what is the reason the man never stops", "excited", "The man never stops because he is excited."),
]


@pytest.mark.parametrize(
    ("question", "option", "expected"),
    POLAR + UNKNOWN + CHOICES + ACTS + THINGS + AMOUNTS + CIRCUMSTANCES,
)
def test_descriptions(question: str, option: str, expected: str) -> None:
    assert describe(question, option) == expected


def test_ways_of_not_knowing_stay_apart() -> None:
    options = ("Yes", "No", "maybe", "Not sure", "unknown", "unclear", "I do not know", "cannot say")
    assert len(set(describe_all("Is it raining?", options))) == len(options)


@pytest.mark.parametrize(
    "question",
    [
        "what {} stops", "which car {} stops", "who has {} stopped", "why does the man {} stop", "when did it {} fall",
        "where does the man {} go", "what is {} shown", "which color is {} red", "what will the man {} do",
        "how many cars {} stop", "whose dog {} barks", "what happens to the man who {} stops", "how does it {} fall",
    ],
)  # fmt: skip
@pytest.mark.parametrize("word", ["never", "not"])
@pytest.mark.parametrize("option", ["the car", "run", "tired", "two", "a man falls", "others"])
def test_no_denial_of_a_question_is_dropped(question: str, word: str, option: str) -> None:
    assert word in describe(question.format(word), option).lower()

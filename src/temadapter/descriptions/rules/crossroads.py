"""Event descriptions for the questions of Crossroads, the embedded benchmark."""

from __future__ import annotations

import re

from temadapter.descriptions.engine import Rule, polar_rule, rule

_NAME = r"the (?:red|blue|green|yellow|white|black) (?:car|bus|truck|motorcycle)"


def _name(group: str = "name") -> str:
    return rf"(?P<{group}>{_NAME})"


def _choice(*texts: str) -> str:
    return r"^(?:" + "|".join(texts) + r")\?$"


def _itself(match: re.Match[str], option: str) -> str:  # noqa: ARG001 (a writer gets the match, too)
    return option


_BASIC = (
    rule(
        _choice(
            r"What colour is the (?P<a>\w+)",
            r"Which colour does the (?P<b>\w+) have",
            r"The (?P<c>\w+) in the video: what colour is it",
        ),
        "the {a}{b}{c} is {option}",
    ),
    rule(
        _choice(
            r"What kind of vehicle is the (?P<a>\w+) one",
            r"The (?P<b>\w+) vehicle: what is it",
            r"Which type of vehicle is (?P<c>\w+)",
        ),
        "the {a}{b}{c} vehicle is {option}",
    ),
    rule(
        _choice(
            "What is the weather like",
            "How is the weather in this video",
            "Which weather does the video show",
        ),
        "the weather is {option}",
    ),
    rule(_choice("Is it day or night", "At what time of day was this recorded"), "it is {option}"),
    rule(
        _choice(
            rf"Where did {_name('a')} come from",
            rf"From which road did {_name('b')} come",
            rf"Which road did {_name('c')} come from before it reached the crossing",
        ),
        "{a}{b}{c} came {option} road",
        option=r"^from the (?:north|south|east|west)$",
    ),
    rule(
        _choice(
            rf"Where did {_name('a')} go",
            rf"On which road did {_name('b')} leave the crossing",
            rf"Towards which road did {_name('c')} drive",
        ),
        "{a}{b}{c} went {option} road",
        option=r"^to the (?:north|south|east|west)$",
    ),
    rule(
        _choice(
            rf"Which way did {_name('a')} turn",
            rf"In which direction did {_name('b')} turn at the crossing",
            rf"Did {_name('c')} turn left or right",
        ),
        "{a}{b}{c} turned {option} at the crossing",
    ),
    rule(
        _choice(
            "Which vehicle entered the crossing first",
            "Which of the vehicles was first in the crossing",
            "Who drove into the crossing first",
        ),
        "{option} entered the crossing first",
    ),
    rule(
        _choice(
            "In which order did the vehicles enter the crossing",
            "How did the vehicles drive into the crossing, one after the other",
        ),
        "{option} entered the crossing",
    ),
    rule(
        _choice(
            "Which vehicle overtook the other",
            "Who overtook whom",
            rf"What happened between {_NAME} and {_NAME}",
        ),
        _itself,
    ),
)

_ATTRIBUTION = (
    rule(
        _choice(
            "What caused the accident",
            "What might be the reason for this accident",
            "Why did the accident happen",
        ),
        "the accident happened because {option}",
        option=rf"^{_NAME} \w",
    ),
    rule(
        _choice(
            "Which vehicle ran the red light",
            "Who drove into the crossing although the light was red",
            "Which driver ignored the red light",
        ),
        "{option} ran the red light",
    ),
    rule(
        _choice(
            rf"Why did {_name('a')} stop",
            rf"What made {_name('b')} wait",
            rf"What is the reason that {_name('c')} stood still",
        ),
        "{a}{b}{c} stopped {option}",
        option=r"^(?:because|at|for|to|due|in order|since|behind|so|as) ",
    ),
    rule(
        _choice("What type of accident happened in the video", "Which kind of accident can be seen"),
        "there is {option}",
    ),
)

_INTROSPECTION = (
    rule(
        _choice(
            "How could the accident have been prevented",
            "What should have been done to avoid the accident",
            "What would have avoided this accident",
        ),
        _itself,
    ),
    rule(
        _choice(
            "Which vehicle should have waited",
            "Who should have slowed down to avoid the accident",
            "Which driver is responsible for the accident",
        ),
        "{option} should have waited",
    ),
    polar_rule(
        _choice(
            rf"Could {_name('a')} have prevented the accident by obeying the traffic light",
            rf"Would the accident have been avoided if {_name('b')} had respected its traffic light",
        ),
        yes="{a}{b} caused the accident at the red light",
        no="{a}{b} had green light before the accident",
    ),
    polar_rule(
        _choice(
            rf"Should {_name('a')} have stopped before the crossing",
            rf"Was {_name('b')} wrong to enter the crossing",
        ),
        yes="{a}{b} entered the crossing at red light",
        no="{a}{b} entered the crossing at green light",
    ),
)

_COUNTERFACTUAL = (
    polar_rule(
        _choice(
            rf"Would the accident still have happened if {_name('a')} had not been there",
            rf"Without {_name('b')}, would there have been an accident",
            rf"If {_name('c')} had taken another road, would there have been an accident",
        ),
        yes="{a}{b}{c} has nothing to do with the accident",
        no="{a}{b}{c} is in the accident",
    ),
    rule(
        _choice(
            rf"Which vehicle would have entered the crossing first if {_name('a')} had not been there",
            rf"Without {_name('b')}, which vehicle would have been first in the crossing",
        ),
        "{option} entered the crossing first after {a}{b}",
    ),
    polar_rule(
        _choice(
            rf"Would {_name('a')} still have stopped if (?P<x>the pedestrian|{_NAME}) had not been there",
            rf"Without (?P<y>the pedestrian|{_NAME}), would {_name('b')} have had to stop",
        ),
        yes="{a}{b} would have stopped without {x}{y}",
        no="{a}{b} stopped because of {x}{y}",
    ),
    polar_rule(
        _choice(
            rf"If {_name('a')} had ignored the red light, would there have been an accident",
            rf"Would {_name('b')} have caused an accident by running the red light",
        ),
        yes="the way of {a}{b} was blocked by traffic",
        no="the way of {a}{b} was clear",
    ),
    polar_rule(
        _choice(
            rf"Would the accident still have happened if {_name('a')} had followed all the rules",
            rf"If {_name('b')} had driven more carefully, would there have been an accident",
        ),
        yes="{a}{b} did nothing wrong in the accident",
        no="{a}{b} caused the accident",
    ),
)

_FORECASTING = (
    polar_rule(
        _choice(
            "Will there be an accident",
            "Is an accident about to happen",
            "Will two of the vehicles collide after the end of the video",
        ),
        yes="there will be an accident",
        no="there will be no accident",
    ),
    rule(
        _choice(
            "What will happen next", "Which vehicles will collide", "What will happen after the video ends"
        ),
        _itself,
        option=rf"^(?:No vehicles|{_NAME} and {_NAME}) will collide$",
    ),
    rule(
        _choice(
            "Which vehicle will enter the crossing next",
            "Which vehicle will be the next in the crossing",
            "Who will drive into the crossing next",
        ),
        "{option} will enter the crossing next",
    ),
    polar_rule(
        _choice(
            rf"Will {_name('a')} stop before the crossing",
            rf"Is {_name('b')} going to stop in front of the crossing",
        ),
        yes="{a}{b} will stop before the crossing",
        no="{a}{b} will drive into the crossing",
    ),
    rule(
        _choice(
            rf"Where will {_name('a')} be next", rf"Where is {_name('b')} going to be after the video ends"
        ),
        "{a}{b} will be {option}",
    ),
)

_REVERSE = (
    rule(
        _choice(
            rf"Where was {_name('a')} before the video began",
            rf"Where had {_name('b')} been just before the video started",
        ),
        "{a}{b} was {option} before",
    ),
    rule(
        _choice(
            "Which vehicle had already passed the crossing before the video began",
            "Who had driven through the crossing before the video started",
        ),
        "{option} had already passed the crossing",
    ),
    rule(
        _choice(
            "What had happened before the video began", "Which vehicles had collided before the video started"
        ),
        _itself,
    ),
    polar_rule(
        _choice(
            rf"Had {_name('a')} already left the crossing when {_name('b')} entered it",
            rf"When {_name('c')} drove into the crossing, had {_name('d')} already left it",
        ),
        yes="{a}{d} left the crossing before {b}{c} entered",
        no="{b}{c} entered the crossing before {a}{d} left",
    ),
    rule(
        _choice(
            rf"What had {_name('a')} been doing before the video began",
            rf"Had {_name('b')} been waiting or driving before the video started",
        ),
        "{a}{b} had been {option} before",
    ),
)

RULES: tuple[Rule, ...] = (
    *_BASIC,
    *_ATTRIBUTION,
    *_INTROSPECTION,
    *_COUNTERFACTUAL,
    *_FORECASTING,
    *_REVERSE,
)

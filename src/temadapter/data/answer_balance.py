"""How far the answers of a dataset give themselves away, without any look at a video."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from temadapter.data.question import Question

_CLEARLY = 3  # standard errors


@dataclass(frozen=True)
class AnswerBalance:
    """What is right without a look at the video, of the questions whose answer is known.

    Args:
        known: How many answers are known.
        chance: Share that a random choice gets right.
        place: 0-based number of the option that is most often right.
        place_share: Share of the questions in which it is.
        answer: The text that is most often right.
        answer_share: Share of the questions in which it is.
        prior: Share that is right by choosing in each question the option that is most often right in the
            others.
        majority: The higher of `prior` and the share that is right by choosing the place that is most often right in
            the others.
    """

    known: int
    chance: float
    place: int
    place_share: float
    answer: str
    answer_share: float
    prior: float
    majority: float

    @property
    def is_uneven(self) -> bool:
        """Whether one place, or the most frequent answers, are right clearly more often than a random choice."""
        error = math.sqrt(self.chance * (1 - self.chance) / self.known)
        return max(self.place_share, self.prior) > self.chance + max(0.05, _CLEARLY * error)

    def __str__(self) -> str:
        answer = self.answer if len(self.answer) <= 40 else self.answer[:40] + "..."
        return (
            f"Right without a look at the video: {self.chance:.1%} at random, {self.place_share:.1%} with always "
            f"option {self.place}, {self.prior:.1%} with the option that is most often right elsewhere "
            f"(most frequent answer: {answer!r}, {self.answer_share:.1%})"
        )


def answer_balance(questions: Sequence[Question]) -> AnswerBalance | None:
    """Measure the answers of questions; None where no answer is known."""
    known = [(question, question.answer) for question in questions if question.answer is not None]
    if not known:
        return None
    places = Counter(answer for _, answer in known)
    texts = Counter(_plain(question.options[answer]) for question, answer in known)
    place, at_place = places.most_common(1)[0]
    answer, as_text = texts.most_common(1)[0]
    prior = sum(_guess(q, index, _texts(q), texts) for q, index in known) / len(known)
    by_place = sum(_guess(q, index, range(len(q.options)), places) for q, index in known) / len(known)
    return AnswerBalance(
        known=len(known),
        chance=sum(1 / sum(question.option_mask) for question, _ in known) / len(known),
        place=place,
        place_share=at_place / len(known),
        answer=answer,
        answer_share=as_text / len(known),
        prior=prior,
        majority=max(prior, by_place),
    )


def _guess(question: Question, answer: int, options: Sequence[Hashable], texts: Mapping[Any, int]) -> float:
    """Return how likely the option that is most often right in the other questions is right in this one."""
    own = options[answer]
    votes = {
        index: texts.get(option, 0) - (option == own)
        for index, option in enumerate(options)
        if question.option_mask[index]
    }
    best = [index for index, count in votes.items() if count == max(votes.values())]
    return (answer in best) / len(best)


def _texts(question: Question) -> list[str]:
    return [_plain(option) for option in question.options]


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()

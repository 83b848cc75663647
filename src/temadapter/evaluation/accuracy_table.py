"""Accuracy per question type as a table: for a terminal, for a Markdown file, as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from temadapter.data.answer_balance import answer_balance
from temadapter.data.question import Question
from temadapter.errors import DataError
from temadapter.evaluation.prediction import Prediction, chance, scores
from temadapter.evaluation.statistics import (
    METHOD,
    Difference,
    Estimate,
    accuracy,
    clusters_of,
    paired_difference,
)
from temadapter.evaluation.verdict import verdict
from temadapter.progress import one_line, short_name

if TYPE_CHECKING:
    from rich.table import Table

TYPE_NAMES = {
    "U": "Basic understanding",
    "A": "Attribution",
    "I": "Introspection",
    "C": "Counterfactual",
    "F": "Forecasting",
    "R": "Reverse reasoning",
}
"""The question types of SUTD-TrafficQA, in the order in which tables show them."""

_NARROW = {
    "U": "under-\nstanding",
    "A": "attri-\nbution",
    "I": "intro-\nspection",
    "C": "counter-\nfactual",
    "F": "fore-\ncasting",
    "R": "reverse\nreasoning",
    "": "\nall",
}
"""The same for a terminal, where seven columns must fit."""


_LIKE_OVERALL = re.compile("(type )*overall")


@dataclass(frozen=True)
class Row:
    """One method's accuracy.

    Args:
        name: As the table shows it.
        overall: On all questions.
        types: On the questions of each type.
    """

    name: str
    overall: Estimate
    types: Mapping[str, Estimate]


@dataclass(frozen=True)
class AccuracyTable:
    """Methods by question types, all on the same questions.

    Args:
        rows: The methods, in the order given.
        types: The question types, in the order of the columns; empty where questions have none.
        chance: Expected accuracy of a random choice, by type; `""` is all questions.
        counts: Number of questions, by type; `""` is all.
        majority: Accuracy of the option that is most often right in the other questions; 0 where it is not known.
    """

    rows: tuple[Row, ...]
    types: tuple[str, ...]
    chance: Mapping[str, float]
    counts: Mapping[str, int]
    majority: float = 0.0

    def verdict(self, row: Row) -> str:
        """Say that a row cannot be told from a random choice or the majority answer; "" where it can."""
        return verdict(row.overall, chance=self.chance[""], majority=self.majority)

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON-ready values, with the intervals' method in words."""
        rows = [
            {
                "name": row.name,
                "overall": row.overall.to_json(),
                "types": {name: estimate.to_json() for name, estimate in row.types.items()},
                "verdict": self.verdict(row),
            }
            for row in self.rows
        ]
        return {
            "interval": METHOD,
            "chance": {result_key(name): value for name, value in self.chance.items()},
            "questions": {result_key(name): value for name, value in self.counts.items()},
            "majority": self.majority,
            "rows": rows,
        }

    def to_markdown(self) -> str:
        """Return a Markdown table; accuracy in percent, its interval in brackets."""
        columns = [*self.types, ""]
        heads = [f"{markdown_cell(type_name(name))} ({self.counts[name]:,})" for name in columns]
        lines = [f"| method | {' | '.join(heads)} |", f"| --- |{' ---: |' * len(columns)}"]
        lines += [f"| random choice | {' | '.join(percent(self.chance[name]) for name in columns)} |"]
        for row in self.rows:
            cells = [_cell(estimate_of(row, name)) for name in columns]
            lines.append(f"| {markdown_cell(row.name)} | {' | '.join(cells)} |")
        return "\n".join([*lines, "", f"Accuracy in percent; {METHOD}.", ""])

    def to_rich(self, title: str = "Accuracy on the test questions, in percent") -> Table:
        """Return a table for a terminal; under each accuracy, in grey, its 95 % interval."""
        from rich.box import SIMPLE_HEAD
        from rich.table import Table
        from rich.text import Text

        columns = [*self.types, ""]
        table = Table(
            title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0)
        )
        table.add_column("\n\nquestions", min_width=13)
        for name in columns:
            head = f"{_NARROW.get(name, type_name(name))}\n{self.counts[name]:,}"
            table.add_column(Text(head), justify="right")  # as it is: brackets are no markup
        best = {name: max(estimate_of(row, name).value for row in self.rows) for name in columns}
        table.add_row("random choice", *(percent(self.chance[name]) for name in columns), style="dim")
        for row in self.rows:
            cells = []
            for name in columns:
                estimate = estimate_of(row, name)
                strong = "bold" if estimate.value == best[name] and len(self.rows) > 1 else ""
                interval = f"{100 * estimate.low:.0f}–{100 * estimate.high:.0f}"
                cells.append(Text.assemble((percent(estimate.value), strong), "\n", (interval, "dim")))
            table.add_row(Text(row.name), *cells)
        return table


def accuracy_table(
    methods: Mapping[str, Sequence[Prediction] | Sequence[Mapping[str, float]]], questions: Iterable[Question]
) -> AccuracyTable:
    """Compare methods on the same questions.

    Args:
        methods: By name, a method's predictions, or for each of its seeds the score by question id
            (`predict.scores`).
        questions: The questions asked; those without a known answer are left out.

    Raises:
        DataError: A method did not answer every question, or there are none.
    """
    known = [question for question in questions if question.answer is not None]
    if not known:
        raise DataError("There is no question with a known answer, so no accuracy can be given.")
    present = {question.type for question in known if question.type is not None}
    types = (*(name for name in TYPE_NAMES if name in present), *sorted(present - TYPE_NAMES.keys()))
    groups = {name: [q for q in known if q.type == name] for name in types} | {"": known}
    lucky, balance = chance(known), answer_balance(known)
    rows = tuple(_row(name, answers, groups) for name, answers in methods.items())
    return AccuracyTable(
        rows=rows,
        types=types,
        chance={name: sum(lucky[q.id] for q in group) / len(group) for name, group in groups.items()},
        counts={name: len(group) for name, group in groups.items()},
        majority=0.0 if balance is None else balance.majority,
    )


def _row(
    name: str,
    answers: Sequence[Prediction] | Sequence[Mapping[str, float]],
    groups: Mapping[str, list[Question]],
) -> Row:
    seeds = _by_seed(answers)
    missing = [question.id for question in groups[""] if any(question.id not in right for right in seeds)]
    if missing or not seeds:
        first = f", the first is {missing[0]!r}" if missing else ""
        raise DataError(f"{name} left {len(missing) or 'all'} questions without an answer{first}.")
    videos = clusters_of(groups[""])
    estimates = {
        key: accuracy([[right[q.id] for q in group] for right in seeds], [videos[q.id] for q in group])
        for key, group in groups.items()
    }
    overall = estimates.pop("")
    return Row(name, overall, estimates)


def _by_seed(answers: Sequence[Prediction] | Sequence[Mapping[str, float]]) -> list[Mapping[str, float]]:
    single = [answer for answer in answers if isinstance(answer, Prediction)]
    return [scores(single)] if single else [own for own in answers if isinstance(own, Mapping)]


def compare_predictions(
    first: Sequence[Prediction], second: Sequence[Prediction]
) -> dict[str | None, Difference]:
    """Compare two methods (or runs, or controls) question by question, clustered by video.

    Args:
        first: Predictions of one.
        second: Predictions of the other, of the same questions.

    Returns:
        How much better the first is, by question type; None is all questions.

    Raises:
        DataError: The two did not answer the same questions.
    """
    videos = clusters_of(first)
    kinds = {prediction.id: prediction.type for prediction in first}
    types = sorted({kind for kind in kinds.values() if kind is not None})
    mine, its = scores(first), scores(second)
    differences: dict[str | None, Difference] = {None: paired_difference([mine], [its], videos)}
    for name in types:
        own = [identifier for identifier in mine if kinds[identifier] == name]
        if own:
            differences[name] = paired_difference(
                [{key: mine[key] for key in own}], [{key: its[key] for key in own}], videos
            )
    return differences


def estimate_of(row: Row, type_: str) -> Estimate:
    """Return a row's accuracy on a type; `""` is all questions."""
    return row.types[type_] if type_ else row.overall


def type_name(type_: str) -> str:
    """Return what a type's code stands for; `""` is all questions.

    A type of the user's own is written on one line, shortened where it is very long, and never as all questions are.

    >>> type_name("U"), type_name(""), type_name("all"), len(type_name("x" * 300))
    ('Basic understanding', 'All', 'type all', 40)
    """
    if not type_:
        return "All"
    if type_.casefold() == "all":
        return f"type {type_}"
    return short_name(TYPE_NAMES.get(type_, type_))


def result_key(type_: str) -> str:
    """Return the key of a type in results; `""`, all questions, is "overall".

    >>> result_key("U"), result_key(""), result_key("overall")
    ('U', 'overall', 'type overall')
    """
    return f"type {type_}" if _LIKE_OVERALL.fullmatch(type_) else type_ or "overall"


def type_of_key(key: str) -> str:
    """Return the type that `result_key` made a key of.

    >>> type_of_key("U"), type_of_key("overall"), type_of_key("type overall")
    ('U', '', 'overall')
    """
    if key == "overall":
        return ""
    return key.removeprefix("type ") if _LIKE_OVERALL.fullmatch(key) else key


def markdown_cell(text: str) -> str:
    r"""Return a text for a cell of a Markdown table: on one line, and its own bars are no borders.

    >>> markdown_cell("left | right\nturn *now*")
    'left \\| right turn \\*now\\*'
    """
    return re.sub(r"([\\|*`<]|(?<=\])\()", r"\\\1", one_line(" ".join(text.split())))


def percent(share: float) -> str:
    """Return a share as percent with one digit behind the point."""
    return f"{100 * share:.1f}"


def _cell(estimate: Estimate) -> str:
    return f"{percent(estimate.value)} [{percent(estimate.low)}, {percent(estimate.high)}]"

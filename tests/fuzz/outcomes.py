"""What can come of a case, and the table of counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    """What came of one case; the last four must never be."""

    FINE = "done"
    REFUSED = "refused in a sentence"
    FOREIGN = "foreign exception"
    HANG = "hang over 20 s"
    ZEROS = "silent zeros"
    LOST = "lost"


BAD = (Outcome.FOREIGN, Outcome.HANG, Outcome.ZEROS, Outcome.LOST)


@dataclass(frozen=True)
class Result:
    """One case: its kind and number (with the seed they give it again), what came of it, and why."""

    kind: str
    number: int
    outcome: Outcome
    note: str = ""

    @property
    def bad(self) -> bool:
        """Whether this must not be."""
        return self.outcome in BAD


def table(results: Iterable[Result]) -> str:
    """Return the counts as a Markdown table, one row a kind of case."""
    counts: dict[str, Counter[Outcome]] = defaultdict(Counter)
    for result in results:
        counts[result.kind][result.outcome] += 1
    rows = [("", "cases", *(outcome.value for outcome in Outcome))]
    rows += [
        (kind, str(own.total()), *(str(own[outcome]) for outcome in Outcome)) for kind, own in counts.items()
    ]
    total = sum(counts.values(), Counter())
    rows.append(("all", str(total.total()), *(str(total[outcome]) for outcome in Outcome)))
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], f"| --- |{' ---: |' * (len(rows[0]) - 1)}", *lines[1:]])

"""How a reproduction is told: rows beside the published ones, a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from temadapter.evaluation.accuracy_table import Row
    from temadapter.workflows.reproduction import Reproduction


def lines(result: Reproduction) -> list[tuple[str, str, str]]:
    """Return method, accuracy and source: the published numbers, then ours."""
    from temadapter.evaluation.accuracy_table import percent

    def remark(text: str) -> str:
        return f" ({text})" if text else ""

    def ours(row: Row) -> tuple[str, str, str]:
        low, high = percent(row.overall.low), percent(row.overall.high)
        also = (
            f"; {result.compete[row.name]:.1f} if empty options compete" if row.name in result.compete else ""
        )
        about = f"{result.answered:,} of {result.test_questions:,} questions"
        about += f" (limit {result.limit:,})" if result.limit is not None else ""
        about += ", OUT OF DATE: data or backbone changed" if row.name in result.stale else ""
        return (
            f"{row.name}, here",
            f"{percent(row.overall.value)} [{low}, {high}]",
            f"{about}, {result.settings}{also}",
        )

    theirs = [
        (row.method, row.in_percent(), row.source + remark(row.remark)) for row in result.published.rows
    ]
    return [*theirs, *map(ours, result.table.rows)]


def _reservations(result: Reproduction) -> Iterator[str]:
    """Yield what keeps our numbers from being those of the whole benchmark as it is now."""
    if result.limit is not None:
        yield f"limited to the first {result.limit:,} questions of each split: no result on the benchmark"
    for name, changes in result.stale.items():
        yield (
            f"{name} is out of date, made before data or backbone changed: {'; '.join(changes)} (--overwrite makes "
            "it again)"
        )


def page(result: Reproduction) -> str:
    """Return the report as Markdown."""
    from temadapter.data.check import counted

    rows = [f"| {method} | {accuracy} | {source} |" for method, accuracy, source in lines(result)]
    head = ["| method | accuracy in percent | source |", "| --- | ---: | --- |"]
    problems = [f"- {kind}: {len(found):,}" for kind, found in counted(result.check.problems).items()]
    problems += [f"- could not be encoded: {failure}" for failure in result.failed[:10]]
    problems += [f"- {sentence}" for sentence in _reservations(result)]
    notes = [f"- {note}" for note in result.check.notes]
    parts = (
        f"# {result.published.title}",
        "\n".join([*head, *rows]),
        'Rows that end with "here" were measured by this program; all others are what their sources report.',
        *(
            [f"This benchmark has {result.published.questions:,} questions."]
            if result.published.questions
            else []
        ),
        f"## By question type\n\n{result.table.to_markdown()}".rstrip(),
        "## Data\n\n" + "\n".join([*notes, *(problems or ["- no problems"])]),
    )
    return "\n\n".join(parts) + "\n"

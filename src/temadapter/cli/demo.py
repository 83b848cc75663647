"""`temadapter demo`: the whole experiment in miniature."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from temadapter.cli.options import Device, Json, Seed
from temadapter.cli.output import emit, table_text
from temadapter.errors import ConfigError


def demo(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for everything; what is there is reused.")
    ] = Path("temadapter-demo"),
    videos: Annotated[
        str | None, typer.Option("--split-sizes", help="Training and test videos, as 800,520 (the default).")
    ] = None,
    sets: Annotated[
        list[str] | None, typer.Option("--set", help="Change a setting of the training: training.epochs=5.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; default: one per core.")
    ] = None,
    seed: Seed = 0,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Draw videos, train Tem-Adapter on them, compare it with zero-shot, answer questions, write a report.

    Example: temadapter demo
    """
    from temadapter.demo.run import run_demo

    result = run_demo(
        output, sizes=split_sizes(videos), seed=seed, sets=sets or (), device=device, workers=workers
    )
    timing = "  ".join(f"{name} {seconds:.0f} s" for name, seconds in result.seconds.items())
    told = "\n\n".join(example.to_text() for example in result.examples)
    text = (
        f"{table_text(result.table)}\n\nThree questions about {result.examples[0].question.video}:\n\n{told}\n\n"
        f"Report: {result.report / 'README.md'}\nTime: {timing}  (peak memory {result.peak_memory / 2**30:.1f} GiB)\n"
        f'Ask the trained run yourself: temadapter ask VIDEO -q "..." -o "..." -o "..." --run crossroads'
    )
    data = {
        "table": result.table.to_json(),
        "examples": [{**e.answer.to_dict(), "correct": e.correct} for e in result.examples],
        "seconds": result.seconds,
        "peak_memory_bytes": result.peak_memory,
        "report": result.report,
    }
    emit(data, text, as_json=as_json)


def split_sizes(text: str | None) -> tuple[int, int] | None:
    """Read "800,520" as (800, 520); None stays None.

    Raises:
        ConfigError: Not two whole numbers of at least 1.
    """
    if text is None:
        return None
    parts = text.replace(" ", "").split(",")
    if len(parts) != 2 or not all(part.isdecimal() and int(part) >= 1 for part in parts):
        raise ConfigError(
            f"--split-sizes takes two whole numbers (train,test) such as 800,520, not {text!r}."
        )
    return int(parts[0]), int(parts[1])

"""`temadapter demo`: the whole experiment in miniature."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from temadapter.cli.crossroads import chosen_sizes
from temadapter.cli.options import Device, DryRun, Json, Seed, Sets, checked_device
from temadapter.cli.output import columns, emit, program, size, table_text

if TYPE_CHECKING:
    from temadapter.workflows.demo import DemoResult


def demo(
    output: Annotated[Path, typer.Option("--output", help="Folder for everything.")] = Path(
        "temadapter-demo"
    ),
    split_sizes: Annotated[
        str | None,
        typer.Option("--split-sizes", help="Training and test videos, e.g. 3000,520 (the default)."),
    ] = None,
    preset: Annotated[
        str, typer.Option("--preset", help="What is trained: plus (default), paper, official, a YAML file.")
    ] = "plus",
    seed: Seed = 0,
    sets: Sets = None,
    device: Device = "auto",
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; default: all cores.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Train again; videos and features are kept.")
    ] = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Draw videos, train on them, compare with zero-shot, answer questions, write a report.

    Preset plus is this project's own method, paper is Tem-Adapter as it was published.

    A second run uses what is there.

    Example: temadapter demo
    """
    from temadapter.api.demo import demo as run_demo

    sizes = chosen_sizes(None, split_sizes)
    if dry_run:
        videos = dict(zip(("train", "test"), sizes, strict=True))
        plan = {"output": output, "preset": preset, "videos": videos, "seed": seed}
        emit(
            plan,
            f"{sizes[0]} training and {sizes[1]} test videos, zero-shot, CLIP + template and preset {preset}, "
            f"into {output}",
            as_json=as_json,
        )
        return
    result = run_demo(
        output,
        preset=preset,
        sizes=sizes,
        seed=seed,
        settings=sets or (),
        device=checked_device(device),
        workers=workers,
        overwrite=overwrite,
    )
    emit(result.to_dict(), _text(result), as_json=as_json)


def _ask_yourself() -> str:
    start = program()
    line = f'Ask the trained run yourself: {start} ask VIDEO -q "..." -o "..." -o "..." --run crossroads'
    activate = Path(start).parent / "activate"
    return f"{line}\nTo type temadapter only: source {activate}" if activate.is_file() else line


def _text(result: DemoResult) -> str:
    seconds = [(name, f"{count:.0f} s") for name, count in result.seconds.items()]
    return "\n\n".join(
        (
            table_text(result.table).rstrip(),
            f"Three questions about {Path(result.examples[0].answer.video).name}",
            *(example.to_text() for example in result.examples),
            columns([*seconds, ("Peak memory", size(result.peak_memory))]),
            f"Report: {result.report / 'README.md'}\n{_ask_yourself()}",
        )
    )

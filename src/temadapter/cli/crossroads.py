"""`temadapter crossroads`: make the embedded benchmark, check it, make its backbone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from temadapter.cli.options import Json, Seed
from temadapter.cli.output import columns, emit

app = typer.Typer(
    no_args_is_help=True, help="The embedded benchmark: generate it, audit it, pretrain its backbone."
)


@app.command("pretrain")
def pretrain(
    output: Annotated[Path, typer.Argument(help="The folder for the model, in the format of transformers.")],
    steps: Annotated[
        int | None, typer.Option("--steps", min=1, help="Updates; default: as the shipped one.")
    ] = None,
    stills: Annotated[int | None, typer.Option("--stills", min=1, help="Pictures to learn from.")] = None,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes that draw pictures.")] = 2,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Make the backbone mini again: still pictures and captions of Crossroads, no videos, no questions.

    It goes on by itself where it was interrupted.

    Example: temadapter crossroads pretrain mini
    """
    from temadapter.crossroads.pretrain import PretrainConfig
    from temadapter.crossroads.pretrain import pretrain as make

    given = {"steps": steps, "stills": stills, "seed": seed}
    config = PretrainConfig(**{name: value for name, value in given.items() if value is not None})
    report = make(output, config, workers=workers)
    rows = [(name, f"{100 * share:.1f} %") for name, share in report["concepts"].items()]
    text = (
        f"{columns(rows)}\nModel: {output} ({report['parameters']:,} parameters, {report['seconds']:.0f} s)"
    )
    emit({"output": output, **report}, text, as_json=as_json)

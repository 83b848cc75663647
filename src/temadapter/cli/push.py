"""`temadapter push`: give a run to others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from temadapter.cli.options import DryRun, Json, Overwrite
from temadapter.cli.output import columns, emit, note, size

if TYPE_CHECKING:
    from temadapter.hub.push import Pushed


def push(
    run: Annotated[str, typer.Argument(help="Folder of a run, or crossroads (made by demo).")],
    target: Annotated[
        str, typer.Argument(help="OWNER/NAME on the hub (OWNER/NAME@BRANCH), or dir:FOLDER for a folder.")
    ],
    licence: Annotated[
        str | None, typer.Option("--license", help="Of the weights: mit, cc-by-nc-4.0, other, ...")
    ] = None,
    backbone: Annotated[
        str | None,
        typer.Option(
            "--backbone", help="hf:OWNER/NAME, where the run's backbone is a folder; it is compared."
        ),
    ] = None,
    control: Annotated[
        list[Path] | None,
        typer.Option(
            "--control", help="What evaluate RUN --control NAME --json printed, for the card. Repeatable."
        ),
    ] = None,
    private: Annotated[bool, typer.Option("--private", help="Make a new repository private.")] = False,
    message: Annotated[str | None, typer.Option("--message", help="Of the commit.")] = None,
    overwrite: Overwrite = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Publish a finished run: weights, settings, results and a model card, without any folder of this machine.

    The hub wants a login first (hf auth login, or HF_TOKEN). With --dry-run
    the files and the card are shown, and nothing is sent. Others load the
    run as hf:OWNER/NAME.

    Example: temadapter push runs/paper me/traffic --license mit --dry-run
    """
    from temadapter.api.push import push as publish

    pushed = publish(
        run,
        target,
        license=licence,
        backbone=backbone,
        controls=control or (),
        private=private,
        message=message,
        overwrite=overwrite,
        dry_run=dry_run,
    )
    if licence is None:
        note("Note: no licence was chosen for the weights; its users need one, e.g. --license mit.")
    emit(pushed.to_dict(), _text(pushed), as_json=as_json)


def _text(pushed: Pushed) -> str:
    rows = [("  " + name, size(count)) for name, count in pushed.files.items()]
    where = f"{pushed.target} ({pushed.url})" if pushed.url else pushed.target
    head = f"Would be published as {where}:" if pushed.dry_run else f"Published as {where}:"
    parts = [head, columns(rows)]
    if pushed.dry_run:
        return "\n".join([*parts, "", pushed.card.rstrip()])
    loads = pushed.target.removeprefix("dir:")
    return "\n".join([*parts, f'Load it: VideoQA.load("{loads}"), or --run {loads}'])

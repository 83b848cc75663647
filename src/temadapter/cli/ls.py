"""`temadapter ls`: what there is to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from temadapter.cli.options import Json
from temadapter.cli.output import columns, emit


def ls(
    kind: Annotated[str, typer.Argument(help="methods, datasets, backbones, presets, plans or samplers.")],
    as_json: Json = False,
) -> None:
    """List the methods, dataset readers, backbones, presets, plans of comparisons or frame samplers.

    Example: temadapter ls methods
    """
    from temadapter.api.list_available import list_available

    rows = list_available(kind)
    text = _datasets_text(rows) if kind == "datasets" else columns([tuple(row.values()) for row in rows])
    emit(rows, text, as_json=as_json)


def _datasets_text(rows: Sequence[dict[str, str]]) -> str:
    """Return what each reader reads, where to get it and the folder it expects, as paragraphs."""
    blocks = []
    for row in rows:
        first, *others = row["layout"].splitlines()
        facts = [("get it:", row["source"]), ("layout:", first), *(("", line) for line in others)]
        blocks.append(f"{row['name']}: {row['summary']}\n{columns(facts, indent='  ')}")
    return "\n\n".join(blocks)

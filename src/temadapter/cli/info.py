"""`temadapter info`: what a run, a feature store, a video or this installation is."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from temadapter.cli.options import Json
from temadapter.cli.output import columns, emit, in_a_table


def info(
    path: Annotated[
        str | None,
        typer.Argument(help="A run (by any name), a feature store, a dataset or a video."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell what a run, a feature store, a dataset or a video holds; without a path, versions and machine.

    Example: temadapter info runs/paper
    """
    from temadapter.api.info import info as facts_of

    facts = facts_of(path)
    told = {name: value for name, value in facts.items() if name != "results"} | _outcome(facts)
    emit(
        facts,
        columns([(name.replace("_", " "), _cell(value)) for name, value in told.items()]),
        as_json=as_json,
    )


def _outcome(facts: dict[str, Any]) -> dict[str, Any]:
    """Return what a person wants to know of a run's results; `--json` prints all of them."""
    results = facts.get("results") or {}
    if error := results.get("run", {}).get("error"):
        return {"failed": error}
    train = results.get("train", {})
    test = train.get("test") or {"rows": []}
    accuracy = {
        (
            f"type {name}" if name == "all" else in_a_table(name) or "all"
        ): f"{100 * estimate['value']:.1f} % [{100 * estimate['low']:.1f}, {100 * estimate['high']:.1f}]"
        for row in test["rows"]
        for name, estimate in (("", row["overall"]), *row["types"].items())
    }
    kept = ("questions", "videos", "members", "trainable_parameters", "chosen", "seconds")
    return {name: train[name] for name in kept if name in train} | ({"test": accuracy} if accuracy else {})


def _cell(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_cell(item)}" for key, item in value.items()) or "-"
    if isinstance(value, list):
        return ("\n" + "\n".join(f"  {_cell(item)}" for item in value)) if value else "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "-"
    return f"{value:.4g}" if isinstance(value, float) else str(value)

"""`temadapter ls`: what there is to choose from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from temadapter.cli.options import Json
from temadapter.cli.output import columns, emit
from temadapter.errors import unknown_name

Row = dict[str, str]


def ls(
    kind: Annotated[str, typer.Argument(help="methods, datasets, backbones, presets, plans or samplers.")],
    as_json: Json = False,
) -> None:
    """List the methods, dataset readers, backbones, presets, plans of comparisons or frame samplers.

    Example: temadapter ls methods
    """
    kinds: dict[str, Callable[[], list[Row]]] = {
        "methods": _methods,
        "datasets": _datasets,
        "backbones": _backbones,
        "presets": _presets,
        "plans": _plans,
        "samplers": _samplers,
    }
    if kind not in kinds:
        raise unknown_name("list", kind, kinds)
    rows = kinds[kind]()
    text = _datasets_text(rows) if kind == "datasets" else columns([tuple(row.values()) for row in rows])
    emit(rows, text, as_json=as_json)


def _methods() -> list[Row]:
    from dataclasses import fields

    from temadapter.methods.registry import get_method, list_methods

    specs = [get_method(name) for name in list_methods()]
    return [
        {
            "name": spec.name,
            "needs": spec.needs,
            "trains": spec.summary,
            "method_options": ", ".join(field.name for field in fields(spec.options)),
        }
        for spec in specs
    ]


def _datasets() -> list[Row]:
    from temadapter.data.readers import get_reader, reader_names

    readers = (get_reader(name) for name in reader_names())
    return [
        {
            "name": reader.name,
            "summary": reader.summary,
            "source": reader.source,
            "layout": reader.layout,
        }
        for reader in readers
    ]


def _datasets_text(rows: list[Row]) -> str:
    """Return what each reader reads, where to get it and the folder it expects, as paragraphs."""
    blocks = []
    for row in rows:
        first, *others = row["layout"].splitlines()
        facts = [("get it:", row["source"]), ("layout:", first), *(("", line) for line in others)]
        blocks.append(f"{row['name']}: {row['summary']}\n{columns(facts, indent='  ')}")
    return "\n\n".join(blocks)


def _backbones() -> list[Row]:
    from temadapter.backbones.registry import list_backbones

    return [
        {"name": name, "meaning": _BACKBONES.get(name, "registered by another package")}
        for name in list_backbones()
    ]


_BACKBONES = {
    "mini": "bundled, made for Crossroads: knows no real streets",
    "hf:<repo>": "any CLIP or SigLIP of the hub, e.g. hf:openai/clip-vit-base-patch32",
    "dir:<folder>": "a CLIP or SigLIP in a folder, in the hub's format",
}


def _presets() -> list[Row]:
    from temadapter.config.run_config import preset_names

    return [{"name": name, "summary": _PRESETS.get(name, "")} for name in preset_names()]


_PRESETS = {
    "plus": "entity-state tokens, this project's own method (the default)",
    "paper": "Tem-Adapter as it was published: mean over time",
    "official": "Tem-Adapter as the authors' released code has it, with its mistakes",
}


def _plans() -> list[Row]:
    from temadapter.comparison.plan import load_plan, plan_names

    plans = [load_plan(name) for name in plan_names()]
    return [
        {"name": plan.name, "title": plan.title, "trials": f"{len(plan.trials)} trials"} for plan in plans
    ]


def _samplers() -> list[Row]:
    from temadapter.video.sampling import sampler_help

    return [{"name": example, "meaning": meaning} for example, meaning in sampler_help().items()]

"""`temadapter.list_available`: what there is to choose from."""

from __future__ import annotations

from collections.abc import Callable

from temadapter.errors import unknown_name

Row = dict[str, str]


def list_available(kind: str) -> tuple[Row, ...]:
    """Return what can be chosen, one row a name with what it is.

    Args:
        kind: `methods`, `datasets` (readers), `backbones`, `presets`, `plans` (of comparisons) or `samplers`.

    Returns:
        Rows with the same keys, of which `name` is the first.

    Raises:
        ConfigError: There is no such kind.

    Example:
        >>> [row["name"] for row in list_available("presets")]
        ['plus', 'paper', 'official']
        >>> list_available("samplers")[0]
        {'name': ..., 'meaning': ...}
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
    return tuple(kinds[kind]())


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

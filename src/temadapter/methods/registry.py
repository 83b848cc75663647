"""The methods by name. Listing them loads nothing; building one imports what it needs."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points

from temadapter.errors import ConfigError, unknown_name
from temadapter.methods import (
    clip_adapter,
    clip_template,
    coop,
    fine_tuning,
    lora,
    mean_linear,
    motion,
    multi_layer_adapter,
    partial_fine_tuning,
    plus,
    tem_adapter,
    temporal_transformer,
    zero_shot,
)
from temadapter.methods.spec import MethodSpec

__all__ = ["ENTRY_POINTS", "MethodSpec", "get_method", "list_methods", "register_method"]

ENTRY_POINTS = "temadapter.methods"
BUILT_IN = (
    zero_shot.SPEC,
    clip_template.SPEC,
    fine_tuning.SPEC,
    partial_fine_tuning.SPEC,
    lora.SPEC,
    multi_layer_adapter.SPEC,
    coop.DESCRIPTION_SPEC,
    coop.SPEC,
    clip_adapter.SPEC,
    tem_adapter.SPEC,
    temporal_transformer.SPEC,
    mean_linear.SPEC,
    motion.SPEC,
    plus.SPEC,
)
"""In the order of docs/methods.md."""

_METHODS: dict[str, MethodSpec] = {spec.name: spec for spec in BUILT_IN}


def register_method(spec: MethodSpec) -> None:
    """Make a method known by its name.

    The same can be done without a call, by an entry point of the group "temadapter.methods" that leads to the
    `MethodSpec`; its name is the method's.

    Raises:
        ConfigError: When the name is taken.

    Example:
        >>> from dataclasses import replace
        >>> register_method(replace(get_method("motion"), name="mine", summary="motion by another name"))
        >>> list_methods()[-1]
        'mine'
    """
    if spec.name in list_methods():
        raise ConfigError(f"There already is a method {spec.name!r}: register yours under another name.")
    _METHODS[spec.name] = spec


def list_methods() -> tuple[str, ...]:
    """Return the names of all methods: those of docs/methods.md in its order, then those of others.

    >>> list_methods()[:3]
    ('zero-shot', 'clip-template', 'fine-tuning')
    """
    return (*_METHODS, *_installed())


def get_method(name: str) -> MethodSpec:
    """Return the method called `name`; `get_method(name).build(context)` makes it.

    Raises:
        ConfigError: When there is none (the message lists all names), or the package that brings it is broken.
    """
    if name in _METHODS:
        return _METHODS[name]
    installed = _installed()
    if name not in installed:
        raise unknown_name("method", name, list_methods())
    return _load(installed[name])


def _installed() -> dict[str, EntryPoint]:
    """Return the entry points of other packages; a name that is taken here stays ours."""
    return {point.name: point for point in _points() if point.name not in _METHODS}


@cache
def _points() -> tuple[EntryPoint, ...]:
    """Look through the installed packages, which takes 10 ms, once."""
    return tuple(entry_points(group=ENTRY_POINTS))


def _load(point: EntryPoint) -> MethodSpec:
    try:
        spec = point.load()
    except Exception as error:  # whatever goes wrong in somebody else's package
        raise ConfigError(
            f"The method {point.name!r} ({point.value}) cannot be loaded: {error!r}."
        ) from error
    if not isinstance(spec, MethodSpec) or spec.name != point.name:
        raise ConfigError(
            f"The entry point {point.name!r} of the group {ENTRY_POINTS} must lead to a MethodSpec of that name, "
            f"but {point.value} is {spec!r}."
        )
    return spec

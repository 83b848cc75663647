"""The methods by name. Listing them loads nothing; building one imports what it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from temadapter.errors import ConfigError, unknown_name

if TYPE_CHECKING:
    from temadapter.methods.base import Method, MethodContext, Needs, Text


@dataclass(frozen=True, kw_only=True)
class MethodSpec:
    """What is known of a method without building it.

    Attributes:
        name: Its name on the command line.
        summary: What it trains, in a few words.
        needs: `features` or `frames`.
        text: `raw` options or `event` descriptions.
        trainable: Whether there is anything to train.
        build: Makes the method; imports happen here.
    """

    name: str
    summary: str
    needs: Needs
    text: Text
    trainable: bool
    build: Callable[[MethodContext], Method]


_METHODS: dict[str, MethodSpec] = {}


def register_method(spec: MethodSpec) -> None:
    """Make a method known by its name.

    Raises:
        ConfigError: When the name is taken.
    """
    if spec.name in _METHODS:
        raise ConfigError(f"There already is a method {spec.name!r}: register yours under another name.")
    _METHODS[spec.name] = spec


def method_names() -> tuple[str, ...]:
    """Return the names of all methods, in the order of METHOD.md section 6."""
    return tuple(_METHODS)


def get_method(name: str) -> MethodSpec:
    """Return the method called `name`; `get_method(name).build(context)` makes it.

    Raises:
        ConfigError: When there is none: the message lists all names.
    """
    if name not in _METHODS:
        raise unknown_name("method", name, _METHODS)
    return _METHODS[name]


def _build_zero_shot(context: MethodContext) -> Method:
    from temadapter.methods.zero_shot import ZeroShot

    return ZeroShot(logit_scale=context.logit_scale)


def _build_clip_template(context: MethodContext) -> Method:
    from temadapter.methods.clip_template import ClipTemplate

    return ClipTemplate(logit_scale=context.logit_scale)


def _build_tem_adapter(context: MethodContext) -> Method:
    from temadapter.methods.tem_adapter import TemAdapterMethod

    return TemAdapterMethod.from_context(context)


register_method(
    MethodSpec(
        name="zero-shot",
        summary="nothing is trained: mean frame embedding against the raw options",
        needs="features",
        text="raw",
        trainable=False,
        build=_build_zero_shot,
    )
)
register_method(
    MethodSpec(
        name="clip-template",
        summary="nothing is trained: mean frame embedding against the event descriptions",
        needs="features",
        text="event",
        trainable=False,
        build=_build_clip_template,
    )
)
register_method(
    MethodSpec(
        name="tem-adapter",
        summary="the Temporal Aligner and the Semantic Aligner",
        needs="features",
        text="event",
        trainable=True,
        build=_build_tem_adapter,
    )
)

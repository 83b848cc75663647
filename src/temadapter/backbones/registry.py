"""Backbones by name: `mini`, `hf:<repo>`, `dir:<folder>`, and those that others register."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from temadapter.addresses import refuse_address
from temadapter.errors import BackboneError, ConfigError, unknown_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.metadata import EntryPoint

    from temadapter.backbones.base import Backbone, BackboneFactory

ENTRY_POINTS = "temadapter.backbones"
MINI_FOLDER = Path(__file__).parent / "mini"
MINI_NOTE = "The backbone mini was made for Crossroads and knows no real streets."


@dataclass(frozen=True)
class _Entry:
    factory: BackboneFactory
    argument: str | None  # what goes after the colon, for lists; "" = nothing, None = not known


def load_backbone(spec: str, *, device: str = "auto", dtype: str = "auto") -> Backbone:
    """Load the backbone that `spec` names.

    Args:
        spec: "mini" (bundled), "hf:<repo>" (any CLIP or SigLIP of the hub), "dir:<folder>" (a copy of
            one), or a registered name.
        device: "auto" (CUDA where there is one), "cpu" or "cuda".
        dtype: "auto" (by measurement, see `precision.choose_dtype`), "float32", "float16" or "bfloat16".

    Raises:
        ConfigError: If there is no such name, device or dtype.
        BackboneError: If the model cannot be loaded.

    Example:
        >>> load_backbone("mini").encode_texts(["a red car"]).shape
        torch.Size([1, 256])
    """
    name, _, argument = spec.partition(":")
    entries = _entries()
    entry = entries.get(name)
    if entry is None:
        raise _unknown(spec)
    if entry.argument and not argument:
        raise ConfigError(f"The backbone {name!r} needs a name after a colon: {name}:{entry.argument}.")
    if argument and entry.argument == "":
        raise ConfigError(f"The backbone {name!r} takes nothing after its name, but {spec!r} was given.")
    return entry.factory(argument, device=device, dtype=dtype)


def folder_of(spec: str) -> Path | None:
    """Return the folder of a model's files, where its name alone tells it; nothing is loaded or fetched."""
    name, _, argument = spec.partition(":")
    if _entries().get(name) is not _registered.get(name):
        return None
    if spec == "mini":
        return MINI_FOLDER
    return Path(argument).expanduser() if name == "dir" and argument else None


def package_of(spec: str) -> str | None:
    """Return the installed package whose entry point a backbone's name is; None for any other backbone.

    >>> package_of("mini") is None
    True
    """
    name = spec.partition(":")[0]
    if name in _registered:
        return None
    point = next((point for point in _points() if point.name == name), None)
    if point is None:
        return None
    return point.value.partition(".")[0].partition(":")[0] if point.dist is None else point.dist.name


def list_backbones() -> tuple[str, ...]:
    """Return every name that `load_backbone` knows, with what goes after the colon.

    >>> list_backbones()[:3]
    ('mini', 'hf:<repo>', 'dir:<folder>')
    """
    return tuple(f"{name}:{entry.argument}" if entry.argument else name for name, entry in _entries().items())


def register_backbone(name: str, factory: BackboneFactory, *, argument: str = "") -> None:
    """Make a backbone of one's own known by `name`.

    The same can be done without a call, by an entry point of the group "temadapter.backbones" that leads to
    the factory.

    Args:
        name: The name, without a colon.
        factory: Called as `factory(argument, device=…, dtype=…)` when the backbone is asked for.
        argument: What goes after the colon, for lists ("<repo>"); "" if nothing does.

    Raises:
        ConfigError: If the name is taken or has a colon.

    Example:
        >>> def load_mine(argument, /, *, device, dtype):  # a real one makes a network of its own
        ...     return load_backbone("mini", device=device, dtype=dtype)
        >>> register_backbone("mine", load_mine)
        >>> load_backbone("mine").logit_scale > 1
        True
    """
    if ":" in name or not name:
        raise ConfigError(f"{name!r} cannot name a backbone: it must be a word without a colon.")
    if name in _entries():
        raise ConfigError(f"There is already a backbone {name!r}; choose another name.")
    _registered[name] = _Entry(factory, argument)


def _mini(_argument: str, *, device: str, dtype: str) -> Backbone:
    from temadapter.backbones.local_folder import load_folder

    if not (MINI_FOLDER / "config.json").is_file():
        raise BackboneError(
            f"The bundled backbone is missing from {MINI_FOLDER}; install temadapter again, or remake it "
            "with `temadapter crossroads pretrain`."
        )
    return load_folder(MINI_FOLDER, name="mini", note=MINI_NOTE, device=device, dtype=dtype)


def _from_folder(argument: str, *, device: str, dtype: str) -> Backbone:
    from temadapter.backbones.local_folder import load_folder

    return load_folder(Path(argument).expanduser(), name=f"dir:{argument}", device=device, dtype=dtype)


def _from_hub(argument: str, *, device: str, dtype: str) -> Backbone:
    from temadapter.backbones.hub import find_repository

    folder = find_repository(argument)
    from temadapter.backbones.local_folder import load_folder

    return load_folder(folder, name=f"hf:{argument}", device=device, dtype=dtype)


_registered: dict[str, _Entry] = {
    "mini": _Entry(_mini, ""),
    "hf": _Entry(_from_hub, "<repo>"),
    "dir": _Entry(_from_folder, "<folder>"),
}


def _points() -> Iterable[EntryPoint]:
    from importlib.metadata import entry_points

    return entry_points(group=ENTRY_POINTS)


def _entries() -> dict[str, _Entry]:
    found = dict(_registered)
    for point in _points():
        if point.name not in found:
            found[point.name] = _Entry(partial(_from_entry_point, point), None)
    return found


def _from_entry_point(point: EntryPoint, argument: str, *, device: str, dtype: str) -> Backbone:
    factory: BackboneFactory = point.load()
    return factory(argument, device=device, dtype=dtype)


def _unknown(spec: str) -> ConfigError:
    refuse_address(spec, "a model")
    if Path(spec).expanduser().is_dir():
        return ConfigError(f"There is no backbone {spec!r}; for a model in that folder write dir:{spec}.")
    if spec.count("/") == 1 and ":" not in spec:
        return ConfigError(f"There is no backbone {spec!r}; for a model of the hub write hf:{spec}.")
    return unknown_name("backbone", spec, list_backbones())

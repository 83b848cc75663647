"""The keys of backbones that were loaded before, so that asking what a store lacks loads none.

A backbone's fingerprint is made when it is loaded, which takes seconds. An extraction writes it down beside the
stores, with the state of the model's files and of this package; while both are as they were, so is the key.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from temadapter.features.key import FeatureKey
from temadapter.files import write_text_atomic
from temadapter.text_formats import json_value

FILE = "backbones.json"


def known_key(root: Path, spec: str, preprocessing: str | None, sampler: str) -> FeatureKey | None:
    """Return the key that a backbone's features have in the stores of `root`; None where it is not known.

    Args:
        root: The folder of all stores.
        spec: The backbone's name.
        preprocessing: Another preprocessing than its own, where one is wanted.
        sampler: The frame sampler's name.
    """
    entry = _read(root).get(_name(spec, preprocessing))
    if not isinstance(entry, dict) or entry.get("files") is None or entry["files"] != _files(spec):
        return None
    try:
        return FeatureKey(**(entry["key"] | {"sampler": sampler}))
    except (TypeError, KeyError):
        return None


def remember_key(root: Path, spec: str, preprocessing: str | None, key: FeatureKey) -> None:
    """Write down the key of a backbone that was loaded, if its files are known."""
    files, entries = _files(spec), _read(root)
    entry = {"files": files, "key": asdict(key) | {"sampler": ""}}
    if files is None or entries.get(_name(spec, preprocessing)) == entry:
        return
    with suppress(OSError):  # a store may be read where it cannot be written
        entries[_name(spec, preprocessing)] = entry
        write_text_atomic(root / FILE, json.dumps(entries, indent=1) + "\n")


def _name(spec: str, preprocessing: str | None) -> str:
    return spec if preprocessing is None else f"{spec} {preprocessing}"


def _read(root: Path) -> dict[str, Any]:
    try:
        content = json_value((root / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _files(spec: str) -> list[Any] | None:
    """Return the state of the files that decide a fingerprint: the model's, and this package's that read them."""
    from temadapter.backbones import registry

    folder = registry.folder_of(spec)
    if folder is None:
        return None
    sources = sorted(Path(registry.__file__).parent.glob("*.py"))
    try:
        return [
            [str(path), state.st_size, state.st_mtime_ns]
            for path in (*sorted(folder.iterdir()), *sources)
            for state in (path.stat(),)
        ]
    except OSError:
        return None

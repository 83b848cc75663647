"""Fetching a published run into the hub's cache on this machine, and refusing what is no run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from temadapter.backbones.hub import CONNECT_SECONDS, hub_transfer
from temadapter.config.run_config import Config, load_config
from temadapter.errors import SharingError
from temadapter.hub.hub_errors import in_sentences, status_of
from temadapter.hub.local_names import is_local
from temadapter.hub.repository_names import HubName
from temadapter.runs.folder import BackboneRecord, RunFolder

NEEDED = ("config.yaml", "model.safetensors")
FILES = RunFolder.FILES
"""What is published and fetched: text and safetensors, nothing that could be executed."""

_COMMIT = re.compile(r"[0-9a-f]{40}")


def fetch_run(name: HubName) -> Path:
    """Return a folder that holds a published run, from the hub or, where that cannot be reached, from its cache.

    Raises:
        SharingError: There is no such run, it is not for you, it is no run, or it cannot be had without network.
    """
    nowhere = (
        f"The hub cannot be reached, and its cache on this machine has no copy of {name}: load it once with a "
        "network, or name the folder of a run."
    )
    with in_sentences(name, unreachable=nowhere):
        fixed = _COMMIT.fullmatch(name.revision) is not None
        folder = (_cached(name) if fixed else None) or _fetched(name) or _cached(name)
    if folder is None:
        raise SharingError(nowhere)
    _check(folder, name)
    return folder


def _fetched(name: HubName) -> Path | None:
    """Fetch what is needed; None where the hub does not answer. What is there already is not fetched again."""
    from huggingface_hub import HfApi, snapshot_download

    try:  # a small request with a short limit: the download itself would try an absent network many times
        info = HfApi().model_info(name.repository, revision=name.revision, timeout=CONNECT_SECONDS)
    except Exception as error:  # see `in_sentences`
        if (status_of(error) or 500) < 500:
            raise
        return None
    _check_names((sibling.rfilename for sibling in info.siblings or ()), name)
    with hub_transfer(f"Downloading {name.repository}"):
        return Path(
            snapshot_download(
                name.repository,
                revision=name.revision,
                allow_patterns=[*FILES],
                etag_timeout=CONNECT_SECONDS,
            )
        )


def _cached(name: HubName) -> Path | None:
    """Return the folder of a complete copy in the hub's cache, or None."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        folder = snapshot_download(
            name.repository, revision=name.revision, allow_patterns=[*FILES], local_files_only=True
        )
    except LocalEntryNotFoundError:
        return None
    complete = all((Path(folder) / file).is_file() for file in NEEDED)
    return Path(folder) if complete else None


def _check_names(files: Iterable[str], name: HubName) -> None:
    there = set(files)
    missing = [file for file in NEEDED if file not in there]
    if missing:
        raise SharingError(f"{name} is not a run of temadapter: it lacks {' and '.join(missing)}.")


def _check(folder: Path, name: HubName) -> None:
    """Refuse a run whose settings lead to places on this machine: answering would read or write there.

    Raises:
        SharingError: It does, or its configuration or its weights cannot be read.
    """
    try:
        settings = dict(_texts(load_config(folder)))
        settings["backbone"] = _record(folder).name
    except Exception as error:  # our own errors, and JSON and safetensors each complain in their own way
        raise SharingError(f"{name} is not a run of temadapter: {' '.join(str(error).split())}") from error
    for setting, value in settings.items():
        if is_local(value) and value != f"rules:{folder / 'rules.yaml'}":
            raise SharingError(
                f"{name} names a place on its author's machine ({setting}: {value}), so it is not loaded. Ask its "
                "author to publish it with `temadapter push`."
            )


def _texts(config: Config) -> Iterator[tuple[str, str]]:
    """Yield every setting whose value is a text."""
    for section, values in config.to_dict().items():
        for key, value in values.items() if isinstance(values, dict) else ():
            if isinstance(value, str):
                yield f"{section}.{key}", value


def _record(folder: Path) -> BackboneRecord:
    from safetensors import safe_open

    with safe_open(folder / "model.safetensors", framework="pt") as file:
        return BackboneRecord.from_metadata(file.metadata() or {})

"""Finding a model of the hub: first what lies on this machine, then the hub, which must answer quickly."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from temadapter.backbones.completeness import check_folder, missing_weights
from temadapter.errors import BackboneError
from temadapter.progress import bar

FILES = (
    "config.json",
    "preprocessor_config.json",
    "processor_config.json",
    "open_clip_config.json",
    "adapter_config.json",
    "tokenizer*.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
)
SAFE_WEIGHTS = ("model.safetensors", "model-*.safetensors", "model.safetensors.index.json")
OLD_WEIGHTS = ("pytorch_model.bin", "pytorch_model-*.bin", "pytorch_model.bin.index.json")
CONNECT_SECONDS = 5.0  # a hub that can be reached answers in well under a second


def find_repository(repository: str) -> Path:
    """Return a folder that holds the model `repository` ("openai/clip-vit-base-patch32").

    A complete copy in the hub's local cache is used without a word to the network; else the model is fetched
    into that cache, safetensors rather than pickled weights where both exist.

    Raises:
        BackboneError: If the hub cannot be reached within a few seconds, or has no such model.
    """
    from huggingface_hub.errors import GatedRepoError, HFValidationError, RepositoryNotFoundError

    try:
        return _cached(repository) or _fetched(repository)
    except HFValidationError as error:
        raise BackboneError(
            f"{repository!r} is not the name of a model on the hub; it reads OWNER/NAME, "
            "for instance hf:openai/clip-vit-base-patch32."
        ) from error
    except GatedRepoError as error:
        raise BackboneError(
            f"The hub lets only approved users have {repository}: ask for access on its page and log in with "
            "`hf auth login`."
        ) from error
    except RepositoryNotFoundError as error:
        raise BackboneError(
            f"The hub has no model {repository!r}, or it is private. Check the name, or log in with "
            "`hf auth login`."
        ) from error
    except Exception as error:  # a network fails in many ways, and the HTTP library differs between versions
        if getattr(error, "errno", None) == errno.ENOSPC:
            raise BackboneError(f"The disk has no space left for {repository}: {error}.") from error
        raise unreachable(repository) from error


def unreachable(repository: str) -> BackboneError:
    """Return the error for a hub that cannot be reached: one sentence with the two offline choices."""
    return BackboneError(
        f"The hub cannot be reached and its cache on this machine has no complete copy of {repository}: use "
        "--backbone mini (bundled, made for Crossroads), or --backbone dir:FOLDER with a copy of the model."
    )


def _cached(repository: str) -> Path | None:
    """Return the folder of a complete copy in the hub's local cache, or None."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    folder: str | None
    try:
        folder = snapshot_download(repository, local_files_only=True)
    except LocalEntryNotFoundError as error:
        # We fetch only the files that we need, which the hub's library calls an incomplete snapshot.
        folder = getattr(error, "snapshot_path", None)
    if folder is None:
        return None
    try:
        check_folder(Path(folder))
    except BackboneError:
        return None
    return Path(folder)


def _fetched(repository: str) -> Path:
    """Fetch what is needed of `repository` into the hub's cache; a broken download goes on where it ended."""
    from huggingface_hub import HfApi, snapshot_download

    # A small request with a short limit first: the download itself would try an absent network many times.
    siblings = HfApi().model_info(repository, timeout=CONNECT_SECONDS).siblings or ()
    patterns = [*FILES, *_weight_patterns(sibling.rfilename for sibling in siblings)]
    with hub_transfer(f"Downloading {repository}"):
        folder = snapshot_download(repository, allow_patterns=patterns, etag_timeout=CONNECT_SECONDS)
        for _ in range(2):  # an index that the configuration names, then its shards
            if not (shards := _missing_shards(Path(folder))):
                break
            snapshot_download(repository, allow_patterns=shards, etag_timeout=CONNECT_SECONDS)
    return Path(folder)


@contextmanager
def hub_transfer(title: str) -> Iterator[None]:
    """Let the hub's library draw its bars on a terminal; elsewhere a line says now and then that it goes on."""
    utils = _hub_utils()
    hide = not sys.stderr.isatty() and not utils.are_progress_bars_disabled()
    if not hide:
        yield
        return
    utils.disable_progress_bars()
    try:
        with bar(title, None):
            yield
    finally:
        utils.enable_progress_bars()


def _weight_patterns(names: Iterable[str]) -> tuple[str, ...]:
    """Return which files hold the weights; those of other libraries (`open_clip_model.safetensors`) do not count."""
    safe = {SAFE_WEIGHTS[0], SAFE_WEIGHTS[-1]}
    return SAFE_WEIGHTS if any(name in safe for name in names) else OLD_WEIGHTS


def _missing_shards(folder: Path) -> list[str]:
    """Return the files of weights that an index or the configuration names and no pattern knew."""
    try:
        return missing_weights(folder)
    except BackboneError:
        return []  # loading says what is wrong


def _hub_utils() -> Any:
    from huggingface_hub import utils

    return utils

"""Finding a run by any of its names: a folder (`dir:` may stand in front), `crossroads`, `hf:OWNER/NAME`."""

from __future__ import annotations

import os
from pathlib import Path

from temadapter.addresses import refuse_no_path
from temadapter.errors import ConfigError
from temadapter.hub.repository_names import PREFIX, hub_name

DEMO = "crossroads"
FOLDER = "dir:"


def find_run(name: str | Path) -> Path:
    """Return the folder of a run. Every command and `VideoQA.load` find theirs here.

    Args:
        name: A folder, or `dir:FOLDER` as `temadapter push` calls it; `crossroads` for the run that
            `temadapter demo` made; `hf:OWNER/NAME` or `hf:OWNER/NAME@REVISION` for a published one, which is fetched
            into the hub's cache.

    Returns:
        The folder; one that was named as a folder need not be there.

    Raises:
        ConfigError: The demo made no run yet, a name that cannot be on the hub, an address, or
            `dir:` without a folder.
        SharingError: The hub has no such run, or cannot be reached.
    """
    if str(name).startswith(PREFIX):
        from temadapter.hub.fetch import fetch_run

        return fetch_run(hub_name(str(name)))
    refuse_no_path(str(name), "a run")
    if str(name).startswith(FOLDER):
        return named_folder(str(name))
    return find_demo_run() if str(name) == DEMO else Path(name).expanduser()


def named_folder(name: str) -> Path:
    """Return the folder that `dir:FOLDER` names.

    Raises:
        ConfigError: Nothing stands behind the colon.
    """
    folder = name.removeprefix(FOLDER)
    if not folder.strip():
        raise ConfigError(f"{name!r} names no folder: write dir:FOLDER.")
    return Path(folder).expanduser()


def find_demo_run() -> Path:
    """Return the run that `temadapter demo` made: in `./temadapter-demo`, else in the user's own folder.

    Raises:
        ConfigError: There is none.
    """
    from temadapter.config.run_config import preset_names

    for root in (Path("temadapter-demo"), home()):
        for preset in preset_names():  # the default first
            folder = root / "runs" / preset
            if (folder / "model.safetensors").is_file() and (folder / "config.yaml").is_file():
                return folder
    raise ConfigError(
        "There is no run called crossroads yet: make it with `temadapter demo` (or `make demo`)."
    )


LAST_TRAINED = Path("runs") / "run"
"""Where `temadapter train` writes when nobody names a folder."""


def default_run() -> Path | None:
    """Return the run that answers when nobody names one: what `temadapter train` made here, if it is finished."""
    files = (LAST_TRAINED / "config.yaml", LAST_TRAINED / "model.safetensors", LAST_TRAINED / "results.json")
    return LAST_TRAINED if all(file.is_file() for file in files) else None


def home() -> Path:
    """Return the folder for what is kept between calls: $TEMADAPTER_HOME, else in the user's cache folder."""
    own = os.environ.get("TEMADAPTER_HOME")
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(own).expanduser() if own else Path(cache) / "temadapter"

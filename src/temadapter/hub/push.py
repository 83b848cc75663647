"""Publishing a run: on the hub, or into a folder that holds what the hub would get."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from temadapter.errors import ConfigError, SharingError
from temadapter.hub.control_results import read_controls
from temadapter.hub.publication import publication
from temadapter.hub.publish_folder import write_folder
from temadapter.hub.repository_names import HubName, hub_name
from temadapter.hub.run_names import FOLDER, find_run, named_folder
from temadapter.hub.upload import upload
from temadapter.runs.folder import RunFolder

_LICENCE = re.compile(r"[a-z0-9][a-z0-9.-]*")


@dataclass(frozen=True, repr=False)
class Pushed:
    """What was published, or would be.

    Args:
        target: `hf:OWNER/NAME` or `dir:FOLDER`.
        files: Size in bytes of every file.
        card: The model card.
        backbone: The name by which others load the backbone.
        licence: Of the weights; None where none was chosen.
        url: The run's page on the hub; None for a folder and where nothing was done.
        commit: Its commit there.
        dry_run: Whether nothing was published.
    """

    target: str
    files: Mapping[str, int]
    card: str
    backbone: str
    licence: str | None
    url: str | None = None
    commit: str | None = None
    dry_run: bool = False

    def __repr__(self) -> str:
        how = ", dry run" if self.dry_run else ""
        return f"Pushed({self.target!r}, {len(self.files)} files, licence={self.licence!r}{how})"

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON."""
        return asdict(self)


def push_run(
    run: str | Path,
    target: str,
    *,
    licence: str | None = None,
    backbone: str | None = None,
    controls: Sequence[Path] = (),
    private: bool = False,
    message: str | None = None,
    overwrite: bool = False,
    dry_run: bool = False,
) -> Pushed:
    """Publish a run with everything that answering and trusting it needs, and nothing of this machine's folders.

    Args:
        run: Any name of a run (see `find_run`).
        target: `OWNER/NAME` on the hub (`hf:` in front and `@BRANCH` behind may be added), or `dir:FOLDER`.
        licence: Of the weights, as the hub abbreviates it ("mit", "cc-by-nc-4.0").
        backbone: `hf:OWNER/NAME` of the run's backbone, where the run names a folder.
        controls: What `temadapter evaluate RUN --control … --json` printed, for the card.
        private: Make a new repository private.
        message: Of the commit.
        overwrite: Replace what an earlier call wrote into the folder.
        dry_run: Check everything and do nothing; the network is not used unless `backbone` has to be fetched.

    Raises:
        ConfigError: A name or a licence that cannot be one.
        SharingError: The run cannot be published, or the hub refuses.
        TemAdapterError: There is no such run, or it is broken.
    """
    if licence is not None and not _LICENCE.fullmatch(licence):
        raise ConfigError(
            f"{licence!r} is not a licence that the hub knows; it uses short names: mit, apache-2.0, cc-by-nc-4.0, "
            "other."
        )
    place = _place(target)
    folder = find_run(run)
    run_folder = RunFolder(folder)
    if run_folder.failure is not None:
        raise SharingError(
            f"The run in {folder} failed, so there is nothing to publish: {run_folder.failure} Mend that, and train "
            f"again: temadapter train --output {folder}"
        )
    ready = publication(
        folder,
        name=str(place) if isinstance(place, HubName) else None,
        license_=licence,
        backbone=backbone,
        controls=read_controls(controls, folder),
    )
    name = str(place) if isinstance(place, HubName) else f"{FOLDER}{place}"
    facts: dict[str, Any] = {"files": ready.sizes(), "card": ready.card, "backbone": ready.backbone}
    if dry_run:
        return Pushed(name, licence=licence, dry_run=True, **facts)
    if isinstance(place, Path):
        write_folder(ready, place, run=folder, overwrite=overwrite)
        return Pushed(name, licence=licence, **facts)
    done = upload(ready, place, message=message or "A run of temadapter", private=private)
    return Pushed(name, licence=licence, url=done.url, commit=done.commit, **facts)


def _place(target: str) -> Path | HubName:
    if target.startswith(FOLDER):
        return named_folder(target)
    try:
        return hub_name(target)
    except ConfigError as error:
        raise ConfigError(f"{error} To publish into a folder: dir:FOLDER.") from None

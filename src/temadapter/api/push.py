"""`temadapter.push`: give a run to others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from temadapter.hub.push import Pushed


def push(
    run: str | Path,
    target: str,
    *,
    license: str | None = None,
    backbone: str | None = None,
    controls: Sequence[str | Path] = (),
    private: bool = False,
    message: str | None = None,
    overwrite: bool = False,
    dry_run: bool = False,
) -> Pushed:
    """Publish a finished run: weights, settings, results and a model card, without any folder of this machine.

    The hub wants a login first (`hf auth login`, or HF_TOKEN). Others load the run with
    `VideoQA.load("hf:OWNER/NAME")`.

    Args:
        run: Folder of a run, or `crossroads` for the demo's.
        target: `OWNER/NAME` on the hub (`OWNER/NAME@BRANCH`), or `dir:FOLDER` for a folder.
        license: Of the weights, as the hub abbreviates it: `mit`, `cc-by-nc-4.0`, `other`.
        backbone: `hf:OWNER/NAME`, where the run's backbone is a folder; it is compared.
        controls: What `temadapter evaluate RUN --control NAME --json` printed, for the card.
        private: Make a new repository private.
        message: Of the commit.
        overwrite: Replace what an earlier call wrote into the folder.
        dry_run: Check everything and publish nothing.

    Returns:
        The files with their sizes, the model card and, on the hub, the address.

    Raises:
        ConfigError: A name or a licence that cannot be one.
        SharingError: The run cannot be published, or the hub refuses.

    Example:
        >>> pushed = push("runs/a", "dir:published", license="mit")
        >>> pushed
        Pushed('dir:published', ... files, licence='mit')
        >>> sorted(pushed.files)[:3]
        ['README.md', 'config.yaml', 'metrics.jsonl']
    """
    from temadapter.hub.push import push_run

    return push_run(
        run,
        target,
        licence=license,
        backbone=backbone,
        controls=[Path(control) for control in controls],
        private=private,
        message=message,
        overwrite=overwrite,
        dry_run=dry_run,
    )

"""What workflows have in common: numbered phases, and a run that is reused where an earlier call finished it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temadapter.progress import say

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone
    from temadapter.config.run_config import Config
    from temadapter.training.place import Place


class Phases:
    """Announces the phases of a workflow and remembers how long they took.

    Args:
        count: How many there are.

    Attributes:
        seconds: By the title's first words, up to a colon, of every finished phase.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self.seconds: dict[str, float] = {}

    @contextmanager
    def phase(self, title: str) -> Iterator[None]:
        """Announce a phase, `[2/5] Features: ...`, and time what is done in it."""
        say(f"[{len(self.seconds) + 1}/{self.count}] {title}")
        start = time.perf_counter()
        yield
        self.seconds[title.partition(":")[0]] = round(time.perf_counter() - start, 1)


def tell(text: str) -> None:
    """Say something about the phase in progress."""
    say(f"      {text}")


def finished_run(
    config: Config,
    folder: Path,
    backbone: Backbone,
    *,
    overwrite: bool,
    workers: int | None,
    place: Place | None = None,
) -> tuple[str, ...]:
    """Do a run with its card, or take the one that an earlier call finished.

    Args:
        config: Of the run.
        folder: The run folder.
        backbone: Loaded.
        overwrite: Replace what an earlier call made.
        workers: Threads that decode videos; one per core when None.
        place: Of `temadapter.runs.several.run_team`, where other processes train it too.

    Returns:
        Of an earlier run, what has changed in its data or backbone since, in words; it has been told.
    """
    from temadapter.hub.run_card import write_card
    from temadapter.runs.several import train_here

    again: dict[str, Any] = {"resume": not overwrite, "overwrite": overwrite}
    run = train_here(place, config, folder, backbone=backbone, workers=workers, **again)
    write_card(folder)
    if run.stale:
        tell(run.stale_warning)
    return run.stale

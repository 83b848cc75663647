"""What workflows have in common: numbered phases, and a run that is reused where an earlier call finished it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from temadapter.progress import say

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone
    from temadapter.config.run_config import Config


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
    config: Config, folder: Path, backbone: Backbone, *, overwrite: bool, workers: int | None
) -> tuple[str, ...]:
    """Do a run with its card, or take the one that an earlier call finished.

    Returns:
        Of an earlier run, what has changed in its data or backbone since, in words; it has been told.
    """
    from temadapter.hub.run_card import write_card
    from temadapter.runs.train import train_run

    resume = not overwrite
    run = train_run(config, folder, resume=resume, overwrite=overwrite, backbone=backbone, workers=workers)
    write_card(folder)
    if run.stale:
        tell(run.stale_warning)
    return run.stale

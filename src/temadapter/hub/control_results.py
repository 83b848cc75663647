"""Accuracy under controls, as `temadapter evaluate --json` printed it, for a model card."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from temadapter.errors import SharingError
from temadapter.runs.folder import RunFolder
from temadapter.text_formats import json_value

FULL = "none"


def read_controls(files: Iterable[Path], run: Path) -> dict[str, dict[str, Any]]:
    """Return blocks like `train.test` of `results.json`, by the name of the control.

    Args:
        files: Each holds what `temadapter evaluate RUN --control NAME --json` printed.
        run: Folder of the run; the files must be about its own test questions.

    Raises:
        SharingError: A file holds something else.
    """
    blocks = {}
    for file in files:
        try:
            facts = json_value(file.read_text(encoding="utf-8"))
            control, test, split = facts["control"].replace("-", "_"), facts["test"], facts["split"]
            counts = test["questions"]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            reason = getattr(error, "strerror", None) or repr(error)
            raise SharingError(
                f"{file} does not hold what `temadapter evaluate RUN --control NAME --json` prints ({reason})."
            ) from error
        own = ((RunFolder(run).read_results() or {}).get("train", {}).get("test") or {}).get("questions")
        if split != "test" or control == FULL or counts != own:
            raise SharingError(
                f"{file} is about other questions than the run's own test, or about no control, so it does not "
                "belong on the card."
            )
        blocks[control] = test
    return blocks

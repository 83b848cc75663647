"""The model card in a run's own folder."""

from __future__ import annotations

from pathlib import Path

from temadapter.config.run_config import load_config
from temadapter.files import write_text_atomic
from temadapter.hub.model_card import model_card
from temadapter.runs.folder import RunFolder


def write_card(folder: Path) -> Path:
    """Write the `README.md` of a finished run from what its folder holds, and return its path.

    Raises:
        DataError: There is no finished run.
    """
    run = RunFolder(folder)
    _, backbone = run.read_weights()
    results = run.read_results() or {}
    note = results.get("meta", {}).get("backbone", {}).get("note", "")
    write_text_atomic(run.card, model_card(load_config(run.path), backbone, results, note=note))
    return run.card

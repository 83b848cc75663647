"""`temadapter.demo`: the whole experiment in miniature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from temadapter.workflows.demo import DemoResult


def demo(
    output: str | Path = "temadapter-demo",
    *,
    preset: str = "plus",
    sizes: tuple[int, int] | None = None,
    seed: int = 0,
    settings: Mapping[str, Any] | Sequence[str] = (),
    device: str = "auto",
    workers: int | None = None,
    overwrite: bool = False,
) -> DemoResult:
    """Draw videos, train on them, compare with zero-shot, answer questions, write a report.

    A second call uses what is there. Afterwards `VideoQA.load("crossroads")` answers with the trained run.

    Args:
        output: Folder for everything.
        preset: What is trained: `plus`, `paper`, `official`, or a YAML file.
        sizes: Training and test videos; 3,000 and 520 when None.
        seed: Of the videos, the questions and the training.
        settings: As for `train`.
        device: "auto", "cpu" or "cuda".
        workers: Processes and threads; one per core when None.
        overwrite: Train again; videos and features are kept.

    Returns:
        Accuracy of zero-shot, CLIP + template and the trained method, three answered questions, and the report.

    Raises:
        ConfigError: A setting is wrong, or `output` holds a demo of other sizes.

    Example:
        >>> result = demo(sizes=(6, 3), settings={"training.epochs": 1}, workers=1)
        >>> result
        DemoResult(zero-shot ... %, CLIP + template ... %, plus ... %)
        >>> len(result.examples), sorted(path.name for path in result.report.iterdir())[0]
        (3, 'README.md')
    """
    from temadapter.config.run_config import as_sets
    from temadapter.workflows.demo import run_demo

    return run_demo(
        Path(output),
        preset=preset,
        sizes=sizes,
        seed=seed,
        sets=as_sets(settings),
        device=device,
        workers=workers,
        overwrite=overwrite,
    )

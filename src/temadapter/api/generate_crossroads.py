"""`temadapter.generate_crossroads`: the built-in benchmark, drawn."""

from __future__ import annotations

from pathlib import Path

from temadapter.crossroads.generate import DEFAULT_SIZES, Crossroads, generate

__all__ = ["DEFAULT_SIZES", "generate_crossroads"]


def generate_crossroads(
    output: str | Path,
    *,
    sizes: tuple[int, int] | None = None,
    seed: int = 0,
    workers: int | None = None,
) -> Crossroads:
    """Write Crossroads: H.264 videos and questions in the layout of SUTD-TrafficQA.

    The same seed gives the same questions and the same pictures. What is there already is not made again.

    Args:
        output: Folder to write to.
        sizes: Training and test videos; 3,000 and 520 when None.
        seed: Decides everything.
        workers: Processes that simulate and draw; one per core when None.

    Returns:
        Counts of videos and questions by split. `load_dataset(output)` reads it.

    Raises:
        ConfigError: `sizes` are not two positive numbers, or `output` holds Crossroads of other settings.

    Example:
        >>> generate_crossroads("crossroads", sizes=(6, 3), workers=1)
        Crossroads('crossroads', videos={'train': 6, 'test': 3}, questions={'train': 33, 'test': 22})
    """
    return generate(Path(output), sizes=sizes or DEFAULT_SIZES, seed=seed, workers=workers)

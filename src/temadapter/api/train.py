"""`temadapter.train`: from a dataset to a run folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone
    from temadapter.config.run_config import Config
    from temadapter.runs.dry_run import PlannedRun
    from temadapter.runs.train import RunResult


def train(
    dataset: str | Path | None = None,
    *,
    output: str | Path,
    preset: str | Path | None = None,
    settings: Mapping[str, Any] | Sequence[str] = (),
    ensemble: int | None = None,
    resume: bool = False,
    overwrite: bool = False,
    backbone: Backbone | None = None,
    workers: int | None = None,
    processes: int = 1,
) -> RunResult:
    """Train a method on a dataset and test it once; the run folder holds everything.

    Args:
        dataset: What `load_dataset` reads; None for the one that the preset names.
        output: The run folder to make.
        preset: `plus`, `paper` or `official`, or a YAML file that starts from one. None is `plus`, or `paper` where
            the settings name another method.
        settings: Single settings by name: `{"training.epochs": 10, "features.backbone": "mini"}`, or as `--set` takes
            them: `["training.epochs=10"]`.
        ensemble: How many times the method is trained, each time with the next seed; the mean of their probabilities
            answers. None is once, or what the settings or the run to resume say.
        resume: Go on with the run in `output`, if there is one.
        overwrite: Replace the run in `output`.
        backbone: The loaded backbone, if you have it already.
        workers: Threads that decode videos; one per core when None.
        processes: How many processes of this machine train together, this one included. They are new Pythons: what is
            registered in this program only is unknown to them, a package's entry points are not.

    Returns:
        The run folder, its configuration, `results.json` as a mapping and the table of test accuracy. Of several
        processes (torchrun) only the first one has results.

    Raises:
        ConfigError: Every mistake in the settings, in one message.
        DataError: The dataset cannot be used.
        BackboneError: The backbone cannot be loaded.

    Example:
        >>> run = train("crossroads", output="runs/b", settings={"method": "motion", "training.epochs": 2})
        >>> run.config.preset, run.results["train"]["trainable_parameters"], len(run.table.rows)
        ('paper', 196608, 1)
    """
    from temadapter.hub.run_card import write_card
    from temadapter.runs.several import check_processes, train_run_in
    from temadapter.training.place import is_follower

    config = configured(
        dataset, output=output, preset=preset, settings=settings, ensemble=ensemble, resume=resume
    )
    check_processes(config, processes)
    result = train_run_in(
        processes,
        config,
        Path(output),
        resume=resume,
        overwrite=overwrite,
        backbone=backbone,
        workers=workers,
    )
    if not is_follower():  # of several processes the first one speaks and writes
        write_card(result.folder.path)
    return result


def plan_training(
    dataset: str | Path | None = None,
    *,
    output: str | Path,
    preset: str | Path | None = None,
    settings: Mapping[str, Any] | Sequence[str] = (),
    ensemble: int | None = None,
    resume: bool = False,
) -> PlannedRun:
    """Return what `train` would do with the same arguments. Nothing is downloaded and nothing written.

    Args:
        dataset: As for `train`.
        output: The run folder.
        preset: As for `train`.
        settings: As for `train`.
        ensemble: As for `train`.
        resume: As for `train`.

    Returns:
        Counts of questions, videos, texts, parameters and steps, and the space on disk.

    Raises:
        ConfigError: Every mistake in the settings, in one message.
        DataError: The dataset cannot be used.

    Example:
        >>> plan = plan_training("crossroads", output="runs/b", settings={"method": "motion"})
        >>> plan
        PlannedRun('motion' on 'crossroads': 55 questions, 9 videos, ... steps)
        >>> plan.trainable_parameters
        196608
    """
    from temadapter.runs.dry_run import plan_run

    config = configured(
        dataset, output=output, preset=preset, settings=settings, ensemble=ensemble, resume=resume
    )
    return plan_run(config)


def configured(
    dataset: str | Path | None,
    *,
    output: str | Path,
    preset: str | Path | None,
    settings: Mapping[str, Any] | Sequence[str],
    ensemble: int | None = None,
    resume: bool,
) -> Config:
    """Return the configuration that `train` would use, with the same arguments.

    Raises:
        ConfigError: Every mistake in the settings, in one message.
    """
    from temadapter.config.run_config import as_sets, load_config

    if preset is None and resume and (Path(output) / "config.yaml").is_file():
        preset = Path(output)  # an interrupted run keeps its own settings
    own = {} if dataset is None else {"data.dataset": str(dataset)}
    members = {} if ensemble is None else {"training.ensemble": ensemble}
    return load_config(preset, (*as_sets(own), *as_sets(settings), *as_sets(members)))

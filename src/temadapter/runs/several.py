"""A run that several processes on this machine train together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temadapter.config.run_config import Config
from temadapter.devices import choose_device, cores
from temadapter.errors import ConfigError, check_rules
from temadapter.methods.registry import get_method
from temadapter.runs.folder import RunFolder
from temadapter.training.place import Place
from temadapter.training.shares import WHOLE_BATCHES

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone
    from temadapter.runs.train import RunResult


def check_processes(config: Config, count: int) -> None:
    """Refuse what several processes on this machine cannot do together.

    Args:
        config: Of the run.
        count: How many processes are asked for.

    Raises:
        ConfigError: One line a reason.
    """
    if count == 1:
        return
    method, device = get_method(config.method), choose_device(config.training.device)
    if Place.of_torchrun().count > 1:
        raise ConfigError("torchrun has started several processes already: leave --processes out.")
    if config.method == "tem-adapter" and config.model.option_pairing == "tiled":
        raise ConfigError(WHOLE_BATCHES)
    check_rules(
        (f"--processes must be at least 1, not {count}", count >= 1),
        (f"--processes {count}: the method {config.method!r} has nothing to train", method.trainable),
        (
            f"--processes {count} is more than training.batch_size={config.training.batch_size}",
            count <= config.training.batch_size,
        ),
        _fits(count, device),
    )


def _fits(count: int, device: Any) -> tuple[str, bool]:
    """Return the rule that there is a device for every process, and whether it holds."""
    if device.type == "cpu":
        return f"--processes {count} is more than the {cores()} cores of this machine", count <= cores()
    if device.type == "cuda" and device.index is None:
        import torch

        there = torch.cuda.device_count()
        return f"--processes {count} is more than the {there} GPUs of this machine", count <= there
    return f"--processes {count}: training.device={device} is a single device", False


def train_run_in(
    processes: int,
    config: Config,
    output: Path,
    *,
    resume: bool = False,
    overwrite: bool = False,
    backbone: Backbone | None = None,
    workers: int | None = None,
) -> RunResult:
    """Do what `temadapter.runs.train.train_run` does, in several processes; in this one alone where it is 1.

    Args:
        processes: How many there are, this one included; see `check_processes`.
        config: As for `train_run`, like all that follows.
        output: The run folder.
        resume: Go on with the run in `output` if there is one.
        overwrite: Replace the run in `output`.
        backbone: A loaded backbone, for this process; the others load the one that `config` names.
        workers: Threads that decode videos, in all processes together; one per core when None.

    Raises:
        TemAdapterError: As for `train_run`; or another process is gone.
    """
    from temadapter.training.team import team

    given: dict[str, Any] = {"resume": resume, "overwrite": overwrite, "workers": workers}
    if processes == 1 or (resume and RunFolder(output).finished):  # nothing to share
        return train_here(None, config, output, backbone=backbone, **given)
    with team(processes, partial(train_here, config=config, output=output, **given)) as place:
        return train_here(place, config, output, backbone=backbone, **given)


def train_here(
    place: Place | None,
    config: Config,
    output: Path,
    *,
    resume: bool,
    overwrite: bool,
    workers: int | None,
    backbone: Backbone | None = None,
) -> RunResult:
    """Do one process's part of a run, with its part of the machine's cores."""
    from temadapter.runs.train import train_run

    run = partial(train_run, config, output, resume=resume, overwrite=overwrite, backbone=backbone)
    if place is None:
        return run(workers=workers)
    with threads(max(1, cores() // place.count)):
        return run(workers=max(1, (workers or cores()) // place.count), place=place)


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Let PyTorch compute with so many threads, at most, while the block runs."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(min(before, count))
    try:
        yield
    finally:
        torch.set_num_threads(before)

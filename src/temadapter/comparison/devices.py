"""The devices of a comparison: one run at a time on each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from temadapter.comparison.plan_runs import Job
from temadapter.devices import check_device_name
from temadapter.errors import ConfigError

SETTING = "training.device"


def read_devices(
    given: str | Sequence[str | int] | None, *, sets: Sequence[str] = (), jobs: int | None = None
) -> tuple[str, ...]:
    """Return the names of the devices to use; none for None.

    Args:
        given: See `device_names`.
        sets: Settings that hold for every run; none of them may say where it runs.
        jobs: How many runs at a time were asked for; None for no wish.

    Raises:
        ConfigError: A device is not here, they are of several kinds, or something else says where the runs are done.
    """
    if given is None:
        return ()
    names = device_names(given)
    if jobs is not None:
        raise ConfigError("devices says how many runs are done at once: leave out jobs.")
    if any(change.partition("=")[0].strip() == SETTING for change in sets):
        raise ConfigError(f"devices says where the runs are done: leave out --device and {SETTING}.")
    from temadapter.devices import choose_device

    for name in names:
        choose_device(name)
    return names


def device_names(given: str | Sequence[str | int]) -> tuple[str, ...]:
    """Return the names of devices of one kind; a plain number is that CUDA device.

    Args:
        given: Names, or one text with commas between them.

    Raises:
        ConfigError: There is no such device, or they are of several kinds: runs on a processor and on a graphics card
            differ in rounding, which would be mistaken for a difference of the trials.

    >>> device_names("0,1"), device_names(["cpu", "cpu"])
    (('cuda:0', 'cuda:1'), ('cpu', 'cpu'))
    """
    words = given.split(",") if isinstance(given, str) else given
    names = [str(word).strip() for word in words]
    names = [f"cuda:{name}" if name.isdecimal() else name for name in names if name]
    for name in names:
        check_device_name(name)
    if not names or "auto" in names:
        raise ConfigError("devices must name devices, such as 0,1 or cuda:0,cuda:1 or cpu,cpu.")
    if len(kinds := sorted(set(map(kind_of, names)))) > 1:
        raise ConfigError(
            f"devices names several kinds ({', '.join(kinds)}): runs are only comparable on devices of one kind."
        )
    return tuple(names)


def kind_of(name: str) -> str:
    """Return the kind of a device: "cuda" for "cuda:1"."""
    return name.partition(":")[0]


def moved(job: Job, device: str) -> Job:
    """Return a run on a device; one whose trial asks for another kind of device stays as it is."""
    training = job.config.training
    if kind_of(training.device) != kind_of(device):
        return job
    return replace(job, config=replace(job.config, training=replace(training, device=device)))

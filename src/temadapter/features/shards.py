"""One part of N of a list of videos, for N processes or machines that fill one store."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from temadapter.errors import ConfigError

Item = TypeVar("Item")
AUTO = "auto"


@dataclass(frozen=True)
class Shard:
    """Part `index` of `count`, counted from 1.

    >>> Shard(2, 3).select("abcdefg")
    ['b', 'e']
    """

    index: int
    count: int

    def __post_init__(self) -> None:
        if not 1 <= self.index <= self.count:
            raise ConfigError(f"There is no shard {self}: shards are counted from 1/{max(1, self.count)}.")

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"

    def select(self, items: Sequence[Item]) -> list[Item]:
        """Return every `count`-th item; each belongs to one shard."""
        return list(items[self.index - 1 :: self.count])


def parse_shard(text: str, environment: Mapping[str, str] | None = None) -> Shard:
    """Return the shard that `text` names.

    Args:
        text: "2/8" is the second of eight; "auto" takes it from SLURM (array tasks, tasks of a job, or both),
            torchrun or Open MPI.
        environment: Where their variables are; the process's own when None.

    Raises:
        ConfigError: It is neither, or nobody says which shard this is.
    """
    if text == AUTO:
        return _from_environment(os.environ if environment is None else environment)
    match = re.fullmatch(r"\s*(\d{1,9})\s*/\s*(\d{1,9})\s*", text)
    if match is None:
        raise ConfigError(f"--shard takes K/N, such as 2/8, or {AUTO}; not {text[:40]!r}.")
    return Shard(int(match[1]), int(match[2]))


def _from_environment(environment: Mapping[str, str]) -> Shard:
    number = {name: int(value) for name, value in environment.items() if re.fullmatch(r"\d{1,9}", value)}
    array = _array_task(number)
    tasks = next(
        (
            (number[index], number[count])
            for index, count in (
                ("SLURM_PROCID", "SLURM_NTASKS"),
                ("RANK", "WORLD_SIZE"),
                ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
            )
            if index in number and count in number
        ),
        None,
    )
    if array is None and tasks is None:
        raise ConfigError(
            f"--shard {AUTO} finds no SLURM_ARRAY_TASK_ID, SLURM_PROCID or RANK here: write --shard K/N."
        )
    (part, parts), (task, count) = array or (0, 1), tasks or (0, 1)
    return Shard(part * count + task + 1, parts * count)


def _array_task(number: Mapping[str, int]) -> tuple[int, int] | None:
    """Return which task of a SLURM array this is, from 0, and of how many."""
    if "SLURM_ARRAY_TASK_ID" not in number:
        return None
    first, step = number.get("SLURM_ARRAY_TASK_MIN", 0), max(1, number.get("SLURM_ARRAY_TASK_STEP", 1))
    place = (number["SLURM_ARRAY_TASK_ID"] - first) // step
    count = number.get("SLURM_ARRAY_TASK_COUNT", 0)
    if not 0 <= place < count:
        raise ConfigError(
            f"--shard {AUTO} cannot number the tasks of this SLURM array: give --array one range, such as "
            f"1-{count or 8}."
        )
    return place, count

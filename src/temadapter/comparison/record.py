"""What a comparison notes beside its runs, so that its report can be made again without the command's options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from temadapter.comparison.plan import Plan, plan_of, plan_values
from temadapter.errors import ConfigError
from temadapter.files import remove_abandoned, write_text_atomic
from temadapter.text_formats import yaml_value

FOLDER = "plans"


@dataclass(frozen=True)
class Record:
    """One use of `temadapter compare`.

    Attributes:
        plan: What is compared.
        sets: Settings that hold for all trials.
        seeds: How many.
        command: What was given on the command line.
    """

    plan: Plan
    sets: tuple[str, ...]
    seeds: int
    command: str


def write_record(output: Path, record: Record) -> None:
    """Note a comparison in its folder, in place of an earlier one with a plan of that name."""
    values = {
        "command": record.command,
        "seeds": record.seeds,
        "sets": list(record.sets),
        "plan": plan_values(record.plan),
    }
    path = output / FOLDER / f"{record.plan.name}.yaml"
    remove_abandoned(path.parent)
    write_text_atomic(path, yaml.safe_dump(values, sort_keys=False, allow_unicode=True))


def read_records(output: Path) -> tuple[Record, ...]:
    """Return what was compared in a folder, by the plans' names.

    Raises:
        ConfigError: The folder holds no comparison, or a note in it is damaged.
    """
    paths: Sequence[Path] = sorted((output / FOLDER).glob("*.yaml"))
    if not paths:
        raise ConfigError(
            f"{output} holds no comparison: there is no {FOLDER}/ in it. Name the folder that was given to "
            "`temadapter compare --output`, or the plan (--plan, --methods)."
        )
    return tuple(_read(path) for path in paths)


def _read(path: Path) -> Record:
    try:
        values: Any = yaml_value(path.read_text(encoding="utf-8"))
        plan, sets = plan_of(path, values["plan"]), tuple(map(str, values["sets"]))
        return Record(plan, sets, int(values["seeds"]), str(values["command"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"{path} is damaged ({error}); run the command that made it again.") from None

"""What is compared: trials by name, each a configuration that differs from a common one in a few settings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from temadapter.comparison.tuning import Tuning, tuning_of
from temadapter.config.run_config import RECIPE, Config, load_config, preset_names
from temadapter.errors import ConfigError, unknown_name
from temadapter.text_formats import yaml_value

PLANS = Path(__file__).parent / "plans"
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*")


@dataclass(frozen=True)
class Trial:
    """One thing to compare.

    Attributes:
        name: Of its folder: small letters, digits, dots and hyphens.
        label: As tables show it.
        sets: What differs from the plan's configuration, as `section.name=value`.
        reference: The trial that it is compared with, question by question; None for a reference itself.
        tuning: Its own ladder in place of the plan's.
        seeds: At most so many seeds, where training is dear; None: as many as all.
        weights_of: The trial whose trained weights it takes, without any training of its own: with `sets` that name a
            control it says what those weights answer when they are shown less.
    """

    name: str
    label: str
    sets: tuple[str, ...]
    reference: str | None
    tuning: Tuning | None = None
    seeds: int | None = None
    weights_of: str | None = None


@dataclass(frozen=True)
class Plan:
    """A list of trials.

    Attributes:
        name: Of the report's files.
        title: Of the report.
        about: A sentence or two above the table.
        start: Preset or YAML file that all trials start from.
        trials: In the order of the table.
        tuning: How every trial that trains finds its own learning rate and number of epochs; None: nothing is chosen.
        sets: Settings that hold for every trial, before what the command line says.
    """

    name: str
    title: str
    about: str
    start: str
    trials: tuple[Trial, ...]
    tuning: Tuning | None = None
    sets: tuple[str, ...] = ()
    _configs: dict[object, Config] = field(default_factory=dict, init=False, repr=False, compare=False)

    def config(self, trial: Trial, sets: Sequence[str] = (), *, last: Sequence[str] = ()) -> Config:
        """Return the configuration of a trial.

        Args:
            trial: One of the plan's.
            sets: What holds for every trial of the plan: the dataset, the seed. A trial's own settings win.
            last: What wins over all of them: what the trial chose.

        Raises:
            ConfigError: A setting is wrong; the message names the trial.
        """
        start = RECIPE if self.start == "crossroads" else self.start
        changes = (*self.sets, *sets, *trial.sets, *last)
        if changes not in self._configs:  # a ladder asks for the same ones again after every run
            try:
                self._configs[changes] = load_config(start, changes)
            except ConfigError as error:
                raise ConfigError(f"Trial {trial.name!r} of plan {self.name!r}: {error}") from None
        return self._configs[changes]

    def tuning_of(self, trial: Trial, config: Config) -> Tuning | None:
        """Return the ladder of a trial; None for one that trains nothing, or takes what another trained."""
        from temadapter.methods.registry import get_method

        if trial.weights_of is not None or not get_method(config.method).trainable:
            return None
        return trial.tuning or self.tuning

    def trial(self, name: str) -> Trial:
        """Return the trial called `name`.

        Raises:
            ConfigError: There is none; the message lists them.
        """
        found = {trial.name: trial for trial in self.trials}
        if name not in found:
            raise unknown_name("trial", name, found)
        return found[name]

    def only(self, names: Sequence[str]) -> Plan:
        """Return the plan with the named trials, and with those that they are compared with."""
        wanted = {
            name for own in map(self.trial, names) for name in (own.name, own.reference, own.weights_of)
        }
        trials = tuple(trial for trial in self.trials if trial.name in wanted)
        return replace(self, trials=trials)


def plan_names() -> tuple[str, ...]:
    """Return the names of the plans in the package."""
    return tuple(sorted(path.stem for path in PLANS.glob("*.yaml")))


def load_plan(name_or_file: str | Path) -> Plan:
    """Read a plan of the package by name, or a YAML file.

    The file holds `title`, `about` (optional), `start` (`paper`, `official`, `crossroads` or a YAML file; default
    `paper`), `reference` (name of a trial) and `trials`: by name, a list of settings, or a mapping with `label`,
    `sets`, a `reference` of its own, `tuning`, `seeds` and `weights_of`, see `Trial`. `sets` and `tuning` (optional)
    hold for all trials, see `Plan` and `Tuning`.

    Raises:
        ConfigError: There is no such plan, or it is wrong; all mistakes in one message.
    """
    path = PLANS / f"{name_or_file}.yaml" if str(name_or_file) in plan_names() else Path(name_or_file)
    if not path.is_file():
        raise unknown_name("plan (or YAML file)", str(name_or_file), plan_names())
    try:
        values = yaml_value(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ConfigError(f"{path} is not a YAML file: {error}") from None
    return plan_of(path, values)


_KEYS = ("title", "about", "start", "reference", "sets", "tuning", "trials")


def plan_of(path: Path, values: Any) -> Plan:
    """Return the plan that a file's values describe.

    Args:
        path: Of the file: names the plan, and is where files that the plan names are looked for.
        values: What the file holds.

    Raises:
        ConfigError: They describe none; all mistakes in one message.
    """
    problems: list[str] = []
    plan = _plan(path, values, problems)
    if problems:
        raise ConfigError(
            f"The plan {path} is wrong:\n" + "\n".join(f"  - {problem}" for problem in problems)
        )
    return plan


def plan_values(plan: Plan) -> dict[str, Any]:
    """Return what `plan_of` reads back to the same plan."""
    return {
        "title": plan.title,
        "about": plan.about,
        "start": plan.start,
        "sets": list(plan.sets),
        "tuning": None if plan.tuning is None else plan.tuning.to_json(),
        "trials": {
            trial.name: {
                "label": trial.label,
                "sets": list(trial.sets),
                "reference": trial.reference,
                "tuning": None if trial.tuning is None else trial.tuning.to_json(),
                "seeds": trial.seeds,
                "weights_of": trial.weights_of,
            }
            for trial in plan.trials
        },
    }


def _plan(path: Path, values: Any, problems: list[str]) -> Plan:
    if (
        not isinstance(values, Mapping)
        or not isinstance(values.get("trials"), Mapping)
        or not values["trials"]
    ):
        problems.append("it must hold `trials:` with at least one trial")
        return Plan(path.stem, "", "", "paper", ())
    problems += [str(unknown_name("key", str(key), _KEYS)) for key in values if key not in _KEYS]
    own = values.get("reference")
    trials = tuple(
        _trial(str(name), given, None if own is None else str(own), problems)
        for name, given in values["trials"].items()
    )
    names = [trial.name for trial in trials]
    for trial in trials:
        for what, other in (("reference", trial.reference), ("trial of the weights", trial.weights_of)):
            if other is not None and other not in names:
                problems.append(f"trial {trial.name!r}: {unknown_name(what, other, names)}")
    start = str(values.get("start", "paper"))
    if start not in (*preset_names(), "crossroads"):
        start = str((path.parent / start).resolve())
    title = str(values.get("title", path.stem))
    about = " ".join(str(values.get("about", "")).split())
    tuning = tuning_of(values.get("tuning"), "`tuning`", problems)
    sets = _settings(values.get("sets"), "`sets`", problems)
    return Plan(path.stem, title, about, start, trials, tuning, sets)


def _trial(name: str, given: Any, reference: str | None, problems: list[str]) -> Trial:
    if not _NAME.fullmatch(name):
        problems.append(f"trial {name!r}: a name has small letters, digits, dots and hyphens only")
    own = given if isinstance(given, Mapping) else {"sets": given}
    allowed = ("label", "sets", "reference", "tuning", "seeds", "weights_of")
    problems += [
        f"trial {name!r}: {unknown_name('key', str(key), allowed)}" for key in own if key not in allowed
    ]
    sets = _settings(own.get("sets"), f"trial {name!r}: `sets`", problems)
    reference = own.get("reference", reference)
    seeds, weights_of = own.get("seeds"), own.get("weights_of")
    if seeds is not None and (not isinstance(seeds, int) or seeds < 1):
        problems.append(f"trial {name!r}: `seeds` must be a whole number of at least 1")
        seeds = None
    return Trial(
        name,
        str(own.get("label", name)),
        sets,
        None if reference == name else reference,
        tuning_of(own.get("tuning"), f"trial {name!r}: `tuning`", problems),
        seeds,
        None if weights_of is None else str(weights_of),
    )


def _settings(given: Any, where: str, problems: list[str]) -> tuple[str, ...]:
    if given is None:
        return ()
    if isinstance(given, str) or not isinstance(given, Sequence):
        problems.append(f"{where} must be a list such as [training.epochs=5]")
        return ()
    return tuple(map(str, given))

"""The runs of a plan: which folder each has, and which configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from temadapter.comparison.plan import Plan, Trial
from temadapter.comparison.tuning import Choice
from temadapter.config.run_config import Config
from temadapter.runs.folder import RunFolder

LADDER_SELECTION = "training.selection=validation"
"""A trial that keeps the last epoch (preset `official`) chooses its rate on held-out videos all the same."""


@dataclass(frozen=True)
class Job:
    """One run of a plan.

    Attributes:
        trial: What is run.
        seed: Of the run.
        config: Its configuration.
        folder: Of the run.
        choice: The learning rate and the epochs that it was given; None where nothing is chosen.
        screen: Whether it is a short try of a learning rate.
        weights_of: The folder of the run whose weights it takes instead of training.
    """

    trial: Trial
    seed: int
    config: Config
    folder: Path
    choice: Choice | None = None
    screen: bool = False
    weights_of: Path | None = None

    @property
    def name(self) -> str:
        """What messages call it."""
        if self.screen and self.choice is not None:
            return f"{self.trial.name}, trying rate {self.choice.rate:g}"
        return f"{self.trial.name}, seed {self.seed}" + (f", {self.choice}" if self.choice else "")

    @property
    def finished(self) -> bool:
        """Whether it has nothing left to do."""
        if self.weights_of is not None:
            return RunFolder(self.folder).predictions.is_file()
        return RunFolder(self.folder).finished


def missing(jobs: Sequence[Job]) -> tuple[Job, ...]:
    """Return the runs that are not finished."""
    return tuple(job for job in jobs if not job.finished)


def screen_job(plan: Plan, trial: Trial, rate: float, output: Path, sets: Sequence[str]) -> Job:
    """Return the short run that tries a learning rate."""
    tuning = plan.tuning_of(trial, plan.config(trial, sets))
    assert tuning is not None
    choice = Choice(rate, tuning.screen_epochs)
    less = f"data.training_fraction={tuning.screen_fraction}"
    config = plan.config(trial, [*sets, "training.seed=0"], last=[*choice.sets, LADDER_SELECTION, less])
    folder = output / "runs" / trial.name / f"try-rate-{rate:g}" / "seed-0"
    return Job(trial, 0, config, folder, choice, screen=True)


def rung_job(plan: Plan, trial: Trial, choice: Choice, output: Path, sets: Sequence[str]) -> Job:
    """Return the run of the first seed that shows how well a choice does on the validation questions."""
    last = (*choice.sets, LADDER_SELECTION)
    config = plan.config(trial, [*sets, "training.seed=0"], last=last)
    own = plan.config(trial, [*sets, "training.seed=0"], last=choice.sets)
    folder = output / "runs" / trial.name / (choice.slug + ("" if own == config else "-held-out"))
    return Job(trial, 0, config, folder / "seed-0", choice)


def final_job(
    plan: Plan, trial: Trial, seed: int, output: Path, sets: Sequence[str], choice: Choice | None
) -> Job:
    """Return the run that a trial is compared with, with one seed."""
    last = () if choice is None else choice.sets
    config = plan.config(trial, [*sets, f"training.seed={seed}"], last=last)
    folder = output / "runs" / trial.name
    folder = folder if choice is None else folder / choice.slug
    return Job(trial, seed, config, folder / f"seed-{seed}", choice)


def plan_jobs(
    plan: Plan,
    output: Path,
    *,
    seeds: int,
    sets: Sequence[str] = (),
    choices: Mapping[str, Choice] | None = None,
) -> tuple[Job, ...]:
    """Return every run that a plan compares, all trials with the first seed first.

    Args:
        plan: What is compared.
        output: Runs lie in `output/runs/<trial>/…/seed-<n>`; plans that share an output share equal trials.
        seeds: How many seeds, from 0.
        sets: Settings that hold for all trials.
        choices: By trial, what it chose on the ladder.

    Raises:
        ConfigError: A trial's configuration is wrong.
    """
    chosen = choices or {}
    jobs = []
    for seed in range(seeds):
        own: dict[str, Job] = {}
        for trial in plan.trials:
            if trial.weights_of is None and seed < (trial.seeds or seeds):
                own[trial.name] = final_job(plan, trial, seed, output, sets, chosen.get(trial.name))
        for trial in plan.trials:
            source = own.get(trial.weights_of or "")
            if source is not None:
                folder = output / "runs" / trial.name / f"seed-{seed}"
                config = plan.config(trial, [*sets, f"training.seed={seed}"])
                own[trial.name] = Job(trial, seed, config, folder, source.choice, weights_of=source.folder)
        jobs += [own[trial.name] for trial in plan.trials if trial.name in own]
    return tuple(jobs)

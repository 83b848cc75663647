"""Training what a run trains: its method once, or once for each member of an ensemble."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

import torch

from temadapter.config.run_config import Config
from temadapter.data.splits import TRAIN, VALIDATION
from temadapter.errors import ConfigError
from temadapter.files import write_text_atomic
from temadapter.methods.base import Method, TrainableMethod
from temadapter.methods.ensemble import Ensemble, together
from temadapter.progress import say
from temadapter.training.seeding import seed_everything
from temadapter.training.trainer import Trained, bank_accuracy, metrics_text, train

if TYPE_CHECKING:
    from temadapter.features.store import Failure
    from temadapter.training.batches import QuestionBank
    from temadapter.training.distributed import Processes


@dataclass(frozen=True)
class Lessons:
    """What every member of a run is trained on.

    Args:
        training: The questions to learn from.
        validation: The questions that the epoch is chosen by; None where none are held out.
        device: Where it is computed.
    """

    training: QuestionBank
    validation: QuestionBank | None
    device: torch.device


def lessons_of(
    banks: Mapping[str, QuestionBank], config: Config, failed: Sequence[Failure], device: torch.device
) -> Lessons:
    """Return what a run is trained on.

    Args:
        banks: Its questions by split, on `device`.
        config: Its configuration.
        failed: Videos that cannot be used, for messages.
        device: Where it is computed.

    Raises:
        ConfigError: There is nothing to learn from, or nothing to choose an epoch by.
    """
    known = banks[TRAIN].answered() if TRAIN in banks else None
    if not known:
        raise ConfigError(f"No training question with a known answer is left.{_unusable(failed)}")
    return Lessons(known, _validation(banks, config, failed), device)


def _validation(
    banks: Mapping[str, QuestionBank], config: Config, failed: Sequence[Failure]
) -> QuestionBank | None:
    """Return the questions that the epoch is chosen by."""
    held_out = banks.get(VALIDATION)
    known = None if held_out is None else held_out.answered()
    if config.training.selection != "validation" or known:
        return known
    what, hint = "No validation questions are left", "Raise data.validation_fraction"
    if held_out:
        what = f"None of the {len(held_out):,} validation questions has a known answer"
        hint = "Give their answers"
    raise ConfigError(
        f"{what} to choose an epoch by.{_unusable(failed)} {hint}, or set training.selection=last."
    )


def _unusable(failed: Sequence[Failure]) -> str:
    """Return what to do about videos that cannot be used, where there are any."""
    if not failed:
        return ""
    return f" {len(failed)} of the videos cannot be used: mend them or take their rows out ({failed[0]})."


@dataclass(frozen=True)
class Member:
    """A trained member: the only one, mostly.

    Args:
        seed: Of its initial weights, the order of its questions and its dropout.
        method: The method with its trained weights.
        trained: What its training gave.
    """

    seed: int
    method: TrainableMethod
    trained: Trained


def train_members(
    build: Callable[[], Method],
    lessons: Lessons,
    config: Config,
    folders: Mapping[int, Path],
    processes: Processes,
) -> tuple[Member, ...]:
    """Train a run's method once with every seed, one after the other, going on from what their folders hold.

    Each member is trained as it would be alone with its seed, but for the split, which is the run's for all.

    Args:
        build: Makes the method from torch's current seed.
        lessons: What it is trained on.
        config: The run's configuration.
        folders: Where each member keeps its `metrics.jsonl` and `checkpoint/`, by its seed.
        processes: Who trains this run together.
    """
    members = []
    for number, (seed, folder) in enumerate(folders.items()):
        if len(folders) > 1 and processes.writes:
            say(f"Member {number + 1} of {len(folders)}, seed {seed}")
        seed_everything(seed)
        method = build()
        if not isinstance(method, TrainableMethod):
            raise ConfigError(
                f"The method {config.method!r} has no training of its own; see `TrainableMethod`."
            )
        method.module.to(lessons.device)
        trained = train(
            method,
            lessons.training,
            lessons.validation,
            replace(config.training, seed=seed),
            folder=folder,
            processes=processes,
            dtype=getattr(torch, config.training.dtype),
            empty_options=config.model.empty_options,
        )
        members.append(Member(seed, method, trained))
    return tuple(members)


def joined(
    members: Sequence[Member], lessons: Lessons, config: Config, metrics: Path
) -> tuple[Method, Trained]:
    """Return what answers for a run and what training it gave: of several members, of all of them together.

    Writes `metrics` of an ensemble: epoch by epoch the mean of its members, and the seconds of all.
    """
    method = together([member.method for member in members])
    if len(members) == 1:
        return method, members[0].trained
    assert isinstance(method, Ensemble)
    each = [member.trained for member in members]
    accuracy, share = None, ""
    if lessons.validation is not None:
        size, empty = config.training.batch_size, config.model.empty_options
        accuracy = bank_accuracy(method, lessons.validation, size, empty_options=empty)
        share = (
            f"; together they have {100 * accuracy:.1f} % of {len(lessons.validation)} validation questions"
        )
    history = [_mean_line(lines) for lines in zip(*(own.history for own in each), strict=True)]
    write_text_atomic(metrics, metrics_text(history))
    chosen = ", ".join(f"{member.trained.epoch} (seed {member.seed})" for member in members)
    which = "last" if lessons.validation is None else "best"
    return method, Trained(
        epoch=max(own.epoch for own in each),
        chosen=f"each member's {which} of {config.training.epochs} epochs: {chosen}{share}",
        validation_accuracy=accuracy,
        weights=method.inference_state(),
        history=history,
        seconds=sum(own.seconds for own in each),
    )


def _mean_line(lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return one line of `metrics.jsonl` of the same epoch's lines of all members."""
    line = {name: fmean(own[name] for own in lines) for name in lines[0]}
    return line | {
        "epoch": lines[0]["epoch"],
        "seconds": round(sum(own["seconds"] for own in lines), 2),
    }

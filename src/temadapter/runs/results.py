"""The blocks of `results.json`: what was run, what came of it, and where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import fmean
from typing import TYPE_CHECKING, Any

from temadapter.config.run_config import Config
from temadapter.data.dataset import Dataset
from temadapter.data.splits import TEST, TRAIN, VALIDATION
from temadapter.descriptions.describers import RAW, fingerprint
from temadapter.methods.base import Method
from temadapter.runs.environment import describe_machine, peak_memory
from temadapter.runs.folder import BackboneRecord
from temadapter.runs.prepare import Prepared, Splits
from temadapter.runs.staleness import questions_fingerprint
from temadapter.training.members import Member
from temadapter.training.scoring import predict_bank
from temadapter.training.trainer import Trained

if TYPE_CHECKING:
    from temadapter.training.batches import QuestionBank


def train_block(
    config: Config,
    method: Method,
    prepared: Prepared,
    splits: Splits,
    dataset: Dataset,
    trained: Trained | None,
) -> dict[str, Any]:
    """Return what training did: data, parameters, the chosen epoch, time and memory."""
    parameters = sum(p.numel() for p in method.parameters() if p.requires_grad)
    block: dict[str, Any] = {
        "dataset": dataset.name,
        "questions": {name: len(bank) for name, bank in prepared.banks.items()},
        "videos": {name: len({q.video for q in bank.questions}) for name, bank in prepared.banks.items()},
        "questions_fingerprint": questions_fingerprint(splits),
        "questions_left_out": prepared.left_out,
        "videos_failed": [
            {"video": failure.video_id, "reason": failure.reason} for failure in prepared.failed
        ],
        "bad_rows": len(dataset.problems),
        "videos_in_training_and_test": _shared_videos(splits),
        "trainable_parameters": parameters if trained else 0,
        "peak_memory": peak_memory(),
    }
    if trained is not None:
        block |= {
            "parameters_for_answering": sum(value.numel() for value in trained.weights.values()),
            "epochs": config.training.epochs,
            "chosen_epoch": trained.epoch,
            "chosen": trained.chosen,
            "validation_accuracy": trained.validation_accuracy,
            "seconds": round(trained.seconds, 2),
        }
    return block


def _shared_videos(splits: Splits) -> int:
    seen = {question.video for name in (TRAIN, VALIDATION) for question in splits.get(name, ())}
    return len(seen & {question.video for question in splits.get(TEST, ())})


def run_block(config: Config, started: datetime, *, error: str | None = None) -> dict[str, Any]:
    """Return what was run, when, and how it ended."""
    return {
        "method": config.method,
        "preset": config.preset,
        "status": "finished" if error is None else "failed",
        "error": error,
        "started": started.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "config": config.to_dict(),
    }


def meta_block(config: Config, record: BackboneRecord, *, note: str = "") -> dict[str, Any]:
    """Return the seed, the backbone, what described questions if not the package's rules, versions and machine.

    Args:
        config: The run's configuration.
        record: Its backbone.
        note: A sentence for the model card: what the backbone knows, or where the weights come from.
    """
    backbone = {"name": record.name, "fingerprint": record.fingerprint, "embedding_dim": record.embedding_dim}
    backbone |= {"note": note} if note else {}
    block: dict[str, Any] = {"seed": config.training.seed, "backbone": backbone}
    if own := fingerprint(config.data.descriptions or RAW):
        block["descriptions"] = {"name": config.data.descriptions, "fingerprint": own}
    return {**block, **describe_machine()}


def members_block(members: Sequence[Member], test: QuestionBank | None, config: Config) -> dict[str, Any]:
    """Return what `results.json` says of the members of an ensemble, one by one; nothing where there is only one."""
    if len(members) <= 1:
        return {}
    return {"members": [_member_block(member, test, config) for member in members]}


def _member_block(member: Member, test: QuestionBank | None, config: Config) -> dict[str, Any]:
    trained, accuracy = member.trained, None
    if test is not None:
        size, empty = config.training.batch_size, config.model.empty_options
        answered = predict_bank(member.method, test, size, empty_options=empty)
        right = [float(p.correct) for p in answered if p.correct is not None]
        accuracy = fmean(right) if right else None
    return {
        "seed": member.seed,
        "chosen_epoch": trained.epoch,
        "validation_accuracy": trained.validation_accuracy,
        "test_accuracy": accuracy,
        "seconds": round(trained.seconds, 2),
    }

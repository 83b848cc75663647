"""The training loop: batches from memory, validation, the best epoch kept, resumable at any step."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from temadapter.config.training_config import TrainingConfig
from temadapter.errors import ConfigError, TemAdapterError
from temadapter.evaluation.prediction import EmptyOptions, predict
from temadapter.files import write_text_atomic
from temadapter.memory import kept_memory
from temadapter.methods.base import Method, RunningMethod, StandardisingMethod, TrainableMethod
from temadapter.progress import Bar, bar
from temadapter.training.batches import QuestionBank
from temadapter.training.checkpoint import Progress, load_checkpoint, save_checkpoint
from temadapter.training.distributed import ALONE, Processes
from temadapter.training.schedule import learning_rate
from temadapter.training.seeding import (
    epoch_order,
    random_state,
    repeatable_kernels,
    restore_random_state,
)
from temadapter.training.shares import PartOfBatch, check_divisible

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

METRICS, CHECKPOINT, TENSORBOARD = "metrics.jsonl", "checkpoint", "tensorboard"


@dataclass(frozen=True)
class Trained:
    """What training gave.

    Args:
        epoch: The epoch whose weights are kept, from 1.
        chosen: Which one that is and why, in words.
        validation_accuracy: Its accuracy on the validation questions, 0 to 1; None without such.
        weights: Its weights, those that answering needs; the method holds them too.
        history: The lines of `metrics.jsonl`.
        seconds: Time spent training, over all the times that the run was started.
    """

    epoch: int
    chosen: str
    validation_accuracy: float | None
    weights: dict[str, Tensor]
    history: list[dict[str, Any]]
    seconds: float


def train(
    method: TrainableMethod,
    training: QuestionBank,
    validation: QuestionBank | None,
    config: TrainingConfig,
    *,
    folder: Path,
    dtype: torch.dtype = torch.float32,
    empty_options: EmptyOptions = "masked",
    processes: Processes = ALONE,
) -> Trained:
    """Train a method, going on from the last checkpoint in `folder` where there is one.

    Killed at any moment and called again with the same arguments (and a method built from the same seed), it
    ends with the same bits as if it had never been interrupted.

    Args:
        method: What is trained, on its device, with an objective.
        training: The questions to learn from, on the same device.
        validation: The questions that choose the epoch; None to keep the last epoch's weights.
        config: The settings of the loop.
        folder: The run folder: `metrics.jsonl`, `checkpoint/` and `tensorboard/` are written there.
        dtype: Number format of matrix products; weights, and validation, stay in float32.
        empty_options: Whether empty options are hidden from the method (docs/method.md section 7, row 6).

        processes: Who trains this run together: each computes its part of every batch, the first one writes.

    Raises:
        ConfigError: TensorBoard was asked for and is not installed, there is no question to learn from, or several
            processes cannot divide what the method needs whole.
        TemAdapterError: The loss is no longer a number.
    """
    check_tensorboard(config)
    if not len(training):
        raise ConfigError("There is no training question with a known answer.")
    check_divisible(method, processes)
    run = _Run(method, training, validation, config, folder, dtype, empty_options, processes)
    run.resume()
    total = config.epochs * run.steps_per_epoch
    with (
        repeatable_kernels(),
        kept_memory(),
        _board(folder, config, run.progress.epoch, wanted=processes.writes) as board,
        bar("Training", total) as shown,
    ):
        shown.begin_at((run.progress.epoch - 1) * run.steps_per_epoch + run.progress.step)
        while run.progress.epoch <= config.epochs:
            run.epoch(shown)
            line = run.end_epoch()
            shown.note(_note(line, run.progress.best_epoch))
            if board is not None:
                for name, value in line.items():
                    if isinstance(value, float):
                        board.add_scalar(name, value, line["epoch"])
    return run.result()


def _parameter_groups(
    everything: Sequence[nn.Parameter], faster: Sequence[nn.Parameter], config: TrainingConfig
) -> list[dict[str, Any]]:
    """Split the parameters by how fast they learn and whether they decay; most methods have one group only."""
    fast = {id(parameter) for parameter in faster}
    groups = []
    for is_fast, factor in ((False, 1.0), (True, config.fast_rate)):
        own = [p for p in everything if (id(p) in fast) == is_fast]
        decayed = [p for p in own if config.decayed == "all" or p.dim() > 1]
        kept = [p for p in own if config.decayed != "all" and p.dim() <= 1]
        groups += [
            {"params": decayed, "factor": factor, "weight_decay": config.weight_decay},
            {"params": kept, "factor": factor, "weight_decay": 0.0},
        ]
    return [group for group in groups if group["params"]]


class _Run:
    """A training run between two checkpoints."""

    def __init__(
        self,
        method: TrainableMethod,
        training: QuestionBank,
        validation: QuestionBank | None,
        config: TrainingConfig,
        folder: Path,
        dtype: torch.dtype,
        empty_options: EmptyOptions,
        processes: Processes,
    ) -> None:
        self.processes = processes
        self.method, self.config, self.folder, self.dtype = method, config, folder, dtype
        if isinstance(method, StandardisingMethod):
            method.observe(*training.shown_videos())
        self.parameters = method.trainable_parameters()  # asked once: to find them takes a millisecond
        self.training, self.validation, self.empty_options = training, validation, empty_options
        self.steps_per_epoch = math.ceil(len(training) / config.batch_size)
        # AdamW without weight decay is Adam; the fused form makes one pass over the weights
        self.optimizer = torch.optim.AdamW(
            _parameter_groups(self.parameters, method.fast_parameters(), config),
            lr=config.learning_rate,
            betas=(0.9, config.second_beta),
            fused=True,
        )
        self.progress = Progress()
        self.saved_at = self.started_at = time.monotonic()

    def resume(self) -> None:
        """Load the last checkpoint, if there is one, and bring `metrics.jsonl` to where it was."""
        found = load_checkpoint(self.folder / CHECKPOINT)
        if found is not None:
            self.progress, state = found
            self.method.module.load_state_dict(state["model"])
            self.optimizer.load_state_dict(state["optimizer"])
            restore_random_state(state["random"])
        self.processes.same(self.method.module.state_dict().values())
        self.log()

    def epoch(self, shown: Bar) -> None:
        """Do the steps of the current epoch that are still to do."""
        progress, config = self.progress, self.config
        order = epoch_order(
            self.training.video, seed=config.seed, epoch=progress.epoch, together=config.questions_together
        )
        self.method.module.train()
        for start in range(progress.step * config.batch_size, len(order), config.batch_size):
            rows = order[start : start + config.batch_size]
            step = (progress.epoch - 1) * self.steps_per_epoch + progress.step
            rate = learning_rate(config, step=step, steps_per_epoch=self.steps_per_epoch)
            for group in self.optimizer.param_groups:
                group["lr"] = rate * group["factor"]
            losses = self.backward(rows, step)
            norm = self.method.clip_gradients()
            self.optimizer.step()
            self.count(losses, norm, questions=len(rows))
            progress.step += 1
            shown.advance()
            self.save_if_due()

    def backward(self, rows: Tensor, step: int) -> Tensor:
        """Compute the gradients of a batch, here or together with other processes.

        Args:
            rows: (B,), the questions of the batch.
            step: How many steps came before.

        Returns:
            (3,), its loss, answering loss and autoregressive error.
        """
        part = PartOfBatch.of(self.training, rows, self.processes)
        part.seed(self.config.seed, step)
        self.optimizer.zero_grad(set_to_none=True)
        numbers = torch.zeros(3, device=self.training.video.device)
        if isinstance(self.method, RunningMethod):
            self.method.take_in(self.training.batch(rows, empty_options=self.empty_options))
        if len(part.rows):
            batch = self.training.batch(part.rows, empty_options=self.empty_options)
            with torch.autocast(batch.frames.device.type, self.dtype, enabled=self.dtype != torch.float32):
                losses = part.weighted(self.method, self.method.loss(batch))
            losses.total.backward()  # type: ignore[no-untyped-call]
            numbers = torch.stack([value.detach() for value in losses])
        self.processes.add_gradients(self.parameters, numbers)
        return numbers

    def count(self, losses: Tensor, norm: float, *, questions: int) -> None:
        """Add a step's numbers to the epoch's sums, weighted by its number of questions."""
        numbers = losses.tolist()
        if not all(math.isfinite(number) for number in numbers):
            raise TemAdapterError(
                f"The loss is no longer a number (epoch {self.progress.epoch}, "
                f"step {self.progress.step + 1}). "
                "Try a smaller training.learning_rate, or training.dtype=float32."
            )
        named = zip(("loss", "qa", "autoregressive", "gradient_norm"), [*numbers, norm], strict=True)
        for name, number in named:
            self.progress.sums[name] = self.progress.sums.get(name, 0.0) + number * questions

    def end_epoch(self) -> dict[str, Any]:
        """Validate, keep the weights if they are the best, log, and go to the next epoch."""
        progress = self.progress
        line: dict[str, Any] = {"epoch": progress.epoch}
        line |= {name: total / len(self.training) for name, total in progress.sums.items()}
        line["learning_rate"] = self.optimizer.param_groups[0]["lr"]
        accuracy = None
        if self.validation is not None:
            accuracy = self.processes.first(self.validate)
            line["validation_accuracy"] = accuracy
        if accuracy is None or accuracy > progress.best_score:  # a tie goes to the earliest epoch
            progress.best_epoch = progress.epoch
            progress.best_score = -1.0 if accuracy is None else accuracy
            progress.best_weights = {
                name: value.detach().cpu().clone() for name, value in self.method.inference_state().items()
            }
        line["seconds"] = round(progress.seconds + time.monotonic() - self.started_at, 2)
        progress.history.append(line)
        progress.epoch, progress.step, progress.sums = progress.epoch + 1, 0, {}
        progress.finished = progress.epoch > self.config.epochs
        self.log()
        self.save_if_due(now=progress.finished)
        return line

    def validate(self) -> float:
        """Return the accuracy on the validation questions."""
        assert self.validation is not None
        size, empty = self.config.batch_size, self.empty_options
        return bank_accuracy(self.method, self.validation, size, empty_options=empty)

    def log(self) -> None:
        """Write `metrics.jsonl` as far as the finished epochs go."""
        if not self.processes.writes:
            return
        write_text_atomic(self.folder / METRICS, metrics_text(self.progress.history))

    def save_if_due(self, *, now: bool = False) -> None:
        """Write a checkpoint if the last one is old enough."""
        if not now and time.monotonic() - self.saved_at < self.config.checkpoint_every:
            return
        if not self.processes.writes:
            return
        self.stop_clock()
        save_checkpoint(
            self.folder / CHECKPOINT,
            progress=self.progress,
            model=self.method.module.state_dict(),
            optimizer=self.optimizer.state_dict(),
            random=random_state(),
        )
        self.saved_at = time.monotonic()

    def stop_clock(self) -> None:
        """Add the time since the last call to the run's."""
        now = time.monotonic()
        self.progress.seconds += now - self.started_at
        self.started_at = now

    def result(self) -> Trained:
        """Put the kept weights into the method and return them with their history."""
        progress = self.progress
        self.method.load_inference_state(progress.best_weights)
        self.method.module.eval()
        if self.validation is None:
            why = f"the last of {self.config.epochs} epochs; no validation questions were held out"
        else:
            share = f"{100 * progress.best_score:.1f} % of {len(self.validation)} validation questions"
            why = f"the best of {self.config.epochs} epochs, with {share}; ties go to the earliest"
        score = None if self.validation is None else progress.best_score
        history, weights = progress.history, progress.best_weights
        chosen = f"epoch {progress.best_epoch}: {why}"
        return Trained(progress.best_epoch, chosen, score, weights, history, progress.seconds)


def metrics_text(history: Iterable[Mapping[str, Any]]) -> str:
    """Return the text of `metrics.jsonl`, one line an epoch."""
    return "".join(json.dumps(line) + "\n" for line in history)


def bank_accuracy(
    method: Method, bank: QuestionBank, batch_size: int, *, empty_options: EmptyOptions
) -> float:
    """Return the share of a bank's questions that a method answers right, in batches in file order."""
    batches = bank.batches(batch_size, empty_options=empty_options)
    predictions = predict(method, batches, bank.questions, empty_options=empty_options)
    return sum(bool(prediction.correct) for prediction in predictions) / len(predictions)


def _note(line: Mapping[str, Any], best: int) -> str:
    text = f"epoch {line['epoch']}  loss {line['loss']:.3f}"
    if "validation_accuracy" in line:
        text += f"  validation {100 * line['validation_accuracy']:.1f} %  best: epoch {best}"
    return text


def check_tensorboard(config: TrainingConfig) -> None:
    """Refuse a run that asks for TensorBoard where it is not installed.

    Raises:
        ConfigError: The message says how to install it.
    """
    if config.tensorboard and find_spec("tensorboard") is None:
        raise ConfigError(
            "training.tensorboard needs the package tensorboard: pip install 'temadapter[tensorboard]'."
        )


@contextmanager
def _board(
    folder: Path, config: TrainingConfig, epoch: int, *, wanted: bool
) -> Iterator[SummaryWriter | None]:
    """Yield a TensorBoard writer, if one is wanted; lines of epochs that are done again are replaced."""
    if not (config.tensorboard and wanted):
        yield None
        return
    from torch.utils.tensorboard import SummaryWriter

    writer = SummaryWriter(folder / TENSORBOARD, purge_step=epoch)
    try:
        yield writer
    finally:
        writer.close()

"""How the trained part of a method is trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from temadapter.devices import is_device_name
from temadapter.errors import check_rules

FRAMES_TOGETHER = 16
"""How many questions about a video follow each other for a method that needs frames."""

MOST_MEMBERS = 100
"""Of an ensemble: what a run from others may ask for is bounded."""


@dataclass(frozen=True)
class TrainingConfig:
    """How the trained part is trained.

    Args:
        epochs: Passes over the training questions.
        batch_size: Questions in a step, and in a batch of evaluation.
        questions_together: How many questions about one video follow each other in an epoch; they share one
            pass over its frames. 1 = all questions shuffled; a method that needs frames takes `FRAMES_TOGETHER`
            instead, so that a video passes the image tower once for all its questions.
        learning_rate: Adam's, at the start.
        fast_rate: How many times faster the parameters of guided pooling learn (`model.pooling=guided`).
        schedule: `halve` (after every `halve_every` epochs), `cosine` (to 0 at the end) or `constant`.
        halve_every: Epochs between halvings.
        warmup: Share of all steps over which the learning rate rises from 0, before the schedule begins.
        weight_decay: Decoupled from the gradient (AdamW).
        decayed: What weight decay acts on: `all` weights, or `matrices` only (no biases, norms, single vectors).
        second_beta: AdamW's, of the mean of squared gradients; smaller forgets faster.
        selection: Which epoch's weights are kept: the best on `validation`, or the `last` (docs/method.md
            section 7, row 11).
        seed: Of initial weights, order of questions, dropout, and the validation split.
        ensemble: How many times the method is trained, with the seeds `seed`, `seed` + 1 and so on, on the same split;
            the mean of their probabilities answers.
        device: `auto` takes CUDA where there is one.
        dtype: `auto` takes what was fastest on that device (`benchmarks/training_dtype.py`).
        tensorboard: Write TensorBoard files beside `metrics.jsonl`.
        checkpoint_every: Seconds between checkpoints; 0 = after every step.
    """

    epochs: int = 50
    batch_size: int = 128
    questions_together: int = 1
    learning_rate: float = 1e-4
    fast_rate: float = 30.0
    schedule: Literal["halve", "cosine", "constant"] = "halve"
    halve_every: int = 10
    warmup: float = 0.0
    weight_decay: float = 0.0
    decayed: Literal["all", "matrices"] = "all"
    second_beta: float = 0.999
    selection: Literal["validation", "last"] = "validation"
    seed: int = 0
    ensemble: int = 1
    device: str = "auto"
    dtype: Literal["auto", "float32", "bfloat16"] = "auto"
    tensorboard: bool = False
    checkpoint_every: float = 60.0

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seed of each member.

        >>> TrainingConfig(seed=5, ensemble=3).seeds
        (5, 6, 7)
        """
        return tuple(range(self.seed, self.seed + self.ensemble))

    def __post_init__(self) -> None:
        check_rules(
            ("epochs must be at least 1", self.epochs >= 1),
            ("device must be auto, cpu, cuda, cuda:N or mps", is_device_name(self.device)),
            ("batch_size must be at least 1", self.batch_size >= 1),
            ("questions_together must be at least 1", self.questions_together >= 1),
            ("learning_rate must be above 0", self.learning_rate > 0),
            ("fast_rate must be above 0", self.fast_rate > 0),
            ("halve_every must be at least 1", self.halve_every >= 1),
            ("warmup must be at least 0 and below 1", 0 <= self.warmup < 1),
            ("weight_decay must not be negative", self.weight_decay >= 0),
            ("second_beta must be above 0 and below 1", 0 < self.second_beta < 1),
            ("seed must not be negative", self.seed >= 0),
            (f"ensemble must be from 1 to {MOST_MEMBERS}", 1 <= self.ensemble <= MOST_MEMBERS),
            ("checkpoint_every must not be negative", self.checkpoint_every >= 0),
        )

"""What every transfer method takes and gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    from torch import Tensor, nn

    from temadapter.backbones.base import Backbone
    from temadapter.methods.extra_texts import ExtraTexts, Reader
    from temadapter.models.config import ModelConfig
    from temadapter.models.objective import Losses, Objective

Needs = Literal["features", "frames"]
Text = Literal["raw", "event"]


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Questions with their videos, as tensors.

    Attributes:
        frames: (V, F, D), frame features as the backbone made them, padded at the end. V is B,
            unless `videos` is given. For a method that needs `frames`: uint8 pixels (V, F, S, S, 3).
        options: (B, N, D), text embeddings as the backbone made them, padded; (B, N, 0) for a method that runs the
            text tower itself.
        option_mask: (B, N), True for an option that may be chosen: padding never, empty options only where
            they compete.
        frame_mask: (V, F), True for a real frame; None where all are.
        answers: (B,), index of the correct option; None where unknown.
        ids: The questions' ids.
        videos: (B,), the row of `frames` each question is about, so that questions about one video share its
            frames and one pass over them; every row is asked about. None: question b is about row b.
        texts: For each of the B questions the sentences of its own options, "" for an empty one: what a method that
            runs the text tower itself reads.
        extra: The sentences that the method's reader asked for; None for a method without a reader.
    """

    frames: Tensor
    options: Tensor
    option_mask: Tensor
    frame_mask: Tensor | None = None
    answers: Tensor | None = None
    ids: tuple[str, ...] = ()
    videos: Tensor | None = None
    texts: tuple[tuple[str, ...], ...] = ()
    extra: ExtraTexts | None = None

    def expanded(self) -> Batch:
        """Return the same batch with one row of frames per question: `videos` is None."""
        if self.videos is None:
            return self
        mask = None if self.frame_mask is None else self.frame_mask[self.videos]
        return replace(self, frames=self.frames[self.videos], frame_mask=mask, videos=None)

    def only(self, question: int, option: int) -> Batch:
        """Return the batch of one question with one of its options."""
        row = question if self.videos is None else int(self.videos[question])
        this, one = slice(question, question + 1), slice(option, option + 1)
        extra = self.extra
        if extra is not None:
            extra = replace(extra, own=extra.own[this, one], group=extra.group[this, one])
        return replace(
            self,
            frames=self.frames[row : row + 1],
            options=self.options[this, one],
            option_mask=self.option_mask[this, one],
            frame_mask=None if self.frame_mask is None else self.frame_mask[row : row + 1],
            answers=None,
            ids=self.ids[this],
            videos=None,
            texts=tuple(own[one] for own in self.texts[this]),
            extra=extra,
        )

    def repeated(self, frames: Tensor) -> Batch:
        """Return the B questions once for each of C copies of their videos, (C, V, F, D): C x B questions.

        Copies are whole: none of their frames is padded.
        """
        import torch

        copies, videos = frames.shape[:2]
        device = self.options.device
        rows = torch.arange(videos, device=device) if self.videos is None else self.videos
        rows = rows[None] + videos * torch.arange(copies, device=device)[:, None]
        extra = self.extra
        if extra is not None:
            extra = replace(extra, own=extra.own.repeat(copies, 1, 1), group=extra.group.repeat(copies, 1))
        return replace(
            self,
            frames=frames.flatten(0, 1),
            options=self.options.repeat(copies, 1, 1),
            option_mask=self.option_mask.repeat(copies, 1),
            frame_mask=None,
            answers=None if self.answers is None else self.answers.repeat(copies),
            ids=self.ids * copies,
            videos=rows.flatten(),
            texts=self.texts * copies,
            extra=extra,
        )


@dataclass(frozen=True, kw_only=True)
class MethodContext:
    """What a method may need to be built.

    Attributes:
        embedding_dim: D of the backbone.
        logit_scale: The backbone's own factor on cosines.
        model: Tem-Adapter's configuration; None for preset `paper`.
        objective: The training objective; None where the method is only to answer.
        backbone: The backbone, for a method that runs its towers; it is never changed.
        options: The method's own options by name; those that are not there have their defaults.
    """

    embedding_dim: int
    logit_scale: float = 100.0
    model: ModelConfig | None = None
    objective: Objective | None = None
    backbone: Backbone | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@runtime_checkable
class Method(Protocol):
    """A way to answer.

    Attributes:
        name: As in `list_methods()`.
        needs: `features` (stored frame embeddings) or `frames` (pixels: the towers change).
        text: What is embedded as an option: the `raw` option or its `event` description.
        trainable: Whether there is anything to train.
    """

    name: str
    needs: Needs
    text: Text
    trainable: bool

    def score(self, batch: Batch) -> Tensor:
        """Return logits (B, N); -inf for a masked option."""
        ...

    def frame_scores(self, batch: Batch) -> Tensor:
        """Return each frame's own logits (B, F, N); rows of padded frames mean nothing."""
        ...

    def parameters(self) -> Iterable[nn.Parameter]:
        """Return every parameter of the method (none for a zero-shot one)."""
        ...


@runtime_checkable
class TrainedMethod(Method, Protocol):
    """A method with weights of its own, which a run keeps."""

    @property
    def module(self) -> nn.Module:
        """What is trained: its `train()`, `eval()`, `state_dict()` and `to()` are the method's."""
        ...

    def inference_state(self) -> dict[str, Tensor]:
        """Return the weights that answering needs, by name."""
        ...

    def load_inference_state(self, state: dict[str, Tensor]) -> None:
        """Load what `inference_state` returned."""
        ...


@runtime_checkable
class TrainableMethod(TrainedMethod, Protocol):
    """A method with something to train."""

    def loss(self, batch: Batch) -> Losses:
        """Return the training losses of a batch whose answers are known."""
        ...

    def trainable_parameters(self) -> list[nn.Parameter]:
        """Return the parameters to optimise."""
        ...

    def fast_parameters(self) -> list[nn.Parameter]:
        """Return those of them that learn `training.fast_rate` times faster; often none."""
        ...

    def clip_gradients(self) -> float:
        """Scale gradients down where the objective says so; return their norm before."""
        ...


@runtime_checkable
class ReadingMethod(Protocol):
    """A method that reads more sentences than an option's text; see `temadapter.methods.extra_texts`."""

    @property
    def reader(self) -> Reader:
        """What says which."""
        ...


@runtime_checkable
class StandardisingMethod(Protocol):
    """A method that looks at the training videos once before it is trained, e.g. for their mean and deviation."""

    def observe(self, frames: Tensor, frame_mask: Tensor) -> None:
        """Look at the training videos.

        Args:
            frames: (V, F, D), frame features as the backbone made them, padded at the end.
            frame_mask: (V, F), True for a real frame.
        """
        ...


@runtime_checkable
class RunningMethod(Protocol):
    """A method that keeps running statistics of what training shows, besides what gradients teach it."""

    def take_in(self, batch: Batch) -> None:
        """Take in a whole batch of training, before the step. Each of several processes is shown all of it."""
        ...


@runtime_checkable
class TrackingMethod(Protocol):
    """A method that can tell where what an option names is in each frame."""

    def tracks(self, batch: Batch) -> list[tuple[str, tuple[str, ...], Tensor]]:
        """Return what was followed of the only question of a batch.

        Returns:
            For each entity its name ("" for the whole picture), K sentences about stills and scores (F, K), in
            standard deviations of the training videos.
        """
        ...

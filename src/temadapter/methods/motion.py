"""A baseline: a linear model of how frames look on average, how much they differ and how much they change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from temadapter.errors import ConfigError, DataError
from temadapter.methods.base import Batch, MethodContext, Needs, Text
from temadapter.methods.spec import MethodSpec

if TYPE_CHECKING:
    from torch import Tensor, nn

    from temadapter.models.objective import Losses


class Motion:
    """Logistic regression on the mean, the standard deviation and the mean absolute change of frame features.

    The order of frames is lost, but how much changes from frame to frame is kept: what a mean cannot tell, and often
    all that a question about an event needs. A transfer method that does not beat this has not learned to see events.
    See `temadapter.models.frame_statistics.StatisticsClassifier` for the model.

    Args:
        context: `embedding_dim` and `logit_scale`; of the objective only `clip_norm` is read.
    """

    name = "motion"
    needs: Needs = "features"
    text: Text = "event"
    trainable = True
    change = True

    def __init__(self, context: MethodContext) -> None:
        from temadapter.methods.transfer import CLIP_NORM
        from temadapter.models.frame_statistics import StatisticsClassifier

        self.model = StatisticsClassifier(
            context.embedding_dim, change=self.change, logit_scale=context.logit_scale
        )
        self._clip_norm = CLIP_NORM if context.objective is None else context.objective.clip_norm

    @property
    def module(self) -> nn.Module:
        """What is trained: one matrix, and the scale of the statistics."""
        return self.model

    def parameters(self) -> list[nn.Parameter]:
        """Return the matrix."""
        return list(self.model.parameters())

    def trainable_parameters(self) -> list[nn.Parameter]:
        """Return the matrix."""
        return self.parameters()

    def fast_parameters(self) -> list[nn.Parameter]:
        """Return nothing: all learn at one rate."""
        return []

    def score(self, batch: Batch) -> Tensor:
        """Return logits (B, N) in evaluation mode, without gradients; -inf for a masked option."""
        return self._answer(batch, lambda: self._video(batch))[:, 0]

    def frame_scores(self, batch: Batch) -> Tensor:
        """Return what each frame and its change say of each option: logits (B, F, N); padded rows mean nothing."""
        return self._answer(batch, lambda: self.model.frame_statistics(batch.frames, batch.frame_mask))

    def take_in(self, batch: Batch) -> None:
        """Take in the statistics of a batch's videos, once for each question about them."""
        statistics = self._video(batch).float()
        self.model.standardise.take_in(statistics if batch.videos is None else statistics[batch.videos])

    def loss(self, batch: Batch) -> Losses:
        """Return the cross-entropy over each question's options, averaged over the batch.

        Raises:
            ConfigError: For a batch without answers.
        """
        from torch.nn import functional

        from temadapter.models.objective import Losses

        if batch.answers is None:
            raise ConfigError(f"Training {self.name} needs the correct answers.")
        loss = functional.cross_entropy(self._compare(self._video(batch), batch)[:, 0], batch.answers)
        return Losses(loss, loss, loss.new_zeros(()))

    def clip_gradients(self) -> float:
        """Clip the gradient norm; return what it was before."""
        from torch import nn

        return float(nn.utils.clip_grad_norm_(self.parameters(), self._clip_norm))

    def inference_state(self) -> dict[str, Tensor]:
        """Return the matrix and the scale of the statistics, by name."""
        return {name: value.detach() for name, value in self.model.state_dict().items()}

    def load_inference_state(self, state: dict[str, Tensor]) -> None:
        """Load what `inference_state` returned.

        Raises:
            DataError: The weights are not those of this method on this backbone.
        """
        try:
            self.model.load_state_dict(state)
        except RuntimeError as error:
            raise DataError(
                f"These weights do not fit the method {self.name}: {' '.join(str(error).split())[:200]}"
            ) from None

    def _video(self, batch: Batch) -> Tensor:
        return self.model.statistics(batch.frames, batch.frame_mask)[:, None]  # (V, 1, C)

    def _answer(self, batch: Batch, statistics: Callable[[], Tensor]) -> Tensor:
        """Score statistics without gradients, and leave the model's mode as it was."""
        import torch

        training = self.model.training
        self.model.eval()
        try:
            with torch.no_grad():
                return self._compare(statistics(), batch)
        finally:
            self.model.train(training)

    def _compare(self, statistics: Tensor, batch: Batch) -> Tensor:
        """Compare statistics (V, T, C) with the options of each question: (B, T, N), -inf for a masked option."""
        import torch

        if batch.videos is not None:
            statistics = statistics[batch.videos]
        with torch.autocast(statistics.device.type, enabled=False):  # a cosine in bfloat16 has two digits
            logits: Tensor = self.model(statistics.float(), batch.options)
        return logits.masked_fill(~batch.option_mask[:, None], -torch.inf)


SPEC = MethodSpec(
    name="motion",
    summary="a baseline: logistic regression on mean, deviation and mean change of the frames",
    needs="features",
    text="event",
    trainable=True,
    build=Motion,
)

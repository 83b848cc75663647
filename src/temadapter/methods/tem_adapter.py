"""Tem-Adapter as a method: the networks, their objective, and what of them is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from temadapter.errors import ConfigError
from temadapter.methods.base import Batch, MethodContext, Needs, Text
from temadapter.methods.spec import MethodSpec
from temadapter.models.config import ModelConfig

if TYPE_CHECKING:
    from torch import Tensor, nn

    from temadapter.models.objective import Losses, Objective
    from temadapter.models.tem_adapter import TemAdapter, TemAdapterOutput


class TemAdapterMethod:
    """Temporal and Semantic Aligner on stored features.

    Args:
        model: The networks.
        objective: What they are trained for; None for answering only.
    """

    name = "tem-adapter"
    needs: Needs = "features"
    text: Text = "event"
    trainable = True

    def __init__(self, model: TemAdapter, objective: Objective | None = None) -> None:
        self.model = model
        self.objective = objective

    @classmethod
    def from_context(cls, context: MethodContext) -> TemAdapterMethod:
        """Build fresh networks for the backbone's embedding size."""
        from temadapter.models.tem_adapter import TemAdapter

        config = context.model or ModelConfig(embedding_dim=context.embedding_dim)
        return cls(TemAdapter(replace(config, embedding_dim=context.embedding_dim)), context.objective)

    @property
    def module(self) -> nn.Module:
        """The networks."""
        return self.model

    def parameters(self) -> list[nn.Parameter]:
        """Return every parameter of the networks."""
        return list(self.model.parameters())

    def trainable_parameters(self) -> list[nn.Parameter]:
        """Return the parameters to optimise: all of them, the backbone is not among them."""
        return self.parameters()

    def fast_parameters(self) -> list[nn.Parameter]:
        """Return those that may learn at another rate: guided pooling and, with it, the gate γ.

        Both are small and start from (almost) nothing.
        """
        if self.model.pooling is None:
            return []
        gate = [] if self.model.semantic is None else [self.model.semantic.gamma]
        return [*self.model.pooling.parameters(), *gate]

    def score(self, batch: Batch) -> Tensor:
        """Return logits (B, N) in evaluation mode, without gradients; -inf for a masked option."""
        return self._answer(batch).logits

    def frame_scores(self, batch: Batch) -> Tensor:
        """Return what each frame state alone says of each option: logits (B, F, N).

        Rows of padded frames mean nothing.
        """
        import torch

        output = self._answer(batch)
        assert output.frame_states is not None
        with torch.no_grad():
            scores = self.model.compare(output.frame_states, output.refined_options)
            if output.frame_weights is not None:  # what a frame says, given when it is shown
                count = output.frame_weights.shape[-1]
                scores = scores * output.frame_weights.transpose(1, 2) * count
        return scores.masked_fill(torch.isneginf(output.logits)[:, None], -torch.inf)

    def loss(self, batch: Batch) -> Losses:
        """Return the losses of a batch; dropout acts if `module` is in training mode.

        Raises:
            ConfigError: Without an objective, or for a batch without answers.
        """
        answers = batch.answers
        if self.objective is None or answers is None:
            raise ConfigError("Training Tem-Adapter needs an objective and the correct answers.")
        if self.model.config.option_pairing == "tiled":  # pairs rows of the batch: nothing can be shared
            batch = batch.expanded()
        output = self._run(batch, answers if self.objective.predicts else None)
        return self.objective(
            output,
            frames=batch.frames,
            answers=answers,
            option_mask=batch.option_mask,
            frame_mask=batch.frame_mask,
        )

    def clip_gradients(self) -> float:
        """Clip the gradient norm over everything, or over the temporal module (docs/method.md section 7, row 9).

        Returns:
            The norm before clipping.
        """
        from torch import nn

        if self.objective is None:
            raise ConfigError("Training Tem-Adapter needs an objective.")
        clipped: nn.Module | None = self.model
        if self.objective.gradient_clip == "temporal":
            clipped = self.model.temporal
        if clipped is None:
            return 0.0
        return float(nn.utils.clip_grad_norm_(clipped.parameters(), self.objective.clip_norm))

    def inference_state(self) -> dict[str, Tensor]:
        """Return the weights that answering needs, by name; the decoder is not among them."""
        return self.model.inference_state()

    def load_inference_state(self, state: dict[str, Tensor]) -> None:
        """Load what `inference_state` returned."""
        self.model.load_inference_state(state)

    def _answer(self, batch: Batch) -> TemAdapterOutput:
        """Run the networks without dropout, and leave their mode as it was."""
        import torch

        training = self.model.training
        self.model.eval()
        try:
            with torch.no_grad():
                return self._run(batch, None)
        finally:
            self.model.train(training)

    def _run(self, batch: Batch, answers: Tensor | None) -> TemAdapterOutput:
        """Run the networks; the batch's mask already says whether empty options compete."""
        output: TemAdapterOutput = self.model(
            batch.frames,
            batch.options,
            given_mask=batch.option_mask,
            frame_mask=batch.frame_mask,
            answers=answers,
            videos=batch.videos,
        )
        return output


SPEC = MethodSpec(
    name="tem-adapter",
    summary="the Temporal Aligner and the Semantic Aligner",
    needs="features",
    text="event",
    trainable=True,
    build=TemAdapterMethod.from_context,
)

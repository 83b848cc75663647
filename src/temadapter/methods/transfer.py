"""What the transfer methods share: one vector per video, one per option, their cosine, and cross-entropy."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from temadapter.errors import ConfigError
from temadapter.methods.base import Batch, MethodContext, Needs, Text

if TYPE_CHECKING:
    from torch import Tensor, nn

    from temadapter.models.objective import Losses

CLIP_NORM = 12.0
"""The largest gradient norm where no objective names another (docs/method.md section 6)."""


class EncodedVideo(NamedTuple):
    """What a method makes of V videos.

    Attributes:
        frames: (V, F, D), one state per frame; padded frames hold anything.
        video: (V, D), what is compared with the options.
    """

    frames: Tensor
    video: Tensor


class TransferMethod(ABC):
    """A method that compares one vector of the video with one vector of each option.

    State dicts of its module hold what is trained and nothing else: a checkpoint does not repeat the backbone.

    The logit of an option is their cosine times the backbone's own factor, as CLIP compares pictures with captions
    (the paper leaves it open). It is trained with cross-entropy over a question's options, as the papers
    of these methods do; of the `objective` section only `clip_norm` is read.

    Args:
        module: Everything that the method may train; its parameters that require no gradient stay as they are.
        context: What the method was built from.
    """

    name: str
    needs: Needs = "features"
    text: Text = "event"
    trainable = True

    def __init__(self, module: nn.Module, context: MethodContext) -> None:
        from temadapter.models.trained_weights import keep_only_trained

        self._module = module
        keep_only_trained(module)
        self._clip_norm = CLIP_NORM if context.objective is None else context.objective.clip_norm
        self.logit_scale = context.logit_scale

    @abstractmethod
    def encode_video(self, batch: Batch) -> EncodedVideo:
        """Return what the method makes of the batch's V videos, with gradients where they are enabled."""

    @abstractmethod
    def encode_options(self, batch: Batch) -> Tensor:
        """Return what it makes of the options, (B, N, D)."""

    def scale(self) -> Tensor | float:
        """Return the factor on cosines."""
        return self.logit_scale

    @property
    def module(self) -> nn.Module:
        """What is trained."""
        return self._module

    def parameters(self) -> list[nn.Parameter]:
        """Return every parameter of the method, the frozen ones of its towers included."""
        return list(self._module.parameters())

    def trainable_parameters(self) -> list[nn.Parameter]:
        """Return the parameters to optimise."""
        from temadapter.models.trained_weights import trained

        return list(trained(self._module).values())

    def fast_parameters(self) -> list[nn.Parameter]:
        """Return nothing: all learn at one rate."""
        return []

    def score(self, batch: Batch) -> Tensor:
        """Return logits (B, N) in evaluation mode, without gradients; -inf for a masked option."""
        return self._answer(batch, lambda encoded: encoded.video[:, None])[:, 0]

    def frame_scores(self, batch: Batch) -> Tensor:
        """Return what each frame alone says of each option: logits (B, F, N); rows of padding mean nothing."""
        return self._answer(batch, lambda encoded: encoded.frames)

    def loss(self, batch: Batch) -> Losses:
        """Return the cross-entropy over each question's options, averaged over the batch.

        Raises:
            ConfigError: For a batch without answers.
        """
        from torch.nn import functional

        from temadapter.models.objective import Losses

        if batch.answers is None:
            raise ConfigError(f"Training {self.name} needs the correct answers.")
        logits = self._compare(self.encode_video(batch).video[:, None], batch)[:, 0]
        loss = functional.cross_entropy(logits, batch.answers)
        return Losses(loss, loss, loss.new_zeros(()))

    def clip_gradients(self) -> float:
        """Clip the gradient norm over everything trained; return what it was before."""
        from torch import nn

        return float(nn.utils.clip_grad_norm_(self.trainable_parameters(), self._clip_norm))

    def inference_state(self) -> dict[str, Tensor]:
        """Return the trained weights by name; those of the backbone that stayed as they were are not among them."""
        from temadapter.models.trained_weights import trained

        return {name: value.detach() for name, value in trained(self._module).items()}

    def load_inference_state(self, state: dict[str, Tensor]) -> None:
        """Load what `inference_state` returned.

        Raises:
            DataError: The weights are not those of this method with these options on this backbone.
        """
        from temadapter.models.trained_weights import load_trained

        load_trained(self._module, state)

    def _answer(self, batch: Batch, part: Callable[[EncodedVideo], Tensor]) -> Tensor:
        """Compare part of the encoded video with the options, and leave the module's mode as it was."""
        import torch

        training = self._module.training
        self._module.eval()
        try:
            with torch.no_grad():
                return self._compare(part(self.encode_video(batch)), batch)
        finally:
            self._module.train(training)

    def _compare(self, states: Tensor, batch: Batch) -> Tensor:
        """Compare states (V, T, D) with the options of each question: (B, T, N), -inf for a masked option."""
        import torch
        from torch.nn import functional

        options = self.encode_options(batch)
        if batch.videos is not None:
            states = states[batch.videos]
        with torch.autocast(states.device.type, enabled=False):  # a cosine in bfloat16 has two digits
            unit = functional.normalize(states.float(), dim=-1)
            cosine = unit @ functional.normalize(options.float(), dim=-1).transpose(1, 2)
            return (self.scale() * cosine).masked_fill(~batch.option_mask[:, None], -torch.inf)

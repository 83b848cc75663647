"""Zero-shot: the backbone as it is, its frame embeddings averaged, against the raw options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from temadapter.methods.base import Batch, MethodContext, Needs, Text
from temadapter.methods.spec import MethodSpec

if TYPE_CHECKING:
    from torch import Tensor, nn


class ZeroShot:
    """Cosine of the mean (normalised) frame embedding and each option, times the backbone's logit scale.

    Args:
        logit_scale: The backbone's factor on cosines.
    """

    name = "zero-shot"
    needs: Needs = "features"
    text: Text = "raw"
    trainable = False

    def __init__(self, *, logit_scale: float = 100.0) -> None:
        self.logit_scale = logit_scale

    @classmethod
    def from_context(cls, context: MethodContext) -> ZeroShot:
        """Build it with the backbone's own factor."""
        return cls(logit_scale=context.logit_scale)

    def score(self, batch: Batch) -> Tensor:
        """Return logits (B, N); -inf for a masked option."""
        from torch.nn import functional

        batch = batch.expanded()
        frames = functional.normalize(batch.frames.float(), dim=-1)
        if batch.frame_mask is not None:
            frames = frames * batch.frame_mask[..., None]
        video = functional.normalize(
            frames.sum(dim=1, keepdim=True), dim=-1
        )  # the mean's direction, (B, 1, D)
        return self._compare(video, batch)[:, 0]

    def frame_scores(self, batch: Batch) -> Tensor:
        """Return each frame's own logits (B, F, N); rows of padded frames mean nothing."""
        from torch.nn import functional

        batch = batch.expanded()
        return self._compare(functional.normalize(batch.frames.float(), dim=-1), batch)

    def parameters(self) -> tuple[nn.Parameter, ...]:
        """Return nothing: nothing is trained."""
        return ()

    def _compare(self, states: Tensor, batch: Batch) -> Tensor:
        """Compare unit states (B, T, D) with the options: (B, T, N)."""
        import torch
        from torch.nn import functional

        options = functional.normalize(batch.options.float(), dim=-1)
        logits = self.logit_scale * states @ options.transpose(1, 2)
        return logits.masked_fill(~batch.option_mask[:, None], -torch.inf)


SPEC = MethodSpec(
    name="zero-shot",
    summary="nothing is trained: mean frame embedding against the raw options",
    needs="features",
    text="raw",
    trainable=False,
    build=ZeroShot.from_context,
    order_blind=True,
)

"""Zero-shot: the backbone as it is, its frame embeddings averaged, against the raw options."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from temadapter.methods.base import Batch, Needs, Text


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

    def score(self, batch: Batch) -> Tensor:
        """Return logits (B, N); -inf for a masked option."""
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
        batch = batch.expanded()
        return self._compare(functional.normalize(batch.frames.float(), dim=-1), batch)

    def parameters(self) -> tuple[nn.Parameter, ...]:
        """Return nothing: nothing is trained."""
        return ()

    def _compare(self, states: Tensor, batch: Batch) -> Tensor:
        """Compare unit states (B, T, D) with the options: (B, T, N)."""
        options = functional.normalize(batch.options.float(), dim=-1)
        logits = self.logit_scale * states @ options.transpose(1, 2)
        return logits.masked_fill(~batch.option_mask[:, None], -torch.inf)

"""What the methods share that change the towers: frames and sentences pass them anew in every step."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from temadapter.errors import ConfigError
from temadapter.methods.base import Batch, MethodContext, Needs
from temadapter.methods.towers import Towers
from temadapter.methods.transfer import TransferMethod, Watched, mean_over_time


class TowerMethod(TransferMethod):
    """A method that trains something within both towers, on frames.

    A video is the mean over time of its normalised frame embeddings, so nothing here sees an order of frames. Each
    distinct video and each distinct sentence of a batch passes its tower once. The factor on cosines is the
    backbone's and is not trained.

    Args:
        towers: With `requires_grad` set on what is to be trained.
        context: What the method was built from.
    """

    needs: Needs = "frames"

    def __init__(self, towers: Towers, context: MethodContext) -> None:
        super().__init__(towers, context)
        self.towers = towers

    def watch(self, batch: Batch) -> Watched:
        """Let the real frames of each video pass the image tower."""
        features = encode_real(self.towers, batch.frames, batch.frame_mask)
        unit = functional.normalize(features, dim=-1)
        return Watched(unit, mean_over_time(unit, batch.frame_mask))

    def read(self, batch: Batch) -> Tensor:
        """Let the sentences pass the text tower."""
        sentences, index = distinct_texts(batch, self.name)
        return self.towers.encode_texts(sentences)[index.to(self.towers.device)]


def encode_real(towers: Towers, frames: Tensor, mask: Tensor | None) -> Tensor:
    """Embed the real ones of uint8 frames (V, F, S, S, 3): (V, F, D) float32, zeros for the others."""
    if mask is None:
        features = towers.encode_frames(frames.flatten(0, 1)).float()
        return features.reshape(*frames.shape[:2], -1)
    real = towers.encode_frames(frames[mask]).float()
    return real.new_zeros(*mask.shape, real.shape[-1]).index_put((mask,), real)


def distinct_texts(batch: Batch, method: str) -> tuple[list[str], Tensor]:
    """Return the different sentences of a batch, and for each option (B, N) which one it is.

    What lies beyond a question's own options points at the first sentence; the option mask hides it.

    Raises:
        ConfigError: The batch has no sentences.
    """
    if len(batch.texts) != len(batch.option_mask):
        raise ConfigError(
            f"The method {method!r} runs the text tower: its batches need the options' sentences."
        )
    rows = {text: row for row, text in enumerate(dict.fromkeys(t for own in batch.texts for t in own))}
    width = batch.option_mask.shape[1]
    index = [[rows[text] for text in own] + [0] * (width - len(own)) for own in batch.texts]
    return list(rows), torch.tensor(index)

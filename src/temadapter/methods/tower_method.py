"""What the methods share that change the towers: frames and sentences pass them anew in every step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from temadapter.errors import ConfigError, check_rules
from temadapter.methods.base import Batch, MethodContext, Needs
from temadapter.methods.transfer import EncodedVideo, TransferMethod

if TYPE_CHECKING:
    from torch import Tensor

    from temadapter.methods.towers import Towers


@dataclass(frozen=True)
class TowerOptions:
    """Options of every method that runs the towers themselves.

    Args:
        at_once: So many frames (or sentences) pass a tower at once. A batch with more of them is divided, and what
            their gradients need is computed a second time: memory is bounded at the price of one more forward
            pass. None: so many that what their gradients need takes about 1 GiB.
    """

    at_once: int | None = None

    def __post_init__(self) -> None:
        check_rules(("at_once must be at least 1, or null", self.at_once is None or self.at_once >= 1))


@dataclass(frozen=True)
class FrameOptions(TowerOptions):
    """Options of every method that changes the image tower.

    Args:
        at_once: See `TowerOptions`.
        training_frames: Of each video a training step sees so many frames, drawn anew: one from each of so many equal
            parts (sparse sampling, Lei et al. 2021, arXiv 2102.06183). Validation, test and answers see all of them.
            None: training too.
    """

    training_frames: int | None = 4

    def __post_init__(self) -> None:
        super().__post_init__()
        enough = self.training_frames is None or self.training_frames >= 1
        check_rules(("training_frames must be at least 1, or null", enough))


class TowerMethod(TransferMethod):
    """A method that trains something within both towers, on frames.

    A video is the mean over time of its normalised frame embeddings, so nothing here sees an order of frames. Each
    distinct video and each distinct sentence of a batch passes its tower once. The factor on cosines is the
    backbone's and is not trained.

    Args:
        towers: With `requires_grad` set on what is to be trained.
        context: What the method was built from.
        options: Its options.
    """

    needs: Needs = "frames"

    def __init__(self, towers: Towers, context: MethodContext, options: FrameOptions) -> None:
        super().__init__(towers, context)
        self.towers = towers
        self.training_frames = options.training_frames

    def encode_video(self, batch: Batch) -> EncodedVideo:
        """Let the real frames of each video pass the image tower; in training only some of them, drawn anew."""
        from torch.nn import functional

        from temadapter.models.pooling import mean_over_time

        frames, mask = batch.frames, batch.frame_mask
        if (
            self.module.training
            and self.training_frames is not None
            and frames.shape[1] > self.training_frames
        ):
            frames, mask = sparse_frames(frames, mask, self.training_frames), None
        features = encode_real(self.towers, frames, mask)
        unit = functional.normalize(features, dim=-1)
        return EncodedVideo(unit, mean_over_time(unit, mask))

    def encode_options(self, batch: Batch) -> Tensor:
        """Let the sentences pass the text tower."""
        sentences, index = distinct_texts(batch, self.name)
        return self.towers.encode_texts(sentences)[index.to(self.towers.device)]


def sparse_frames(frames: Tensor, mask: Tensor | None, count: int) -> Tensor:
    """Draw one frame from each of `count` equal parts of every video: (V, F, ...) to (V, count, ...), in order.

    Of a video with fewer real frames than parts some are drawn more than once.
    """
    import torch

    videos, longest = frames.shape[:2]
    real = torch.full((videos, 1), longest) if mask is None else mask.sum(1, keepdim=True).cpu()
    places = (torch.arange(count) + torch.rand(videos, count)) * real / count
    index = torch.minimum(places.long(), real - 1).to(frames.device)
    return frames[torch.arange(videos, device=frames.device)[:, None], index]


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
    import torch

    if len(batch.texts) != len(batch.option_mask):
        raise ConfigError(
            f"The method {method!r} runs the text tower: its batches need the options' sentences."
        )
    rows = {text: row for row, text in enumerate(dict.fromkeys(t for own in batch.texts for t in own))}
    width = batch.option_mask.shape[1]
    index = [[rows[text] for text in own] + [0] * (width - len(own)) for own in batch.texts]
    return list(rows), torch.tensor(index)

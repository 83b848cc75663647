"""From a batch to what the network of `plus` sees: cosines with sentences about stills, standardised."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from temadapter.errors import DataError
from temadapter.models.plus import PlusConfig, PlusInput
from temadapter.models.pooling import mean_over_time

if TYPE_CHECKING:
    from temadapter.methods.base import Batch

LEAST_DEVIATION = 1e-3
"""A cosine that hardly ever changes is not blown up to noise."""


class PlusInputs(nn.Module):
    """Standardises and gathers; it learns nothing but the statistics of the training videos.

    The mean over the training frames of their cosine with any sentence is the cosine with their mean vector, and its
    variance follows from their covariance matrix. So one vector and one matrix standardise every sentence, those about
    entities that no training question named included, exactly as if its cosines with all training frames were at hand.

    Args:
        config: Sizes of the network.
        noise: Standard deviation of the noise on standardised cosines in training.
    """

    mean: Tensor
    covariance: Tensor

    def __init__(self, config: PlusConfig, *, noise: float) -> None:
        super().__init__()
        self.config, self.noise = config, noise
        self.register_buffer("mean", torch.zeros(config.embedding_dim))
        self.register_buffer("covariance", torch.eye(config.embedding_dim) / config.embedding_dim)

    @torch.no_grad()
    def observe(self, frames: Tensor, frame_mask: Tensor) -> None:
        """Take the statistics of the training videos' frames (V, F, D), those of the mask (V, F)."""
        real = functional.normalize(frames[frame_mask].double(), dim=-1)
        mean = real.mean(dim=0)
        self.mean.copy_(mean)
        self.covariance.copy_((real - mean).T @ (real - mean) / len(real))

    def standardise(self, cosines: Tensor, sentences: Tensor) -> Tensor:
        """Return cosines (..., S) of frames with S normalised sentences (S, D), standardised for each sentence."""
        variance = ((sentences @ self.covariance) * sentences).sum(dim=-1)
        return (cosines - sentences @ self.mean) / variance.clamp(min=0).sqrt().clamp(min=LEAST_DEVIATION)

    def scores(self, frames: Tensor, sentences: Tensor) -> Tensor:
        """Return the standardised cosines (F, S) of frames (F, D) with sentences (S, D), neither normalised."""
        sentences = functional.normalize(sentences.float(), dim=-1)
        return self.standardise(functional.normalize(frames.float(), dim=-1) @ sentences.T, sentences)

    def forward(self, batch: Batch) -> PlusInput:
        """Return what the network sees; its P options are the batch's unmasked ones, row by row.

        Raises:
            DataError: The batch lacks the sentences that the method's reader asks for.
        """
        extra, config = batch.extra, self.config
        if extra is None:
            raise DataError("This batch lacks the sentences that the method plus reads.")
        frames = functional.normalize(batch.frames.float(), dim=-1)  # (V, F, D)
        mask = batch.frame_mask
        mask = frames.new_ones(frames.shape[:2], dtype=torch.bool) if mask is None else mask
        question, option = batch.option_mask.nonzero(as_tuple=True)  # (P,), (P,)
        video = question if batch.videos is None else batch.videos[question]
        group = extra.group[question, option]
        pairs, row = torch.unique(video * len(extra.groups) + group, return_inverse=True)  # (R,), (P,)
        row_video, row_group = pairs // len(extra.groups), pairs % len(extra.groups)

        read = extra.groups[row_group]  # (R, M), rows of features
        distinct, place = torch.unique(read, return_inverse=True)
        sentences = functional.normalize(extra.features[distinct.clamp(min=0)].float(), dim=-1)  # (S, D)
        cosines = self.standardise(frames @ sentences.T, sentences)  # (V, F, S)
        if self.training and self.noise:
            cosines = cosines + self.noise * torch.randn_like(cosines)
        scene_of = place.new_zeros((len(frames), config.scene))
        scene_of[row_video] = place[:, : config.scene]
        scene = _gather(cosines, scene_of)
        about = _gather(cosines[row_video], place[:, config.scene :])
        about = about.reshape(*about.shape[:2], -1, config.about)  # (R, F, E + O, K)
        there = read[:, config.scene :: config.about] >= 0  # (R, E + O): its first sentence is there

        options = functional.normalize(batch.options[question, option].float(), dim=-1)
        renamed = functional.normalize(
            extra.features[extra.own[question, option, 0].clamp(min=0)].float(), dim=-1
        )
        seen = (frames @ options.T)[video, :, torch.arange(len(video), device=video.device)]  # (P, F)
        fit = mean_over_time(seen[..., None], mask[video])[:, 0]
        size = math.sqrt(config.embedding_dim)
        return PlusInput(
            frames=frames * size,
            frame_mask=mask,
            scene=scene,
            entities=about[:, :, : config.slots],
            named=there[:, : config.slots],
            others=about[:, :, config.slots :],
            video=row_video,
            texts=renamed * size,
            options=options,
            cosines=seen,
            level=self.standardise(fit, options),
            row=row,
        )


def _gather(cosines: Tensor, place: Tensor) -> Tensor:
    """Return the cosines (V, F, S) of each row's own sentences (V, M): (V, F, M)."""
    return cosines.gather(2, place[:, None].expand(-1, cosines.shape[1], -1))

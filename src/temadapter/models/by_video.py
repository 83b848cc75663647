"""Questions of a batch, side by side under the video that they are about: its frames are read where they lie."""

from __future__ import annotations

import torch
from torch import Tensor

WASTE = 4
"""How many times as many places as questions may be filled up; beyond that, frames are copied to the questions."""


class ByVideo:
    """Places for the questions about each video.

    Args:
        videos: (B,), the row of each question's video.
        count: V, the number of videos.

    Example:
        >>> groups = ByVideo(torch.tensor([0, 1, 0]), 2)
        >>> groups.spread(torch.tensor([[[1.0]], [[2.0]], [[3.0]]]))[..., 0]
        tensor([[1., 3.],
                [2., 0.]])
    """

    def __init__(self, videos: Tensor, count: int) -> None:
        asked = torch.bincount(videos, minlength=count)
        order = torch.argsort(videos, stable=True)
        rank = torch.empty_like(order)
        rank[order] = (
            torch.arange(len(videos), device=videos.device) - (asked.cumsum(0) - asked)[videos[order]]
        )
        self.videos, self.count, self.widest = videos, count, int(asked.max())
        self.place = videos * self.widest + rank

    @property
    def pays(self) -> bool:
        """Whether the places left empty cost less than copies of the frames."""
        return self.count * self.widest <= WASTE * len(self.videos)

    def spread(self, rows: Tensor) -> Tensor:
        """Put the rows of all questions (B, N, W) under their videos: (V, G · N, W), zeros where no question is."""
        places = rows.new_zeros(self.count * self.widest, *rows.shape[1:])
        return places.index_copy(0, self.place, rows).view(self.count, -1, rows.shape[-1])

    def gather(self, spread: Tensor, options: int) -> Tensor:
        """Give every question back its own rows of `spread` (V, G · N, W): (B, N, W)."""
        rows = spread.reshape(self.count * self.widest, options, spread.shape[-1])
        return rows.index_select(0, self.place)

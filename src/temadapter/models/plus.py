"""The networks of `plus`: a stream of states for the entities of each description, which the description reads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from temadapter.models.dropout import Dropout, attend, dropout
from temadapter.models.pooling import GuidedPooling
from temadapter.models.tem_adapter import INITIAL_SCALE, MAXIMAL_SCALE

KNOTS = 16
"""Points over relative time at which positions are learned and a series of cosines is read."""

SERIES_SCALE = 10.0
"""Cosines differ by about 0.1 between the frames of a video; this makes them numbers of about 1."""


@dataclass(frozen=True, kw_only=True)
class PlusConfig:
    """Sizes of `Plus`.

    Args:
        embedding_dim: D of the backbone.
        about: K, sentences about an entity.
        scene: G, sentences about the whole picture.
        others: O, entities that are looked for in every picture.
        slots: E, entities of a description.
        width: Of the network.
        heads: Attention heads.
        encoder_layers: Self-attention layers over time.
        reader_layers: Cross-attention layers of the descriptions.
        dropout: In the layers.
        frame_width: Of the bottleneck that frame features pass.
        frame_dropout: In that bottleneck.
        change: Whether the statistics of the frame features (mean, standard deviation, mean absolute change) are
            three more states.
        guided: Whether guided pooling and the series of the description's cosines take part.
    """

    embedding_dim: int
    about: int
    scene: int
    others: int = 0
    slots: int = 3
    width: int = 64
    heads: int = 4
    encoder_layers: int = 2
    reader_layers: int = 2
    dropout: float = 0.1
    frame_width: int = 32
    frame_dropout: float = 0.3
    change: bool = True
    guided: bool = True


class PlusInput(NamedTuple):
    """What the network sees of a batch. Options of one video that name the same entities share a row.

    Attributes:
        frames: (V, F, D), normalised and times sqrt(D).
        frame_mask: (V, F), True for a real frame.
        scene: (V, F, G), standardised cosines of the frames with the sentences about the whole picture.
        entities: (R, F, E, K), the same with the sentences about the entities of each row.
        named: (R, E), True where a row has an entity.
        others: (R, F, O, K), the same of entities that are looked for in every picture.
        video: (R,), the video of each row.
        texts: (P, D), descriptions of the P options, renamed, normalised and times sqrt(D).
        options: (P, D), descriptions as they are, normalised.
        cosines: (P, F), of the descriptions as they are with the frames.
        level: (P,), the mean of these over the real frames, standardised: how well a description fits the whole video.
        row: (P,), the row that each option reads.
    """

    frames: Tensor
    frame_mask: Tensor
    scene: Tensor
    entities: Tensor
    named: Tensor
    others: Tensor
    video: Tensor
    texts: Tensor
    options: Tensor
    cosines: Tensor
    level: Tensor
    row: Tensor


class PlusOutput(NamedTuple):
    """Two opinions about the P options, which are added.

    Attributes:
        read: (P,), logits of the descriptions that have read the states.
        guided: (P,), logits of the guided pooling, zeros where it takes no part.
    """

    read: Tensor
    guided: Tensor

    @property
    def logits(self) -> Tensor:
        """The logits (P,) of the options."""
        return self.read + self.guided


class Plus(nn.Module):
    """Scores options by reading the states of the entities that they name.

    Args:
        config: Sizes.
    """

    def __init__(self, config: PlusConfig) -> None:
        super().__init__()
        self.config = config
        dim, width = config.embedding_dim, config.width
        self.scene = nn.Linear(config.scene, width) if config.scene else None
        self.frame_down = nn.Linear(dim, config.frame_width)
        self.frame_up = nn.Linear(config.frame_width, width)
        self.slots = nn.ModuleList(nn.Linear(config.about, width, bias=False) for _ in range(config.slots))
        self.empty = nn.Parameter(torch.randn(config.slots, width) * 0.02)
        self.presence = nn.Linear(config.about, 1) if config.others else None
        self.others = nn.Linear(config.about, width, bias=False) if config.others else None
        self.mixed = _mlp(width, config.dropout)
        self.positions = nn.Parameter(torch.randn(KNOTS, width) * 0.02)
        self.change = ChangeStates(config) if config.change else None
        self.encoder = nn.ModuleList(EncoderLayer(config) for _ in range(config.encoder_layers))
        self.query = nn.Linear(dim, width)
        self.query_norm = nn.LayerNorm(width)
        self.readers = nn.ModuleList(ReaderLayer(config) for _ in range(config.reader_layers))
        self.head = nn.Sequential(
            nn.LayerNorm(width),
            nn.Linear(width, width),
            nn.GELU(),
            Dropout(config.dropout),
            nn.Linear(width, 1),
        )
        if config.guided:
            self.series = nn.Linear(KNOTS, width, bias=False)
            self.level = nn.Linear(1, width, bias=False)
            # zero: a series that means nothing yet must not drown the description
            nn.init.zeros_(self.series.weight)
            nn.init.zeros_(self.level.weight)
            self.guide = GuidedPooling(dim)
            self.log_scale = nn.Parameter(torch.tensor(math.log(INITIAL_SCALE)))

    def forward(self, seen: PlusInput) -> PlusOutput:
        """Return what both ways of answering say of the options."""
        states, mask = self.encode(seen)
        return self.read(seen, states, mask)

    def encode(self, seen: PlusInput) -> tuple[Tensor, Tensor | None]:
        """Return the states (R, T, W) of each row, F frames, then statistics, and which count, (R, T); None for all."""
        shown = self.frame_up(dropout(self.frame_down(seen.frames), self.config.frame_dropout, self.training))
        if self.scene is not None:
            shown = shown + self.scene(seen.scene)
        shown = shown + over_time(self.positions, seen.frame_mask)
        # what is the same for every question about a video is computed once a video, up to here
        states = shown[seen.video] + self._entities(seen)
        states = states + self.mixed(states)
        mask = None if bool(seen.frame_mask.all()) else seen.frame_mask[seen.video]
        if self.change is not None:
            more = self.change(seen)[seen.video]
            states = torch.cat([states, more], dim=1)
            mask = None if mask is None else functional.pad(mask, (0, more.shape[1]), value=True)
        for layer in self.encoder:
            states = layer(states, mask)
        return states, mask

    def _entities(self, seen: PlusInput) -> Tensor:
        """Return what the entities of each row add to its frames, (R, F, W)."""
        total = torch.zeros((), device=seen.entities.device)
        for k, slot in enumerate(self.slots):
            total = total + torch.where(
                seen.named[:, k, None, None], slot(seen.entities[:, :, k]), self.empty[k]
            )
        if self.presence is not None and self.others is not None:
            weights = self.presence(seen.others).softmax(dim=2)  # (R, F, O, 1)
            total = total + self.others((weights * seen.others).sum(dim=2))
        return total

    def read(self, seen: PlusInput, states: Tensor, mask: Tensor | None) -> PlusOutput:
        """Return what is said of options that read encoded rows."""
        asked = self.query_norm(self.query(seen.texts))
        real = seen.frame_mask[seen.video[seen.row]]
        if self.config.guided:
            asked = asked + self.series(SERIES_SCALE * resampled(centred(seen.cosines, real), real))
            asked = asked + self.level(seen.level[:, None])
        for layer in self.readers:
            asked = layer(asked, states, mask, seen.row)
        read = self.head(asked)[:, 0]
        if not self.config.guided:
            return PlusOutput(read, torch.zeros_like(read))
        weights = self.guide(seen.options[:, None], real.shape[1], real)[:, 0]  # (P, F)
        scale = self.log_scale.clamp(max=math.log(MAXIMAL_SCALE)).exp()
        return PlusOutput(read, scale * (weights * seen.cosines).sum(dim=1))


class ChangeStates(nn.Module):
    """Three states of a video: mean, standard deviation and mean absolute change of its frame features.

    How much changes can be seen in none of the frames, and hardly in their differences, which differ in sign.
    """

    def __init__(self, config: PlusConfig) -> None:
        super().__init__()
        self.dropout = config.frame_dropout
        self.down = nn.ModuleList(nn.Linear(config.embedding_dim, config.frame_width) for _ in range(3))
        self.up = nn.ModuleList(nn.Linear(config.frame_width, config.width) for _ in range(3))

    def forward(self, seen: PlusInput) -> Tensor:
        """Return the states (V, 3, W)."""
        statistics = change_statistics(seen.frames, seen.frame_mask)
        parts = [
            up(dropout(down(value), self.dropout, self.training))
            for down, up, value in zip(self.down, self.up, statistics, strict=True)
        ]
        return torch.stack(parts, dim=1)


def change_statistics(frames: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the mean, the standard deviation and the mean absolute change of V videos' features, (V, D) each.

    Args:
        frames: (V, F, D), real frames first.
        mask: (V, F), True for a real frame.
    """
    weight = mask[..., None].to(frames.dtype)
    count = weight.sum(dim=1).clamp(min=1)
    mean = (frames * weight).sum(dim=1) / count
    deviation = (((frames - mean[:, None]).square() * weight).sum(dim=1) / count + 1e-6).sqrt()
    pairs = weight[:, 1:]
    change = ((frames[:, 1:] - frames[:, :-1]).abs() * pairs).sum(dim=1) / pairs.sum(dim=1).clamp(min=1)
    return mean, deviation, change


class Attention(nn.Module):
    """Multi-head attention; queries may be of another number of rows than keys."""

    def __init__(self, config: PlusConfig) -> None:
        super().__init__()
        self.heads, self.dropout = config.heads, config.dropout
        self.queries = nn.Linear(config.width, config.width)
        self.keys_values = nn.Linear(config.width, 2 * config.width)
        self.out = nn.Linear(config.width, config.width)

    def forward(
        self, asking: Tensor, states: Tensor, mask: Tensor | None, row: Tensor | None = None
    ) -> Tensor:
        """Let `asking` (R, Q, W), or (P, Q, W) with `row` (P,), look at `states` (R, T, W) where `mask` (R, T)."""
        queries = self.queries(asking).unflatten(-1, (self.heads, -1)).transpose(1, 2)
        keys, values = self.keys_values(states).unflatten(-1, (2, self.heads, -1)).permute(2, 0, 3, 1, 4)
        if row is not None:
            keys, values = keys[row], values[row]
            mask = None if mask is None else mask[row]
        counted = None if mask is None else mask[:, None, None]
        found = attend(queries, keys, values, counted, rate=self.dropout, training=self.training)
        mixed: Tensor = self.out(found.transpose(1, 2).flatten(2))
        return dropout(mixed, self.dropout, self.training)


class EncoderLayer(nn.Module):
    """Pre-norm self-attention over the states of a row, then an MLP."""

    def __init__(self, config: PlusConfig) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(config.width)
        self.attention = Attention(config)
        self.mlp = _mlp(config.width, config.dropout)

    def forward(self, states: Tensor, mask: Tensor | None) -> Tensor:
        """Return states (R, T, W) that know of each other."""
        normed = self.norm(states)
        states = states + self.attention(normed, normed, mask)
        deeper: Tensor = states + self.mlp(states)
        return deeper


class ReaderLayer(nn.Module):
    """Pre-norm cross-attention of each option to the states of its row, then an MLP."""

    def __init__(self, config: PlusConfig) -> None:
        super().__init__()
        self.norm, self.state_norm = nn.LayerNorm(config.width), nn.LayerNorm(config.width)
        self.attention = Attention(config)
        self.mlp = _mlp(config.width, config.dropout)

    def forward(self, asked: Tensor, states: Tensor, mask: Tensor | None, row: Tensor) -> Tensor:
        """Return queries (P, W) that have read the states (R, T, W) of their rows (P,)."""
        found = self.attention(self.norm(asked)[:, None], self.state_norm(states), mask, row)[:, 0]
        asked = asked + found
        deeper: Tensor = asked + self.mlp(asked)
        return deeper


def _mlp(width: int, dropout: float) -> nn.Sequential:
    return nn.Sequential(
        nn.LayerNorm(width),
        nn.Linear(width, 2 * width),
        nn.GELU(),
        Dropout(dropout),
        nn.Linear(2 * width, width),
        Dropout(dropout),
    )


def by_question(logits: Tensor, option_mask: Tensor) -> Tensor:
    """Return the logits (P,) of the real options of a mask (B, N) as (B, N), -inf for the others."""
    return logits.new_full(option_mask.shape, float("-inf")).masked_scatter(option_mask, logits)


def _places(mask: Tensor) -> Tensor:
    """Return where each frame of a mask (V, F) lies among `KNOTS` points over the real frames: 0 to KNOTS - 1."""
    length = mask.sum(dim=1, keepdim=True).clamp(min=1)
    index = torch.arange(mask.shape[1], device=mask.device)[None] + 0.5
    return ((index / length) * KNOTS - 0.5).clamp(0, KNOTS - 1)


def over_time(knots: Tensor, mask: Tensor) -> Tensor:
    """Return learned values (KNOTS, W) at the frames of a mask (V, F), linear between the points: (V, F, W)."""
    place = _places(mask)
    low = place.floor().long().clamp(max=KNOTS - 2)
    part = (place - low)[..., None]
    return knots[low] * (1 - part) + knots[low + 1] * part


def centred(series: Tensor, mask: Tensor) -> Tensor:
    """Return series (P, F) minus their mean over the real frames; 0 where the mask (P, F) has none."""
    weight = mask.to(series.dtype)
    mean = (series * weight).sum(dim=1, keepdim=True) / weight.sum(dim=1, keepdim=True).clamp(min=1)
    return (series - mean) * weight


def resampled(series: Tensor, mask: Tensor) -> Tensor:
    """Return series (P, F) over the real frames of a mask at `KNOTS` points, linear between frames: (P, KNOTS)."""
    if series.shape[1] == KNOTS and bool(mask.all()):
        return series
    length = mask.sum(dim=1, keepdim=True).clamp(min=1)
    point = (torch.arange(KNOTS, device=series.device)[None] + 0.5) / KNOTS * length - 0.5
    point = point.clamp(min=0).minimum(length - 1)
    low = point.floor().long()
    high = (low + 1).minimum(length - 1)
    part = point - low
    return series.gather(1, low) * (1 - part) + series.gather(1, high) * part

"""The Semantic Aligner: event descriptions that have seen the video (docs/method.md section 3)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from temadapter.models.by_video import ByVideo
from temadapter.models.config import ModelConfig
from temadapter.models.dropout import attend


class Attention(nn.Module):
    """Multi-head attention; query, key and value projections have no bias, the output projection has one.

    Args:
        width: W, the size of queries, keys and output.
        heads: Number of heads.
        dropout: Dropout on the attention weights and on the output.
    """

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.dropout = dropout
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width, bias=False)
        self.proj = nn.Linear(width, width)

    def forward(
        self,
        query: Tensor,
        memory: Tensor,
        memory_mask: Tensor | None = None,
        groups: ByVideo | None = None,
    ) -> Tensor:
        """Let `query` (R, Q, W) read `memory` (R, K, W) where `memory_mask` (R, K) is True: (R, Q, W).

        With `groups`, R is the questions, and memory and mask have a row for each video.
        """
        count, width = query.shape[1:]

        def split(tokens: Tensor) -> Tensor:
            return tokens.view(len(tokens), -1, self.heads, width // self.heads).transpose(1, 2)

        asked = self.q_proj(query)
        read = attend(
            split(asked if groups is None else groups.spread(asked)),
            split(self.k_proj(memory)),
            split(self.v_proj(memory)),
            None if memory_mask is None else memory_mask[:, None, None, :],
            rate=self.dropout,
            training=self.training,
        )  # (R, heads, Q, W / heads)
        read = read.transpose(1, 2).flatten(2)
        mixed = self.proj(read if groups is None else groups.gather(read, count))
        return functional.dropout(mixed, self.dropout, self.training)


class SemanticLayer(nn.Module):
    """One pre-norm decoder layer: options read each other, then the video, then an MLP.

    Args:
        config: `option_attention` and `option_pairing` say who reads whom.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.among = config.option_attention == "among"
        self.tiled = config.option_pairing == "tiled"
        width, dropout = config.semantic_width, config.semantic_dropout
        self.self_attn = Attention(width, config.heads, dropout)
        self.cross_attn = Attention(width, config.heads, dropout)
        self.norm1 = nn.LayerNorm(width)
        self.norm2 = nn.LayerNorm(width)
        self.norm3 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(
            nn.Linear(width, width * 4), nn.GELU(), nn.Dropout(dropout), nn.Linear(width * 4, width)
        )

    def forward(
        self,
        text: Tensor,
        memory: Tensor,
        option_mask: Tensor | None,
        frame_mask: Tensor | None,
        groups: ByVideo | None = None,
    ) -> Tensor:
        """Refine `text` (B, N, W) with `memory` (B, F, W); masks (B, N), (B, F) are True for what exists.

        With `groups`, memory and its mask have a row for each video: (V, F, W), (V, F).
        """
        text = text + self._read_options(self.norm1(text), option_mask)
        text = text + self._read_video(self.norm2(text), memory, frame_mask, groups)
        refined: Tensor = text + self.mlp(self.norm3(text))
        return refined

    def _read_options(self, text: Tensor, option_mask: Tensor | None) -> Tensor:
        """Self-attention over a question's options, or over each option alone (docs/method.md section 7, row 8)."""
        if not self.among:
            # softmax over one key is 1 whatever the scores: here query and key learn nothing, as in the released code
            rows = text.reshape(-1, 1, text.shape[-1])
            alone: Tensor = self.self_attn(rows, rows)
            return alone.view_as(text)
        read: Tensor = self.self_attn(text, text, option_mask)
        return read

    def _read_video(
        self, text: Tensor, memory: Tensor, frame_mask: Tensor | None, groups: ByVideo | None
    ) -> Tensor:
        """Cross-attention to the own video, or to video r mod B for row r (docs/method.md section 7, row 1)."""
        if self.tiled:
            count, width = text.shape[1:]
            masks = None if frame_mask is None else frame_mask.repeat(count, 1)
            rows = text.reshape(-1, 1, width)  # (B * N, 1, W), row r = question r // N, option r mod N
            tiled: Tensor = self.cross_attn(rows, memory.repeat(count, 1, 1), masks)
            return tiled.view_as(text)
        read: Tensor = self.cross_attn(text, memory, frame_mask, groups)
        return read


class SemanticAligner(nn.Module):
    """Adds to every event description what the video says about it, through a gate γ that starts near zero.

    Args:
        config: See `ModelConfig`.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        dim, width = config.embedding_dim, config.semantic_width
        self.memory_proj = nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, width), nn.LayerNorm(width))
        self.text_proj = nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, width))
        self.layer = SemanticLayer(config)
        self.out_proj = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, dim))
        # near zero and not zero: at zero the aligner before it would get no gradient
        self.gamma = nn.Parameter(torch.full((dim,), config.gate_init))

    def forward(
        self,
        options: Tensor,
        frames: Tensor,
        option_mask: Tensor | None = None,
        frame_mask: Tensor | None = None,
        groups: ByVideo | None = None,
    ) -> Tensor:
        """Refine event descriptions with the whole frame sequence.

        Args:
            options: (B, N, D), the event descriptions' embeddings g.
            frames: (V, F, D), frame features, without positions.
            option_mask: (B, N), True for a real option.
            frame_mask: (V, F), True for a real frame.
            groups: Which question is about which row of `frames`; None where V is B.

        Returns:
            g + γ · decoder(g, frames), (B, N, D).
        """
        memory = self.memory_proj(frames)  # (V, F, W)
        if groups is not None and not groups.pays:
            memory = memory[groups.videos]
            frame_mask = None if frame_mask is None else frame_mask[groups.videos]
            groups = None
        refined = self.layer(self.text_proj(options), memory, option_mask, frame_mask, groups)
        change: Tensor = self.gamma * self.out_proj(refined)
        return options + change

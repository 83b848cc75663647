"""One training step as the authors' released code does it, rebuilt from docs/method.md: a baseline, not a method.

Left column of docs/method.md section 7: options tiled over videos, frames shown to the decoder that is to predict
them, raw sinusoids, dot products, a summed hinge, gradients of the temporal module clipped, Adam. Every question
brings its own copy of its video's frames, and five texts a question go through CLIP's frozen text tower in every step,
filled up to 77 tokens.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

DIM, HEADS, WIDTH, OPTIONS, TEXTS, TOKENS = 512, 16, 128, 4, 5, 77


class AuthorsModel(nn.Module):
    """Temporal Aligner and Semantic Aligner with the released code's choices."""

    def __init__(self, frames: int) -> None:
        super().__init__()
        sizes = (DIM, HEADS, 4 * DIM, 0.1)
        self.encoder = nn.TransformerEncoderLayer(*sizes, batch_first=True)
        self.decoder = nn.TransformerDecoderLayer(*sizes, batch_first=True)
        self.memory = nn.Sequential(nn.LayerNorm(DIM), nn.Linear(DIM, WIDTH), nn.LayerNorm(WIDTH))
        self.text = nn.Sequential(nn.LayerNorm(DIM), nn.Linear(DIM, WIDTH))
        self.own = nn.MultiheadAttention(WIDTH, HEADS, 0.2, bias=False, batch_first=True)
        self.cross = nn.MultiheadAttention(WIDTH, HEADS, 0.2, bias=False, batch_first=True)
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(3))
        self.mlp = nn.Sequential(
            nn.Linear(WIDTH, 4 * WIDTH), nn.GELU(), nn.Dropout(0.2), nn.Linear(4 * WIDTH, WIDTH)
        )
        self.out = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, DIM))
        self.gate = nn.Parameter(torch.full((DIM,), 1e-4))
        angle = torch.arange(frames)[:, None] * torch.exp(
            torch.arange(0, DIM, 2) * (-math.log(10000.0) / DIM)
        )
        self.register_buffer("code", torch.stack([angle.sin(), angle.cos()], -1).flatten(1))
        self.register_buffer("later", torch.ones(frames, frames, dtype=torch.bool).triu(1))

    def loss(self, frames: Tensor, options: Tensor, answers: Tensor) -> Tensor:
        """Return the loss of B questions: frames (B, F, D), options (B, 4, D), answers (B,)."""
        refined = options + self.gate * self.out(self._refine(self.text(options), self.memory(frames)))
        states = self.encoder(frames + self.code)
        logits = (states.mean(1)[:, None] @ refined.transpose(1, 2))[:, 0]
        right = logits.gather(1, answers[:, None])
        hinge = (1 + logits - right).clamp(min=0).sum()
        guide = refined[torch.arange(len(answers)), answers]
        predicted = self.decoder(frames + self.code, states + guide[:, None], tgt_mask=self.later)
        return 0.01 * hinge + nn.functional.mse_loss(predicted, frames)

    def _refine(self, text: Tensor, memory: Tensor) -> Tensor:
        rows = text.reshape(-1, 1, WIDTH)
        memory = memory.repeat(OPTIONS, 1, 1)
        seen = self.norms[0](rows)
        rows = rows + self.own(seen, seen, seen, need_weights=False)[0]
        rows = rows + self.cross(self.norms[1](rows), memory, memory, need_weights=False)[0]
        return (rows + self.mlp(self.norms[2](rows))).view_as(text)


class AuthorsStep:
    """A training step of the adapter alone; the text tower's share is `text_tower`."""

    def __init__(self, questions: int, frames: int) -> None:
        torch.manual_seed(0)
        self.model = AuthorsModel(frames).train()
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-4)
        self.data = (
            torch.randn(questions, frames, DIM),
            torch.randn(questions, OPTIONS, DIM),
            torch.randint(0, OPTIONS, (questions,)),
        )

    def __call__(self) -> None:
        """Do one step."""
        self.optimizer.zero_grad()
        self.model.loss(*self.data).backward()
        temporal = [*self.model.encoder.parameters(), *self.model.decoder.parameters()]
        nn.utils.clip_grad_norm_(temporal, 12.0)
        self.optimizer.step()

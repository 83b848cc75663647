"""A frozen text tower that reads learned vectors before the words (CoOp, Zhou et al. 2021, arXiv 2109.01134)."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from temadapter.errors import ConfigError
from temadapter.methods.towers import Towers

INITIAL_STD = 0.02


class PromptedText(nn.Module):
    """A frozen text tower that reads M learned vectors before every sentence.

    They stand where the first words would: behind the start token where the tower has one (CLIP), else in front
    (SigLIP). The positions are the tower's own. What no longer fits behind them is cut, with one warning.

    Args:
        towers: The text tower.
        context: M.

    Raises:
        ConfigError: The tower has no room for M vectors and a word.
    """

    def __init__(self, towers: Towers, context: int) -> None:
        super().__init__()
        self.towers = towers
        (empty,) = towers.token_ids([""])
        self.start = len(empty) - 1
        self.longest = towers.tokenizer.context - context if towers.tokenizer is not None else 0
        if self.longest <= len(empty):
            raise ConfigError(
                f"method_options.context={context} leaves no room for a word: the text tower takes "
                f"{self.longest + context} tokens, {len(empty)} of them its own."
            )
        width = towers.text.config.hidden_size
        self.vectors = nn.Parameter(torch.randn(context, width) * INITIAL_STD)
        self._warned = False
        towers.text.embeddings.token_embedding.register_forward_hook(self._put_vectors)

    def forward(self, sentences: Sequence[str]) -> Tensor:
        """Embed sentences: (n, D)."""
        rows = [self._fitted(row) for row in self.towers.token_ids(sentences)]
        count, start = len(self.vectors), self.start
        # Any id holds the vectors' places; the first token's is never taken for the end of a sentence.
        held = [[*row[:start], *row[:1] * count, *row[start:]] for row in rows]
        return self.towers.encode_ids(self.towers.filled(held))

    def _put_vectors(self, _module: nn.Module, _ids: Any, embedded: Tensor) -> Tensor:
        """Put the learned vectors into their places in the embedded tokens (n, L, width)."""
        start, end = self.start, self.start + len(self.vectors)
        learned = self.vectors.to(embedded.dtype).expand(len(embedded), -1, -1)
        return torch.cat([embedded[:, :start], learned, embedded[:, end:]], dim=1)

    def _fitted(self, row: list[int]) -> list[int]:
        """Cut a row of token ids that does not fit behind the vectors; its closing token is kept."""
        if len(row) <= self.longest:
            return row
        if not self._warned:
            self._warned = True
            warnings.warn(
                f"Some texts were cut: behind {len(self.vectors)} learned vectors there is room for {self.longest} "
                "tokens. Fewer vectors leave more (method_options.context).",
                stacklevel=2,
            )
        return [*row[: self.longest - 1], row[-1]]

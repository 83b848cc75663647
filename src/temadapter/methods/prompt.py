"""Prompt learning: learned vectors before the words, a frozen tower (CoOp, Zhou et al. 2021, arXiv 2109.01134)."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from temadapter.errors import ConfigError
from temadapter.methods.base import Batch, MethodContext, Text
from temadapter.methods.options import PromptOptions
from temadapter.methods.tower_method import distinct_texts
from temadapter.methods.towers import Towers
from temadapter.methods.transfer import TransferMethod, Watched, mean_over_time

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


class PromptLearning(TransferMethod):
    """CoOp on stored video features: M vectors, the same for every question, are all that is trained.

    As in CoOp they are 16, drawn from a normal distribution with standard deviation 0.02, and stand in front. The
    video is the mean over time of its normalised frame features; nothing here sees an order of frames.

    Args:
        context: With the backbone and the options of `PromptOptions`.
    """

    def __init__(self, context: MethodContext) -> None:
        options = PromptOptions(**context.options)
        towers = Towers(context.backbone, method=self.name, at_once=options.at_once, image=False)
        self.prompted = PromptedText(towers, options.context)
        super().__init__(self.prompted, context)

    def watch(self, batch: Batch) -> Watched:
        """Average the stored features."""
        unit = functional.normalize(batch.frames, dim=-1)
        return Watched(unit, mean_over_time(unit, batch.frame_mask))

    def read(self, batch: Batch) -> Tensor:
        """Let each distinct sentence pass the text tower behind the learned vectors."""
        sentences, index = distinct_texts(batch, self.name)
        embedded: Tensor = self.prompted(sentences)
        return embedded[index.to(embedded.device)]


class PromptKept(PromptLearning):
    """Words kept: the vectors stand in front of the event description."""

    name = "prompt-kept"
    text: Text = "event"


class PromptChanged(PromptLearning):
    """Words changed: the vectors take the place of the question's words, then the option as it is.

    So one prompt serves every question, and what was asked must be guessed from the options.
    """

    name = "prompt-changed"
    text: Text = "raw"

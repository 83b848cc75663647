"""Any CLIP or SigLIP as a `Backbone`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from temadapter.backbones.images import FramePreparation, ImageSettings
from temadapter.backbones.precision import LARGE_MODEL
from temadapter.backbones.side_by_side import Item, Result, side_by_side
from temadapter.backbones.tokens import TextTokenizer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Rows of one pass through a tower, by kind of device. Every pass has exactly this many rows (the last one is
# filled up): with the shape fixed, a row's bits depend on that row alone, so that a video's features are the
# same whichever videos are encoded beside it. For large models in float32, larger passes were not faster on a CPU.
FRAME_ROWS = {"cpu": 8, "cuda": 64}
TEXT_ROWS = {"cpu": 16, "cuda": 128}
SMALL_FRAME_ROWS, BFLOAT16_TEXT_ROWS = 16, 64
"""On a CPU, what surrounds the products counts in small models (`mini`: 8 frames took 1.1 times as long as 16, each)
and in bfloat16 (16 texts took 1.4 times as long as 64)."""


def frame_rows(device: torch.device, parameters: int) -> int:
    """Return how many frames a pass takes: few in a large model, where filling up the last one is dear."""
    if device.type == "cpu" and parameters < LARGE_MODEL:
        return SMALL_FRAME_ROWS
    return FRAME_ROWS[device.type]


def text_rows(device: torch.device, dtype: torch.dtype) -> int:
    """Return how many sentences a pass takes."""
    if device.type == "cpu" and dtype == torch.bfloat16:
        return BFLOAT16_TEXT_ROWS
    return TEXT_ROWS[device.type]


class DualEncoder:
    """A CLIP or SigLIP, frozen, with its own preprocessing on uint8 (see `Backbone`).

    Args:
        model: `ClipModel`, or `SiglipModel` of transformers, already on its device and in its number format.
        images: How frames become pixels.
        tokenizer: How sentences become token ids.
        name: The name it was asked for by.
        note: One sentence to show with answers.
        fingerprint: 16 hexadecimal digits over weights, tokenizer and preprocessing.
        embedding_dim: D.
    """

    def __init__(
        self,
        model: Any,
        *,
        images: ImageSettings,
        tokenizer: TextTokenizer,
        name: str,
        note: str,
        fingerprint: str,
        embedding_dim: int,
    ) -> None:
        self.model = model.eval().requires_grad_(False)
        self._parameters = sum(parameter.numel() for parameter in model.parameters())
        self.images, self.tokenizer = images, tokenizer
        self.name, self.note, self.fingerprint, self.embedding_dim = name, note, fingerprint, embedding_dim
        self.image_size, self.resize_mode = images.preparation.size, images.preparation.mode
        self.logit_scale = float(model.logit_scale.detach().float().exp())

    @property
    def prepare_frames(self) -> FramePreparation:
        """The function uint8 `(…, H, W, 3)` → uint8 `(…, S, S, 3)`, usable in decoding threads."""
        return self.images.preparation

    @property
    def device(self) -> torch.device:
        """Where the towers are."""
        return next(self.model.parameters()).device  # type: ignore[no-any-return]

    @property
    def dtype(self) -> torch.dtype:
        """The number format that the towers run in."""
        return next(self.model.parameters()).dtype  # type: ignore[no-any-return]

    def pixels(self, frames: NDArray[np.uint8] | Tensor) -> Tensor:
        """Return what the image tower takes, `(F, 3, S, S)`, of uint8 frames `(F, H, W, 3)`."""
        return self.images.pixels(frames, self.device, self.dtype)

    def tokenize(self, texts: Sequence[str]) -> Tensor:
        """Return token ids `(n, L)`, all filled up to the longest: for methods that train the text tower."""
        rows = self.tokenizer(texts)
        length = max((self.tokenizer.padded_length(row) for row in rows), default=0)
        return torch.tensor(self.tokenizer.filled(rows, length), dtype=torch.long, device=self.device)

    def encode_frames(self, frames: NDArray[np.uint8] | Tensor) -> Tensor:
        """Embed uint8 RGB frames `(F, H, W, 3)` of any size → float32 `(F, D)`, CPU, not normalised."""
        rows = frame_rows(self.device, self._parameters)

        def encode(start: int) -> Tensor:
            return self._pass(self.model.get_image_features, self.pixels(frames[start : start + rows]), rows)

        parts = self._each(encode, range(0, len(frames), rows))
        return torch.cat(parts) if parts else torch.empty(0, self.embedding_dim)

    def encode_texts(self, texts: Sequence[str]) -> Tensor:
        """Embed n sentences → float32 `(n, D)`, CPU, not normalised; see `Backbone.encode_texts`."""
        out = torch.empty(len(texts), self.embedding_dim)
        if not texts:
            return out
        rows = text_rows(self.device, self.dtype)
        by_length: defaultdict[int, list[tuple[int, list[int]]]] = defaultdict(list)
        for index, ids in enumerate(self.tokenizer(texts)):
            by_length[self.tokenizer.padded_length(ids)].append((index, ids))
        passes = [
            (length, group[start : start + rows])
            for length, group in by_length.items()
            for start in range(0, len(group), rows)
        ]

        def encode(one: tuple[int, list[tuple[int, list[int]]]]) -> None:
            length, part = one
            filled = self.tokenizer.filled([ids for _, ids in part], length)
            batch = torch.tensor(filled, dtype=torch.long, device=self.device)
            out[[index for index, _ in part]] = self._pass(self.model.get_text_features, batch, rows)

        self._each(encode, passes)
        return out

    def _each(self, encode: Callable[[Item], Result], passes: Sequence[Item]) -> list[Result]:
        """Do passes one after the other, or those of a small model on a processor side by side."""
        if self.device.type == "cpu" and self._parameters < LARGE_MODEL:
            return side_by_side(encode, passes)
        return [encode(one) for one in passes]

    @torch.no_grad()
    def _pass(self, tower: Any, batch: Tensor, rows: int) -> Tensor:
        """Run one tower on a batch that is filled up to `rows` rows by repeating its first."""
        missing = rows - len(batch)
        full = torch.cat([batch, batch[:1].expand(missing, *batch.shape[1:])]) if missing else batch
        return tower(full).pooler_output[: len(batch)].float().cpu()  # type: ignore[no-any-return]

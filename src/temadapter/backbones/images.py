"""From frames of any size to the pixels that an image tower was trained on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch

from temadapter.video.preprocessing import centre, resize, scale, scale_shortest

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor


@dataclass(frozen=True)
class FramePreparation:
    """Makes frames square: `prepare(frames)` is uint8 `(…, H, W, 3)` → uint8 `(…, S, S, 3)`.

    Attributes:
        size: S, the side in pixels.
        mode: "crop" (CLIP's) or "squash" (SigLIP's, and what the authors of Tem-Adapter did).
        shortest_edge: For "crop": the shortest side before the centre crop; `size` where it is None.
        filter: One of `temadapter.video.preprocessing.FILTERS`.
        squashed: For "squash": height and width before the centre crop; `size` twice where it is None.
    """

    size: int
    mode: str
    shortest_edge: int | None = None
    filter: str = "bicubic"
    squashed: tuple[int, int] | None = field(default=None, repr=False)

    def __call__(self, frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Resize and crop; frames that are S × S already come back untouched, unless S is cut out of more."""
        if frames.shape[-3:-1] == (self.size, self.size) and not self.cuts:
            return frames
        if not self.cuts and self.filter == "bicubic":
            return resize(frames, self.size, mode="crop" if self.mode == "crop" else "squash")
        many = frames if frames.ndim == 4 else frames[None]
        if self.mode == "crop":
            scaled = scale_shortest(many, self.shortest_edge or self.size, self.filter)
        else:
            scaled = scale(many, *(self.squashed or (self.size, self.size)), self.filter)
        square = np.ascontiguousarray(centre(scaled, self.size, self.size))
        return square if frames.ndim == 4 else np.asarray(square[0])

    @property
    def cuts(self) -> bool:
        """Whether the square is cut out of a larger picture even where that was square."""
        if self.mode == "crop":
            return self.shortest_edge not in (None, self.size)
        return self.squashed not in (None, (self.size, self.size))

    def describe(self) -> str:
        """Return a short name for the feature store's key: "crop-224-bicubic", "crop-224-of-256-bicubic"."""
        before = self.shortest_edge if self.mode == "crop" else "x".join(map(str, self.squashed or ()))
        edge = f"-of-{before}" if self.cuts else ""
        return f"{self.mode}-{self.size}{edge}-{self.filter}"


@dataclass(frozen=True)
class ImageSettings:
    """What a model's `preprocessor_config.json` says: how frames become square and normalised.

    Attributes:
        preparation: How frames become square.
        mean: Subtracted from red, green and blue, on a scale from 0 (black) to 1.
        std: What they are divided by then.
    """

    preparation: FramePreparation
    mean: tuple[float, float, float]
    std: tuple[float, float, float]

    def pixels(self, frames: NDArray[np.uint8] | Tensor, device: torch.device, dtype: torch.dtype) -> Tensor:
        """Return normalised pixels `(F, 3, S, S)` of uint8 frames `(F, H, W, 3)`."""
        square = self._square(frames)
        mean = torch.tensor(self.mean, device=device) * 255
        std = torch.tensor(self.std, device=device) * 255
        scaled = (square.to(device).float() - mean) / std  # (F, S, S, 3)
        return scaled.permute(0, 3, 1, 2).to(dtype).contiguous()

    def _square(self, frames: NDArray[np.uint8] | Tensor) -> Tensor:
        """Prepare frames; what is S × S already was prepared, and a tensor of that size stays where it is."""
        side = self.preparation.size
        prepared = frames.shape[-3:-1] == (side, side)
        if isinstance(frames, torch.Tensor):
            if prepared:
                return frames
            frames = frames.cpu().numpy()
        return torch.from_numpy(np.ascontiguousarray(frames if prepared else self.preparation(frames)))

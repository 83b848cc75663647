"""The towers of a backbone, copied so that a method may run them with gradients and change them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from temadapter.errors import ConfigError

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone

BUDGET = 2**30
"""Bytes that the activations of one pass through a tower may take."""


class Towers(nn.Module):
    """Image and text tower of a CLIP or SigLIP, in float32, frozen until a method says otherwise.

    The backbone that they come from never changes.

    Args:
        backbone: Has the attributes `model`, `images` and `tokenizer`, as `DualEncoder` does.
        method: Name of the method, for the message where it has not.
        at_once: So many frames or sentences pass a tower at once, see `TowerOptions`.
        image: Whether the image tower is needed.

    Raises:
        ConfigError: There is no backbone, or its towers cannot be reached.
    """

    def __init__(
        self, backbone: Backbone | None, *, method: str, at_once: int | None, image: bool = True
    ) -> None:
        super().__init__()
        model = _model(backbone, method)
        self.at_once = at_once
        self.tokenizer = getattr(backbone, "tokenizer", None)
        self.images = getattr(backbone, "images", None)
        self.text = deepcopy(model.text_model)
        self.text_projection = deepcopy(getattr(model, "text_projection", nn.Identity()))
        if image:
            self.image = deepcopy(model.vision_model)
            self.image_projection = deepcopy(getattr(model, "visual_projection", nn.Identity()))
        self.float().requires_grad_(False)
        self._ids: dict[str, list[int]] = {}

    @property
    def device(self) -> torch.device:
        """Where the towers are."""
        return next(self.parameters()).device

    def encode_frames(self, frames: Tensor) -> Tensor:
        """Embed uint8 frames (n, S, S, 3), as the backbone prepared them: (n, D), with gradients, not normalised."""
        _fit_attention(self.image, self.device)
        config = self.image.config
        tokens = (config.image_size // config.patch_size) ** 2 + 1
        return self._in_parts(self._encode_pictures, frames, self.at_once or rows_at_once(config, tokens))

    def encode_texts(self, sentences: Sequence[str]) -> Tensor:
        """Embed sentences: (n, D), with gradients, not normalised. Long ones are cut, with a warning."""
        rows = self.token_ids(sentences)
        return self.encode_ids(self.filled(rows))

    def token_ids(self, sentences: Sequence[str]) -> list[list[int]]:
        """Return the token ids of sentences, special tokens included; each is tokenised once."""
        assert self.tokenizer is not None
        new = [text for text in dict.fromkeys(sentences) if text not in self._ids]
        if new:
            self._ids.update(zip(new, self.tokenizer(new), strict=True))
        return [self._ids[text] for text in sentences]

    def filled(self, rows: Iterable[list[int]]) -> Tensor:
        """Return rows of token ids as one tensor (n, L), filled up as the text tower is used to."""
        assert self.tokenizer is not None
        rows = list(rows)
        length = max((self.tokenizer.padded_length(row) for row in rows), default=0)
        return torch.tensor(self.tokenizer.filled(rows, length), device=self.device)

    def encode_ids(self, ids: Tensor) -> Tensor:
        """Embed token ids (n, L): (n, D)."""
        _fit_attention(self.text, self.device)
        at_once = self.at_once or rows_at_once(self.text.config, ids.shape[1])
        return self._in_parts(self._encode_text, ids, at_once)

    def _encode_pictures(self, frames: Tensor) -> Tensor:
        assert self.images is not None
        pixels = self.images.pixels(frames, self.device, torch.float32)
        return self.image_projection(self.image(pixel_values=pixels).pooler_output)  # type: ignore[no-any-return]

    def _encode_text(self, ids: Tensor) -> Tensor:
        return self.text_projection(self.text(input_ids=ids).pooler_output)  # type: ignore[no-any-return]

    def _in_parts(self, encode: Callable[[Tensor], Tensor], rows: Tensor, at_once: int) -> Tensor:
        """Encode rows in parts of bounded memory; only a batch of one part keeps what its gradients need."""
        parts = torch.split(rows, at_once)
        if len(parts) == 1 or not torch.is_grad_enabled():
            return torch.cat([encode(part) for part in parts])
        return torch.cat([checkpoint(encode, part, use_reentrant=False) for part in parts])


def rows_at_once(config: Any, tokens: int) -> int:
    """Return how many rows of `tokens` tokens may pass a tower if what their gradients need is to fit `BUDGET`.

    For a token a block keeps about ten tensors of its width, three of its MLP's width, and three rows of weights of
    every attention head.
    """
    kept = 10 * config.hidden_size + 3 * config.intermediate_size + 3 * config.num_attention_heads * tokens
    return max(1, BUDGET // (4 * tokens * int(config.num_hidden_layers) * int(kept)))


def _fit_attention(tower: Any, device: torch.device) -> None:
    """Choose how a tower of transformers computes attention: on a CPU as plain products, elsewhere fused.

    CLIP's towers choose by themselves (`temadapter.backbones.clip`).
    """
    if not hasattr(tower, "set_attn_implementation"):
        return
    kind = "eager" if device.type == "cpu" else "sdpa"
    if tower.config._attn_implementation != kind:
        tower.set_attn_implementation(kind)


def blocks(tower: Any) -> nn.ModuleList:
    """Return the Transformer blocks of a tower, the first first."""
    layers: nn.ModuleList = tower.encoder.layers
    return layers


def _model(backbone: Backbone | None, method: str) -> Any:
    if backbone is None:
        raise ConfigError(f"The method {method!r} runs the backbone's towers: build it with a backbone.")
    model = getattr(backbone, "model", None)
    if not hasattr(model, "text_model") or not hasattr(model, "vision_model"):
        raise ConfigError(
            f"The method {method!r} runs the towers of a CLIP or SigLIP, which the backbone "
            f"{backbone.name} does not give. Use mini, hf:<repo> or dir:<folder>, or a method on stored features."
        )
    return model

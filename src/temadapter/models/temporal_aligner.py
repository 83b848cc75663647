"""The Temporal Aligner: frames that know of each other (docs/method.md section 4)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from temadapter.models.config import ModelConfig
from temadapter.models.positions import Positions
from temadapter.models.temporal_layers import decode, encode_twice


class TemporalAligner(nn.Module):
    """One encoder layer for answering, one decoder layer that predicts frames while training.

    Both are post-norm Transformer layers with ReLU. Decoder and start token are needed in training only.

    Args:
        config: See `ModelConfig`.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.positions = Positions(config)
        dim = config.embedding_dim
        sizes = (dim, config.heads, dim * config.temporal_mlp_ratio, config.temporal_dropout)
        self.encoder = nn.TransformerEncoderLayer(*sizes, batch_first=True)
        # scaled down, both residual branches start near zero and the layer near the identity: training begins with
        # what the backbone sees, not with noise
        with torch.no_grad():
            self.encoder.self_attn.out_proj.weight.mul_(config.identity_start)
            self.encoder.linear2.weight.mul_(config.identity_start)
        self.decoder = nn.TransformerDecoderLayer(*sizes, batch_first=True)
        if config.autoregressive_target == "next":
            self.start = nn.Parameter(torch.randn(dim) * 0.02)
        if config.predict == "change":  # a change is smaller than a state
            nn.init.constant_(self.decoder.norm3.weight, 0.1)

    def forward(self, frames: Tensor, frame_mask: Tensor | None = None, *, causal: bool = False) -> Tensor:
        """Encode frames.

        Args:
            frames: (B, F, D), normalised unless positions are `raw`.
            frame_mask: (B, F), True for a real frame.
            causal: Whether a frame may see earlier frames and itself only.

        Returns:
            Frame states (B, F, D).
        """
        states: Tensor = self.encoder(
            frames + self.positions(frames, frame_mask),
            src_mask=_causal_mask(frames) if causal else None,
            src_key_padding_mask=None if frame_mask is None else ~frame_mask,
        )
        return states

    def forward_twice(self, frames: Tensor, frame_mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Encode frames for answering and once more causally, while training; what both passes share is done once.

        Args:
            frames: (B, F, D), normalised unless positions are `raw`.
            frame_mask: (B, F), True for a real frame.

        Returns:
            Frame states (B, F, D), and the memory of `predict` (B, F, D).
        """
        placed = frames + self.positions(frames, frame_mask)
        return encode_twice(self.encoder, placed, frame_mask, ~_causal_mask(frames))

    def predict(
        self,
        frames: Tensor,
        states: Tensor,
        guidance: Tensor | None,
        frame_mask: Tensor | None = None,
        *,
        memory: Tensor | None = None,
    ) -> Tensor:
        """Predict every frame from earlier ones: the language-guided autoregressive task.

        With target `next` and memory `causal`, nothing after frame t - horizon reaches the prediction of
        frame t: inputs and memory are both shifted by the horizon, both are read causally, and the memory is
        encoded once more, since the states used for answering have seen the whole video.

        Args:
            frames: (B, F, D), normalised unless positions are `raw`.
            states: (B, F, D), the output of `forward`, used with memory `full`.
            guidance: (B, D), the correct event description, added to every memory state; None without.
            frame_mask: (B, F), True for a real frame.
            memory: (B, F, D), the frames encoded causally, where `forward_twice` has done so.

        Returns:
            Predicted frames (B, F, D).
        """
        config = self.config
        shifted = config.autoregressive_target == "next"
        causal = config.memory == "causal"
        if memory is None:
            memory = self(frames, frame_mask, causal=True) if causal else states
        if causal and shifted:
            # state t has seen frame t, which is what prediction t is about
            memory = self._shift(memory)
        if guidance is not None:
            memory = memory + guidance[:, None]
        inputs = self._shift(frames) if shifted else frames
        mask = _causal_mask(frames)
        inputs = inputs + self.positions(frames, frame_mask)
        predicted: Tensor
        if causal and self.training:
            given = shifted and config.positions != "learned" and not frames.requires_grad
            lead = min(config.horizon, frames.shape[1]) if given else None
            predicted = decode(self.decoder, inputs, memory, ~mask, learned=lead)
        else:
            predicted = self.decoder(
                inputs,
                memory,
                tgt_mask=mask,
                memory_mask=mask if causal else None,
                # Read causally, a real frame never meets the padding behind it.
                memory_key_padding_mask=None if causal or frame_mask is None else ~frame_mask,
            )
        if config.predict == "change":
            predicted = predicted + self._shift(frames, zeros=True)
        return predicted

    def _shift(self, sequence: Tensor, *, zeros: bool = False) -> Tensor:
        """Move (B, F, D) by the horizon towards the future, behind start tokens (or zeros)."""
        batch, count, dim = sequence.shape
        lead = min(self.config.horizon, count)
        start = sequence.new_zeros(dim) if zeros else self.start.to(sequence.dtype)
        return torch.cat([start.expand(batch, lead, dim), sequence[:, : count - lead]], dim=1)


def _causal_mask(frames: Tensor) -> Tensor:
    """Return (F, F), True where a query (row) must not see a key (column) because it is later."""
    count = frames.shape[1]
    return torch.ones(count, count, dtype=torch.bool, device=frames.device).triu(1)

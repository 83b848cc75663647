"""Tem-Adapter: both aligners and the comparison of a video with its options (docs/method.md sections 3 to 5)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from temadapter.errors import ConfigError, DataError
from temadapter.models.by_video import ByVideo
from temadapter.models.config import ModelConfig
from temadapter.models.pooling import GuidedPooling, mean_over_time
from temadapter.models.positions import unit_rms
from temadapter.models.semantic_aligner import SemanticAligner
from temadapter.models.temporal_aligner import TemporalAligner

INITIAL_SCALE = 1 / 0.07
MAXIMAL_SCALE = 100.0
"""The learned scale (1 / temperature) of cosine logits starts and ends where CLIP's does."""

TRAINING_ONLY = ("temporal.decoder.", "temporal.start")
"""Parameters of the autoregressive task: answering needs none of them."""


class TemAdapterOutput(NamedTuple):
    """What one forward pass gives.

    Attributes:
        logits: (B, N); -inf for an option that is masked.
        refined_options: (B, N, D), the event descriptions after the Semantic Aligner.
        predicted_frames: (V, F, D), the autoregressive task's predictions; None without answers. V = B unless
            questions share videos.
        frame_states: (B, F, D), the Temporal Aligner's states f, which are averaged for answering; None while
            training on questions that share videos, where nobody reads them.
        frame_weights: (B, N, F), how much each frame counts for each option; None with pooling `mean`, where
            all count the same.
        target_frames: (V, F, D), what `predicted_frames` is to be compared with: the frames as the networks
            see them (normalised, unless positions are `raw`), without gradient; None without answers.
    """

    logits: Tensor
    refined_options: Tensor
    predicted_frames: Tensor | None = None
    frame_states: Tensor | None = None
    target_frames: Tensor | None = None
    frame_weights: Tensor | None = None


class TemAdapter(nn.Module):
    """Scores a question's options against its video.

    Args:
        config: Which variant to build; see `ModelConfig`.

    Example:
        >>> model = TemAdapter(ModelConfig(embedding_dim=64)).eval()
        >>> output = model(torch.randn(2, 24, 64), torch.randn(2, 4, 64))
        >>> output.logits.shape
        torch.Size([2, 4])
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.temporal = TemporalAligner(config) if config.use_temporal else None
        self.semantic = SemanticAligner(config) if config.use_semantic else None
        self.pooling = None
        if config.pooling == "guided":
            self.pooling = GuidedPooling(config.embedding_dim, width=config.pooling_width)
        if config.similarity == "cosine":
            self.log_scale = nn.Parameter(torch.tensor(math.log(INITIAL_SCALE)))

    @classmethod
    def from_pretrained(cls, source: str | Path) -> TemAdapter:
        """Load networks in evaluation mode.

        Args:
            source: What `save_pretrained` wrote, or the folder of a run of method `tem-adapter`, or either on the hub
                (`hf:OWNER/NAME`, `hf:OWNER/NAME@REVISION`). A run keeps what answering needs, so the decoder of the
                autoregressive task has fresh weights then.

        Raises:
            DataError: There is no such model, or its weights do not fit its configuration.
            ConfigError: The run is of another method.
        """
        from temadapter.models import pretrained

        return pretrained.load(source)

    def save_pretrained(self, folder: str | Path) -> None:
        """Write `config.json` and `model.safetensors` (all weights) into `folder`.

        Example:
            >>> TemAdapter(ModelConfig(embedding_dim=64)).save_pretrained("my-model")
            >>> TemAdapter.from_pretrained("my-model").config.embedding_dim
            64
        """
        from temadapter.models import pretrained

        pretrained.save(self, Path(folder))

    def forward(
        self,
        frames: Tensor,
        options: Tensor,
        *,
        option_mask: Tensor | None = None,
        frame_mask: Tensor | None = None,
        answers: Tensor | None = None,
        given_mask: Tensor | None = None,
        videos: Tensor | None = None,
    ) -> TemAdapterOutput:
        """Score every option; with `answers`, also predict frames for the autoregressive task.

        Args:
            frames: (V, F, D), or (V, C, F, D) for clips that follow each other; features of the backbone.
                V is B, unless `videos` is given.
            options: (B, N, D), embeddings of the event descriptions.
            option_mask: (B, N), True for a real option. Ignored where empty options `compete`.
            frame_mask: (V, F) or (V, C, F), True for a real frame; padding follows the real frames.
            answers: (B,), index of the correct option; only while training.
            given_mask: (B, N), False for what pads a question to the batch's widest one. Unlike an empty
                option of the question's own, padding never competes.
            videos: (B,), which row of `frames` each question is about. Questions about one video then share
                one pass over its frames, and its frames are predicted once, guided by the first question.
                Every row must be asked about. None: question b is about row b.

        Returns:
            See `TemAdapterOutput`.

        Raises:
            DataError: For shapes that do not fit each other or the model.
            ConfigError: For another number of options than four where `option_count` is `four`.
        """
        if frames.dim() == 4:
            frames = frames.flatten(1, 2)
        if frame_mask is not None and frame_mask.dim() == 3:
            frame_mask = frame_mask.flatten(1, 2)
        self._check(frames, options, videos)
        if videos is not None and self.config.option_pairing == "tiled":  # pairs rows of the batch
            frames, frame_mask = frames[videos], None if frame_mask is None else frame_mask[videos]
            videos = None
        counts = self._counts(option_mask, given_mask)
        if self.config.positions != "raw":
            # CLIP's features have a norm near 1, so each channel is near 0.04: a sinusoid of amplitude 1 drowns them
            frames = unit_rms(frames)
        if self.config.similarity == "cosine":
            options = functional.normalize(options, dim=-1)

        groups = None if videos is None else ByVideo(videos, len(frames))
        refined = options
        if self.semantic is not None:
            refined = self.semantic(options, frames, counts, frame_mask, groups)
        states, memory = frames, None
        if (
            self.temporal is not None
            and self.training
            and answers is not None
            and self.config.memory == "causal"
        ):
            states, memory = self.temporal.forward_twice(frames, frame_mask)
        elif self.temporal is not None:
            states = self.temporal(frames, frame_mask)
        # a state is computed once a video and only then handed to the questions about it
        asked = slice(None) if videos is None else videos
        weights = None
        if self.pooling is None:
            video = mean_over_time(states, frame_mask)  # (V, D)
            logits = self.compare(video[asked, None], refined)[:, 0]  # (B, N)
        else:
            seen = None if frame_mask is None else frame_mask[asked]
            weights = self.pooling(refined, frames.shape[1], seen)  # (B, N, F)
            logits = (weights * self._compare_frames(states, refined, groups)).sum(-1)
        if counts is not None:
            logits = logits.masked_fill(~counts, -torch.inf)
        if answers is None or self.temporal is None:
            return TemAdapterOutput(logits, refined, None, states[asked], None, weights)
        guidance = self._guidance(options, refined, answers, videos, len(frames))
        predicted = self.temporal.predict(frames, states, guidance, frame_mask, memory=memory)
        unread = self.training and videos is not None
        shown = None if unread else states[asked]
        return TemAdapterOutput(logits, refined, predicted, shown, frames.detach(), weights)

    def _compare_frames(self, states: Tensor, refined: Tensor, groups: ByVideo | None) -> Tensor:
        """Compare every option (B, N, D) with every frame of its video (V, F, D): (B, N, F)."""
        if groups is None:
            return self.compare(states, refined).transpose(1, 2)
        if not groups.pays:
            return self.compare(states[groups.videos], refined).transpose(1, 2)
        compared = self.compare(states, groups.spread(refined)).transpose(1, 2)  # (V, G * N, F)
        return groups.gather(compared, refined.shape[1])

    def compare(self, states: Tensor, refined_options: Tensor) -> Tensor:
        """Compare visual states (B, T, D) with refined options (B, N, D): logits (B, T, N).

        Applied to every frame state this tells when a video speaks for which option.
        """
        if self.config.similarity == "dot":
            return states @ refined_options.transpose(1, 2)
        cosine = functional.normalize(states, dim=-1) @ functional.normalize(
            refined_options, dim=-1
        ).transpose(1, 2)
        return cosine * self.log_scale.clamp(max=math.log(MAXIMAL_SCALE)).exp()

    def _counts(self, option_mask: Tensor | None, given_mask: Tensor | None) -> Tensor | None:
        """Return which options may win (B, N); None for all."""
        if self.config.empty_options == "compete" or option_mask is None:
            return given_mask
        return option_mask if given_mask is None else option_mask & given_mask

    def _guidance(
        self, options: Tensor, refined: Tensor, answers: Tensor, videos: Tensor | None, count: int
    ) -> Tensor | None:
        """Return for each video a correct event description (V, D), in the size of the frame states.

        With memory `causal` it is the description before refinement: refined, it has seen every frame.
        """
        if not self.config.language_guidance:
            return None
        question = torch.arange(len(answers), device=answers.device)
        if videos is not None:  # the first question about each video
            # the smallest question index of each video; every video has one, so the start value never stays
            last = torch.full((count,), len(answers) - 1, device=answers.device)
            question = last.scatter_reduce(0, videos, question, "amin")
        source = options if self.config.memory == "causal" else refined
        correct = source[question, answers[question]]
        return correct if self.config.positions == "raw" else unit_rms(correct)

    def _check(self, frames: Tensor, options: Tensor, videos: Tensor | None) -> None:
        """Refuse shapes that would fail later, or worse, broadcast."""
        dim = self.config.embedding_dim
        fits = frames.dim() == options.dim() == 3 and frames.shape[2] == options.shape[2] == dim
        if not fits or len(options) != len(frames if videos is None else videos):
            raise DataError(
                f"The model needs frames (B, F, {dim}) and options (B, N, {dim}), but got frames "
                f"{tuple(frames.shape)} and options {tuple(options.shape)}"
                + ("." if videos is None else f", for {len(videos)} questions.")
            )
        if self.config.option_count == "four" and options.shape[1] != 4:
            raise ConfigError(
                f"This model answers questions with exactly four options, not {options.shape[1]}: "
                "set model.option_count=any."
            )

    def inference_state(self) -> dict[str, Tensor]:
        """Return the parameters that answering needs, by name: the state dict without the decoder."""
        return {k: v for k, v in self.state_dict().items() if not k.startswith(TRAINING_ONLY)}

    def load_inference_state(self, state: Mapping[str, Tensor]) -> None:
        """Load what `inference_state` returned; parameters of training only may be there or not.

        Raises:
            DataError: Naming every parameter that is missing, unknown or of another shape.
        """
        own = self.state_dict()
        problems = [f"{k} is missing" for k in self.inference_state() if k not in state]
        problems += [f"{k} is unknown" for k in state if k not in own]
        problems += [
            f"{k} has shape {tuple(v.shape)}, not {tuple(own[k].shape)}"
            for k, v in state.items()
            if k in own and v.shape != own[k].shape
        ]
        if problems:
            raise DataError("These weights do not fit the model: " + "; ".join(problems) + ".")
        self.load_state_dict(dict(state), strict=False)

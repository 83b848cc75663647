"""Every choice the networks know, by name; `paper` and `official` are two sets (docs/method.md section 7)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, get_args, get_type_hints

from temadapter.errors import ConfigError

OptionPairing = Literal["own", "tiled"]
AutoregressiveTarget = Literal["next", "same"]
Memory = Literal["causal", "full"]
Similarity = Literal["cosine", "dot"]
EmptyOptions = Literal["masked", "compete"]
Positions = Literal["scaled", "raw", "learned"]
OptionAttention = Literal["among", "single"]
OptionCount = Literal["any", "four"]
Predict = Literal["state", "change"]
Pooling = Literal["mean", "guided"]


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """The configuration of `TemAdapter`; the defaults are preset `paper`.

    Attributes:
        embedding_dim: D, the embedding size of the frozen backbone; a multiple of `heads`, and even.
        option_pairing: Row 1 of docs/method.md section 7. `own`: every option is refined with its question's
            video. `tiled`: option row r of the batch is refined with video r mod B.
        autoregressive_target: Row 2. `next`: inputs shifted behind a learned start token, the target is a
            frame not yet seen. `same`: position t sees frame t and predicts frame t.
        memory: Row 3. `causal`: the decoder's memory is encoded and read causally, and the guidance is the
            event description before the video refined it. `full`: both have seen every frame.
        similarity: Row 4. `cosine` with a learned temperature, or raw `dot` product.
        empty_options: Row 6. `masked`: masked options get logit -inf and are seen by nobody. `compete`: the
            option mask is ignored.
        positions: Row 7. `scaled`: normalised features plus a sinusoid, centred over the video, of relative
            amplitude `position_amplitude`. `learned`: normalised features plus a learned curve over relative time.
            `raw`: a sinusoid of amplitude 1 on features as they are.
        option_attention: Row 8. `among`: self-attention over a question's options. `single`: over each alone.
        option_count: Row 10. `any`, or exactly `four` options per question.
        use_temporal: Without it the video is the mean of its frame features, and nothing is predicted.
        use_semantic: Without it the event descriptions are compared as the backbone made them.
        language_guidance: Whether the correct event description is added to the decoder's memory.
        horizon: How many frames ahead the autoregressive task predicts; more than 1 needs target `next`.
        predict: `state`: the decoder's output is the frame. `change`: it is added to the last frame seen.
        pooling: How frame states become a video: their `mean` (docs/method.md section 5), or weights over time that
            the event description sets (`guided`, see `GuidedPooling`).
        pooling_width: Hidden width of guided pooling.
        identity_start: Factor on the initial output projections of the temporal encoder; below 1 it starts close
            to passing the frames on as they are, so that what the backbone knows is not lost at the start.
        heads: Attention heads of every layer.
        temporal_mlp_ratio: Hidden size of the temporal layers' MLP over D (2048 at D = 512).
        semantic_width: Inner width of the Semantic Aligner; a multiple of `heads`.
        temporal_dropout: Dropout in the temporal layers.
        semantic_dropout: Dropout in the semantic layer.
        gate_init: Initial value of the residual gate γ.
        position_amplitude: Root mean square of `scaled` and of fresh `learned` positions, over that of the
            features.

    Raises:
        ConfigError: Naming every field that is out of range.

    Example:
        >>> ModelConfig(embedding_dim=256, pooling="guided").pooling_width
        64
    """

    embedding_dim: int = 512
    option_pairing: OptionPairing = "own"
    autoregressive_target: AutoregressiveTarget = "next"
    memory: Memory = "causal"
    similarity: Similarity = "cosine"
    empty_options: EmptyOptions = "masked"
    positions: Positions = "scaled"
    option_attention: OptionAttention = "among"
    option_count: OptionCount = "any"
    use_temporal: bool = True
    use_semantic: bool = True
    language_guidance: bool = True
    horizon: int = 1
    predict: Predict = "state"
    pooling: Pooling = "mean"
    pooling_width: int = 64
    identity_start: float = 1.0
    heads: int = 16
    temporal_mlp_ratio: int = 4
    semantic_width: int = 128
    temporal_dropout: float = 0.1
    semantic_dropout: float = 0.2
    gate_init: float = 1e-4
    position_amplitude: float = 1.0

    def __post_init__(self) -> None:
        problems = [*_type_problems(self)]
        if not problems:
            problems += _range_problems(self)
        if problems:
            raise ConfigError("The model's configuration is wrong: " + "; ".join(problems) + ".")


def _type_problems(config: ModelConfig) -> list[str]:
    """Name every field whose value is not of its type or not among its choices."""
    hints = get_type_hints(ModelConfig)
    problems = []
    for field in fields(config):
        value, hint = getattr(config, field.name), hints[field.name]
        choices = get_args(hint)
        if choices and value not in choices:
            problems.append(f"model.{field.name} must be {' or '.join(choices)}, not {value!r}")
        elif not choices and not _is_a(value, hint):
            problems.append(f"model.{field.name} must be of type {hint.__name__}, not {value!r}")
    return problems


def _is_a(value: object, kind: type) -> bool:
    """Tell whether `value` is a `kind`; an int may stand for a float, a bool for neither."""
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, int | float) if kind is float else isinstance(value, kind)


def _range_problems(config: ModelConfig) -> list[str]:
    """Name every field that is out of range, and every pair of fields that contradict each other."""
    c = config
    checks = [
        (c.heads < 1, f"model.heads ({c.heads}) must be at least 1"),
        (
            c.embedding_dim < 2 or c.embedding_dim % 2 != 0,
            f"model.embedding_dim ({c.embedding_dim}) must be even",
        ),
        (c.pooling_width < 1, f"model.pooling_width ({c.pooling_width}) must be at least 1"),
        (c.identity_start < 0, f"model.identity_start ({c.identity_start}) is negative"),
        (c.temporal_mlp_ratio < 1, f"model.temporal_mlp_ratio ({c.temporal_mlp_ratio}) must be at least 1"),
        (c.horizon < 1, f"model.horizon ({c.horizon}) must be at least 1"),
        (
            c.autoregressive_target == "same" and c.horizon != 1,
            f"model.horizon ({c.horizon}) must be 1 with model.autoregressive_target=same",
        ),
        (
            c.autoregressive_target == "same" and c.predict == "change",
            "model.predict=change needs model.autoregressive_target=next",
        ),
    ]
    for name in ("embedding_dim", "semantic_width"):
        size = getattr(c, name)
        wrong = c.heads >= 1 and (size < 1 or size % c.heads != 0)
        checks.append((wrong, f"model.{name} ({size}) must be a multiple of model.heads ({c.heads})"))
    for name in ("temporal_dropout", "semantic_dropout"):
        rate = getattr(c, name)
        checks.append((not 0 <= rate < 1, f"model.{name} ({rate}) must be at least 0 and below 1"))
    checks.append(
        (c.position_amplitude < 0, f"model.position_amplitude ({c.position_amplitude}) is negative")
    )
    return [message for wrong, message in checks if wrong]

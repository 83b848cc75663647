from __future__ import annotations

from dataclasses import asdict

import pytest

from presets import official_model
from temadapter.errors import ConfigError
from temadapter.models.config import ModelConfig

MODEL_ROWS = {
    "option_pairing",
    "autoregressive_target",
    "memory",
    "similarity",
    "empty_options",
    "positions",
    "option_attention",
    "option_count",
}


def test_presets_differ_by_the_models_eight_settings_and_nothing_else() -> None:
    paper, official = asdict(ModelConfig()), asdict(official_model())
    assert {name for name in paper if paper[name] != official[name]} == MODEL_ROWS
    assert ModelConfig() == ModelConfig()


def test_all_mistakes_come_in_one_message() -> None:
    with pytest.raises(ConfigError) as error:
        ModelConfig(similarity="euclid", positions="rotary", horizon="2")
    for part in ("model.similarity", "'euclid'", "cosine or dot", "model.positions", "model.horizon"):
        assert part in str(error.value)


def test_all_values_out_of_range_come_in_one_message() -> None:
    with pytest.raises(ConfigError) as error:
        ModelConfig(
            embedding_dim=100, semantic_width=30, semantic_dropout=1.0, horizon=0, temporal_dropout=-0.1
        )
    for part in (
        "embedding_dim (100)",
        "semantic_width (30)",
        "heads (16)",
        "semantic_dropout (1.0)",
        "horizon (0)",
    ):
        assert part in str(error.value)


@pytest.mark.parametrize("changes", [{"horizon": 2}, {"predict": "change"}])
def test_seeing_the_target_leaves_nothing_to_predict_ahead(changes: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="autoregressive_target"):
        ModelConfig(autoregressive_target="same", **changes)


@pytest.mark.parametrize("value", [True, 1.5, None])
def test_a_number_of_the_wrong_kind_is_refused(value: object) -> None:
    with pytest.raises(ConfigError, match="embedding_dim"):
        ModelConfig(embedding_dim=value)

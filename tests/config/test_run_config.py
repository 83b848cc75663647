from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presets import official_model
from temadapter.config.run_config import Config, load_config, preset_names
from temadapter.errors import ConfigError
from temadapter.models.config import ModelConfig
from temadapter.models.objective import ObjectiveConfig
from temadapter.official.differences import DIFFERENCES, differences_of

ELEVEN = {
    "model.option_pairing": ("own", "tiled"),
    "model.autoregressive_target": ("next", "same"),
    "model.memory": ("causal", "full"),
    "model.similarity": ("cosine", "dot"),
    "objective.answer_loss": ("mean_hinge", "summed_hinge"),
    "model.empty_options": ("masked", "compete"),
    "model.positions": ("scaled", "raw"),
    "model.option_attention": ("among", "single"),
    "objective.gradient_clip": ("all", "temporal"),
    "model.option_count": ("any", "four"),
    "training.selection": ("validation", "last"),
}


def flat(config: Config) -> dict[str, object]:
    values = config.to_dict()
    return {
        f"{section}.{key}": value
        for section, part in values.items()
        if isinstance(part, dict)
        for key, value in part.items()
    } | {"method": values["method"]}


def test_presets_differ_by_the_eleven_settings_and_nothing_else() -> None:
    paper, official = flat(load_config("paper")), flat(load_config("official"))
    assert {key: (paper[key], official[key]) for key in paper if paper[key] != official[key]} == ELEVEN


def test_plus_is_the_default_and_paper_what_the_classes_say() -> None:
    assert load_config() == load_config("plus")
    assert load_config("paper") == Config()
    assert preset_names() == ("plus", "paper", "official")


@pytest.mark.parametrize(
    ("method", "preset"), [("plus", "plus"), ("tem-adapter", "paper"), ("lora", "paper"), ("motion", "paper")]
)
def test_where_nobody_chooses_the_method_names_the_preset(method: str, preset: str, tmp_path: Path) -> None:
    config = load_config(None, [f"method={method}"])
    assert (config.method, config.preset) == (method, preset)
    file = tmp_path / "mine.yaml"
    file.write_text(f"method: {method}\n", encoding="utf-8")
    assert load_config(file) == config


def test_a_file_of_ones_own_changes_single_settings_of_its_preset(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("preset: official\ntraining: {epochs: 3}\n", encoding="utf-8")
    assert load_config(tmp_path / "mine.yaml") == load_config("official", ["training.epochs=3"])


@pytest.mark.parametrize("value", ["true", "2.5", "many"])
def test_a_whole_number_is_none_of_these(value: str) -> None:
    with pytest.raises(ConfigError, match=r"training\.epochs must be a whole number"):
        load_config("paper", [f"training.epochs={value}"])


def test_a_preset_keeps_no_options_of_another_method(tmp_path: Path) -> None:
    assert load_config("plus").method_options == {"bank": "auto"}
    assert load_config("plus", ["method=lora"]).method_options == {}
    lora = load_config("plus", ["method_options.rank=4", "method=lora"])
    assert (lora.preset, lora.method_options) == ("plus", {"rank": 4})
    (tmp_path / "config.yaml").write_text("preset: plus\nmethod: motion\n", encoding="utf-8")
    assert load_config(tmp_path).method_options == {}
    assert load_config(tmp_path, ["method=plus", "method_options.bank=general"]).method_options == {
        "bank": "general"
    }


def test_presets_agree_with_the_rooms_that_own_their_settings() -> None:
    assert load_config("paper").model == ModelConfig()
    assert load_config("official").model == official_model()
    assert load_config("paper").objective == ObjectiveConfig()
    assert load_config("official").objective == load_config("official").objective


def test_every_row_of_the_table_is_one_difference() -> None:
    assert {
        difference.setting: (difference.paper, difference.official) for difference in DIFFERENCES
    } == ELEVEN
    assert [difference.row for difference in DIFFERENCES] == list(range(1, 12))
    assert differences_of(load_config("official")) == DIFFERENCES
    assert differences_of(load_config("paper")) == ()


@given(st.sets(st.sampled_from(DIFFERENCES)))
def test_differences_are_those_that_were_set(chosen: set[object]) -> None:
    sets = [
        f"{difference.setting}={difference.official}" for difference in DIFFERENCES if difference in chosen
    ]
    assert set(differences_of(load_config("paper", sets))) == chosen


@pytest.mark.parametrize("preset", ["paper", "official"])
def test_yaml_reads_back_to_the_same_configuration(preset: str, tmp_path: Path) -> None:
    config = load_config(
        preset, ["data.dataset=a: b", "features.sampler=fps(2)", "training.learning_rate=3e-5"]
    )
    (tmp_path / "config.yaml").write_text(config.to_yaml(), encoding="utf-8")
    assert load_config(tmp_path / "config.yaml") == config
    assert load_config(tmp_path) == config


def test_own_file_names_only_what_differs(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("preset: official\ntraining: {epochs: 7, learning_rate: 1e-3}\n", encoding="utf-8")
    config = load_config(file, ["training.epochs=8"])
    assert config.preset == "official"
    assert config.training.learning_rate == 1e-3
    assert config.training.epochs == 8
    assert config.model == official_model()


@pytest.mark.parametrize(
    ("change", "section", "name", "value"),
    [
        ("training.learning_rate=1e-4", "training", "learning_rate", 1e-4),
        ("training.learning_rate=1", "training", "learning_rate", 1.0),
        ("training.tensorboard=true", "training", "tensorboard", True),
        ("data.limit=null", "data", "limit", None),
        ("data.limit= 5", "data", "limit", 5),
        ("data.dataset=2024", "data", "dataset", "2024"),
        ("data.dataset=a=b.jsonl", "data", "dataset", "a=b.jsonl"),
        ("features.sampler=clips(8,16)", "features", "sampler", "clips(8,16)"),
        ("objective.answer_weight=0.5", "objective", "answer_weight", 0.5),
        ("model.use_temporal=false", "model", "use_temporal", False),
    ],
)
def test_set_reads_a_value_as_its_field_means_it(change: str, section: str, name: str, value: object) -> None:
    found = getattr(getattr(load_config("paper", [change]), section), name)
    assert found == value
    assert type(found) is type(value)


def test_every_mistake_comes_in_one_message(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("trainig: {}\ndata: {limit: many}\n", encoding="utf-8")
    sets = [
        "training.epoch=3",
        "training.epochs=0",
        "training.learning_rate=fast",
        "training.schedule=halved",
        "model.memory=casual",
        "model.heads=7",
        "features.sampler=every(2)",
        "method=tem-adaptor",
        "nonsense",
    ]
    with pytest.raises(ConfigError) as caught:
        load_config(file, sets)
    message = str(caught.value)
    for part in (
        "There is no setting trainig. Did you mean training?",
        "data.limit must be a whole number or null, not 'many'",
        "There is no setting training.epoch. Did you mean training.epochs?",
        "epochs must be at least 1",
        "training.learning_rate must be a number, not 'fast'",
        "one of halve, cosine, constant (did you mean halve?)",
        "model.memory must be one of causal, full (did you mean causal?)",
        "multiple of model.heads (7)",
        "sampler",
        "Did you mean 'tem-adapter'?",
        "--set 'nonsense' must look like section.name=value",
    ):
        assert part in message
    assert "11 mistakes" in message


def test_unknown_preset_lists_the_presets() -> None:
    with pytest.raises(ConfigError, match=r"no preset .*'papers'.*Did you mean 'paper'.*official, paper"):
        load_config("papers")


def test_file_that_is_no_yaml_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("a: [1,", encoding="utf-8")
    with pytest.raises(ConfigError, match="is not a YAML file"):
        load_config(file)


def test_choosing_an_epoch_needs_validation_questions() -> None:
    with pytest.raises(ConfigError, match=r"training\.selection=last"):
        load_config("paper", ["data.validation_fraction=0"])
    assert load_config("official", ["data.validation_fraction=0"]).training.selection == "last"


def test_every_control_of_the_settings_can_be_applied() -> None:
    from typing import get_args

    from temadapter.config.controls import CONTROLS, Control
    from temadapter.evaluation.apply_control import control_names

    assert control_names() == get_args(Control) == ("none", *CONTROLS)

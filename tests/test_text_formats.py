from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from temadapter.config.run_config import load_config
from temadapter.errors import ConfigError, DataError
from temadapter.features.key import read_key
from temadapter.models.pretrained import load
from temadapter.text_formats import json_value, yaml_value

HARMFUL_YAML = {
    "nested deeply": "a: " + "[" * 10_000,
    "6,000 digits": "training: {epochs: " + "9" * 6000 + "}",
    "a call": "data: !!python/object/apply:os.mkdir [intruded]",
    "a broken tag": "a: !<tag:yaml.org,2002:timestamp> x",
    "no date": "a: 2024-13-45",
    "a tab": "a:\t- b\n\t- c",
}
HARMFUL_JSON = {"nested deeply": "[" * 200_000, "6,000 digits": "9" * 6000, "empty": "", "half": '{"a": '}


@pytest.mark.parametrize("text", HARMFUL_YAML.values(), ids=HARMFUL_YAML)
def test_whatever_is_wrong_with_yaml_is_one_kind_of_error(text: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        yaml_value(text)
    (tmp_path / "bad.yaml").write_text(text)
    with pytest.raises(ConfigError, match="is not a YAML file") as raised:
        load_config(tmp_path / "bad.yaml")
    assert len(str(raised.value)) < 600


@pytest.mark.parametrize("text", HARMFUL_JSON.values(), ids=HARMFUL_JSON)
def test_whatever_is_wrong_with_json_is_one_kind_of_error(text: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        json_value(text)
    (tmp_path / "key.json").write_text(text)
    with pytest.raises(DataError, match="not a feature store"):
        read_key(tmp_path)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_saved_networks_that_are_damaged_are_told(name: str, tmp_path: Path) -> None:
    from temadapter.models.config import ModelConfig
    from temadapter.models.tem_adapter import TemAdapter

    TemAdapter(ModelConfig(embedding_dim=16)).save_pretrained(tmp_path)
    (tmp_path / name).write_text("[" * 100_000)
    with pytest.raises(DataError, match=f"{name} cannot be read"):
        load(tmp_path)


def test_what_is_right_is_read_as_the_libraries_do() -> None:
    text = '{"a": [1, 2.5, null, "x"]}'
    assert json_value(text) == yaml_value(text) == yaml.safe_load(text)


@pytest.mark.parametrize(
    ("read", "text"),
    [(yaml_value, HARMFUL_YAML["6,000 digits"]), (json_value, HARMFUL_JSON["6,000 digits"])],
    ids=["yaml", "json"],
)
def test_a_number_of_too_many_digits_is_told_in_words(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(ValueError, match=r"^a number in it has too many digits$"):
        read(text)

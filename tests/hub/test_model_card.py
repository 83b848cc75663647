"""The model card: what the hub reads of it, what it says of accuracy and limits, and the command that it gives."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest
import yaml
from huggingface_hub import ModelCard
from hypothesis import given, settings
from hypothesis import strategies as st

from temadapter.config.run_config import Config, load_config
from temadapter.hub.card_limits import limits
from temadapter.hub.model_card import model_card
from temadapter.runs.folder import BackboneRecord
from temadapter.runs.rerun_command import FREE, WORDS, changed_settings, rerun_command

MINI = BackboneRecord("mini", "abc", 256, 10.5)
CLIP = BackboneRecord("hf:openai/clip-vit-base-patch32", "abc", 512, 100.0)


def estimate(value: float, low: float) -> dict[str, float]:
    return {"value": value, "low": low, "high": min(1.0, value + 0.1), "questions": 40, "videos": 20}


def block(overall: float = 0.7) -> dict[str, Any]:
    types = {"U": estimate(0.8, 0.7), "F": estimate(0.4, 0.3)}
    row = {"name": "tem-adapter", "overall": estimate(overall, overall - 0.1), "types": types}
    chance = {"U": 0.4, "F": 0.45, "overall": 0.42}
    return {"rows": [row], "chance": chance, "questions": {"U": 20, "F": 20, "overall": 40}}


def results(**train: Any) -> dict[str, Any]:
    return {
        "train": {
            "dataset": "crossroads",
            "questions": {"train": 5000, "test": 40},
            "videos": {"train": 900},
            "trainable_parameters": 2_225_353,
            "parameters_for_answering": 1_171_657,
            "test": block(),
            **train,
        },
        "meta": {"versions": {"python": "3.11.7", "temadapter": "0.1.0"}},
    }


def test_the_hub_reads_the_head() -> None:
    card = ModelCard(model_card(load_config("paper"), CLIP, results(), license_="cc-by-nc-4.0"))
    data = card.data
    assert (data.license, data.library_name, data.pipeline_tag) == (
        "cc-by-nc-4.0",
        "temadapter",
        "video-text-to-text",
    )
    assert (data.base_model, data.base_model_relation) == ("openai/clip-vit-base-patch32", "adapter")
    assert (data.datasets, data.metrics) == (["crossroads"], ["accuracy"])
    assert {"visual-question-answering", "tem-adapter"} <= set(data.tags)
    overall, *types = data.eval_results
    assert (overall.metric_type, overall.metric_value, overall.dataset_split) == ("accuracy", 70.0, "test")
    assert overall.metric_name == "Accuracy in percent (95 % interval 60.0 to 80.0)"
    assert [result.metric_name.partition(" in ")[0] for result in types] == [
        "Accuracy, Basic understanding",
        "Accuracy, Forecasting",
    ]


def test_the_head_says_nothing_that_is_not_known() -> None:
    text = model_card(load_config("paper"), MINI, {})
    head = yaml.safe_load(text.split("---\n")[1])
    assert head.keys().isdisjoint({"license", "base_model", "datasets", "metrics", "model-index"})
    assert "No licence was chosen" in text
    assert "has not been evaluated" in text
    named = model_card(load_config("paper", ["data.dataset=/home/me/my data"]), MINI, {})
    assert "datasets" not in yaml.safe_load(
        named.split("---\n")[1]
    )  # no name that a data set of the hub could have
    assert "| dataset | my data |" in named


def test_numbers_are_those_of_the_results() -> None:
    found = results(controls={"shuffled_frames": block(0.5), "text_only": block(0.45)})
    text = model_card(load_config("paper"), MINI, found, name="hf:me/run", license_="mit")
    assert "| method | Basic understanding (20) | Forecasting (20) | All (40) |" in text
    assert "| random choice | 40.0 | 45.0 | 42.0 |" in text
    assert "| tem-adapter | 80.0 [70.0, 90.0] | 40.0 [30.0, 50.0] | 70.0 [60.0, 80.0] |" in text
    assert (
        "| tem-adapter, control: shuffled frames | 80.0 [70.0, 90.0] | 40.0 [30.0, 50.0] | 50.0 [40.0, 60.0] |"
        in text
    )
    assert "| tem-adapter, control: text only |" in text
    assert "| trained parameters | 2,225,353 |" in text
    assert "| parameters kept for answering | 1,171,657 |" in text
    assert "made with python 3.11.7, temadapter 0.1.0." in text
    assert 'VideoQA.load("hf:me/run")' in text
    assert "`checkpoint/`" in text
    assert "rules.yaml" not in text
    assert "These weights: `mit`." in text
    assert "@inproceedings{" in text
    assert "arxiv.org/abs/2308.08414" in text


def test_types_of_ones_own_break_no_card() -> None:
    names = ("overall", "a|b", "line\nbreak", "\x1b[2Jx", "<b>", "x" * 300, "All")
    row = {
        "name": "x",
        "overall": estimate(0.7, 0.6),
        "types": {name: estimate(0.4, 0.3) for name in names},
    }
    numbers = {"type overall" if name == "overall" else name: 0.45 for name in names} | {"overall": 0.42}
    test = {"rows": [row], "chance": numbers, "questions": dict.fromkeys(numbers, 9)}
    text = model_card(load_config("paper"), MINI, results(test=test))
    table = [line for line in text.splitlines() if line.startswith(("| method |", "| random"))]
    assert len(table) == 2
    assert len({line.replace(r"\|", "").count("|") for line in table}) == 1
    assert "| overall (9) |" in text
    assert r"cannot be told from a random choice: overall, a\|b, line" in text
    assert "\x1b" not in text
    assert "\n<b>" not in text
    assert len(list(ModelCard(text).data.eval_results)) == 8


@pytest.mark.parametrize(
    ("sets", "said", "unsaid"),
    [
        ([], "averages the states of all frames", "order changes nothing"),
        (["model.pooling=guided"], "frames that `clips(8,16)` takes", "averages"),
        (["model.use_temporal=false"], "order changes nothing", "averages the states"),
        (["method=lora"], "order changes nothing", "averages the states"),
        (["method=temporal-transformer"], "frames that", "averages"),
        (["features.control=one_frame"], "with less than the video (`one_frame`)", "order changes nothing"),
        (["data.descriptions=rules"], "rules for English", "order changes nothing"),
        (["data.descriptions=raw"], "frames that", "rules for English"),
    ],
)
def test_limits_are_those_of_the_method(sets: list[str], said: str, unsaid: str) -> None:
    text = "\n".join(limits(load_config("paper", sets), MINI, results()))
    assert said in text
    assert unsaid not in text


def test_limits_are_those_of_backbone_and_data() -> None:
    config = load_config("paper")
    plain = "\n".join(limits(config, CLIP, results()))
    assert "Crossroads" not in plain
    assert "still pictures and their captions" in plain
    assert "few examples" not in plain
    assert "told from a random choice: Forecasting." in plain
    few = results(
        questions={"train": 30}, videos={"train": 4}, videos_in_training_and_test=2, questions_left_out=7
    )
    told = "\n".join(limits(config, MINI, few))
    for sentence in (
        "Crossroads",
        "30 questions about 4 videos",
        "2 test videos",
        "7 questions were left out",
    ):
        assert sentence in told
    hopeless = "\n".join(limits(config, MINI, results(test=block(0.45))))
    assert "**Its test accuracy of 45.0 %" in hopeless
    assert "is no better than chance" in hopeless
    assert "has not been measured" in "\n".join(limits(config, MINI, {}))
    unknown = BackboneRecord("hf:a/b", "", 512, 100.0)
    assert "a changed one is not noticed" in "\n".join(limits(config, unknown, {}))


def repeated(command: str) -> Config:
    """Return the configuration that a command makes."""
    words = shlex.split(command.replace("\\\n", " "))
    assert words[:2] == ["temadapter", "train"]
    options = list(zip(words[3::2], words[4::2], strict=True))
    names = {word: name for name, word in WORDS.items()} | {"--method": "method"}
    preset = dict(options).get("--preset", "paper")
    sets = [f"{names[word]}={value}" for word, value in options if word in names]
    return load_config(preset, [*sets, *(value for word, value in options if word == "--set")])


def comparable(config: Config) -> dict[str, Any]:
    values = config.to_dict()
    for name in FREE:
        section, key = name.split(".")
        del values[section][key]
    return values


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "training.epochs": st.integers(1, 200),
        "training.learning_rate": st.floats(1e-6, 1.0),
        "training.seed": st.integers(0, 99),
        "training.dtype": st.sampled_from(["float32", "bfloat16"]),
        "training.device": st.sampled_from(["cpu", "cuda"]),
        "data.limit": st.integers(1, 99),
        "data.reader": st.sampled_from(["own", "own:question=q,options=a0:a4"]),
        "data.video_dir": st.sampled_from(["my videos", "it's here", 'a"b']),
        "data.descriptions": st.sampled_from(["raw", "rules"]),
        "features.backbone": st.sampled_from(["mini", "hf:openai/clip-vit-base-patch32"]),
        "features.sampler": st.sampled_from(["uniform(8)", "clips(8,16)", "fps(2)"]),
        "features.preprocessing": st.sampled_from(["crop", "squash"]),
        "model.pooling": st.sampled_from(["mean", "guided"]),
        "model.language_guidance": st.booleans(),
        "objective.answer_weight": st.floats(0.1, 9.0),
    },
)


@settings(max_examples=12)  # reading presets takes its time
@given(st.sampled_from(["paper", "official"]), CHANGES)
def test_the_command_makes_the_same_configuration(preset: str, changes: dict[str, Any]) -> None:
    sets = [
        f"{name}={value if isinstance(value, str) else json.dumps(value)}" for name, value in changes.items()
    ]
    config = load_config(preset, sets)
    assert comparable(repeated(rerun_command(config, {}))) == comparable(config)


def test_the_command_of_another_method_has_its_options() -> None:
    config = load_config(
        "paper", ["method=lora", "method_options.rank=4", "method_options.dropout=0", "data.dataset=d"]
    )
    command = rerun_command(config, {})
    assert "--method lora" in command
    assert "--set method_options.rank=4" in command
    assert "dropout" not in command
    assert dict(changed_settings(config)) == {"method_options.rank": "4"}


def test_a_converted_run_is_converted_again() -> None:
    files = ["tempaligner_49.pt", "semanticaligner_49.pt"]
    text = model_card(load_config("official"), CLIP, {"train": {"converted_from": files}})
    assert "temadapter convert checkpoint tempaligner_49.pt semanticaligner_49.pt \\\n" in text
    assert "Converted from the authors' tempaligner_49.pt and semanticaligner_49.pt" in text


def test_a_run_that_is_not_its_preset_says_so_and_is_not_called_the_method() -> None:
    guided = load_config("paper", ["model.pooling=guided", "training.epochs=6"])
    card = model_card(guided, MINI, results())
    assert "# tem-adapter + guided pooling on mini" in card
    changes = card.split("## Differences from the preset")[1].split("##")[0]
    assert "2 settings are not those of preset `paper`" in changes
    assert "- `model.pooling: guided`" in changes
    assert "- `training.epochs: 6`" in changes
    assert "None" not in card.split("## Differences")[1]
    assert "guided pooling is not part of the method as published" in card

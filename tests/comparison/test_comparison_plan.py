"""Plans: the package's are right, a user's own are read, and every mistake is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from temadapter.comparison.all_methods import methods_plan
from temadapter.comparison.plan import load_plan, plan_names, plan_of, plan_values
from temadapter.comparison.run_order import Schedule
from temadapter.comparison.tuning import Tuning
from temadapter.config.controls import CONTROLS
from temadapter.config.display_name import display_name
from temadapter.config.run_config import load_config
from temadapter.errors import ConfigError
from temadapter.methods.registry import get_method, list_methods
from temadapter.official.differences import differences_of

ROWS = {
    "1": "model.option_pairing",
    "2": "model.autoregressive_target",
    "3": "model.memory",
    "4": "model.similarity",
    "5": "objective.answer_loss",
    "6": "model.empty_options",
    "7": "model.positions",
    "8": "model.option_attention",
    "9": "objective.gradient_clip",
    "10": "model.option_count",
    "11": "training.selection",
}


@pytest.mark.parametrize("name", plan_names())
def test_every_trial_of_the_package_has_a_configuration(name: str) -> None:
    plan = load_plan(name)
    configs = [plan.config(trial, ["data.dataset=x"]) for trial in plan.trials]
    assert len({str(config.to_dict()) for config in configs}) == len(configs), "two trials are the same"


def test_corrections_take_back_the_eleven_settings_one_by_one() -> None:
    plan, official = load_plan("corrections"), load_config("official").to_dict()
    paper = plan.config(plan.trial("paper")).to_dict()
    for row, setting in ROWS.items():
        changed = plan.config(plan.trial(f"take-back-{row}")).to_dict()
        section, _, key = setting.partition(".")
        assert changed[section][key] == official[section][key] != paper[section][key]
        changed[section][key] = paper[section][key]
        assert changed == paper
    whole = plan.config(plan.trial("official")).to_dict()
    for setting in ROWS.values():
        section, _, key = setting.partition(".")
        assert whole[section][key] == official[section][key]
        whole[section][key] = paper[section][key]
    assert whole == paper


def test_trials_with_the_same_name_are_the_same_in_every_plan() -> None:
    seen: dict[str, object] = {}
    for name in plan_names():
        plan = load_plan(name)
        for trial in plan.trials:
            config = plan.config(trial).to_dict()
            assert seen.setdefault(trial.name, config) == config, "plans share runs by the trial's name"


def test_a_plan_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("reference: a\ntrials:\n  a: []\n  b: [training.epochs=3]\n")
    plan = load_plan(file)
    assert plan.name == "mine"
    assert plan.trial("a").reference is None
    assert plan.trial("b").reference == "a"
    assert plan.config(plan.trial("b"), ["training.epochs=9", "training.seed=4"]).training.epochs == 3
    assert [trial.name for trial in plan.only(["b"]).trials] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("trials: {}", "at least one trial"),
        ("[1, 2]", "at least one trial"),
        ("tirals: {a: []}\ntrials: {a: []}", "trials"),
        ("reference: x\ntrials: {a: []}", "reference 'x'"),
        ("trials: {A b: []}", "small letters"),
        ("trials: {a: training.epochs=3}", "must be a list"),
        ("trials: {a: {stes: []}}", "sets"),
        ("trials: [", "not a YAML file"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=message):
        load_plan(file)


def test_a_wrong_setting_names_the_trial(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text("trials: {fast: [training.epohcs=3]}")
    plan = load_plan(file)
    with pytest.raises(ConfigError, match=r"(?s)'fast'.*training\.epochs"):
        plan.config(plan.trials[0])


def test_an_unknown_plan_lists_what_there_is() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'ablation'"):
        load_plan("ablaton")


def test_methods_by_name_or_all_of_them() -> None:
    assert [trial.name for trial in methods_plan(["zero-shot", "lora"]).trials] == ["zero-shot", "lora"]
    every = methods_plan([])
    assert {trial.name for trial in every.trials} >= set(list_methods())
    with pytest.raises(ConfigError, match="Did you mean 'lora'"):
        methods_plan(["lroa"])


@pytest.mark.parametrize("start", ["paper", "crossroads"])
def test_the_rows_are_what_they_are_called(start: str) -> None:
    plan = methods_plan([], start=start)
    configs = {trial.name: plan.config(trial) for trial in plan.trials}
    assert len({str(config.to_dict()) for config in configs.values()}) == len(configs)
    assert configs["tem-adapter"].model.pooling == "mean"
    for trial in plan.trials:
        said = display_name(configs[trial.name])
        if trial.name.startswith("tem-adapter-official"):
            said = said.replace("tem-adapter", "tem-adapter, as the released code")
        assert trial.label == said
        if trial.weights_of is not None:
            assert configs[trial.name].method == configs[trial.weights_of].method
            assert trial.reference == trial.weights_of
    assert all(config.data.validation_fraction == 0.2 for config in configs.values())
    carried = [difference.setting for difference in differences_of(configs["tem-adapter-official"])]
    assert len(carried) == 11


def test_every_row_tunes_its_own_settings_and_the_dear_ones_say_so() -> None:
    plan = methods_plan([])
    for trial in plan.trials:
        config = plan.config(trial)
        tuning = plan.tuning_of(trial, config)
        spec = get_method(config.method)
        assert (tuning is not None) is (spec.trainable and trial.weights_of is None)
        if tuning is not None and not spec.runs_towers:
            assert (tuning.epochs, tuning.keep) == ((6, 20), 2)
        assert trial.seeds is None
        if spec.runs_towers:
            assert trial.name in plan.about


def test_each_preset_is_compared_under_every_control() -> None:
    trials = {trial.name: trial for trial in methods_plan([]).trials}
    for preset in ("tem-adapter", "tem-adapter-official", "plus"):
        for control in CONTROLS:
            trial = trials[f"{preset}-{control.replace('_', '-')}"]
            assert trial.weights_of == preset
            assert f"features.control={control}" in trial.sets


def test_a_method_with_a_recipe_of_its_own_is_compared_with_that_recipe() -> None:
    plan, preset = methods_plan([], start="crossroads"), load_config("plus").training
    own = plan.config(plan.trial("plus")).training
    assert replace(own, epochs=preset.epochs, learning_rate=preset.learning_rate) == preset


def test_a_ladder_is_read_and_its_mistakes_are_named(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "tuning: {rates: [1e-4, 0.001], epochs: [2]}\nsets: [training.batch_size=8]\n"
        "trials: {a: {seeds: 1}, b: {weights_of: a, sets: [features.control=one_frame]}}\n"
    )
    plan = load_plan(file)
    assert plan.tuning == Tuning(rates=(1e-4, 1e-3), epochs=(2,))
    assert plan.config(plan.trial("a")).training.batch_size == 8
    assert plan.tuning_of(plan.trial("b"), plan.config(plan.trial("b"))) is None
    assert [trial.name for trial in plan.only(["b"]).trials] == ["a", "b"]
    for wrong, message in (
        ("tuning: {rate: [1]}", "has no rate"),
        ("tuning: {epochs: [6, 3]}", "ascending"),
        ("tuning: [1]", "must be a mapping"),
        ("tuning: {rates: [fast]}", "fast"),
    ):
        file.write_text(f"{wrong}\ntrials: {{a: []}}\n")
        with pytest.raises(ConfigError, match=message):
            load_plan(file)


def test_the_report_says_who_cannot_see_order() -> None:
    about = methods_plan(["zero-shot", "fine-tuning", "tem-adapter", "temporal-transformer"]).about
    assert "so these cannot: zero-shot, fine-tuning." in about
    assert "cannot" not in methods_plan(["tem-adapter", "temporal-transformer"]).about


@pytest.mark.parametrize("name", [*plan_names(), "methods"])
def test_a_plan_is_written_and_read_back(name: str) -> None:
    plan = methods_plan([]) if name == "methods" else load_plan(name)
    assert plan_of(Path(f"{name}.yaml"), plan_values(plan)) == plan


def test_whose_weights_a_trial_takes_must_exist(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text("trials: {fast: {sets: [], weights_of: fats}}")
    with pytest.raises(ConfigError, match="trial of the weights 'fats'"):
        load_plan(file)


def test_the_configuration_of_a_trial_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from temadapter.comparison import plan as plan_module

    read: list[object] = []

    def counted(start: str, sets: tuple[str, ...]) -> object:
        read.append(sets)
        return load_config(start, sets)

    monkeypatch.setattr(plan_module, "load_config", counted)
    plan = methods_plan(["zero-shot", "lora"])
    schedule = Schedule(plan, Path("nowhere"), 3, ("data.dataset=x",))
    before = (schedule.ready(), schedule.left())
    first = len(read)
    assert first == len(set(read)), "a schedule asks for every configuration after each run"
    assert (schedule.ready(), schedule.left()) == before
    assert len(read) == first
    other = replace(plan, sets=("training.batch_size=8",))
    assert other.config(plan.trials[0]).training.batch_size == 8

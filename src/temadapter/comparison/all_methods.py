"""The plan that compares methods: each at its best, and what shows why the first is first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from temadapter.comparison.plan import Plan, Trial
from temadapter.comparison.tuning import Tuning
from temadapter.config.controls import CONTROLS
from temadapter.config.run_config import load_config, preset_names
from temadapter.official.differences import DIFFERENCES

if TYPE_CHECKING:
    from temadapter.methods.spec import MethodSpec

REFERENCE = "tem-adapter"
VALIDATION = "data.validation_fraction=0.2"
"""A tenth of the videos leaves a standard error of 1.8 points, more than most choices differ by."""

TUNING = Tuning()
DEAR = Tuning(epochs=(6,), keep=1)
"""For methods that run a whole tower in every step: hundreds of times the work of those on stored features. A shorter
ladder chooses not to train at all: after one epoch on a tenth of the videos LoRA's best rate was the smallest."""


def methods_plan(names: Sequence[str], *, start: str = "paper") -> Plan:
    """Return the plan that compares methods: same data, frames and validation videos, each with its own best settings.

    With all methods come Tem-Adapter's own variations and what each preset's weights answer under every control.

    Args:
        names: Of methods; all of them, and the variations, for none.
        start: What all start from, as in a plan's file.

    Raises:
        ConfigError: There is no such method.
    """
    from temadapter.methods.registry import get_method, list_methods

    specs = [get_method(name) for name in names or list_methods()]
    reference = REFERENCE if REFERENCE in {spec.name for spec in specs} else None
    trials = tuple(_trial(spec, reference) for spec in specs)
    if not names:
        trials += _variations()
        trials += _controls(trials)
    return Plan("methods", "Transfer methods", _about(specs), start, trials, TUNING, (VALIDATION,))


def _trial(spec: MethodSpec, reference: str | None) -> Trial:
    sets = (f"method={spec.name}",)
    if spec.name == REFERENCE:  # as published, whatever the plan starts from
        return Trial(spec.name, "tem-adapter", (*sets, "model.pooling=mean"), None)
    if spec.name in preset_names():  # a method with a recipe of its own
        rate = load_config(spec.name).training.learning_rate
        around = replace(TUNING, rates=(rate / 10, rate, rate * 10))
        return Trial(spec.name, spec.name, (*sets, *_recipe(spec.name)), reference, around)
    if spec.runs_towers:
        return Trial(spec.name, spec.name, sets, reference, DEAR)
    return Trial(spec.name, spec.name, sets, reference)


TUNED = ("epochs", "learning_rate")
PLACE = ("seed", "device", "tensorboard", "checkpoint_every")
"""Of a preset's training settings, those that the ladder chooses, and those that are no part of a recipe."""


def _recipe(preset: str) -> tuple[str, ...]:
    """Return how a preset trains, without what is tuned: settings that would be those of another method otherwise."""
    values = load_config(preset).to_dict()["training"]
    return tuple(f"training.{name}={value}" for name, value in values.items() if name not in (*TUNED, *PLACE))


def _about(specs: Sequence[MethodSpec]) -> str:
    about = (
        "Every method on the same questions, frames and validation videos (a fifth of the training videos), each with "
        f"the learning rate and the number of epochs that are best for it there (first seed): {TUNING.in_words()}. "
        "Tem-Adapter is the method as published: both aligners, and the mean over time."
    )
    if any(spec.name in preset_names() for spec in specs):
        about += " plus trains as its preset does, and its rates lie around the preset's."
    dear = [spec.name for spec in specs if spec.runs_towers]
    if dear:
        about += f" Methods that run a tower in every step have {DEAR.in_words()}: {', '.join(dear)}."
    blind = [spec.name for spec in specs if spec.order_blind]
    if blind:
        about += f" The mean over time cannot see the order of frames, so these cannot: {', '.join(blind)}."
    return about


def _variations() -> tuple[Trial, ...]:
    """Return Tem-Adapter with guided pooling, as the authors' code has it, and the pooling alone."""
    guided = "model.pooling=guided"
    neither = ("model.use_temporal=false", "model.use_semantic=false", guided)
    official = ("model.pooling=mean", *(f"{row.setting}={row.official}" for row in DIFFERENCES))
    return (
        Trial("tem-adapter-guided", "tem-adapter + guided pooling", (guided,), REFERENCE),
        Trial("guided-pooling", "guided pooling, neither aligner", neither, REFERENCE),
        Trial("tem-adapter-official", "tem-adapter, as the released code", official, REFERENCE),
    )


def _controls(trials: Sequence[Trial]) -> tuple[Trial, ...]:
    """Return what the weights of each preset answer when they are shown less."""
    return tuple(
        Trial(
            f"{trial.name}-{control.replace('_', '-')}",
            f"{trial.label}, control: {CONTROLS[control]}",
            (*trial.sets, f"features.control={control}"),
            trial.name,
            weights_of=trial.name,
        )
        for trial in trials
        if trial.name in (REFERENCE, "tem-adapter-official", "plus")
        for control in CONTROLS
    )

"""The settings of a training run: frozen dataclasses, read from a preset, checked all at once.

A configuration is a preset (`plus`, `paper`, `official`), or a YAML file of the user's own that names the preset it
starts from and only what differs, with single values changed by `--set section.name=value`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from temadapter.config.data_config import DataConfig, with_rules_beside
from temadapter.config.feature_config import FeatureConfig
from temadapter.config.parsing import Typed, build, unknown_key
from temadapter.config.training_config import TrainingConfig
from temadapter.errors import ConfigError, unknown_name
from temadapter.models.objective_config import ObjectiveConfig
from temadapter.text_formats import yaml_value

if TYPE_CHECKING:
    from temadapter.models.config import ModelConfig

PRESETS = Path(__file__).parent / "presets"
RECIPE = Path(__file__).parent / "crossroads.yaml"
"""Preset `paper` with what small data ask for: where the comparisons on Crossroads start."""


def _default_model() -> ModelConfig:
    from temadapter.models.config import ModelConfig

    return ModelConfig()


@dataclass(frozen=True)
class Config:
    """Everything that decides what a run computes. The defaults are preset `paper`.

    Args:
        preset: Name of the preset it started from.
        method: Name of the method (`temadapter ls methods`).
        data: Which questions.
        features: Which frames, and what reads them.
        model: Tem-Adapter's own options.
        objective: Tem-Adapter's loss; of it the other methods read `clip_norm` only.
        training: The loop.
        method_options: The options of another method than Tem-Adapter, by name (`rank` of `lora`); those that are
            not named have their defaults.
    """

    preset: str = "paper"
    method: str = "tem-adapter"
    data: DataConfig = field(default_factory=DataConfig)
    features: FeatureConfig = field(default_factory=FeatureConfig)
    model: ModelConfig = field(default_factory=_default_model)
    objective: ObjectiveConfig = field(default_factory=ObjectiveConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    method_options: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return nested dictionaries of plain values; `method_options` and `ensemble` only where there are any."""
        values = asdict(self)
        if self.training.ensemble == 1:  # as runs wrote it that knew of no ensembles
            del values["training"]["ensemble"]
        return values if self.method_options else {k: v for k, v in values.items() if k != OPTIONS}

    def to_yaml(self) -> str:
        """Return the configuration as a YAML file that `load_config` reads back to an equal one."""
        return yaml.safe_dump(self.to_dict(), sort_keys=False, allow_unicode=True)


SECTIONS = ("data", "features", "model", "objective", "training")
OPTIONS = "method_options"


DEFAULT_PRESET = "plus"
"""What is trained when nobody chooses."""

PUBLISHED = "paper"
"""Where a run of any other method than `plus` starts when nobody chooses."""


def with_method(config: Config, method: str) -> Config:
    """Return a configuration for another method; the options of its own method stay behind.

    So does the ensemble, where there is nothing to train.
    """
    from temadapter.methods.registry import get_method

    if method == config.method:
        return config
    ensemble = config.training.ensemble if get_method(method).trainable else 1
    training = replace(config.training, ensemble=ensemble)
    return replace(config, method=method, method_options={}, training=training)


def preset_names() -> tuple[str, ...]:
    """Return the names of the presets in the package, the default first."""
    names = sorted((path.stem for path in PRESETS.glob("*.yaml")), reverse=True)
    return tuple(sorted(names, key=lambda name: name != DEFAULT_PRESET))


def preset_of(method: str | None) -> str:
    """Return the preset that a run starts from when nobody chooses one.

    >>> preset_of(None), preset_of("plus"), preset_of("lora")
    ('plus', 'plus', 'paper')
    """
    return DEFAULT_PRESET if method in (None, DEFAULT_PRESET) else PUBLISHED


def as_sets(settings: Mapping[str, Any] | Sequence[str]) -> tuple[str, ...]:
    """Write settings by name as `--set` reads them: `section.name=value`; what is written so already stays.

    >>> as_sets({"training.epochs": 3, "data.limit": None})
    ('training.epochs=3', 'data.limit=null')
    """
    if not isinstance(settings, Mapping):
        return tuple(settings)

    def text(value: object) -> str:
        if value is None:
            return "null"
        return str(value).lower() if isinstance(value, bool) else str(value)

    return tuple(f"{name}={text(value)}" for name, value in settings.items())


def load_config(preset: str | Path | None = None, sets: Sequence[str] = ()) -> Config:
    """Read a preset, or a file of the user's own, and change single values.

    Args:
        preset: `plus`, `paper`, `official`, a YAML file (its key `preset` names what it starts from), or the folder
            of a run (its `config.yaml`). Where nothing names a preset it is `plus`, or `paper` for a run of another
            method.
        sets: Changes such as `training.epochs=20`, applied in order; values are read as YAML.

    Raises:
        ConfigError: Anything wrong, all of it in one message.

    >>> load_config("official", ["training.epochs=20"]).training.epochs
    20
    """
    problems: list[str] = []
    chosen = _chosen_method(sets)
    values = _read(preset_of(chosen) if preset is None else preset, problems, chosen)
    if chosen is not None and chosen != values.get("method"):
        values.pop(OPTIONS, None)  # they are those of another method
    for change in sets:
        _apply(change, values, problems)
    config = _build(values, problems)
    if problems:
        lines = "\n".join(f"  - {problem}" for problem in problems)
        plural = "" if len(problems) == 1 else "s"
        raise ConfigError(f"The configuration has {len(problems)} mistake{plural}:\n{lines}")
    return config


def _chosen_method(sets: Sequence[str]) -> str | None:
    """Return the method that the changes name last."""
    pairs = (change.partition("=") for change in sets)
    named = [value.strip() for key, _, value in pairs if key.strip() == "method"]
    return named[-1] if named else None


def _read(preset: str | Path, problems: list[str], method: str | None) -> dict[str, Any]:
    """Return the values of a preset or a file, laid over those of the preset that it starts from."""
    if str(preset) in preset_names():
        return _preset(str(preset), problems)
    path = Path(preset).expanduser()
    path = path / "config.yaml" if path.is_dir() else path
    if not path.is_file():
        raise unknown_name("preset (or YAML file, or folder of a run)", str(preset), preset_names())
    own = with_rules_beside(_load_yaml(path, problems), path)
    method = own.get("method", method)
    base = str(own.get("preset", preset_of(method)))
    if base not in preset_names():
        problems.append(f"{path}: {unknown_name('preset', base, preset_names())}")
        base = PUBLISHED
    values = _preset(base, problems)
    if own.get("method", values.get("method")) != values.get("method"):
        values.pop(OPTIONS, None)
    return _laid_over(values, own) | {"preset": base}


def _preset(name: str, problems: list[str]) -> dict[str, Any]:
    """Return the values of a preset of the package, laid over those of the one that its key `start` names."""
    own = _load_yaml(PRESETS / f"{name}.yaml", problems)
    start = own.pop("start", None)
    return own if start is None else _laid_over(_preset(start, problems), own)


def _laid_over(values: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return values with changes to single keys of their sections."""
    changed = dict(values)
    for key, value in changes.items():
        merge = isinstance(value, Mapping) and isinstance(values.get(key), Mapping)
        changed[key] = {**values[key], **value} if merge else value
    return changed


def _load_yaml(path: Path, problems: list[str]) -> dict[str, Any]:
    try:
        values = yaml_value(path.read_text(encoding="utf-8"))
    except ValueError as error:
        problems.append(f"{path} is not a YAML file: {error}")
        return {}
    if values is None:
        return {}
    if not isinstance(values, dict):
        problems.append(f"{path} must hold `name: value` lines.")
        return {}
    return values


def _apply(change: str, values: dict[str, Any], problems: list[str]) -> None:
    """Write one `a.b=c` into `values`."""
    key, equals, value = (part.strip() for part in change.partition("="))
    section, _, name = key.partition(".")
    if not equals or not key:
        problems.append(f"--set {change!r} must look like section.name=value, e.g. training.epochs=20.")
    elif key == "method":
        values["method"] = value
    elif section not in (*SECTIONS, OPTIONS) or not name:
        problems.append(unknown_key(key, ["method", *_all_keys()]))
    elif isinstance(values.setdefault(section, {}), dict):
        values[section][name] = Typed(value)


def _all_keys() -> list[str]:
    return [
        f"{name}.{key}" for name, section in asdict(Config()).items() if name in SECTIONS for key in section
    ]


def _sections(values: Mapping[str, Any], told: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return the sections, those first that no other room looks at; what is wrong goes to `told`, by section."""
    from temadapter.models.config import ModelConfig

    kinds: dict[str, type[Any]] = {
        "data": DataConfig,
        "training": TrainingConfig,
        "features": FeatureConfig,
        "model": ModelConfig,
        "objective": ObjectiveConfig,
    }
    made: dict[str, Any] = {
        name: build(kind, values.get(name) or {}, where=name, problems=told[name])
        for name, kind in kinds.items()
    }
    training, data = made["training"], made["data"]
    if training.selection == "validation" and data.validation_fraction == 0:
        told["selection"].append(
            "training.selection=validation needs data.validation_fraction above 0; "
            "set training.selection=last to train on every question."
        )
    return made


def _build(values: dict[str, Any], problems: list[str]) -> Config:
    """Check the sections, then what the method says of its own: its options, and whether it is trained."""
    from temadapter.methods.registry import get_method, list_methods

    known = ["method", OPTIONS, *SECTIONS]
    problems += [unknown_key(key, known) for key in values if key not in ("preset", *known)]
    # Mistakes are told in this order, whichever is found first.
    told: dict[str, list[str]] = {
        name: [] for name in ("method", *SECTIONS, OPTIONS, "ensemble", "selection")
    }
    sections = _sections(values, told)
    method, given, options = str(values.get("method", "tem-adapter")), values.get(OPTIONS) or {}, {}
    spec = get_method(method) if method in list_methods() else None
    if spec is None:
        told["method"].append(str(unknown_name("method", method, list_methods())))
    elif isinstance(given, dict) and given and not fields(spec.options):
        names = ", ".join(f"{OPTIONS}.{name}" for name in given)
        told[OPTIONS].append(f"The method {method!r} has no method_options, so {names} cannot be set.")
    else:
        built = asdict(build(spec.options, given, where=OPTIONS, problems=told[OPTIONS]))
        options = {name: built[name] for name in built if isinstance(given, dict) and name in given}
    if sections["training"].ensemble > 1 and spec is not None and not spec.trainable:
        told["ensemble"].append(
            f"training.ensemble={sections['training'].ensemble}: {method} trains nothing, so there are no seeds to put "
            "together. Leave the ensemble out, or choose a method that is trained."
        )
    problems += chain.from_iterable(told.values())
    return Config(str(values.get("preset", "paper")), method, **sections, method_options=options)

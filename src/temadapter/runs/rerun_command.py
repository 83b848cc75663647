"""The command that makes a run again, from its configuration."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from temadapter.config.run_config import OPTIONS, SECTIONS, Config, load_config
from temadapter.methods.registry import get_method

WORDS = {
    "features.backbone": "--backbone",
    "features.sampler": "--sampler",
    "training.epochs": "--epochs",
    "training.seed": "--seed",
    "training.ensemble": "--ensemble",
    "data.reader": "--reader",
    "data.video_dir": "--video-dir",
    "data.limit": "--limit",
}
"""Settings with an option of their own; the others are given by `--set`."""

FREE = (
    "data.dataset",
    "features.store",
    "model.embedding_dim",
    "training.device",
    "training.tensorboard",
    "training.checkpoint_every",
)
"""What is not repeated: named otherwise, given by the backbone, or without influence on what is computed."""


def rerun_command(config: Config, train: Mapping[str, Any]) -> str:
    r"""Return the command, one option a line.

    Args:
        config: The run's configuration.
        train: The block `train` of its `results.json`.

    >>> print(rerun_command(Config(), {}))
    temadapter train DATASET \
      --preset paper \
      --output runs/again
    """
    if train.get("converted_from"):
        files = " ".join(shlex.quote(name) for name in train["converted_from"])
        lines = [
            f"temadapter convert checkpoint {files}",
            f"--backbone {shlex.quote(config.features.backbone)}",
        ]
        return " \\\n  ".join([*lines, "--output runs/again"])
    lines = [f"temadapter train {shlex.quote(config.data.dataset) if config.data.dataset else 'DATASET'}"]
    lines += [f"--preset {config.preset}"]
    own = load_config(config.preset).method
    lines += [] if config.method == own else [f"--method {shlex.quote(config.method)}"]
    changes = dict(changed_settings(config))
    lines += [f"{WORDS[key]} {shlex.quote(value)}" for key, value in changes.items() if key in WORDS]
    lines += [f"--set {shlex.quote(f'{key}={value}')}" for key, value in changes.items() if key not in WORDS]
    return " \\\n  ".join([*lines, "--output runs/again"])


def changed_settings(config: Config) -> Iterator[tuple[str, str]]:
    """Yield every setting that differs from the preset's, with its value as `--set` reads it."""
    preset = load_config(config.preset)
    before, now = preset.to_dict(), config.to_dict()
    for section in SECTIONS:
        for key, value in now[section].items():
            name = f"{section}.{key}"
            if name not in FREE and value != before[section].get(key):
                yield name, _typed(value)
    own = preset.method_options if preset.method == config.method else {}
    defaults = get_method(config.method).all_options(own) if config.method_options else {}
    for key, value in config.method_options.items():
        if value != defaults.get(key):
            yield f"{OPTIONS}.{key}", _typed(value)


def _typed(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)

"""Training: presets, the objective, the loop, checkpoints and run folders."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

_WHERE = {
    "Config": "config",
    "Evaluation": "evaluate",
    "LoadedRun": "loading",
    "RunFolder": "run_folder",
    "RunResult": "runs",
    "evaluate_run": "evaluate",
    "load_config": "config",
    "load_run": "loading",
    "objective": "objective",
    "plan_run": "plan",
    "preset_names": "config",
    "train_run": "runs",
}
__all__ = [*_WHERE]  # noqa: PLE0604


def __getattr__(name: str) -> object:
    """Load a public name when it is first asked for, so that importing this package is instant."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)


class _Package(ModuleType):
    """`objective` names a file and the function in it. Importing the file must not hide the function."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value.objective if _is_objective_module(name, value) else value)


def _is_objective_module(name: str, value: object) -> bool:
    return name == "objective" and isinstance(value, ModuleType)


sys.modules[__name__].__class__ = _Package

"""The weights of a module that are trained: a checkpoint does not repeat a frozen backbone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from temadapter.errors import DataError


def trained(module: nn.Module) -> dict[str, nn.Parameter]:
    """Return the parameters that require gradients, by name."""
    return {name: value for name, value in module.named_parameters() if value.requires_grad}


@torch.no_grad()
def load_trained(module: nn.Module, state: Mapping[str, Tensor]) -> None:
    """Copy weights into the parameters that require gradients: all of them, and no others.

    Raises:
        DataError: Names or shapes differ.
    """
    own = trained(module)
    _check(own, state)
    for name, value in own.items():
        value.copy_(state[name])


def _check(own: Mapping[str, Tensor], state: Mapping[str, Tensor]) -> None:
    wrong = sorted(own.keys() ^ state.keys())
    wrong = wrong or [name for name, value in own.items() if value.shape != state[name].shape]
    if wrong:
        raise DataError(
            f"These weights do not fit the method: {len(wrong)} tensors differ in name or shape, the first is "
            f"{wrong[0]!r}. Were they trained with other method_options, or on another backbone?"
        )


def load_all(module: nn.Module, state: Mapping[str, Tensor]) -> None:
    """Load the whole state of a module, buffers included.

    Raises:
        DataError: Names or shapes differ.
    """
    own = module.state_dict()
    _check(own, state)
    module.load_state_dict(dict(state))


def keep_only_trained(module: nn.Module) -> None:
    """Make the state dicts of a module hold what is trained and nothing else."""
    module.register_state_dict_post_hook(_drop_frozen)  # type: ignore[no-untyped-call]
    module.register_load_state_dict_post_hook(_miss_only_trained)  # type: ignore[no-untyped-call]


def _drop_frozen(module: nn.Module, state: dict[str, Any], _prefix: str, _metadata: object) -> None:
    for name in state.keys() - trained(module).keys():
        del state[name]


def _miss_only_trained(module: nn.Module, keys: Any) -> None:
    keys.missing_keys[:] = [name for name in keys.missing_keys if name in trained(module)]

"""Several trainings of one method that answer together: the mean of their probabilities."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from temadapter.errors import ConfigError, DataError, shown
from temadapter.methods.base import Batch, Method, ReadingMethod, TrackingMethod, TrainedMethod


class Ensemble:
    """Members that differ in their seed only, as one method. They are trained one by one, before they come here.

    It can tell tracks (`TrackingMethod`) and reads further sentences (`ReadingMethod`) where its members do.

    Args:
        members: M >= 1 methods of the same name with the same options.
    """

    trainable = True

    def __init__(self, members: Sequence[TrainedMethod]) -> None:
        first = members[0]
        self.members = tuple(members)
        self.name, self.needs, self.text = first.name, first.needs, first.text
        self.module: nn.Module = nn.ModuleList(member.module for member in members)
        self.model = getattr(first, "model", None)  # its configuration, which is that of all
        if isinstance(first, ReadingMethod):
            self.reader = first.reader
        if isinstance(first, TrackingMethod):
            self.tracks = self._tracks

    def score(self, batch: Batch) -> Tensor:
        """Return the logarithms of the members' mean probabilities, (B, N); -inf for a masked option."""
        return _log_mean([member.score(batch) for member in self.members])

    def frame_scores(self, batch: Batch) -> Tensor:
        """Return the logarithms of the members' mean probabilities by each frame alone, (B, F, N)."""
        return _log_mean([member.frame_scores(batch) for member in self.members])

    def parameters(self) -> list[nn.Parameter]:
        """Return the parameters of all members."""
        return [parameter for member in self.members for parameter in member.parameters()]

    def inference_state(self) -> dict[str, Tensor]:
        """Return the weights of all members by name, those of member 2 as `members.2.NAME`."""
        return {
            f"{_prefix(number)}{name}": value
            for number, member in enumerate(self.members)
            for name, value in member.inference_state().items()
        }

    def load_inference_state(self, state: dict[str, Tensor]) -> None:
        """Load what `inference_state` returned.

        Raises:
            DataError: These are the weights of another method, or of another number of members.
        """
        parts: dict[str, dict[str, Tensor]] = {_prefix(number): {} for number in range(len(self.members))}
        for name, value in state.items():
            start = next((start for start in parts if name.startswith(start)), None)
            if start is None:
                raise DataError(
                    f"These are not the weights of {len(parts)} members: {shown(name)} belongs to none of them."
                )
            parts[start][name.removeprefix(start)] = value
        for member, part in zip(self.members, parts.values(), strict=True):
            member.load_inference_state(part)

    def _tracks(self, batch: Batch) -> list[tuple[str, tuple[str, ...], Tensor]]:
        """Return what the members followed, with the mean of their scores; see `TrackingMethod`."""
        told = [member.tracks(batch) for member in self.members if isinstance(member, TrackingMethod)]
        return [
            (own[0][0], own[0][1], torch.stack([scores for _, _, scores in own]).mean(dim=0))
            for own in zip(*told, strict=True)
        ]


def together(members: Sequence[Method]) -> Method:
    """Return what members answer as: one alone as itself, several as an `Ensemble`.

    Raises:
        ConfigError: They have no weights, so that all of them are the same.
    """
    if len(members) == 1:
        return members[0]
    trained = [member for member in members if isinstance(member, TrainedMethod)]
    if len(trained) < len(members):
        raise ConfigError(f"{members[0].name} trains nothing, so there are no seeds to put together.")
    return Ensemble(trained)


def _log_mean(logits: Sequence[Tensor]) -> Tensor:
    """Return the logarithm of the mean of the members' softmax, over M times (..., N)."""
    known = torch.stack([own.log_softmax(dim=-1) for own in logits])
    return known.logsumexp(dim=0) - math.log(len(logits))


def _prefix(number: int) -> str:
    return f"members.{number}."

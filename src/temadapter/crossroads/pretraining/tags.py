"""What a still picture shows, as tags: the direct pressure that makes the image tower of `mini` look at everything.

Captions alone teach it too slowly: a random batch is told apart by colours and weather, so place and kind get no
gradient for a long time. Colours are unique in a picture, so "what and where is the red one?" has one answer.
"""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from temadapter.crossroads.pretraining.stills import MAX_VEHICLES, PLACES, UNCLEAR, Stills
from temadapter.crossroads.simulation.scene import COLOURS, DAYTIMES, KINDS, WEATHERS

_IGNORE = -100


def tag_targets(stills: Stills) -> dict[str, Tensor]:
    """Return the tags of N pictures.

    `kind`, `place`, `distance`, `contact`: (N, 6) one class for each colour (0 = no such vehicle, ignored where
    unclear); `kind_place`: (N, 4, 5) and `people`: (N, 4) in 0..1; `weather`, `daytime`, `count`, `lights` (N, 2).
    """
    count = len(stills)
    per_colour = {
        name: torch.zeros(count, len(COLOURS), dtype=torch.long)
        for name in ("kind", "place", "distance", "contact")
    }
    pairs = torch.zeros(count, len(KINDS), len(PLACES))
    rows = torch.arange(count)
    for k in range(MAX_VEHICLES):
        colour = torch.from_numpy(stills.colour[:, k]).long()
        there = colour >= 0
        row, paint = rows[there], colour[there]
        for name, values in (("kind", stills.kind), ("place", stills.place), ("distance", stills.distance)):
            value = torch.from_numpy(values[:, k]).long()[there]
            per_colour[name][row, paint] = torch.where(value == UNCLEAR, _IGNORE, value + 1)
        involved = torch.from_numpy((stills.contact == k).any(1))[there]
        per_colour["contact"][row, paint] = involved.long() + 1
        kind, place = (torch.from_numpy(v[:, k]).long()[there] for v in (stills.kind, stills.place))
        clear = place != UNCLEAR
        pairs[row[clear], kind[clear], place[clear]] = 1
    whole = {
        "weather": torch.from_numpy(stills.weather).long(),
        "daytime": torch.from_numpy(stills.daytime).long(),
        "count": torch.from_numpy((stills.colour >= 0).sum(1)).long() - 1,
        "lights": torch.from_numpy(stills.lights).long(),
        "people": torch.from_numpy(stills.people).float(),
    }
    return {**per_colour, "kind_place": pairs, **whole}


class TagHeads(nn.Module):
    """Linear read-outs of all tags from an image embedding (N, D); used in pretraining only."""

    SIZES: ClassVar[dict[str, tuple[int, ...]]] = {
        "kind": (len(COLOURS), len(KINDS) + 1),
        "place": (len(COLOURS), len(PLACES) + 1),
        "distance": (len(COLOURS), 3),
        "contact": (len(COLOURS), 3),
        "kind_place": (len(KINDS), len(PLACES)),
        "people": (4,),
        "weather": (len(WEATHERS),),
        "daytime": (len(DAYTIMES),),
        "count": (MAX_VEHICLES,),
        "lights": (2, 3),
    }

    def __init__(self, embedding_dim: int) -> None:
        super().__init__()
        self.weights = {"kind": 6.0, "place": 6.0, "distance": 1.0, "contact": 6.0, "kind_place": 4.0}
        self.heads = nn.ModuleDict(
            {
                name: nn.Linear(embedding_dim, int(torch.tensor(shape).prod()))
                for name, shape in self.SIZES.items()
            }
        )

    def logits(self, images: Tensor) -> dict[str, Tensor]:
        """(N, D) -> the logits of every tag."""
        scaled = functional.normalize(images, dim=-1) * 16
        return {name: head(scaled).unflatten(-1, self.SIZES[name]) for name, head in self.heads.items()}

    def forward(self, images: Tensor, targets: dict[str, Tensor]) -> Tensor:
        """Return the weighted loss of all tags."""
        total = images.new_zeros(())
        for name, logits in self.logits(images).items():
            target = targets[name]
            if name in ("kind_place", "people"):
                loss = functional.binary_cross_entropy_with_logits(logits, target)
            else:
                loss = functional.cross_entropy(
                    logits.reshape(-1, logits.shape[-1]), target.reshape(-1), ignore_index=_IGNORE
                )
            total = total + self.weights.get(name, 0.5) * loss
        return total

    @torch.no_grad()
    def accuracy(self, images: Tensor, targets: dict[str, Tensor]) -> dict[str, float]:
        """Return the share of right read-outs; tags of a vehicle are judged only where there is one."""
        result = {}
        for name, logits in self.logits(images).items():
            target = targets[name]
            if name in ("kind", "place", "distance", "contact"):
                there = target > 0
                result[name] = float((logits[..., 1:].argmax(-1) + 1 == target)[there].float().mean())
            elif name not in ("kind_place", "people"):
                result[name] = float((logits.argmax(-1) == target).float().mean())
        return result

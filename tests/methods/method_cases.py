"""Batches that every method can answer, and what is asked of every trained one."""

from __future__ import annotations

from dataclasses import replace

import torch

from temadapter.methods.base import Batch, TrainableMethod
from temadapter.models.trained_weights import trained

SENTENCES = ("a red car stops", "a blue bus turns left", "a truck meets two vehicles", "", "green snow")
PICTURE = 32


def feature_batch(dim: int, *, options: int = 3, frames: int = 4) -> Batch:
    """Three questions about two videos, the second of which is shorter; the last question has an option less."""
    generator = torch.Generator().manual_seed(0)
    mask = torch.arange(frames).expand(2, frames) < torch.tensor([[frames], [max(1, frames - 2)]])
    shown = torch.ones(3, options, dtype=torch.bool)
    shown[2, -1] = options == 2
    return Batch(
        frames=torch.randn(2, frames, dim, generator=generator),
        options=torch.randn(3, options, dim, generator=generator),
        option_mask=shown,
        frame_mask=mask,
        answers=torch.tensor([0, 1, 0]),
        ids=("a", "b", "c"),
        videos=torch.tensor([0, 1, 0]),
        texts=tuple(tuple(SENTENCES[(b + n) % 5] for n in range(options)) for b in range(3)),
    )


def picture_batch(*, options: int = 3, frames: int = 4) -> Batch:
    """Return the same questions with pixels, and no features of texts."""
    batch = feature_batch(0, options=options, frames=frames)
    size = (2, frames, PICTURE, PICTURE, 3)
    pixels = torch.randint(0, 256, size, dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    return replace(batch, frames=pixels)


def learn(
    method: TrainableMethod, batch: Batch, *, steps: int = 8, rate: float = 3e-3
) -> tuple[float, float]:
    """Take some steps on one batch; return its loss before and after, in evaluation mode."""
    method.module.eval()
    optimizer = torch.optim.Adam(method.trainable_parameters(), lr=rate)
    losses = []
    for _ in range(steps):
        losses.append(method.loss(batch))
        optimizer.zero_grad()
        losses[-1].total.backward()
        method.clip_gradients()
        optimizer.step()
    with torch.no_grad():
        return losses[0].total.item(), method.loss(batch).total.item()


def weights(method: TrainableMethod) -> dict[str, torch.Tensor]:
    """Return a copy of every parameter of a method, frozen ones included."""
    return {name: value.detach().clone() for name, value in method.module.named_parameters()}


def changed(before: dict[str, torch.Tensor], method: TrainableMethod) -> set[str]:
    """Return the names of the parameters that are not what they were, bit for bit."""
    return {name for name, value in weights(method).items() if not torch.equal(value, before[name])}


def trained_names(method: TrainableMethod) -> set[str]:
    """Return the names of the parameters that the method trains."""
    return set(trained(method.module))

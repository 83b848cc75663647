"""A method of your own, compared with one that is built in: `python examples/own_method.py`.

One class and one `MethodSpec`. `TransferMethod` brings scoring, the loss, saving and loading; what is left is what the
method makes of a video and of its options.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

import temadapter
from own_videos import draw
from temadapter.methods.base import Batch, MethodContext
from temadapter.methods.transfer import EncodedVideo, TransferMethod


@dataclass(frozen=True)
class Options:
    """Options, each with a default: `--set method_options.halves=3`."""

    halves: int = 2


class BeforeAndAfter(TransferMethod):
    """Compares each option with how the end of a video differs from its beginning."""

    name = "before-and-after"

    def __init__(self, context: MethodContext) -> None:
        self.halves = Options(**context.options).halves
        self.network = nn.Linear(context.embedding_dim, context.embedding_dim)
        super().__init__(nn.ModuleDict({"network": self.network}), context)

    def encode_video(self, batch: Batch) -> EncodedVideo:
        """Return frame states and what they are pooled to: (V, F, D) and (V, D)."""
        first, *_, last = batch.frames.chunk(self.halves, dim=1)  # (V, F / halves, D) each
        return EncodedVideo(batch.frames, self.network(last.mean(dim=1) - first.mean(dim=1)))

    def encode_options(self, batch: Batch) -> Tensor:
        """Return the options' features as they are, (B, N, D)."""
        return batch.options


SPEC = temadapter.MethodSpec(
    name="before-and-after",
    summary="one linear layer on the change from the first part to the last",
    needs="features",  # stored frame embeddings, not pixels
    text="event",  # options are read as event descriptions
    trainable=True,
    build=BeforeAndAfter,
    options=Options,
)


def main(work: Path, clips: int = 90) -> dict[str, float]:
    """Register the method, train it beside a linear model that sees no order, and return both accuracies."""
    torch.set_num_threads(2)
    if SPEC.name not in temadapter.list_methods():  # in a package of yours, an entry point does this
        temadapter.register_method(SPEC)
    videos = draw(work / "videos", clips)
    accuracies = {}
    for method in ("mean-linear", SPEC.name):
        run = temadapter.train(
            videos / "questions.jsonl",
            output=work / method,
            overwrite=True,
            preset="paper",
            settings={
                "method": method,
                "features.sampler": "uniform(16)",
                "features.store": work / "features",
                "training.epochs": 15,
                "training.learning_rate": 0.01,
            },
        )
        accuracies[method] = run.results["train"]["test"]["rows"][0]["overall"]["value"]
        print(f"{method:18} {accuracies[method]:.0%}")
    return accuracies


if __name__ == "__main__":
    main(Path("own-method-example"))

"""A backbone of your own: `python examples/own_backbone.py`.

A backbone is any object that embeds frames and sentences into one space. This one knows twelve colours and no more: an
image is its colours in a grid of 4 × 4 fields, a sentence is the colours that it names. It shows all that is asked of
a backbone; a real one calls a network in the two `encode_` functions.

Methods that work on stored features run on any backbone: `plus`, `tem-adapter`, `clip-adapter`, `motion`, ... Those
that change the towers (`lora`, `fine-tuning`, `partial-fine-tuning`, `multi-layer-adapter`) or read with the text
tower while training (`coop`, `coop-description`) need the weights of a CLIP or SigLIP: `hf:` or `dir:`. Where a method
does not fit, `train` says so before anything is computed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

import temadapter
from own_videos import draw

PALETTE = {
    "red": (230, 60, 50), "green": (60, 180, 75), "blue": (50, 90, 220), "yellow": (240, 220, 60),
    "black": (40, 40, 40), "white": (240, 240, 240), "grey": (128, 128, 128), "orange": (245, 130, 48),
    "brown": (130, 80, 40), "pink": (245, 170, 200), "purple": (140, 50, 170), "cyan": (70, 220, 230),
}  # fmt: skip
FIELDS = 4


class Colours:
    """Embeds frames and sentences by the colours in them."""

    name = "colours"
    note = "The backbone colours knows twelve colours and where they are, and nothing else."
    embedding_dim = len(PALETTE) * FIELDS * FIELDS
    image_size = 32  # S: frames reach `encode_frames` as S × S, prepared in the decoding threads
    resize_mode = "squash"  # or "crop": shortest side to S, then the centre
    logit_scale = 20.0  # what cosines are multiplied by before the softmax; CLIP learned 100

    def __init__(self) -> None:
        self.palette = torch.tensor(list(PALETTE.values()), dtype=torch.float32)
        # Everything that decides an embedding belongs into the fingerprint: it is part of the feature store's key,
        # so that features of another version are never mistaken for these.
        parts = ("1", self.palette.tolist(), self.image_size, self.resize_mode, FIELDS)
        self.fingerprint = hashlib.sha256(repr(parts).encode()).hexdigest()[:16]

    def encode_frames(self, frames: NDArray[np.uint8] | Tensor) -> Tensor:
        """Embed uint8 RGB frames (F, S, S, 3) as float32 (F, D), not normalised."""
        pixels = torch.as_tensor(frames).float()
        nearest = torch.cdist(pixels.flatten(0, 2), self.palette).argmin(dim=1).view(pixels.shape[:3])
        colours = torch.nn.functional.one_hot(nearest, len(PALETTE)).float().permute(0, 3, 1, 2)
        return torch.nn.functional.adaptive_avg_pool2d(colours, FIELDS).flatten(1)

    def encode_texts(self, texts: Sequence[str]) -> Tensor:
        """Embed n sentences as float32 (n, D): a named colour anywhere in the picture."""
        named = torch.tensor([[float(colour in text.lower()) for colour in PALETTE] for text in texts])
        return (named + 0.01)[:, :, None].expand(-1, -1, FIELDS * FIELDS).flatten(1)


def load(_argument: str, /, *, device: str, dtype: str) -> temadapter.Backbone:
    """Make the backbone when it is asked for; with many weights they are loaded here."""
    return Colours()


def main(work: Path, clips: int = 90) -> temadapter.Answer:
    """Register the backbone, ask without training, then train on it."""
    if "colours" not in temadapter.list_backbones():  # in a package of yours, an entry point does this
        temadapter.register_backbone("colours", load)
    videos = draw(work / "videos", clips)

    options = ["something red", "something blue", "something green"]
    qa = temadapter.VideoQA.load("clip-template", backbone="colours", sampler="uniform(8)")
    answer = qa.ask(videos / "000.mp4", "What is shown?", options)
    print(answer)

    run = temadapter.train(
        videos / "questions.jsonl",
        output=work / "run",
        overwrite=True,
        preset="paper",
        settings={
            "method": "motion",
            "features.backbone": "colours",
            "features.sampler": "uniform(16)",
            "features.store": work / "features",
        },
    )
    print(f"motion on colours: {run.results['train']['test']['rows'][0]['overall']['value']:.0%}")
    return answer


if __name__ == "__main__":
    main(Path("own-backbone-example"))

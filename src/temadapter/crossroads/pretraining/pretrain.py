"""Make `mini`, the bundled backbone: a small CLIP that knows stills of the crossing and nothing of time."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from temadapter.crossroads.pretraining.concepts import concept_accuracy
from temadapter.crossroads.pretraining.mini_model import PretrainConfig, Round, Towers, encode_ids, export
from temadapter.crossroads.pretraining.stages import image_stage, text_stage
from temadapter.crossroads.pretraining.stills import Stills, make_stills
from temadapter.crossroads.pretraining.tags import TagHeads
from temadapter.crossroads.pretraining.vocabulary import build_tokenizer
from temadapter.files import atomic_path, write_text_atomic

__all__ = ["PretrainConfig", "Round", "evaluate", "pretrain"]


@dataclass(frozen=True, repr=False)
class Pretrained:
    """What was made and measured.

    Attributes:
        folder: The model, in the format of transformers.
        report: What `pretraining.json` in it holds.
    """

    folder: Path
    report: dict[str, Any]

    @property
    def concepts(self) -> dict[str, float]:
        """Zero-shot accuracy per concept on held-out stills, 0 to 1."""
        return dict(self.report["concepts"])

    @property
    def parameters(self) -> int:
        """How many weights the model has."""
        return int(self.report["parameters"])

    @property
    def seconds(self) -> dict[str, float]:
        """How long each stage took."""
        return dict(self.report["seconds"])

    def __repr__(self) -> str:
        return f"Pretrained({str(self.folder)!r}, {self.parameters:,} parameters)"

    def to_dict(self) -> dict[str, Any]:
        """Return folder and report for JSON."""
        return {"output": str(self.folder), **self.report}


def pretrain(output: Path, config: PretrainConfig | None = None, *, workers: int = 2) -> Pretrained:
    """Make `mini` in `output` (transformers format). Resumes by itself from `output/work`; deterministic.

    Returns:
        What was measured: accuracy per concept on held-out stills, seconds per stage, parameters.
    """
    from tokenizers import Tokenizer

    config = config or PretrainConfig()
    work = output / "work"
    work.mkdir(parents=True, exist_ok=True)
    build_tokenizer(output)
    tokenizer = Tokenizer.from_file(str(output / "tokenizer.json"))
    stills = _cached_stills(work / "stills.npz", config.stills, config.seed, config.image_size, workers)
    held_out = _cached_stills(
        work / "held_out.npz", config.held_out, config.seed + 1, config.image_size, workers
    )
    torch.manual_seed(config.seed)
    model = Towers(config, tokenizer)
    heads = TagHeads(config.embedding_dim)
    for number in range(len(config.rounds)):
        image_stage(model, heads, stills, config, number, work)
        text_stage(model, tokenizer, stills, config, number, work)
    export(model, config, tokenizer, output)
    report = {
        "concepts": evaluate(model, tokenizer, held_out),
        "seconds": _seconds(work / "log.jsonl"),
        "parameters": sum(parameter.numel() for parameter in model.clip.parameters()),
        "config": asdict(config),
        "torch": torch.__version__,
    }
    write_text_atomic(output / "pretraining.json", json.dumps(report, indent=2) + "\n")
    return Pretrained(output, report)


def _cached_stills(path: Path, count: int, seed: int, size: int, workers: int) -> Stills:
    if path.exists():
        with np.load(path) as arrays:
            if len(arrays["pixels"]) == count:
                return Stills(**{name: arrays[name] for name in arrays.files})
    stills = make_stills(count, seed=seed, size=size, workers=workers)
    with atomic_path(path) as temporary, temporary.open("wb") as handle:
        np.savez(handle, **vars(stills))
    return stills


def _seconds(log: Path) -> dict[str, float]:
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    return {entry["stage"]: entry["seconds"] for entry in entries}


@torch.no_grad()
def evaluate(model: Towers, tokenizer: Any, stills: Stills) -> dict[str, float]:
    """Return zero-shot accuracy per concept on `stills` (see concepts.py)."""
    images = torch.cat(
        [model.images(part) for part in torch.split(torch.from_numpy(stills.pixels), 250)]
    ).numpy()

    def encode(texts: list[str]) -> NDArray[np.float32]:
        parts = [texts[i : i + 500] for i in range(0, len(texts), 500)]
        return torch.cat([model.texts(encode_ids(tokenizer, part)[0]) for part in parts]).numpy()

    return concept_accuracy(images, encode, stills)

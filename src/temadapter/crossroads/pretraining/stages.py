"""The two stages that make `mini`: the image tower learns to see, then the text tower learns to say it.

Image stage: tags of single stills (tags.py). Text stage, with the image tower locked: captions in groups that
differ in one word, every picture that satisfies a caption being a match, and the recall of words that no still
picture can ground.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from temadapter.crossroads.pretraining.captions import Claim, bystanders, sample_claim, variants, write
from temadapter.crossroads.pretraining.mini_model import PretrainConfig, Towers, encode_ids
from temadapter.crossroads.pretraining.stills import Stills
from temadapter.crossroads.pretraining.tags import TagHeads, tag_targets
from temadapter.crossroads.pretraining.vocabulary import vocabulary
from temadapter.files import atomic_path
from temadapter.progress import bar
from temadapter.tensor_files import load_plain

Losses = dict[str, Tensor]


def image_stage(
    model: Towers, heads: TagHeads, stills: Stills, config: PretrainConfig, number: int, work: Path
) -> None:
    """Train the image tower on the tags of stills, in round `number`; resumes from `work`."""
    chosen = config.rounds[number]
    if chosen.image_steps == 0:
        return
    targets = tag_targets(stills)
    pixels = torch.from_numpy(stills.pixels)

    def step(rng: np.random.Generator) -> Losses:
        rows = torch.from_numpy(rng.choice(len(stills), min(config.image_batch, len(stills)), replace=False))
        return {
            "tags": heads(model.images(pixels[rows]), {name: value[rows] for name, value in targets.items()})
        }

    trained = nn.ModuleList([model, heads])
    parameters = [*model.image_parameters(), *heads.parameters()]
    own = _Stage("image", 5, number, chosen.image_steps, chosen.image_rate)
    _optimise(own, trained, parameters, step, config, work)


def text_stage(
    model: Towers, tokenizer: Any, stills: Stills, config: PretrainConfig, number: int, work: Path
) -> None:
    """Train the text tower against the locked image tower, in round `number`; resumes from `work`."""
    chosen = config.rounds[number]
    if chosen.text_steps == 0:
        return
    with torch.no_grad():
        parts = torch.split(torch.from_numpy(stills.pixels), 250)
        images = torch.cat([functional.normalize(model.images(part), dim=-1) for part in parts])
    words = vocabulary()

    def step(rng: np.random.Generator) -> Losses:
        rows = rng.choice(len(stills), min(config.text_batch, len(stills)), replace=False)
        batch = caption_batch(stills.rows(rows), config, rng)
        ids, mask = encode_ids(tokenizer, batch.texts + salad(rng, words, 48))
        texts = functional.normalize(model.texts(ids), dim=-1)
        captions = texts[: len(batch.texts)].view(config.groups, config.group_size, -1)
        scale = model.clip.logit_scale.clamp(max=math.log(100.0)).exp()
        logits = scale * torch.einsum("bd,gmd->bgm", images[rows], captions)
        one_word, matching = contrastive_loss(logits, model.bias, batch)
        recall = model.recall(texts * 16, ids, mask.bool() & (ids != model.end))
        return {"one_word": one_word, "matching": matching, "recall": config.recall_weight * recall}

    own = _Stage("text", 4, number, chosen.text_steps, chosen.text_rate)
    _optimise(own, model, model.text_parameters(), step, config, work)
    model.clip.logit_scale.data.clamp_(max=math.log(100.0))


@dataclass(frozen=True)
class _Stage:
    """One stage of one round; `stream` and `round` keep its random choices apart from all others."""

    stage: str
    stream: int
    round: int
    steps: int
    rate: float

    def rng(self, seed: int, step: int) -> np.random.Generator:
        return np.random.default_rng([seed, self.stream, step + 1_000_000 * self.round])


def _optimise(
    chosen: _Stage,
    module: nn.Module,
    parameters: list[nn.Parameter],
    step: Callable[[np.random.Generator], Losses],
    config: PretrainConfig,
    work: Path,
) -> None:
    """Run one stage with AdamW, a warm-up and a cosine; every random choice depends on (seed, stage, step) alone."""
    steps, rate, stage = chosen.steps, chosen.rate, f"{chosen.stage}-{chosen.round}"
    optimizer = torch.optim.AdamW(parameters, lr=rate, betas=(0.9, 0.98), weight_decay=config.weight_decay)
    checkpoint = work / f"{stage}.pt"
    first, seconds = _resume(checkpoint, module, optimizer)
    began = time.perf_counter()
    with bar(f"Pretraining: {stage}", steps) as progress:
        progress.begin_at(first)
        for number in range(first, steps):
            for group in optimizer.param_groups:
                group["lr"] = rate * _schedule(number, steps, config.warmup)
            losses = step(chosen.rng(config.seed, number))
            total = torch.stack(list(losses.values())).sum()
            optimizer.zero_grad(set_to_none=True)
            total.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            progress.advance()
            if (number + 1) % 50 == 0 or number + 1 == steps:
                values = {name: round(float(value.detach()), 4) for name, value in losses.items()}
                progress.note(" ".join(f"{name} {value:.3f}" for name, value in values.items()))
                elapsed = round(seconds + time.perf_counter() - began, 1)
                with (work / "log.jsonl").open("a") as log:
                    log.write(
                        json.dumps({"stage": stage, "step": number + 1, "seconds": elapsed, **values}) + "\n"
                    )
            if (number + 1) % config.checkpoint_every == 0 or number + 1 == steps:
                state = {
                    "step": number + 1,
                    "model": module.state_dict(),
                    "optimizer": optimizer.state_dict(),
                }
                with atomic_path(checkpoint) as temporary:
                    torch.save({**state, "seconds": seconds + time.perf_counter() - began}, temporary)


def _resume(path: Path, module: nn.Module, optimizer: torch.optim.Optimizer) -> tuple[int, float]:
    if not path.exists():
        return 0, 0.0
    state = load_plain(path)
    module.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["step"]), float(state["seconds"])


def _schedule(step: int, steps: int, warmup: int) -> float:
    if step < warmup:
        return (step + 1) / warmup
    done = (step - warmup) / max(1, steps - warmup)
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done))


@dataclass(frozen=True)
class CaptionBatch:
    """G groups of M captions that differ in one word, checked against B pictures.

    Attributes:
        texts: G * M captions, group by group.
        true, clear: (B, G, M).
    """

    texts: list[str]
    true: Tensor
    clear: Tensor


def caption_batch(stills: Stills, config: PretrainConfig, rng: np.random.Generator) -> CaptionBatch:
    """Sample groups of captions for the pictures of a batch; each group starts from one true claim."""
    texts: list[str] = []
    true = np.zeros((len(stills), config.groups, config.group_size), bool)
    clear = np.zeros_like(true)
    for group in range(config.groups):
        row = group % len(stills)
        claim = sample_claim(stills, row, rng)
        others = variants(claim, rng, config.group_size - 1, bystanders=bystanders(stills, row))
        claims: list[Claim] = [claim, *others]
        wording = int(rng.integers(1 << 30))
        for member in range(config.group_size):
            if member < len(claims):
                true[:, group, member], clear[:, group, member] = claims[member].check(stills)
                texts.append(write(claims[member], np.random.default_rng(wording)))
            else:
                texts.append(texts[-1])
    return CaptionBatch(texts, torch.from_numpy(true), torch.from_numpy(clear))


def contrastive_loss(logits: Tensor, bias: Tensor, batch: CaptionBatch) -> tuple[Tensor, Tensor]:
    """Return (one-word loss, matching loss) of logits (B, G, M).

    The first is the cross-entropy within each group, for every picture of which exactly one caption of the group
    is true; every group weighs the same, though the weather is clear in every picture and a collision in few. The
    second asks of every picture and caption whether they match (a sigmoid, as in SigLIP), with matches
    and mismatches of each caption weighing the same.
    """
    true, clear = batch.true, batch.clear
    usable = (true.sum(-1) == 1) & (true & clear).any(-1)
    scores = logits.masked_fill(~clear, -1e4)
    each = functional.cross_entropy(scores[usable], true[usable].float().argmax(-1), reduction="none")
    share = (1 / usable.sum(0).clamp(min=1)).expand_as(usable)[usable]
    groups = (each * share).sum() / usable.any(0).sum().clamp(min=1)
    losses = functional.binary_cross_entropy_with_logits(logits + bias, true.float(), reduction="none")
    positive, negative = (true & clear).float(), (~true & clear).float()
    balanced = (losses * positive).sum(0) / positive.sum(0).clamp(min=1) + (losses * negative).sum(0) / (
        negative.sum(0).clamp(min=1)
    )
    return groups, balanced.mean() / 2


def salad(rng: np.random.Generator, words: tuple[str, ...], count: int) -> list[str]:
    """Return `count` texts of random words: no caption, no sentence, only for the word recall."""
    return [" ".join(rng.choice(words, size=int(rng.integers(4, 13)))) for _ in range(count)]

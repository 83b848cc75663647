"""One epoch on data as large as SUTD-TrafficQA: the authors' pipeline (rebuilt, benchmarks/authors_step.py) and ours.

    python benchmarks/training_epoch.py [--measured 1280] [--epochs 50]

62,535 questions about 10,080 videos of 128 frames, D = 512, batches of 128, four options. A part is measured and
extrapolated: two of the authors' steps and the text tower on some sentences; for us two real epochs of `train` on
`--measured` questions, of which the second counts. The authors' text tower reads five texts a question in every step,
filled up to 77 tokens, in float32, as their code does on a CPU; ours reads every distinct text once, at its own
length, before the first epoch, in the format that `temadapter` chooses here. How many are distinct was counted on
real traffic questions; the line below the table says what it would be if all four options of all questions were. The
encoder is CLIP ViT-B/32's text tower with random weights on both sides. Neither is charged for reading frame
features. Processor seconds.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from authors_step import DIM, OPTIONS, TEXTS, TOKENS, AuthorsStep
from backbone_dtype import large_clip
from temadapter.backbones.dual_encoder import text_rows
from temadapter.backbones.precision import choose_dtype as backbone_dtype
from temadapter.backbones.quick_gelu import fold_quick_gelu
from temadapter.config.run_config import TrainingConfig, load_config
from temadapter.data.question import Question
from temadapter.methods.base import MethodContext
from temadapter.methods.registry import get_method
from temadapter.methods.tem_adapter import TemAdapterMethod
from temadapter.models.objective import Objective
from temadapter.training.batches import QuestionBank, Texts, Videos
from temadapter.training.device import choose_dtype
from temadapter.training.trainer import train

QUESTIONS, VIDEOS, FRAMES, BATCH = 62_535, 10_080, 128, 128
TOKENS_OF_A_DESCRIPTION = 32
"""As filled up for the pass; the mean of the questions that `DISTINCT_A_QUESTION` was counted on is 27."""
DISTINCT_A_QUESTION = 0.94
"""Distinct descriptions for each question, among 200 traffic questions of 2.7 options about videos of SUTD-TrafficQA.
Yes and no, and the same sentence about many videos, come again and again: 2.14 among 25 questions, 1.80 among 50,
1.34 among 100. Among 62,535 it can only be less."""


def seconds(run: Callable[[], object]) -> float:
    """Return the processor seconds that `run` takes."""
    began = time.process_time()
    run()
    return time.process_time() - began


def text_tower(dtype: torch.dtype, *, folded: bool) -> Any:
    """Return a CLIP of ViT-B/32's sizes with random weights."""
    torch.manual_seed(0)
    model: Any = large_clip().eval()
    if folded:
        fold_quick_gelu(model)
    return model.to(dtype)


def text_seconds(model: Any, tokens: int, rows: int) -> float:
    """Return seconds for one text of `tokens` tokens, in passes of `rows`."""
    ids = torch.randint(1, 40_000, (rows, tokens))
    ids[:, -1] = 49_407
    with torch.no_grad():
        model.get_text_features(ids)
        return min(seconds(lambda: model.get_text_features(ids)) for _ in range(3)) / rows


def bank(questions: int) -> QuestionBank:
    """Return questions about random videos, as many a video as SUTD-TrafficQA has."""
    torch.manual_seed(0)
    count = math.ceil(questions * VIDEOS / QUESTIONS)
    names = [f"{row}.mp4" for row in range(count)]
    frames = torch.randn(count, FRAMES, DIM).half()
    videos = Videos(
        frames, torch.ones(count, FRAMES, dtype=torch.bool), {n: row for row, n in enumerate(names)}
    )
    texts = [f"text {row}" for row in range(questions * OPTIONS)]
    own = [texts[row * OPTIONS : (row + 1) * OPTIONS] for row in range(questions)]
    asked = [
        Question(
            id=str(row),
            video=names[row % count],
            text="What happened?",
            options=tuple(own[row]),
            answer=row % OPTIONS,
        )
        for row in range(questions)
    ]
    features = Texts(torch.randn(len(texts), DIM), {text: row for row, text in enumerate(texts)})
    return QuestionBank.build(asked, own, videos, features)


def own_epoch(questions: QuestionBank, dtype: torch.dtype) -> float:
    """Return the seconds of the second of two epochs, as `temadapter train --preset paper` does them."""

    def run(epochs: int) -> None:
        method = get_method("tem-adapter").build(
            MethodContext(embedding_dim=DIM, objective=Objective(load_config("paper").objective))
        )
        assert isinstance(method, TemAdapterMethod)
        config = TrainingConfig(epochs=epochs, batch_size=BATCH, questions_together=8, selection="last")
        with tempfile.TemporaryDirectory() as folder:
            train(method, questions, None, config, folder=Path(folder), dtype=dtype)

    return seconds(lambda: run(2)) - seconds(lambda: run(1))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--measured", type=int, default=1280, help="questions")
    parser.add_argument("--epochs", type=int, default=50, help="of a training")
    given = parser.parse_args()
    dtype = choose_dtype("auto", torch.device("cpu"))
    step = AuthorsStep(BATCH, FRAMES)
    step()
    adapter = min(seconds(step) for _ in range(2)) * QUESTIONS / BATCH
    del step
    towers = text_seconds(text_tower(torch.float32, folded=False), TOKENS, 32) * TEXTS * QUESTIONS
    ours = own_epoch(bank(given.measured), getattr(torch, dtype)) * QUESTIONS / given.measured
    cpu = torch.device("cpu")
    precision = backbone_dtype("auto", device=cpu, family="clip", parameters=151_277_313)
    tower = text_tower(precision, folded=precision == torch.bfloat16)
    a_text = text_seconds(tower, TOKENS_OF_A_DESCRIPTION, text_rows(cpu, precision))
    once, all_distinct = a_text * DISTINCT_A_QUESTION * QUESTIONS, a_text * OPTIONS * QUESTIONS
    theirs = adapter + towers
    rows = (
        ("adapter alone", adapter, ours),
        ("texts, first epoch", towers, once),
        ("the first epoch", theirs, ours + once),
        ("every later epoch", theirs, ours),
        (f"an epoch of {given.epochs}", theirs, ours + once / given.epochs),
    )
    print(
        f"training.dtype=auto is {dtype} here; extrapolated from {given.measured} questions (ours), 128 (theirs)"
    )
    print("| | authors, CPU s | ours, CPU s | times faster |\n| --- | ---: | ---: | ---: |")
    for name, first, second in rows:
        print(f"| {name} | {first:,.0f} | {second:,.0f} | {first / second:.1f} |")
    print(
        f"our texts in {precision}; were all options of all questions distinct, the first epoch would be ",
        end="",
    )
    print(f"{theirs / (ours + all_distinct):.1f} times faster")


if __name__ == "__main__":
    main()

"""One epoch on data as large as SUTD-TrafficQA: the authors' pipeline (rebuilt, benchmarks/authors_step.py) and ours.

    python benchmarks/training_epoch.py [--measured 1280] [--epochs 50]

62,535 questions about 10,080 videos of 128 frames, D = 512, batches of 128, four options. A part is measured and
extrapolated: two of the authors' steps and the text tower on some sentences; for us two real epochs of `train` on
`--measured` questions, of which the second counts. The authors' text tower reads five texts a question in every step,
filled up to 77 tokens; ours reads every distinct text once, at its own length, before the first epoch. All four
options of all questions are taken to be distinct, which is the worst case for us. Neither side is charged for reading
frame features. Processor seconds.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

from authors_step import DIM, OPTIONS, TEXTS, TOKENS, AuthorsStep
from temadapter.backbones.transformers_dual import TEXT_ROWS
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
TOKENS_OF_A_DESCRIPTION = 16
"""Of CLIP's tokenizer, start and end included, for about a dozen words."""


def seconds(run: Callable[[], object]) -> float:
    """Return the processor seconds that `run` takes."""
    began = time.process_time()
    run()
    return time.process_time() - began


def text_seconds(tokens: int, rows: int) -> float:
    """Return seconds for one text of `tokens` tokens in CLIP ViT-B/32's text tower, in passes of `rows`."""
    from transformers import CLIPTextConfig, CLIPTextModelWithProjection

    torch.manual_seed(0)
    tower = CLIPTextModelWithProjection(CLIPTextConfig()).eval()
    ids = torch.randint(1, 40_000, (rows, tokens))
    ids[:, -1] = 49_407
    with torch.no_grad():
        tower(ids)
        return min(seconds(lambda: tower(ids)) for _ in range(3)) / rows


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
    towers = text_seconds(TOKENS, 32) * TEXTS * QUESTIONS
    ours = own_epoch(bank(given.measured), getattr(torch, dtype)) * QUESTIONS / given.measured
    once = text_seconds(TOKENS_OF_A_DESCRIPTION, TEXT_ROWS["cpu"]) * OPTIONS * QUESTIONS
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


if __name__ == "__main__":
    main()

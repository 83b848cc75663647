"""How time and memory grow with rows, frames and options.

    python benchmarks/growth.py [--rows 1000 4000 16000 64000] [--questions 32]

- Rows: reading a JSON-lines file, writing descriptions, and building what training reads, with features of 8 frames for
  the videos (6.2 questions each, D = 512, half precision), then every batch of an epoch of 128 questions drawn once.
- Frames and options: one training step of preset `paper` (D = 512, the number format of `training.dtype=auto`), every
  question with a video of its own.

Each point is a process of its own: processor seconds, and by how much its largest resident size exceeds that of the
process before. "per row" and its like should not grow down the table.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import torch

from temadapter.config.run_config import load_config
from temadapter.data.load import load_dataset
from temadapter.descriptions.option_texts import option_texts
from temadapter.memory import kept_memory
from temadapter.methods.base import Batch, MethodContext
from temadapter.methods.registry import get_method
from temadapter.methods.tem_adapter import TemAdapterMethod
from temadapter.models.objective import Objective
from temadapter.training.batches import QuestionBank, Texts, Videos
from temadapter.training.device import choose_dtype

DIM, PER_VIDEO = 512, 6.2
VERBS = ("turned", "stopped", "braked", "reversed")


def rows(count: int) -> float:
    """Read `count` different questions and draw an epoch of batches from them; return the seconds."""
    began = time.process_time()
    videos = max(1, round(count / PER_VIDEO))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.jsonl"
        with file.open("w", encoding="utf-8") as lines:
            for row in range(count):
                options = [f"The driver {verb} at road {row}" for verb in VERBS]
                line = {"video": f"{row % videos}.mp4", "question": f"What did driver {row} do?"}
                lines.write(json.dumps({**line, "options": options, "answer": row % 4}) + "\n")
        questions = load_dataset(file).questions
    texts = list(option_texts(questions, "rules"))
    distinct = {text: row for row, text in enumerate(dict.fromkeys(t for own in texts for t in own))}
    names = {question.entry: row for row, question in enumerate({q.entry: q for q in questions}.values())}
    frames = torch.zeros(len(names), 8, DIM, dtype=torch.half)
    features = Videos(frames, torch.ones(len(names), 8, dtype=torch.bool), names)
    bank = QuestionBank.build(questions, texts, features, Texts(torch.zeros(len(distinct), DIM), distinct))
    for _ in bank.batches(128):
        pass
    return time.process_time() - began


def step(questions: int, frames: int, options: int) -> float:
    """Do two training steps of preset `paper`; return the seconds of the second."""
    torch.manual_seed(0)
    config = load_config("paper")
    method = get_method("tem-adapter").build(
        MethodContext(embedding_dim=DIM, objective=Objective(config.objective))
    )
    assert isinstance(method, TemAdapterMethod)
    method.module.train()
    optimizer = torch.optim.AdamW(method.trainable_parameters(), fused=True)
    batch = Batch(
        frames=torch.randn(questions, frames, DIM),
        options=torch.randn(questions, options, DIM),
        option_mask=torch.ones(questions, options, dtype=torch.bool),
        answers=torch.zeros(questions, dtype=torch.long),
    )
    dtype = choose_dtype("auto", torch.device("cpu"))
    with kept_memory():
        for _ in range(2):
            began = time.process_time()
            optimizer.zero_grad(set_to_none=True)
            with torch.autocast("cpu", getattr(torch, dtype), enabled=dtype != "float32"):
                losses = method.loss(batch)
            losses.total.backward()
            method.clip_gradients()
            optimizer.step()
    return time.process_time() - began


def measured(work: Callable[[], float]) -> tuple[float, float]:
    """Return what `work` returns, and the megabytes that it adds, in a process of its own."""
    here, there = multiprocessing.get_context("fork").Pipe()
    process = multiprocessing.get_context("fork").Process(target=_report, args=(work, there))
    process.start()
    seconds, megabytes = here.recv()
    process.join()
    return seconds, megabytes


def _report(work: Callable[[], float], connection: Connection) -> None:
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    seconds = work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    connection.send((seconds, (peak - resident) / 2**20))


def table(title: str, unit: str, points: Sequence[int], work: Callable[[int], Callable[[], float]]) -> None:
    """Print one table: what each point takes, whole and for one unit."""
    print(f"\n| {title} | CPU s | ms per {unit} | MB | KB per {unit} |\n| ---: | ---: | ---: | ---: | ---: |")
    for point in points:
        seconds, megabytes = measured(work(point))
        each = f"{1000 * seconds / point:.3g} | {megabytes:,.0f} | {1024 * megabytes / point:,.1f}"
        print(f"| {point:,} | {seconds:.2f} | {each} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, nargs="+", default=[1000, 4000, 16_000, 64_000])
    parser.add_argument("--questions", type=int, default=32, help="in a step")
    given = parser.parse_args()
    torch.set_num_threads(1)
    step(2, 8, 2)  # loads what is imported late, for all processes
    table("rows", "row", given.rows, lambda n: lambda: rows(n))
    table("frames", "frame", (8, 16, 32, 64, 128), lambda n: lambda: step(given.questions, n, 4))
    table("options", "option", (2, 4, 8, 20), lambda n: lambda: step(given.questions, 16, n))


if __name__ == "__main__":
    main()

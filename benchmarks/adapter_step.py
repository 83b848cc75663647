"""One training step of the adapter: the authors' (rebuilt, benchmarks/authors_step.py) and ours, in one run.

    python benchmarks/adapter_step.py [--questions 128] [--frames 128] [--per-video 6.2] [--rounds 3]

Processor seconds, the best of the rounds; the steps take turns, so that others at work on the machine disturb all
alike.
D = 512, four options. "shared" has as many questions a video as SUTD-TrafficQA has (62,535 about 10,080).
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable
from dataclasses import replace

import torch

from authors_step import DIM, OPTIONS, AuthorsStep
from temadapter.config.run_config import load_config
from temadapter.memory import kept_memory
from temadapter.methods.base import Batch, MethodContext
from temadapter.methods.registry import get_method
from temadapter.methods.tem_adapter import TemAdapterMethod
from temadapter.models.objective import Objective
from temadapter.training.device import choose_dtype


def own_step(
    preset: str, questions: int, frames: int, videos: int | None, dtype: torch.dtype
) -> Callable[[], None]:
    """Return a function that does one step of a preset, as the trainer does it."""
    torch.manual_seed(0)
    model = replace(load_config(preset).model, embedding_dim=DIM)
    method = get_method("tem-adapter").build(
        MethodContext(embedding_dim=DIM, model=model, objective=Objective(load_config(preset).objective))
    )
    assert isinstance(method, TemAdapterMethod)
    method.module.train()
    optimizer = torch.optim.AdamW(method.trainable_parameters(), lr=1e-4, weight_decay=0.0, fused=True)
    batch = Batch(
        frames=torch.randn(videos or questions, frames, DIM),
        options=torch.randn(questions, OPTIONS, DIM),
        option_mask=torch.ones(questions, OPTIONS, dtype=torch.bool),
        answers=torch.randint(0, OPTIONS, (questions,)),
        videos=None if videos is None else torch.arange(questions) % videos,
    )

    def step() -> None:
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype, enabled=dtype != torch.float32):
            losses = method.loss(batch)
        losses.total.backward()
        method.clip_gradients()
        optimizer.step()

    return step


def best(steps: dict[str, Callable[[], None]], rounds: int) -> dict[str, float]:
    """Return the processor seconds of the fastest of `rounds` calls of each; a call before warms up."""
    found = dict.fromkeys(steps, math.inf)
    for turn in range(rounds + 1):
        for name, step in steps.items():
            began = time.process_time()
            step()
            if turn:
                found[name] = min(found[name], time.process_time() - began)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--questions", type=int, default=128)
    parser.add_argument("--frames", type=int, default=128)
    parser.add_argument("--per-video", type=float, default=6.2)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    auto = choose_dtype("auto", torch.device("cpu"))
    size = (given.questions, given.frames)
    videos = math.ceil(given.questions / given.per_video)
    steps: dict[str, Callable[[], None]] = {"authors": AuthorsStep(*size)}
    for dtype in dict.fromkeys(("float32", auto)):
        for preset in ("official", "paper"):
            steps[f"{preset}, {dtype}"] = own_step(preset, *size, None, getattr(torch, dtype))
        steps[f"paper, {dtype}, {videos} videos shared"] = own_step(
            "paper", *size, videos, getattr(torch, dtype)
        )
    with kept_memory():  # as `train` does; the authors' step has the good of it too
        seconds = best(steps, given.rounds)
    print(
        f"{given.questions} questions, {given.frames} frames, D = {DIM}; training.dtype=auto is {auto} here"
    )
    print("| step | CPU seconds | times faster than the authors' |\n| --- | ---: | ---: |")
    for name, value in seconds.items():
        print(f"| {name} | {value:.2f} | {seconds['authors'] / value:.2f} |")
    for dtype in dict.fromkeys(("float32", auto)):
        ratio = seconds[f"paper, {dtype}"] / seconds[f"official, {dtype}"]
        print(f"paper takes {ratio:.2f} times as long as official ({dtype}, no video shared)")


if __name__ == "__main__":
    main()

"""Trained parameters and seconds per training step of every method.

    python benchmarks/method_steps.py DATASET STORE [--backbone mini] [--sampler "uniform(16)"] [--questions 400]

A step is a batch of 64 questions, its loss, gradients, and the optimizer; the first of a method is not counted.
Processor time: others at work on the machine distort it less than the clock on the wall.
"""

from __future__ import annotations

import argparse
import time

import torch

from temadapter.config.run_config import load_config
from temadapter.data.splits import TRAIN
from temadapter.methods.base import TrainableMethod
from temadapter.methods.registry import get_method, list_methods
from temadapter.runs.build import build_method
from temadapter.runs.prepare import prepare, read_dataset, split_questions
from temadapter.runs.resolve import record_of, resolve
from temadapter.training.batches import QuestionBank
from temadapter.training.seeding import epoch_order

STEPS = 5


def step_seconds(method: TrainableMethod, bank: QuestionBank, batch: int, together: int, dtype: str) -> float:
    optimizer = torch.optim.AdamW(method.trainable_parameters(), lr=1e-4, fused=True)
    method.module.train()
    order = epoch_order(bank.video, seed=0, epoch=1, together=together)[: (STEPS + 1) * batch]
    times = []
    for first in range(0, len(order), batch):
        start = time.process_time()
        part = bank.batch(order[first : first + batch])
        with torch.autocast("cpu", getattr(torch, dtype), enabled=dtype != "float32"):
            loss = method.loss(part).total
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        method.clip_gradients()
        optimizer.step()
        times.append(time.process_time() - start)
    return sorted(times[1:])[len(times[1:]) // 2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("dataset")
    parser.add_argument("store")
    parser.add_argument("--backbone", default="mini")
    parser.add_argument("--sampler", default="uniform(16)")
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--methods", nargs="*")
    parser.add_argument("--dtype", default="auto")
    given = parser.parse_args()
    print("| method | trained parameters | seconds per step | together |\n| --- | ---: | ---: | ---: |")
    for name in given.methods or [name for name in list_methods() if get_method(name).trainable]:
        sets = [f"method={name}", f"data.dataset={given.dataset}", f"features.store={given.store}"]
        sets += [f"features.backbone={given.backbone}", f"features.sampler={given.sampler}"]
        sets += [f"data.limit={given.questions}", "training.batch_size=64", "training.device=cpu"]
        config, backbone = resolve(load_config("paper", [*sets, f"training.dtype={given.dtype}"]))
        dataset = read_dataset(config.data)
        splits = {TRAIN: split_questions(dataset, config)[TRAIN]}
        bank = prepare(dataset, splits, config, backbone).banks[TRAIN].answered()
        method = build_method(config, record_of(config, backbone), backbone)
        assert isinstance(method, TrainableMethod)
        count = sum(value.numel() for value in method.trainable_parameters())
        together = config.training.questions_together
        seconds = step_seconds(method, bank, 64, together, config.training.dtype)
        print(f"| {name} | {count:,} | {seconds:.3f} ({config.training.dtype}) | {together} |", flush=True)


if __name__ == "__main__":
    main()

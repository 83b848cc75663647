"""Passes of a small model side by side, a thread each, where several threads in one pass would wait for each other."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

import torch

Item = TypeVar("Item")
Result = TypeVar("Result")


def side_by_side(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Return `work(item)` of every item, computed in as many threads as PyTorch would use for one of them.

    Threads that share one small product wait for the last of them, and they wait at work: where others need the cores
    too, those who decode videos for instance, a pass took up to 20 times its processor time.
    """
    threads = torch.get_num_threads()
    if threads == 1:
        return [work(item) for item in items]
    return list(
        _pool(threads, os.getpid()).map(work, items)
    )  # a single one too: others are at work beside it


def compute_alone() -> None:
    """Let the thread that calls this compute without others from now on.

    It also sets what new threads begin with, so the caller of `torch.set_num_threads` has to put that back.
    """
    torch.get_num_threads()  # the first use in a thread sets it to the usual number, whatever was set before
    torch.set_num_threads(1)


@cache
def _pool(threads: int, _process: int) -> ThreadPoolExecutor:
    """Return threads that each compute alone, made once; a forked process, of another number, gets its own."""
    before, ready = torch.get_num_threads(), threading.Barrier(threads + 1)

    def begin() -> None:
        compute_alone()
        ready.wait()

    pool = ThreadPoolExecutor(threads, thread_name_prefix="pass", initializer=begin)
    for _ in range(threads):
        pool.submit(int)  # starts a thread
    ready.wait()
    torch.set_num_threads(before)  # in a thread it also sets what new threads begin with
    return pool

"""Processes that tests start: forks of one that has loaded what they all need, and has no threads.

Each has what a new process has except the wait for PyTorch; the first one that a test starts pays for all.
"""

from __future__ import annotations

import multiprocessing

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(
    ["torch", "torch._dynamo", "av", "temadapter.features.encode_videos", "temadapter.runs.train"]
)

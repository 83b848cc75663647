"""Freed memory is kept for the next step, and goes back at the end."""

from __future__ import annotations

import subprocess
import sys

import pytest

# A process of its own: what earlier tests have mapped may lie where the heap would grow.
PROGRAM = """
import resource

import numpy as np

from temadapter.training.memory import kept_memory


def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(5):
        np.ones(2**24)  # large, and gone at once
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


usual = faults()
with kept_memory():
    faults()
    kept = faults()
print(usual, kept, faults())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks glibc")
def test_pages_are_handed_out_once() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    usual, kept, afterwards = map(int, done.stdout.split())
    assert kept < usual / 10
    assert afterwards > usual / 2

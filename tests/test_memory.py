"""Freed memory is kept for the next step, and goes back at the end."""

from __future__ import annotations

import subprocess
import sys

import pytest

# A process of its own: what earlier tests have mapped may lie where the heap would grow.
PROGRAM = """
import resource

import numpy as np

from temadapter.memory import kept_memory


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


FOR_GOOD = PROGRAM.replace(
    "with kept_memory():\n    faults()\n    kept = faults()", "keep_memory()\nfaults()\nkept = faults()"
)


@pytest.mark.skipif(sys.platform != "linux", reason="asks glibc")
def test_a_process_may_keep_it_for_good() -> None:
    program = FOR_GOOD.replace("import kept_memory", "import keep_memory")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    usual, kept, afterwards = map(int, done.stdout.split())
    assert max(kept, afterwards) < usual / 10

"""Freed memory is kept for the next step, and goes back at the end."""

from __future__ import annotations

import resource
import sys

import pytest
import torch

from temadapter.training.memory import kept_memory


def faults() -> int:
    """Return how many pages the system hands out for five large tensors that come and go."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(5):
        torch.zeros(2**25)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


@pytest.mark.skipif(sys.platform != "linux", reason="asks glibc")
def test_pages_are_handed_out_once():
    usual = faults()
    with kept_memory():
        faults()
        assert faults() < usual / 10

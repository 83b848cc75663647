"""A copy of the package, and a test that runs against it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from mutants.faults import ROOT, Fault

GRACE = 60.0
"""Seconds that a test may take beyond five times what it takes on clean sources."""


class Outcome(Enum):
    """What a test made of the sources."""

    PASSED = "survived"
    FAILED = "killed"
    TIMED_OUT = "killed by timeout"
    DID_NOT_RUN = "did not run"  # nothing was collected, or the fault stops the tests from being read


@dataclass(frozen=True)
class Trial:
    """How a test ended, what it printed last, and how many seconds it took."""

    outcome: Outcome
    output: str
    seconds: float


def copy_sources(folder: Path, source: Path = ROOT / "src") -> Path:
    """Copy the sources with what Python has compiled of them, which saves a second a fault."""
    shutil.copytree(source, folder)
    return folder


def try_fault(fault: Fault, clean: Path, folder: Path, limit: float) -> Trial:
    """Run a fault's test against a copy of the clean sources that has the fault; the copy is removed."""
    sources = copy_sources(folder, clean)
    try:
        fault.put_into(sources / "temadapter")
        return run_test(fault.test, sources, limit)
    finally:
        shutil.rmtree(folder)


def run_test(test: str, sources: Path, limit: float | None = None) -> Trial:
    """Run a test on sources until it fails or ends.

    Args:
        test: What pytest is told to run, from the root of the project.
        sources: The folder that holds the package.
        limit: Seconds until it is killed, with every process that it started.
    """
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", test]
    environment = os.environ | {
        "PYTHONPATH": str(sources),
        "OMP_NUM_THREADS": "1",
        # Hypothesis would remember the examples that failed, and try them first on clean sources.
        "HYPOTHESIS_STORAGE_DIRECTORY": str(sources / "hypothesis"),
    }
    began = time.monotonic()
    process = subprocess.Popen(
        command,
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        return Trial(Outcome.TIMED_OUT, output, time.monotonic() - began)
    codes = {0: Outcome.PASSED, 1: Outcome.FAILED}
    return Trial(codes.get(process.returncode, Outcome.DID_NOT_RUN), output, time.monotonic() - began)

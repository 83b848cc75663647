"""What a run notes about where and how it ran."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ("temadapter", "torch", "transformers", "numpy", "av", "safetensors")


def describe_machine() -> dict[str, Any]:
    """Return versions, processor, threads and accelerator."""
    import torch

    versions = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed"
    return {
        "versions": versions,
        "machine": {
            "system": f"{platform.system()} {platform.machine()}",
            "processor": _processor(),
            "cores": os.cpu_count(),
            "threads": torch.get_num_threads(),
            "accelerator": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        },
    }


def peak_memory() -> dict[str, int]:
    """Return the most memory that this process held so far, in bytes: main, and CUDA where it was used."""
    import torch

    peak = {}
    if sys.platform != "win32":
        peak["main_bytes"] = _peak_resident()
    if torch.cuda.is_available() and torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        every = range(torch.cuda.device_count())  # a run may be on another device than the first
        peak["cuda_bytes"] = max(torch.cuda.max_memory_allocated(device) for device in every)
    return peak


def _peak_resident() -> int:
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    except (OSError, StopIteration):  # only Linux has it, where getrusage counts what the parent process held
        import resource

        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or "unknown"

"""Which device and which number format a backbone runs on, chosen by measurement."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import torch

from temadapter.devices import check_device_name
from temadapter.errors import ConfigError, unknown_name

DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}

# From so many parameters on, what surrounds the matrix products counts little on a CPU.
LARGE_MODEL = 50_000_000
# Below so many, a CPU gains too little from bfloat16 (see `choose_dtype`).
LEAST_BFLOAT16 = 1_000_000


def choose_device(device: str) -> torch.device:
    """Return the device that `device` ("auto", "cpu", "cuda", "cuda:1", "mps") stands for; auto is CUDA if it is there.

    Raises:
        ConfigError: The name is unknown, or the device is not here.
    """
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    check_device_name(device)
    kind, _, index = device.partition(":")
    if kind == "cuda" and not torch.cuda.is_available():
        raise ConfigError("There is no CUDA device here: use --device cpu (training.device=cpu), or auto.")
    if kind == "cuda" and index and int(index) >= torch.cuda.device_count():
        last = torch.cuda.device_count() - 1
        raise ConfigError(f"There is no device {device} here: the CUDA devices are cuda:0 to cuda:{last}.")
    if kind == "mps" and not torch.backends.mps.is_available():
        raise ConfigError(
            "There is no Apple GPU (mps) here: use --device cpu (training.device=cpu), or auto."
        )
    return torch.device(device)


def choose_dtype(dtype: str, *, device: torch.device, family: str, parameters: int) -> torch.dtype:
    """Return the number format that `dtype` ("auto", "float32", "float16", "bfloat16") stands for.

    "auto", measured with `benchmarks/backbone_dtype.py`:

    - CPU: bfloat16 for models of a million parameters and more where the processor multiplies it natively
      (AMX or AVX-512 BF16), float32 else. On an AVX-512 BF16 processor ViT-B/32 ran 2.3 times faster so, mini
      2.2 times, at a cosine of 0.9999 to float32: less than a hundredth of what a sentence's cosines differ by
      between frames.
    - CUDA: float16 for CLIP (it was trained so), bfloat16 for SigLIP (trained in it; float16 can overflow).

    Features are kept as float16 in any case.

    Raises:
        ConfigError: If the name is unknown.
    """
    if dtype != "auto":
        if dtype not in DTYPES:
            raise unknown_name("dtype", dtype, ("auto", *DTYPES))
        return DTYPES[dtype]
    if device.type == "cuda":
        return torch.float16 if family == "clip" else torch.bfloat16
    if parameters >= LEAST_BFLOAT16 and native_bfloat16():
        return torch.bfloat16
    return torch.float32


@cache
def native_bfloat16(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Return whether this processor multiplies bfloat16 natively (known on Linux; False elsewhere)."""
    try:
        words = set(cpuinfo.read_text().split())
    except OSError:
        return False
    return bool(words & {"amx_bf16", "avx512_bf16"})

"""Which number format a backbone runs in, chosen by measurement."""

from __future__ import annotations

import torch

from temadapter.devices import native_bfloat16
from temadapter.errors import unknown_name

DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}

# From so many parameters on, what surrounds the matrix products counts little on a CPU.
LARGE_MODEL = 50_000_000
# Below so many, a CPU gains too little from bfloat16 (see `choose_dtype`).
LEAST_BFLOAT16 = 1_000_000


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

"""How fast is a training step of Tem-Adapter in float32, and with matrix products in bfloat16?

`training.dtype=auto` (see `temadapter/training/device.py`) follows what this prints.

    python benchmarks/training_dtype.py --device cpu
    python benchmarks/training_dtype.py --device cuda
"""

from __future__ import annotations

import argparse
import time

import torch

from temadapter.config.run_config import load_config
from temadapter.methods.base import Batch, MethodContext
from temadapter.methods.registry import get_method
from temadapter.models.objective import Objective

SIZES = ((256, 24, 128), (512, 16, 128), (512, 128, 32))
"""D, F, B: Crossroads on the bundled backbone, CLIP ViT-B/32 with few frames, and with the authors' 128."""


def step_seconds(
    dim: int, frames: int, batch: int, dtype: torch.dtype, device: torch.device, repeats: int
) -> float:
    """Return the shortest time of one step, optimizer included.

    On a CPU it is processor time: others at work on the machine distort it less than the clock on the wall.
    """
    clock = time.perf_counter if device.type == "cuda" else time.process_time
    torch.manual_seed(0)
    context = MethodContext(embedding_dim=dim, objective=Objective(load_config("paper").objective))
    method = get_method("tem-adapter").build(context)
    method.module.to(device).train()
    optimizer = torch.optim.AdamW(method.trainable_parameters(), lr=1e-4, fused=True)
    data = Batch(
        frames=torch.randn(batch, frames, dim, device=device),
        options=torch.randn(batch, 4, dim, device=device),
        option_mask=torch.ones(batch, 4, dtype=torch.bool, device=device),
        answers=torch.randint(0, 4, (batch,), device=device),
    )
    times = []
    for _ in range(repeats + 2):  # two to warm up
        start = clock()
        with torch.autocast(device.type, dtype, enabled=dtype != torch.float32):
            losses = method.loss(data)
        optimizer.zero_grad(set_to_none=True)
        losses.total.backward()
        method.clip_gradients()
        optimizer.step()
        if device.type == "cuda":
            torch.cuda.synchronize()
        times.append(clock() - start)
    return min(times[2:])


def main() -> None:
    """Print one line a size: milliseconds in both formats, and how many times faster bfloat16 is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--repeats", type=int, default=10)
    arguments = parser.parse_args()
    device = torch.device(arguments.device)
    print(f"{device.type}, {torch.get_num_threads()} threads, {torch.backends.cpu.get_cpu_capability()}")
    for dim, frames, batch in SIZES:
        plain, half = (
            step_seconds(dim, frames, batch, dtype, device, arguments.repeats)
            for dtype in (torch.float32, torch.bfloat16)
        )
        print(
            f"D {dim}, {frames} frames, batch {batch}: float32 {1000 * plain:.0f} ms, bfloat16 {1000 * half:.0f} ms: "
            f"{plain / half:.2f} times faster"
        )


if __name__ == "__main__":
    main()

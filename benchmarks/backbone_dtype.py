"""Which number format is worth it for a backbone on this machine: frames a second, and what it changes.

    python benchmarks/backbone_dtype.py [--backbone dir:FOLDER] [--device cpu]

Without --backbone it measures the architectures of CLIP ViT-B/32 and of a small CLIP with random weights.
`temadapter.backbones.precision` states the rule that follows from it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import torch
from torch import Tensor

from temadapter.backbones.clip import ClipModel
from temadapter.backbones.clip_config import ClipConfig, TextConfig, VisionConfig
from temadapter.backbones.dual_encoder import frame_rows
from temadapter.backbones.registry import load_backbone
from temadapter.devices import native_bfloat16


def small_clip() -> torch.nn.Module:
    tower = {"hidden_size": 192, "intermediate_size": 768, "num_hidden_layers": 6, "num_attention_heads": 6}
    vision = VisionConfig(**tower, image_size=128, patch_size=16)
    return ClipModel(ClipConfig(TextConfig(**tower), vision, projection_dim=256))


def large_clip() -> torch.nn.Module:
    return ClipModel(ClipConfig(TextConfig(), VisionConfig()))


def measure(encode: Callable[[Tensor], Tensor], pixels: Tensor, *, rounds: int) -> tuple[float, Tensor]:
    """Return frames a second (the best of `rounds`) and the features in float32."""
    features = encode(pixels)
    best = float("inf")
    for _ in range(rounds):
        started = time.perf_counter()
        encode(pixels).sum().item()  # waits for the device
        best = min(best, time.perf_counter() - started)
    return len(pixels) / best, features.float().cpu()


def compare(title: str, model: torch.nn.Module, device: torch.device, rounds: int) -> None:
    rows = frame_rows(device, sum(p.numel() for p in model.parameters()))
    size = model.config.vision_config.image_size
    parameters = sum(parameter.numel() for parameter in model.parameters()) / 1e6
    pixels = torch.randn(rows, 3, size, size, generator=torch.Generator().manual_seed(0)).to(device)
    base, reference = 0.0, torch.empty(0)
    for dtype in (torch.float32, torch.bfloat16, torch.float16):
        if device.type == "cpu" and dtype == torch.float16:
            continue
        model = model.to(device, dtype).eval()
        with torch.no_grad():
            rate, features = measure(
                lambda batch, model=model: model.get_image_features(pixel_values=batch).pooler_output,
                pixels.to(dtype),
                rounds=rounds,
            )
        if dtype == torch.float32:
            base, reference = rate, features
        cosine = torch.cosine_similarity(features, reference).min().item()
        name = str(dtype).removeprefix("torch.")
        print(
            f"{title:28} {parameters:6.1f} M  {name:9} {rate:9.1f} frames/s  ratio {rate / base:5.2f}  "
            f"cosine to float32 {cosine:.5f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backbone", help="a backbone of temadapter; random weights without it")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--rounds", type=int, default=10)
    arguments = parser.parse_args()
    device = torch.device(arguments.device)
    print(
        f"PyTorch {torch.__version__}, {device}, {torch.get_num_threads()} threads, "
        f"native bfloat16 on the CPU: {native_bfloat16()}"
    )
    torch.manual_seed(0)
    if arguments.backbone:
        backbone = load_backbone(arguments.backbone, device="cpu", dtype="float32")
        compare(backbone.name, backbone.model, device, arguments.rounds)
        return
    for title, make in (("small CLIP, random weights", small_clip), ("ViT-B/32, random weights", large_clip)):
        compare(title, make(), device, arguments.rounds)


if __name__ == "__main__":
    main()

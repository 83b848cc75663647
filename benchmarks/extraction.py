"""What extraction costs, against two baselines in the same run, and whether its memory stays flat.

    python benchmarks/extraction.py [--videos 40] [--minutes 60] [--rounds 3]

- Long videos: `--minutes` of 192 x 192 at 10 frames a second, a key frame every 5 seconds, 16 frames wanted. The
  baseline decodes every frame and encodes the 16 that it keeps.
- Short videos: `--videos` of 6 seconds. The baseline is the loop that a user would write: decode all, keep 16, let the
  decoder's library resize them, encode them in float32, save.
- Memory: the largest resident size of a process that extracts one video of 10 seconds, and one of 60 minutes.
- The share of the time that the encoder is busy, on the short videos, where it is the limit.

All sides use the bundled `mini` and one thread; all but the user's loop in the number format that `temadapter` chooses
here. Processor seconds, the best of the rounds; both sides take turns.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
import torch

from backbone_dtype import large_clip
from temadapter.backbones.dual_encoder import DualEncoder
from temadapter.backbones.images import FramePreparation
from temadapter.backbones.precision import choose_dtype
from temadapter.backbones.registry import MINI_FOLDER, load_backbone
from temadapter.features.encode_videos import extract
from temadapter.features.store import FeatureStore
from temadapter.video.sampling import get_sampler

SIDE, RATE, FRAMES = 192, 10, 16
# Linux hands the parent's `ru_maxrss` down to a child; what it says of the child's own memory begins anew.
PEAK = """
import sys
from pathlib import Path
sys.path.insert(0, {folder!r})
import extraction
import torch
torch.set_num_threads(1)
extraction.ours([Path({video!r})], extraction.load_backbone("mini", device="cpu"))
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def write(path: Path, seconds: int) -> None:
    """Write a video of moving squares: six seconds are encoded, and their packets repeated."""
    packets: list[tuple[bytes, int, bool]] = []
    rng = np.random.default_rng(0)
    ground = np.kron(rng.integers(0, 255, (12, 12, 3)), np.ones((16, 16, 1))).astype(np.uint8)
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=RATE)
        stream.width = stream.height = SIDE
        stream.pix_fmt = "yuv420p"
        stream.options = {"preset": "ultrafast", "tune": "zerolatency", "g": "50"}
        for number in range(50):
            picture = np.roll(ground, 3 * number, axis=1)
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                packets.append((bytes(packet), packet.pts, packet.is_keyframe))
        for packet in stream.encode():
            packets.append((bytes(packet), packet.pts, packet.is_keyframe))
        for number in range(seconds * RATE):
            content, _, key = packets[number % len(packets)]
            copy = av.Packet(content)
            copy.pts = copy.dts = number
            copy.time_base, copy.stream, copy.is_keyframe = stream.codec_context.time_base, stream, key
            container.mux(copy)


def ours(videos: Sequence[Path], backbone: Any) -> None:
    """Extract as `temadapter extract` does, into a fresh store."""
    sampler = get_sampler(f"uniform({FRAMES})")
    with tempfile.TemporaryDirectory() as folder:
        store = FeatureStore(Path(folder), backbone=backbone, sampler=sampler.name)
        report = extract(
            [(str(i), path) for i, path in enumerate(videos)],
            store,
            backbone,
            sampler,
            workers=1,
            shown=False,
        )
        if report.done != len(videos):
            raise SystemExit(f"Only {report.done} of {len(videos)} videos were extracted.")


def everything(videos: Sequence[Path], backbone: Any) -> None:
    """Decode every frame, keep 16, encode them."""
    for path in videos:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            chosen = set(np.linspace(0, stream.frames - 1, FRAMES).astype(int).tolist())
            kept = [
                f.to_ndarray(format="rgb24") for i, f in enumerate(container.decode(stream)) if i in chosen
            ]
        backbone.encode_frames(backbone.prepare_frames(np.stack(kept)))


@cache
def transformers_mini() -> Any:
    """Return `mini` as transformers runs it."""
    from transformers import CLIPModel

    return CLIPModel.from_pretrained(MINI_FOLDER, dtype=torch.float32).eval()


def loop(videos: Sequence[Path], backbone: Any) -> None:
    """Do what a user's loop does, without this package: transformers' model, PyAV, PyTorch."""
    model, size = transformers_mini(), backbone.image_size
    mean = torch.tensor(backbone.images.mean).view(3, 1, 1)
    std = torch.tensor(backbone.images.std).view(3, 1, 1)
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        for path in videos:
            with av.open(str(path)) as container:
                frames = list(container.decode(video=0))
            chosen = np.linspace(0, len(frames) - 1, FRAMES).astype(int)
            small = [
                frames[i].reformat(size, size, "rgb24", interpolation="BICUBIC").to_ndarray() for i in chosen
            ]
            pixels = torch.from_numpy(np.stack(small)).permute(0, 3, 1, 2).float() / 255
            features = model.get_image_features((pixels - mean) / std).pooler_output
            torch.save(features.half(), f"{folder}/{path.stem}.pt")


def best(sides: dict[str, Callable[[], None]], rounds: int) -> dict[str, float]:
    """Return the processor seconds of the fastest of `rounds` calls of each."""
    found: dict[str, float] = {}
    for _ in range(rounds):
        for name, run in sides.items():
            began = time.process_time()
            run()
            found[name] = min(found.get(name, 1e9), time.process_time() - began)
    return found


def large_backbone(mini: Any) -> DualEncoder:
    """Return a CLIP of ViT-B/32's sizes with random weights, with the number format that it would get here."""
    torch.manual_seed(0)
    model: Any = large_clip().eval()
    parameters = sum(parameter.numel() for parameter in model.parameters())
    dtype = choose_dtype("auto", device=torch.device("cpu"), family="clip", parameters=parameters)
    return DualEncoder(
        model.to(dtype),
        images=replace(mini.images, preparation=FramePreparation(224, "crop")),
        tokenizer=mini.tokenizer,
        name="ViT-B/32, random weights",
        note="",
        fingerprint="0" * 16,
        embedding_dim=512,
    )


def busy(videos: Sequence[Path], backbone: Any) -> float:
    """Return the share of an extraction's time on the clock that the encoder is at work."""
    encode, spent = backbone.encode_frames, 0.0

    def timed(frames: Any) -> torch.Tensor:
        nonlocal spent
        began = time.perf_counter()
        encoded: torch.Tensor = encode(frames)
        spent += time.perf_counter() - began
        return encoded

    backbone.encode_frames = timed
    began = time.perf_counter()
    ours(videos, backbone)
    total = time.perf_counter() - began
    del backbone.encode_frames
    return spent / total


def peak_megabytes(video: Path) -> float:
    """Return the largest resident size of a process that extracts one video."""
    code = PEAK.format(folder=str(Path(__file__).parent), video=str(video))
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--videos", type=int, default=40)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    torch.set_num_threads(1)
    backbone = load_backbone("mini", device="cpu")
    plain = load_backbone("mini", device="cpu", dtype="float32")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        long, hour = folder / "long.mp4", folder / "hour.mp4"
        short = [folder / f"{number}.mp4" for number in range(given.videos)]
        write(long, 60 * given.minutes)
        write(hour, 3600)
        for path in short:
            write(path, 6)
        write(folder / "ten.mp4", 10)
        loop(short[:1], plain)
        ours(short[:1], backbone)
        print("| what | baseline, CPU s | ours, CPU s | times faster |\n| --- | ---: | ---: | ---: |")
        for title, videos, other, theirs in (
            (f"one video of {given.minutes} min against decoding everything", [long], everything, backbone),
            (f"{given.videos} videos of 6 s against a user's loop", short, loop, plain),
        ):
            sides = {
                "other": lambda v=videos, o=other, b=theirs: o(v, b),
                "own": lambda v=videos: ours(v, backbone),
            }
            found = best(sides, given.rounds)
            ratio = found["other"] / found["own"]
            print(f"| {title} | {found['other']:.2f} | {found['own']:.2f} | {ratio:.2f} |", flush=True)
        for own in (backbone, large_backbone(backbone)):
            share = 100 * busy(short, own)
            print(f"{own.name}: encoder busy {share:.0f} % of the time on the short videos", flush=True)
        small, large = peak_megabytes(folder / "ten.mp4"), peak_megabytes(hour)
        print(f"peak memory {small:.0f} MB for 10 seconds, {large:.0f} MB for 60 minutes")


if __name__ == "__main__":
    main()

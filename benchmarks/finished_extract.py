"""What a finished `temadapter extract` costs, against Python walking and looking at the same files.

    python benchmarks/finished_extract.py [videos]

Processor seconds of the whole process (user and system), the best of three.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

TARGET = 2.0  # seconds for 10,000 videos


def make(folder: Path, count: int) -> None:
    """Make small files and a store that has the features of all of them."""
    import torch

    from temadapter.backbones.registry import load_backbone
    from temadapter.features.provenance import identify
    from temadapter.features.store import FeatureStore

    backbone = load_backbone("mini", device="cpu")
    store = FeatureStore(folder / "features", backbone=backbone, sampler="uniform(16)")
    features, times = torch.ones(16, backbone.embedding_dim), torch.arange(16.0)
    (folder / "videos").mkdir()
    for number in range(count):
        file = folder / "videos" / f"{number:06}.mp4"
        file.write_bytes(f"video {number}".encode())
        store.write(file.name, features=features, times=times, source=identify(file))


def timed(words: list[str], folder: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    installed = os.environ | {"PYTHONDONTWRITEBYTECODE": ""}  # an installed package has its compiled files
    subprocess.run(words, cwd=folder, check=True, capture_output=True, env=installed)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("videos", nargs="?", type=int, default=10_000)
    count = parser.parse_args().videos
    walk = (
        "import os\n"
        "for folder in ('videos', 'features'):\n"
        "    for parent, _, files in os.walk(folder):\n"
        "        for file in files: os.stat(os.path.join(parent, file))\n"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, count)
        extract = [sys.executable, "-m", "temadapter", "extract", "videos", "--sampler", "uniform(16)"]
        plain = min(timed([sys.executable, "-c", walk], folder) for _ in range(3))
        torch = min(timed([sys.executable, "-c", "import torch"], folder) for _ in range(3))
        timed(extract, folder)  # the first loads the backbone, and remembers it
        ours = min(timed(extract, folder) for _ in range(3))
    print(f"{count:,} videos, {os.cpu_count()} cores")
    print(f"walk and stat all files   {plain:6.2f} s")
    print(f"import torch              {torch:6.2f} s")
    print(f"extract, nothing to do    {ours:6.2f} s   {ours / plain:.1f} times the walk, target {TARGET} s")


if __name__ == "__main__":
    main()

"""What a command's start and its reading of many rows cost, each against its target and a bare baseline.

    python benchmarks/starts.py [--rows 60000] [--rounds 3]

Processor seconds of the whole process (user and system), the best of the rounds; a first call warms up and is not
counted where it is short. `ask` answers about a clip of one second with the bundled `mini`, zero-shot. The rows ask
about as many videos as SUTD-TrafficQA has (6.2 questions each), all of them links to that clip. Baselines: Python
itself, Python importing torch and transformers, Python parsing the same rows.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

PER_VIDEO = 6.2
IMPORTS = "import torch, transformers"
PARSE = "import json; [json.loads(line) for line in open('rows.jsonl')]"


def clip(file: Path) -> None:
    """Write one second of video, 64 pixels wide."""
    import av
    import numpy as np

    with av.open(str(file), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for shade in range(0, 250, 25):
            picture = av.VideoFrame.from_ndarray(np.full((64, 64, 3), shade, np.uint8), format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode())


def make(folder: Path, rows: int) -> None:
    """Write `rows` different questions, and the videos that they are about."""
    clip(folder / "clip.mp4")
    (folder / "videos").mkdir()
    videos = max(1, round(rows / PER_VIDEO))
    for number in range(videos):
        os.link(folder / "clip.mp4", folder / "videos" / f"{number}.mp4")
    with (folder / "rows.jsonl").open("w", encoding="utf-8") as file:
        for row in range(rows):
            text = f"What did the driver of car {row} do before the crash?"
            options = [f"turned {side} at road {row}" for side in ("left", "right", "back", "away")]
            line = {"video": f"{row % videos}.mp4", "question": text, "options": options, "answer": row % 4}
            file.write(json.dumps(line) + "\n")


def cpu_seconds(words: list[str], folder: Path) -> float:
    """Return the processor seconds of a command, its imports included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    installed = os.environ | {"PYTHONDONTWRITEBYTECODE": ""}  # an installed package has its compiled files
    done = subprocess.run(
        [sys.executable, *words], check=False, cwd=folder, capture_output=True, text=True, env=installed
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode}:\n{done.stderr[-500:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    ask = ["ask", "clip.mp4", "-q", "Is it day?", "-o", "day", "-o", "night"]
    ask += ["--run", "zero-shot", "--backbone", "mini"]
    commands: list[tuple[list[str], float, str, int]] = [
        (["--help"], 0.3, "pass", given.rounds),
        (["ls", "methods"], 0.3, "pass", given.rounds),
        (ask, 3.0, IMPORTS, given.rounds),
        (["data", "check", "rows.jsonl"], 30.0, PARSE, 1),
        (["describe", "rows.jsonl"], 30.0, PARSE, 1),
    ]
    print("| command | CPU seconds | target | baseline | times the baseline |")
    print("| --- | ---: | ---: | --- | ---: |", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, given.rows)
        for words, target, code, rounds in commands:
            own = ["-m", "temadapter", *words]
            if rounds > 1:
                cpu_seconds(own, folder)
            seconds = min(cpu_seconds(own, folder) for _ in range(rounds))
            bare = min(cpu_seconds(["-c", code], folder) for _ in range(rounds))
            found = f"{seconds:.2f} | {target} {'met' if seconds < target else 'missed'}"
            print(f"| {' '.join(words[:3])} | {found} | `{code[:40]}` | {seconds / bare:.1f} |", flush=True)


if __name__ == "__main__":
    main()

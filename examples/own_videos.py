"""Your own videos, from a folder to answers: `python examples/own_videos.py [FOLDER]`.

FOLDER holds the videos and `questions.jsonl`, one question per line. Without FOLDER the example draws 90 clips of a
square that moves, and asks where it went. Everything below works the same on real videos; choose a backbone that has
seen your kind of picture (`hf:openai/clip-vit-base-patch32`), since `mini` knows only simulated streets.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

import temadapter

BACKBONE = "mini"


def write_video(path: Path, frames: NDArray[np.uint8], rate: int) -> None:
    """Write frames (F, H, W, 3) as H.264."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate)
        (stream.height, stream.width), stream.pix_fmt = frames.shape[1:3], "yuv420p"
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())


def draw(folder: Path, clips: int = 90) -> Path:
    """Draw clips of a square on its way, and write a question about each."""
    folder.mkdir(parents=True, exist_ok=True)
    rng, rows = np.random.default_rng(0), []
    for number in range(clips):
        to_the_right = bool(number % 2)
        way = np.linspace(8, 88, 24).astype(int)
        frames = np.full((24, 96, 128, 3), 40, np.uint8)
        for frame, x in zip(frames, way if to_the_right else way[::-1], strict=True):
            y = int(rng.integers(40, 44))
            frame[y : y + 24, x : x + 24] = (230, 60, 50)
        write_video(folder / f"{number:03}.mp4", frames, rate=12)
        rows.append(
            {
                "video": f"{number:03}.mp4",
                "question": "Where did the red square go?",
                "options": ["to the right", "to the left"],
                "answer": 0 if to_the_right else 1,
                "split": "test" if number >= clips * 2 // 3 else "train",
            }
        )
    (folder / "questions.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    return folder


def main(folder: Path, work: Path) -> temadapter.Answer:
    """Encode, train, test and ask."""
    questions = folder / "questions.jsonl"
    dataset = temadapter.load_dataset(questions)
    print(f"{len(dataset.questions)} questions, {len(dataset.problems)} rows that cannot be used")

    # 1. every video goes through the frozen image tower once; called again, this does nothing
    report = temadapter.extract(questions, backbone=BACKBONE, sampler="uniform(16)", store=work / "features")
    print(f"{report.done} videos encoded, {len(report.failed)} failed")

    # 2. train on the questions of split "train"; the run folder holds weights, settings and results. `plus` asks the
    #    backbone about every thing that a question names, in every frame, so that few videos are enough
    run = temadapter.train(
        questions,
        output=work / "run",
        overwrite=True,
        preset="plus",
        settings={
            "features.backbone": BACKBONE,
            "features.sampler": "uniform(16)",
            "features.store": work / "features",
            "training.batch_size": 8,  # these clips are few: more, smaller steps
        },
    )
    found = run.results["train"]["test"]["rows"][0]["overall"]
    print(f"test accuracy {found['value']:.0%} [{found['low']:.0%}, {found['high']:.0%}]")

    # 3. ask about one video, as often as you like
    qa = temadapter.VideoQA.load(work / "run")
    question = dataset.questions[-1]
    answer = qa.ask(folder / question.video, question.text, list(question.options))
    print(answer)
    return answer


if __name__ == "__main__":
    scratch = Path("own-videos-example")
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else draw(scratch / "videos"), scratch)

"""How near the moments that an answer names are to what happened, family by family, in seconds.

    temadapter demo                                       # makes the videos, the features and a run of preset plus
    python benchmarks/evidence.py temadapter-demo/run --split test

The simulator noted when the event that a question is about took place. For each question the distance from that moment
to the first moment of the answer's evidence, the one with the largest share, is compared with that of a random frame,
of the middle frame, and of the frame that alone speaks most for the answer. Questions about what lasts, is to come or
was before have no moment: there, the less is shown the better.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import torch

from temadapter.data.question import Question
from temadapter.descriptions.timing import timing
from temadapter.evidence.moments import Scores, find_evidence, log_odds
from temadapter.features.records import VideoFeatures
from temadapter.qa import VideoQA
from temadapter.runs.load import load_run
from temadapter.runs.prepare import open_features, read_dataset, split_questions

AT_ONCE = 64


@dataclass(frozen=True)
class Row:
    """One question: seconds from the event to each choice; None where there is no event, or nothing is shown."""

    family: str
    shown: bool
    first: float | None
    random: float | None
    middle: float | None
    single: float | None


def distance(time: float, moments: list[list[float]]) -> float:
    """Return how far a time is from the nearest of some spans, in seconds."""
    return min(max(start - time, time - end, 0.0) for start, end in moments)


def measured(run: Path, split: str) -> list[Row]:
    """Return a row for each question of a split, answered from the stored features."""
    loaded = load_run(run)
    qa = VideoQA.load(str(run), device="cpu")
    dataset = read_dataset(loaded.config.data)
    notes = Path(str(loaded.config.data.dataset)) / "annotations"
    moments = {str(note["record_id"]): note["moments"] for note in _lines(notes / "moments.jsonl")}
    families = {str(note["record_id"]): note["family"] for note in _lines(notes / "families.jsonl")}
    store = open_features(loaded.config, qa.backbone)
    questions = split_questions(dataset, loaded.config)[split]
    features = {video: store.read(video) for video in {question.entry for question in questions}}
    rows = []

    def size(question: Question) -> tuple[int, int]:
        return sum(question.option_mask), len(features[question.entry].times)

    for _, same in groupby(sorted(questions, key=size), key=size):
        group = list(same)
        for first in range(0, len(group), AT_ONCE):
            part = group[first : first + AT_ONCE]
            for question, row in zip(part, _answered(qa, part, features), strict=True):
                rows.append(_row(families[question.id], moments.get(question.id, []), question.text, *row))
    return rows


def _answered(qa: VideoQA, part: list[Question], features: dict[str, VideoFeatures]):
    options = [tuple(o for o, real in zip(q.options, q.option_mask, strict=True) if real) for q in part]
    texts = [qa.texts(question.text, own) for question, own in zip(part, options, strict=True)]
    flat = qa.backbone.encode_texts([text for own in texts for text in own])
    encoded = torch.split(flat, [len(own) for own in texts])
    seen = [features[question.entry] for question in part]
    scored = qa.score_many([question.entry for question in part], seen, encoded, texts)
    return [(own, one.times, scores) for own, one, scores in zip(options, seen, scored, strict=True)]


def _row(family, moments, text, options, times, scores: Scores) -> Row:
    times = np.asarray(times, dtype=np.float64)
    index = int(scores.logits.argmax())
    evidence = find_evidence(times, scores, timing(text, options[index]))
    if not moments:
        return Row(family, bool(evidence), None, None, None, None)
    best = float(times[int(log_odds(scores.frames, index).argmax())])
    return Row(
        family,
        bool(evidence),
        distance(evidence[0].time, moments) if evidence else None,
        float(np.mean([distance(time, moments) for time in times.tolist()])),
        distance(float(times[len(times) // 2]), moments),
        distance(best, moments),
    )


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def table(rows: list[Row]) -> str:
    """Return a Markdown table: one line a family that has moments, then the families that have none."""
    groups, still = defaultdict(list), defaultdict(list)
    for row in rows:
        (still if row.random is None else groups)[row.family].append(row)
    lines = [
        "| family | questions | shown, % | evidence, s | random, s | ratio | middle frame, s | best single frame, s |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    everything = [row for group in groups.values() for row in group]
    for name, group in [*sorted(groups.items()), ("all of these", everything)]:
        shown = [row for row in group if row.shown]
        first, random, middle, single = (
            float(np.mean([getattr(row, field) for row in shown])) if shown else float("nan")
            for field in ("first", "random", "middle", "single")
        )
        lines.append(
            f"| {name} | {len(group)} | {100 * len(shown) / len(group):.0f} | {first:.2f} | {random:.2f} | "
            f"{first / random:.2f} | {middle:.2f} | {single:.2f} |"
        )
    lines += ["", "| without a moment in the video | questions | shown, % |", "| --- | ---: | ---: |"]
    for name, group in sorted(still.items()):
        lines.append(f"| {name} | {len(group)} | {100 * np.mean([row.shown for row in group]):.0f} |")
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=Path, help="a run of preset plus on Crossroads")
    parser.add_argument("--split", default="test", help="test, validation or train")
    arguments = parser.parse_args()
    print(table(measured(arguments.run, arguments.split)))


if __name__ == "__main__":
    main()

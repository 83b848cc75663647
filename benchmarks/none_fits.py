"""How well a run tells that none of the options is right: questions asked with one option left out, each in turn.

    temadapter demo                                        # makes the videos, the features and a run of preset plus
    python benchmarks/none_fits.py temadapter-demo/run --split test

Without its right option, none of a question's options fits. The run learned its curve from validation questions.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from temadapter.data.splits import VALIDATION
from temadapter.evaluation.none_fits import NoneFits, tells_apart
from temadapter.runs.load import load_run
from temadapter.runs.prepare import read_dataset, split_questions
from temadapter.runs.shared_data import SharedData
from temadapter.training.scoring import none_fits_of, one_left_out


def measured(folder: Path, split: str) -> str:
    """Return the area under the curve, the calibration error, and a line for each tenth of the probability."""
    run = load_run(folder)
    dataset = read_dataset(run.config.data)
    splits = split_questions(dataset, run.config)
    wanted = {name: splits[name] for name in {VALIDATION, split}}
    backbone = run.load_backbone(device="cpu")
    banks = SharedData(reuse=False).prepare(dataset, wanted, run.config, backbone, workers=1).banks
    size = run.config.training.batch_size
    curve = NoneFits.from_json(run.results["train"].get("none_fits"))
    if curve is None:  # a run of before this was learned
        curve = none_fits_of(run.method, banks[VALIDATION].answered(), size)
    if curve is None:
        return "The run cannot tell."
    parts = [
        part for batch in banks[split].answered().batches(size) for part in one_left_out(run.method, batch)
    ]
    largest, without, weights = (torch.cat(column).numpy(force=True) for column in zip(*parts, strict=True))
    told = np.array([curve.probability(np.array([value])) for value in largest])
    lines = ["| said, % | questions | mean said, % | none fits, % |", "| --- | ---: | ---: | ---: |"]
    error = 0.0
    for tenth in range(10):
        rows = np.minimum((10 * told).astype(int), 9) == tenth
        count = float(weights[rows].sum())
        if count:
            said, true = (
                float(np.average(values[rows], weights=weights[rows])) for values in (told, without)
            )
            error += count / float(weights.sum()) * abs(said - true)
            lines.append(
                f"| {10 * tenth}-{10 * tenth + 10} | {count:.0f} | {100 * said:.0f} | {100 * true:.0f} |"
            )
    found = f"AUC {tells_apart(largest, without, weights):.2f}, calibration error {100 * error:.1f} points"
    return "\n".join((f"{found} ({split}; learned from {curve.questions:,} questions)", "", *lines))


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=Path, help="a trained run")
    parser.add_argument("--split", default="test", help="test, validation or train")
    arguments = parser.parse_args()
    print(measured(arguments.run, arguments.split))


if __name__ == "__main__":
    main()

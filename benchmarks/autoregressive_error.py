"""What the autoregressive task learns: its prediction error on test videos against two simple predictions.

    temadapter compare --plan autoregression --output comparison
    python benchmarks/autoregressive_error.py comparison docs/results

The baselines: the last frame that may be seen, and the mean of all frames that may be seen. Errors are mean squares
over normalised frames (mean square 1), as in the objective; frames before the horizon, where nothing may be seen,
are left out.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from temadapter.comparison.record import read_records
from temadapter.comparison.run_order import Schedule
from temadapter.data.splits import TEST
from temadapter.methods.tem_adapter import TemAdapterMethod
from temadapter.models.tem_adapter import TemAdapter
from temadapter.runs.load import load_run
from temadapter.runs.prepare import prepare, read_dataset, split_questions
from temadapter.training.batches import QuestionBank
from temadapter.training.checkpoint import load_checkpoint


def finished(comparison: Path) -> dict[str, list[Path]]:
    """Return the finished runs of each trial that learned the task."""
    (record,) = (one for one in read_records(comparison) if one.plan.name == "autoregression")
    found: dict[str, list[Path]] = {}
    for job in Schedule(record.plan, comparison, record.seeds, record.sets).finals():
        if job.finished and job.config.objective.autoregressive_weight:
            found.setdefault(job.trial.name, []).append(job.folder)
    return found


def errors(folder: Path) -> dict[str, float]:
    """Return the mean squared errors of one run on its test videos."""
    run = load_run(folder)
    found = load_checkpoint(run.folder.checkpoint)
    assert isinstance(run.method, TemAdapterMethod)
    assert found is not None, f"{folder} has no checkpoint, which holds the decoder"
    model = run.method.model.eval()
    model.load_state_dict(found[1]["model"])
    dataset = read_dataset(run.config.data)
    splits = {TEST: split_questions(dataset, run.config)[TEST]}
    features = replace(run.config.features, control="none")
    bank = prepare(dataset, splits, replace(run.config, features=features), run.load_backbone()).banks[TEST]
    sums: dict[str, list[float]] = {}
    for rows in torch.arange(len(bank)).split(256):
        for name, values in _batch_errors(model, bank, rows).items():
            sums.setdefault(name, []).extend(values.tolist())
    return {name: sum(values) / len(values) for name, values in sums.items()}


@torch.no_grad()
def _batch_errors(model: TemAdapter, bank: QuestionBank, rows: Tensor) -> dict[str, Tensor]:
    """Return for each question (B,) the errors of the model, guided rightly and wrongly, and of the baselines."""
    batch = bank.batch(rows).expanded()
    answers = batch.answers
    assert answers is not None
    wrong = (
        batch.option_mask.float() - torch.nn.functional.one_hot(answers, batch.option_mask.shape[1])
    ).argmax(1)
    ahead = model.config.horizon

    def predict(guide: Tensor) -> tuple[Tensor, Tensor]:
        output = model(batch.frames, batch.options, given_mask=batch.option_mask, answers=guide)
        return output.predicted_frames, output.target_frames

    right, target = predict(answers)
    misled, _ = predict(wrong)
    past = target.cumsum(1) / torch.arange(1, target.shape[1] + 1)[None, :, None]
    guesses = {
        "model": right[:, ahead:],
        "model, wrong description": misled[:, ahead:],
        "same as the last frame": target[:, :-ahead],
        "mean of the past": past[:, :-ahead],
    }
    return {name: (guess - target[:, ahead:]).square().mean((1, 2)) for name, guess in guesses.items()}


def main() -> None:
    """Print and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("comparison", type=Path, help="output of `temadapter compare --plan autoregression`")
    parser.add_argument("output", type=Path, help="where autoregressive_error.md and .json go")
    arguments = parser.parse_args()
    found: dict[str, dict[str, float]] = {}
    for trial, folders in finished(arguments.comparison).items():
        runs = [errors(folder) for folder in folders]
        found[trial] = {name: sum(run[name] for run in runs) / len(runs) for name in runs[0]}
        print(trial, {name: round(value, 4) for name, value in found[trial].items()}, flush=True)
    names = list(next(iter(found.values())))
    lines = [f"| trial | {' | '.join(names)} |", f"| --- |{' ---: |' * len(names)}"]
    lines += [f"| {trial} | {' | '.join(f'{own[n]:.4f}' for n in names)} |" for trial, own in found.items()]
    text = "\n".join(["# What the autoregressive task learns", "", (__doc__ or "").strip(), "", *lines, ""])
    arguments.output.mkdir(parents=True, exist_ok=True)
    (arguments.output / "autoregressive_error.md").write_text(text)
    (arguments.output / "autoregressive_error.json").write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()

"""A row that is not trained: what the weights of another row answer when they are shown less."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from temadapter.comparison.plan_runs import Job
from temadapter.errors import DataError
from temadapter.evaluation.prediction import write_predictions
from temadapter.runs.evaluate import evaluate_run
from temadapter.runs.folder import RunFolder
from temadapter.runs.load import load_run
from temadapter.runs.results import run_block

if TYPE_CHECKING:
    from temadapter.runs.shared_data import SharedData


def answer_with_reused_weights(job: Job, shared: SharedData, *, workers: int | None = None) -> None:
    """Answer the test questions with the weights of another run, under the control of the job's configuration.

    Raises:
        DataError: That run is not finished.
    """
    if job.weights_of is None:
        raise DataError(f"{job.name} takes its weights from no other run.")
    started = datetime.now(UTC)
    source = load_run(job.weights_of)
    result = evaluate_run(
        source,
        control=job.config.features.control,
        control_seed=job.seed,
        device=job.config.training.device,
        workers=workers,
        shared=shared,
    )
    folder = RunFolder(job.folder)
    folder.path.mkdir(parents=True, exist_ok=True)
    before = RunFolder(job.weights_of).read_results() or {}
    test = None if result.tested is None else result.tested.to_json()
    train = {"weights_of": str(job.weights_of), "test": test, "trainable_parameters": 0}
    folder.write_results(
        {"run": run_block(job.config, started), "train": train, "meta": before.get("meta", {})}
    )
    write_predictions(folder.predictions, result.predictions)  # last: it says that this is finished

"""One run of a comparison, in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from temadapter.comparison.plan_runs import Job
from temadapter.errors import TemAdapterError

if TYPE_CHECKING:
    from temadapter.runs.shared_data import SharedData

_OWN: list[SharedData] = []


def run_job(job: Job, workers: int | None = None) -> str | None:
    """Do one run, or go on with it where it stopped; return why it failed, None if it did not.

    Runs of one process share what they read (see `forget_shared`): questions, features and backbones are loaded once.

    Args:
        job: The run.
        workers: Threads that decode videos, where features are missing.
    """
    from temadapter.comparison.reused_weights import answer_with_reused_weights
    from temadapter.hub.run_card import write_card
    from temadapter.runs.train import train_run

    shared = _shared()
    try:
        if job.weights_of is not None:
            answer_with_reused_weights(job, shared, workers=workers)
        else:
            train_run(
                job.config,
                job.folder,
                resume=True,
                workers=workers,
                shared=shared,
                tested=not job.screen,
            )
            write_card(job.folder)
    except TemAdapterError as error:
        return str(error)
    except Exception as error:  # one method's bug must not stop the others; it is reported, exit code 3
        return f"{type(error).__name__}: {error}"
    return None


def forget_shared() -> None:
    """Forget what the runs of this process have read: another comparison may read other things by the same names."""
    _OWN.clear()


def _shared() -> SharedData:
    from temadapter.runs.shared_data import SharedData

    if not _OWN:
        _OWN.append(SharedData())
    return _OWN[0]

"""`temadapter compare`: many runs by one plan, and a report of what differs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from temadapter.cli.options import DryRun, Json, Limit, Sets
from temadapter.cli.output import columns, emit, note, table_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from temadapter.comparison.plan import Plan
    from temadapter.comparison.runner import Job
    from temadapter.comparison.summary import Summary

SOME_FAILED = 3
DEMO = Path("temadapter-demo")


def compare(
    plan: Annotated[
        str, typer.Option("--plan", help="corrections, ablation, autoregression, or a YAML file.")
    ] = "corrections",
    methods: Annotated[
        str | None, typer.Option("--methods", help="Compare methods instead: all, or names with commas.")
    ] = None,
    dataset: Annotated[
        str | None, typer.Option("--dataset", help="Default: the videos that the demo made.")
    ] = None,
    store: Annotated[str | None, typer.Option("--store", help="Folder of the feature store.")] = None,
    output: Annotated[Path, typer.Option("--output", help="Folder of runs and report.")] = Path("comparison"),
    report: Annotated[
        Path | None, typer.Option("--report", help="Folder of the report; default: the output.")
    ] = None,
    trials: Annotated[
        str | None, typer.Option("--trials", help="Only these, by name, separated by commas.")
    ] = None,
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="How many seeds, from 0.")] = 3,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="Runs at a time; default: one per core, 1 on CUDA.")
    ] = None,
    limit: Limit = None,
    sets: Sets = None,
    report_only: Annotated[
        bool, typer.Option("--report-only", help="Train nothing: report what is there.")
    ] = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Train and test every trial of a plan with several seeds, and report the differences.

    Only runs that are missing are done, and interrupted ones go on where they
    stopped; a run that fails does not stop the others. Writes a table as
    Markdown and JSON, and a picture.

    With --methods every method takes the best of three learning rates on its
    validation questions.

    Example: temadapter compare --plan ablation --output comparison
    """
    from temadapter.comparison.plan import load_plan
    from temadapter.comparison.report import to_json, write_report
    from temadapter.comparison.runner import choose, grid_jobs, plan_jobs, run_jobs
    from temadapter.comparison.summary import summarize

    chosen = load_plan(plan) if methods is None else _methods_plan(methods, dataset)
    if trials is not None:
        chosen = chosen.only(_names(trials))
    given = [*_data(dataset, store), *([] if limit is None else [f"data.limit={limit}"]), *(sets or [])]
    first = grid_jobs(chosen, output, sets=given)
    if dry_run:
        todo = first or plan_jobs(chosen, output, seeds=seeds, sets=given)
        emit(_planned(todo), _plan_text(chosen, todo), as_json=as_json)
        return 0
    failed = () if report_only or not first else run_jobs(first, processes=jobs or _processes(first))
    todo = plan_jobs(chosen, output, seeds=seeds, sets=given, choices=choose(first))
    failed += () if report_only else run_jobs(todo, processes=jobs or _processes(todo))
    summary = summarize(chosen, todo)
    what = f"--plan {plan}" if methods is None else f"--methods {methods}"
    command = _command(what, dataset, trials, seeds, limit, sets)
    written = write_report(summary, report or output, command=command)
    note(f"Report: {', '.join(map(str, written))}")
    emit(to_json(summary, command=command), _text(summary), as_json=as_json)
    return SOME_FAILED if failed else 0


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _methods_plan(methods: str, dataset: str | None) -> Plan:
    from temadapter.comparison.plan import methods_plan

    names = [] if methods == "all" else _names(methods)
    return methods_plan(names, start="crossroads" if dataset is None else "paper")


def _data(dataset: str | None, store: str | None) -> list[str]:
    """Return the settings that name the dataset and the store; without a dataset those of the demo."""
    from temadapter.errors import ConfigError

    if dataset is not None:
        return [f"data.dataset={dataset}", *([] if store is None else [f"features.store={store}"])]
    if not (DEMO / "crossroads").is_dir():
        raise ConfigError(
            f"Name a dataset (--dataset), or run `temadapter demo` here first: its videos in {DEMO} are the default."
        )
    return [f"data.dataset={DEMO / 'crossroads'}", f"features.store={store or DEMO / 'features'}"]


def _processes(jobs: Sequence[Job]) -> int:
    import torch

    wanted = {job.config.training.device for job in jobs}
    on_cuda = "cuda" in wanted or ("auto" in wanted and torch.cuda.is_available())
    return 1 if on_cuda else max(1, min(os.cpu_count() or 1, len(jobs)))


def _command(
    what: str,
    dataset: str | None,
    trials: str | None,
    seeds: int,
    limit: int | None,
    sets: Sequence[str] | None,
) -> str:
    words = ["temadapter compare", what]
    words += [] if dataset is None else [f"--dataset {dataset}"]
    words += [] if trials is None else [f"--trials {trials}"]
    words += [] if limit is None else [f"--limit {limit}"]
    words += [f"--set {change}" for change in sets or ()]
    return " ".join([*words, f"--seeds {seeds}"])


def _planned(jobs: Sequence[Job]) -> dict[str, object]:
    from temadapter.comparison.runner import missing

    left = set(map(id, missing(jobs)))
    return {
        "runs": [
            {
                "trial": job.trial.name,
                "seed": job.seed,
                "sets": job.trial.sets,
                "folder": job.folder,
                "finished": id(job) not in left,
            }
            for job in jobs
        ],
        "missing": len(left),
    }


def _plan_text(plan: Plan, jobs: Sequence[Job]) -> str:
    from temadapter.comparison.runner import missing

    rows = [(trial.name, trial.label, ", ".join(trial.sets) or "–") for trial in plan.trials]
    return f"{columns(rows)}\n{len(jobs)} runs, of which {len(missing(jobs))} are missing."


def _text(summary: Summary) -> str:
    lines = [table_text(summary.table)]
    rows = [("difference to the reference, points", "95 % interval", "p (Holm)")]
    for found in summary.found.values():
        if found.differences:
            value = found.differences[""]
            interval = f"[{100 * value.low:+.1f}, {100 * value.high:+.1f}]"
            rows.append(
                (f"{found.trial.label}  {100 * value.value:+.1f}", interval, f"{found.corrected or 0:.3f}")
            )
    lines += [columns(rows)] if len(rows) > 1 else []
    lines += [f"Not finished: {'; '.join(summary.unfinished)}."] if summary.unfinished else []
    return "\n".join(lines)

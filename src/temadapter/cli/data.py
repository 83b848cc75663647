"""`temadapter data`: what is better known of a dataset before a training than after, and a dataset for others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from temadapter.cli.exit_codes import SOME_FAILED
from temadapter.cli.options import Columns, Json, Reader, VideoDir, reader_spec
from temadapter.cli.output import columns as aligned
from temadapter.cli.output import emit, in_a_table, note

if TYPE_CHECKING:
    from temadapter.data.check import CheckReport
    from temadapter.data.dataset import RowProblem

app = typer.Typer(no_args_is_help=True, help="Look into datasets.")
SHOWN = 5  # findings of a kind that are printed; --json has them all


@app.callback()
def _group() -> None:
    pass


@app.command("check")
def check(
    dataset: Annotated[str, typer.Argument(help="A benchmark's folder, or an annotation file.")],
    reader: Reader = None,
    columns: Columns = None,
    video_dir: VideoDir = None,
    decode: Annotated[
        bool,
        typer.Option(
            "--decode", help="Decode frames from all over every video, not the first one only. Slow."
        ),
    ] = False,
    no_videos: Annotated[
        bool, typer.Option("--no-videos", help="Look at the annotations only, not for video files.")
    ] = False,
    store: Annotated[
        Path | None, typer.Option("--store", help="Feature stores: how many of the videos do they have?")
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Threads that open videos; default: all cores.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Read all of a dataset and report counts and every problem, with file and line.

    Problems are rows that cannot be used (no text, an answer that is out
    of range or points at an empty option, an id that was used before) and
    videos that are missing or cannot be decoded; the exit code is 3 then.
    Of every video the first frame is decoded, with --decode several.
    What is used as it is but may surprise (empty or repeated options,
    questions without an answer, a video in two splits, annotation files of
    a folder that were not read) is told as well.

    Example: temadapter data check data/NExT-QA --json
    """
    from temadapter.api.check_dataset import check_dataset
    from temadapter.errors import ConfigError

    if decode and no_videos:
        raise ConfigError("--decode and --no-videos exclude each other.")
    report = check_dataset(
        dataset,
        reader=reader_spec(reader, columns),
        video_dir=video_dir,
        videos=not no_videos,
        decode=decode,
        store=store,
        workers=workers,
    )
    emit(report.to_dict(), check_text(report), as_json=as_json)
    return SOME_FAILED if report.problems else 0


@app.command("export")
def export(
    dataset: Annotated[str, typer.Argument(help="A benchmark's folder, or an annotation file.")],
    output: Annotated[Path, typer.Option("--output", help="Folder to write; it must be new or empty.")],
    reader: Reader = None,
    columns: Columns = None,
    video_dir: VideoDir = None,
    lmms_eval: Annotated[
        bool, typer.Option("--lmms-eval", help="Write tasks for lmms-eval too, one per split with answers.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Write a dataset's questions as JSON lines, one file per split.

    The folder loads with Hugging Face datasets (`load_dataset("FOLDER")`), and
    each file with `temadapter`. Videos are named by absolute paths, not copied.
    With --lmms-eval, lmms-eval runs its models on the same questions:
    `lmms_eval --tasks NAME --include_path FOLDER/lmms_eval --model ...`.

    Example: temadapter data export data/NExT-QA --output nextqa
    """
    from temadapter.api.export_dataset import export_dataset

    done = export_dataset(
        dataset, output, reader=reader_spec(reader, columns), video_dir=video_dir, lmms_eval=lmms_eval
    )
    for problem in done.left_out:
        note(f"Left out: {problem}")
    lines = [f"{output / split}.jsonl: {_many(count, 'question')}" for split, count in done.questions.items()]
    if done.tasks:
        lines.append(f"lmms_eval --tasks {','.join(done.tasks)} --include_path {output / 'lmms_eval'}")
    emit(done.to_dict(), "\n".join(lines), as_json=as_json)
    return SOME_FAILED if done.left_out else 0


def check_text(report: CheckReport) -> str:
    """Return a report for people: counts, then the first findings of every kind."""
    types = sorted({name for split in report.questions.values() for name in split})
    rows = [("", *map(in_a_table, types), "questions", "videos")]
    for split, counts in report.questions.items():
        cells = [f"{counts.get(name, 0):,}" for name in types]
        rows.append((split, *cells, f"{sum(counts.values()):,}", f"{report.videos[split]:,}"))
    parts = [
        f"{report.name}: {_many(report.total, 'question')} about {_many(report.distinct_videos, 'video')}",
        aligned(rows),
    ]
    if report.videos_found is not None:
        parts.append(f"{report.videos_found:,} of the videos are in {report.video_dir}")
    if report.balance is not None and report.balance.known >= 10:  # of fewer it tells nothing
        parts.append(f"{report.balance}.")
    parts += [f"Features: {one}" for one in report.features]
    parts += report.notes
    parts += _listed("Problem", report.problems_by_kind)
    parts += _listed("Notice", report.notices_by_kind)
    return "\n".join(parts if report.problems else [*parts, "No problems."])


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _listed(title: str, findings: Mapping[str, Sequence[RowProblem]]) -> list[str]:
    lines = []
    for kind, own in findings.items():
        lines.append(f"{title}: {kind} ({len(own):,})")
        lines += [f"  {finding}" for finding in own[:SHOWN]]
        if len(own) > SHOWN:
            lines.append(f"  ... and {len(own) - SHOWN:,} more (--json lists them all)")
    return lines

"""`temadapter data`: what is better known of a dataset before a training than after, and a dataset for others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from temadapter.cli.exit_codes import SOME_FAILED
from temadapter.cli.options import Columns, Json, Reader, VideoDir, reader_spec
from temadapter.cli.output import columns as aligned
from temadapter.cli.output import emit

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
    from temadapter.data.check import check_dataset
    from temadapter.data.load import load_dataset
    from temadapter.data.readers import unread_files
    from temadapter.errors import ConfigError

    if decode and no_videos:
        raise ConfigError("--decode and --no-videos exclude each other.")
    read = load_dataset(dataset, reader=reader_spec(reader, columns), video_dir=video_dir)

    def attempt(paths: Iterable[Path]) -> Iterator[tuple[Path, str | None]]:
        return _decoded(list(paths), workers, thorough=decode)

    folder = Path(dataset).expanduser()
    unread = unread_files(folder, read) if folder.is_dir() else ()
    report = check_dataset(read, files=not no_videos, decode=None if no_videos else attempt, unread=unread)
    emit(to_json(report), check_text(report), as_json=as_json)
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
    from temadapter.cli.output import note
    from temadapter.data.export import export_dataset
    from temadapter.data.lmms_eval import FOLDER, task_names, write_lmms_eval
    from temadapter.data.load import load_dataset

    read = load_dataset(dataset, reader=reader_spec(reader, columns), video_dir=video_dir)
    for problem in read.problems:
        note(f"Left out: {problem}")
    if lmms_eval:
        task_names(read)  # refused before anything is written
    counts = export_dataset(read, output.expanduser())
    tasks = write_lmms_eval(read, output.expanduser()) if lmms_eval else ()
    lines = [f"{output / split}.jsonl: {_many(count, 'question')}" for split, count in counts.items()]
    if tasks:
        lines.append(f"lmms_eval --tasks {','.join(tasks)} --include_path {output / FOLDER}")
    facts = {"output": output, "questions": counts, "left_out": len(read.problems), "lmms_eval_tasks": tasks}
    emit(facts, "\n".join(lines), as_json=as_json)
    return SOME_FAILED if read.problems else 0


def _decoded(paths: list[Path], workers: int | None, *, thorough: bool) -> Iterator[tuple[Path, str | None]]:
    import os
    from concurrent.futures import ThreadPoolExecutor

    from temadapter.progress import track

    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        results = zip(paths, pool.map(_why_not if thorough else _why_not_opened, paths), strict=True)
        yield from track(results, "Decoding videos" if thorough else "Opening videos", total=len(paths))


def _why_not(path: Path) -> str | None:
    """Return why a video cannot be decoded, None where it can; frames are read from all over it."""
    from temadapter.errors import VideoError
    from temadapter.video.decode import stream_frames
    from temadapter.video.sampling import get_sampler

    try:
        for _ in stream_frames(path, get_sampler("uniform(8)"), chunk=1):
            pass
    except VideoError as error:
        return str(error)
    return None


def _why_not_opened(path: Path) -> str | None:
    """Return why a file is no video that can be opened, None where it is one; its first frame is decoded."""
    from temadapter.errors import VideoError
    from temadapter.video.probe import probe

    try:
        probe(path)
    except VideoError as error:
        return str(error)
    return None


def to_json(report: CheckReport) -> dict[str, Any]:
    """Return a report for programs: every finding, with file and line."""
    from temadapter.data.check import counted

    def findings(found: Sequence[RowProblem]) -> dict[str, Any]:
        return {
            kind: {
                "count": len(own),
                "places": [{"file": f.file, "line": f.line, "reason": f.reason} for f in own],
            }
            for kind, own in counted(found).items()
        }

    return {
        "name": report.name,
        "questions": report.questions,
        "videos": report.videos,
        "all_questions": report.total,
        "all_videos": report.distinct_videos,
        "videos_found": report.videos_found,
        "video_folder": report.video_dir,
        "problems": findings(report.problems),
        "notices": findings(report.notices),
        "notes": report.notes,
        "answers": report.balance,
    }


def check_text(report: CheckReport) -> str:
    """Return a report for people: counts, then the first findings of every kind."""
    types = sorted({name for split in report.questions.values() for name in split})
    rows = [("", *types, "questions", "videos")]
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
    parts += report.notes
    parts += _listed("Problem", report.problems)
    parts += _listed("Notice", report.notices)
    return "\n".join(parts if report.problems else [*parts, "No problems."])


def _many(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _listed(title: str, findings: Sequence[RowProblem]) -> list[str]:
    from temadapter.data.check import counted

    lines = []
    for kind, own in counted(findings).items():
        lines.append(f"{title}: {kind} ({len(own):,})")
        lines += [f"  {finding}" for finding in own[:SHOWN]]
        if len(own) > SHOWN:
            lines.append(f"  ... and {len(own) - SHOWN:,} more (--json lists them all)")
    return lines

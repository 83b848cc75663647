"""Options that several commands share, so that they are called and explained alike everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[
    bool, typer.Option("--json", help="Print the result as JSON to stdout, and nothing else there.")
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of everything random.")]
Device = Annotated[
    str, typer.Option("--device", help="auto (CUDA where there is one), cpu, cuda, cuda:1 or mps.")
]
DeviceOfRuns = Annotated[str | None, typer.Option("--device", help="auto, cpu, cuda, cuda:1 or mps.")]
Devices = Annotated[
    str | None,
    typer.Option(
        "--devices", help="One run at a time on each: 0,1,2,3 (CUDA devices), or names such as cpu,cpu."
    ),
]
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, help="Decoding threads; default: all cores.")
]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="Stop after so many items.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done and do nothing.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what stands at the output.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on where an interrupted run stopped.")]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="A.B=C", help="Change one setting, e.g. training.epochs=20. Repeatable."),
]
Backbone = Annotated[
    str | None, typer.Option("--backbone", help="Frozen image-text model: mini, hf:<repo> or dir:<folder>.")
]
Sampler = Annotated[str | None, typer.Option("--sampler", help="clips(8,16), uniform(24) or fps(2).")]
Preprocessing = Annotated[
    str | None,
    typer.Option("--preprocessing", help="crop, or squash as the authors did; default: the backbone's own."),
]
Reader = Annotated[
    str | None,
    typer.Option("--reader", help="Dataset reader; default: found from the content (ls datasets)."),
]


def _folder(path: Path | None) -> Path | None:
    if path is not None and not path.expanduser().is_dir():
        what = "is a file, not a folder" if path.expanduser().exists() else "does not exist"
        raise typer.BadParameter(f"{path} {what}: name the folder that the videos are in or below.")
    return path


VideoDir = Annotated[
    Path | None,
    typer.Option("--video-dir", callback=_folder, help="Folder of the videos, where it is not found."),
]
Columns = Annotated[
    str | None,
    typer.Option(
        "--columns",
        help="Your own file's column names: question=q,options=a0:a4,answer=label; without a header, their "
        "numbers: video=1,question=2,options=3:6.",
    ),
]


def checked_device(name: str) -> str:
    """Return `name` if it is a device and there.

    Raises:
        ConfigError: It is unknown, or not here.
    """
    from temadapter.devices import check_device_name

    check_device_name(name)
    if name not in ("auto", "cpu"):
        from temadapter.devices import choose_device

        choose_device(name)
    return name


def reader_spec(reader: str | None, columns: str | None) -> str | None:
    """Return the reader that `--reader` and `--columns` mean together.

    Raises:
        ConfigError: A benchmark's reader, which knows its columns, was given columns.
    """
    from temadapter.errors import ConfigError

    if columns is None:
        return reader
    if reader not in (None, "own"):
        raise ConfigError(f"--columns belongs to --reader own, not to {reader}.")
    return f"own:{columns}"


def own_run(backbone: str | None) -> str | None:
    """Return the run that was trained in this folder, where neither a run nor a backbone was named; say so."""
    from temadapter.cli.output import note
    from temadapter.hub.run_names import default_run

    found = None if backbone else default_run()
    if found is None:
        return None
    note(f"Answering with the run in {found} (--run names another).")
    return str(found)


def as_sets(shortcuts: Mapping[str, object], sets: Sequence[str] | None) -> tuple[str, ...]:
    """Return the settings that options with a value and `--set` mean together; `--set` has the last word."""
    given = [f"{name}={value}" for name, value in shortcuts.items() if value is not None]
    return (*given, *(sets or ()))

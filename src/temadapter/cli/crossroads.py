"""`temadapter crossroads`: make the embedded benchmark, check it, make its backbone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from temadapter.cli.exit_codes import FAILED
from temadapter.cli.options import DryRun, Json, Seed
from temadapter.cli.output import columns, emit
from temadapter.errors import ConfigError

if TYPE_CHECKING:
    from temadapter.crossroads.questions.audit import Audit

app = typer.Typer(
    no_args_is_help=True, help="The embedded benchmark: generate it, audit it, pretrain its backbone."
)
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, help="Processes that simulate and draw; one per core.")
]


@app.command("generate")
def generate(
    output: Annotated[Path, typer.Argument(help="Folder to write to.")],
    videos: Annotated[
        int | None, typer.Option("--videos", min=2, help="Videos in all; 3 of 5 are for training.")
    ] = None,
    split_sizes: Annotated[
        str | None,
        typer.Option("--split-sizes", help="Training and test videos, e.g. 3000,520 (the default)."),
    ] = None,
    seed: Seed = 0,
    workers: Workers = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Write Crossroads: H.264 videos and questions in the layout of SUTD-TrafficQA.

    The same seed gives the same questions and the same pictures. What is
    there already is not made again.

    Example: temadapter crossroads generate data/crossroads
    """
    from temadapter.api.generate_crossroads import generate_crossroads

    sizes = chosen_sizes(videos, split_sizes)
    if dry_run:
        plan = {"folder": output, "videos": dict(zip(("train", "test"), sizes, strict=True)), "seed": seed}
        emit(
            plan,
            f"{sizes[0]} training and {sizes[1]} test videos into {output}, seed {seed}",
            as_json=as_json,
        )
        return
    made = generate_crossroads(output, sizes=sizes, seed=seed, workers=workers)
    rows = [("split", "videos", "questions")]
    rows += [(split, f"{made.videos[split]:,}", f"{made.questions[split]:,}") for split in made.videos]
    emit(made.to_dict(), f"{columns(rows)}\nCrossroads: {made.folder}", as_json=as_json)


def chosen_sizes(videos: int | None, split_sizes: str | None) -> tuple[int, int]:
    """Return how many videos are for training and for testing.

    Raises:
        ConfigError: Both were given, or `split_sizes` is not two whole numbers.
    """
    from temadapter.api.generate_crossroads import DEFAULT_SIZES

    if videos is not None and split_sizes is not None:
        raise ConfigError("Give --videos or --split-sizes, not both.")
    if videos is not None:
        train = min(max(1, round(videos * 3 / 5)), videos - 1)
        return train, videos - train
    if split_sizes is None:
        return DEFAULT_SIZES
    parts = [part.strip() for part in split_sizes.split(",")]
    if len(parts) != 2 or not all(part.isdecimal() for part in parts):
        raise ConfigError(f"--split-sizes must be two whole numbers such as 800,520, not {split_sizes!r}.")
    return int(parts[0]), int(parts[1])


@app.command("audit")
def audit(
    folder: Annotated[Path, typer.Argument(help="What crossroads generate wrote.")],
    seed: Seed = 0,
    as_json: Json = False,
) -> int:
    """Check that the text alone does not give the answers away: a text-only reader must stay at chance.

    Exit code 1 if it does not, overall or for a question type.

    Example: temadapter crossroads audit data/crossroads
    """
    from temadapter.api.audit_crossroads import audit_crossroads

    found = audit_crossroads(folder, seed=seed)
    emit(found.to_dict(), _table(found), as_json=as_json)
    return 0 if found.passes else FAILED


def _table(found: Audit) -> str:
    rows = [("", "questions", "chance", "text only", "")]
    for row in (found.overall, *found.types, *found.families):
        mark = "" if row in found.families else "at chance" if row.passes else "NOT AT CHANCE"
        rows.append((row.name, f"{row.questions:,}", f"{row.chance:.1%}", f"{row.accuracy:.1%}", mark))
    return columns(rows)


@app.command("pretrain")
def pretrain(
    output: Annotated[Path, typer.Argument(help="Folder for the model, in the format of transformers.")],
    stills: Annotated[int | None, typer.Option("--stills", min=64, help="Pictures to learn from.")] = None,
    seed: Seed = 0,
    workers: Workers = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Make the backbone mini again, from still pictures and captions.

    It sees no videos and no questions. It goes on by itself where it was
    interrupted; without options it makes the shipped one.

    Example: temadapter crossroads pretrain mini
    """
    from temadapter.api.pretrain_mini import pretrain_config, pretrain_mini

    settings = {"seed": seed} if stills is None else {"seed": seed, "stills": stills}
    if dry_run:
        config = pretrain_config(settings)
        emit(config, f"A model from {config.stills:,} pictures into {output}, seed {seed}", as_json=as_json)
        return
    made = pretrain_mini(output, settings=settings, workers=workers)
    rows = [(name, f"{share:.1%}") for name, share in made.concepts.items()]
    seconds = sum(made.seconds.values())
    text = f"{columns(rows)}\nModel: {output} ({made.parameters:,} parameters, {seconds:.0f} s)"
    emit(made.to_dict(), text, as_json=as_json)

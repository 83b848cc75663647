"""A benchmark from its folder to a table: check, extract, train, evaluate, and our number beside published ones.

Every phase keeps what it made, so that a call after an interruption goes on where the last one stopped.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from temadapter.errors import ConfigError, DataError, unknown_name
from temadapter.files import write_text_atomic
from temadapter.workflows.phases import Phases, finished_run, tell
from temadapter.workflows.reproduction import Reproduction
from temadapter.workflows.reproduction_report import page

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone
    from temadapter.config.run_config import Config
    from temadapter.data.check import CheckReport
    from temadapter.data.dataset import Dataset
    from temadapter.evaluation.accuracy_table import AccuracyTable
    from temadapter.evaluation.prediction import Prediction

READERS = {"sutd-trafficqa": "sutd-trafficqa", "msrvtt-mc": "msrvtt-mc", "nextqa": "nextqa:test=val"}
"""Benchmarks, each with the reader that gives the split which papers report."""

METHODS = ("zero-shot", "clip-template")
"""What is answered beside the preset's own method."""
TITLES = {"zero-shot": "zero-shot", "clip-template": "CLIP + template", "tem-adapter": "Tem-Adapter"}
BACKBONE = "hf:openai/clip-vit-base-patch32"
TEST = "test"


def benchmark_names() -> tuple[str, ...]:
    """Return the benchmarks that can be reproduced."""
    return tuple(READERS)


def reproduce_benchmark(
    benchmark: str,
    root: Path,
    output: Path,
    *,
    preset: str = "paper",
    sets: Sequence[str] = (),
    methods: Sequence[str] | None = None,
    overwrite: bool = False,
    workers: int | None = None,
) -> Reproduction:
    """Go from a benchmark's folder to a table of our accuracy beside the published ones.

    Args:
        benchmark: `sutd-trafficqa`, `msrvtt-mc` or `nextqa`.
        root: The folder in the layout that `temadapter ls datasets` shows.
        output: Folder of the runs and of the table; features are kept in it too unless `sets` say otherwise.
        preset: As for `temadapter train`.
        sets: Changes to it, which win over what the benchmark itself asks for.
        methods: By their names; by default what needs no training, and that of the preset.
        overwrite: Train again where an earlier call trained.
        workers: Threads that decode videos; one per core when None.

    Raises:
        ConfigError: An unknown benchmark, method or setting.
        DataError: There is no test question, or not one video; or runs of an earlier call answered none of the
            present test questions.
    """
    from temadapter.backbones.registry import load_backbone
    from temadapter.config.run_config import with_method
    from temadapter.evaluation.published import published
    from temadapter.runs.prepare import read_dataset
    from temadapter.runs.resolve import resolve

    config = configuration(benchmark, root, output, preset=preset, sets=sets)
    check_names(methods or ())
    phases = Phases(5)
    with phases.phase("Check: reading every annotation, looking for every video"):
        dataset = read_dataset(config.data)
        check = _checked(dataset, config)
        if dataset.sentences and config.data.descriptions is None:
            config = replace(config, data=replace(config.data, descriptions="raw"))
        chosen = tuple(methods or default_methods(dataset, config))
        _check_methods(chosen, dataset, config)
    with phases.phase("Extract: looking at every video once"):
        backbone = load_backbone(config.features.backbone, device=config.training.device)
        failed = _extract(dataset, *resolve(with_method(config, chosen[0]), backbone), workers)
    with phases.phase("Train"):
        stale = _train(chosen, config, output, backbone, overwrite, workers)
    with phases.phase("Evaluate: each method answered the test questions once"):
        table, compete = _accuracies(output / "runs", chosen, dataset.split(TEST))
    result = Reproduction(
        published=published(benchmark),
        table=table,
        test_questions=len(dataset.split(TEST)),
        limit=_limit(dataset, config),
        stale=stale,
        compete=compete,
        check=check,
        failed=failed,
        settings=f"{config.features.backbone}, {config.features.sampler}, preset {config.preset}",
        folder=output,
    )
    with phases.phase(f"Table: {output / 'README.md'}"):
        write_text_atomic(output / "README.md", page(result))
        write_text_atomic(output / "reproduction.json", json.dumps(result.to_dict(), indent=2) + "\n")
    return result


def configuration(benchmark: str, root: Path, output: Path, *, preset: str, sets: Sequence[str]) -> Config:
    """Return the settings of a reproduction.

    Raises:
        ConfigError: An unknown benchmark or setting.
    """
    from temadapter.config.run_config import load_config

    if benchmark not in READERS:
        raise unknown_name("benchmark to reproduce", benchmark, READERS)
    own = [
        f"data.dataset={root}",
        f"data.reader={READERS[benchmark]}",
        f"features.backbone={BACKBONE}",
        f"features.store={output / 'features'}",
    ]
    return load_config(preset, [*own, *sets])


def default_methods(dataset: Dataset, config: Config) -> tuple[str, ...]:
    """Return the methods that tell something: a template only where it writes, training where there is any."""
    left_out = set()
    if dataset.sentences or config.data.descriptions == "raw":
        left_out.add("clip-template")
    if set(dataset.split_names) <= {TEST}:
        tell("There are no training questions, so only what needs no training is done.")
        left_out.add(config.method)
    return tuple(method for method in (*METHODS, config.method) if method not in left_out)


def check_names(methods: Sequence[str]) -> None:
    """Refuse an unknown method before anything is read.

    Raises:
        ConfigError: There is no such method; the message lists those there are.
    """
    from temadapter.methods.registry import get_method

    for method in methods:
        get_method(method)


def _limit(dataset: Dataset, config: Config) -> int | None:
    """Return the limit of questions where a split has more of them."""
    from temadapter.runs.prepare import split_questions

    if config.data.limit is None:
        return None
    whole = split_questions(dataset, replace(config, data=replace(config.data, limit=None)))
    return config.data.limit if any(len(part) > config.data.limit for part in whole.values()) else None


def _check_methods(methods: Sequence[str], dataset: Dataset, config: Config) -> None:
    """Refuse now what would be refused after hours: a method that cannot take the options."""
    most = max(len(question.options) for question in dataset.questions)
    if "tem-adapter" in methods and config.model.option_count == "four" and most != 4:
        raise ConfigError(
            f"Preset {config.preset} is made for questions with exactly four options; these have up to {most}. Use "
            "another preset, or --set model.option_count=any."
        )


def _checked(dataset: Dataset, config: Config) -> CheckReport:
    from temadapter.data.check import counted, inspect_dataset

    dataset.split(TEST)  # no test questions: one sentence now, not after the training
    report = inspect_dataset(dataset)
    tell(f"{report.total:,} questions about {report.distinct_videos:,} videos in {report.video_dir}")
    for kind, found in counted(report.problems).items():
        tell(f"{kind}: {len(found):,}, the first: {found[0]}")
    if not report.videos_found and not Path(config.features.store).expanduser().is_dir():
        raise DataError(
            f"None of the {report.distinct_videos:,} videos is in {report.video_dir}, and there are no "
            f"stored features in {config.features.store}. Give the folder of the videos (--video-dir), or "
            "see `temadapter ls datasets` for the layout."
        )
    return report


def _extract(dataset: Dataset, config: Config, backbone: Backbone, workers: int | None) -> tuple[str, ...]:
    """Encode all videos of the benchmark's splits; return those that failed, with reasons."""
    from temadapter.features.encode_videos import extract
    from temadapter.runs.prepare import open_store, split_questions
    from temadapter.video.sampling import get_sampler

    store, parts = open_store(config, backbone), split_questions(dataset, config).values()
    wanted = dataset.parts(question for part in parts for question in part)
    todo = [part for part in wanted if os.path.isfile(part[1]) or not store.has(part[0])]
    sampler, why = get_sampler(config.features.sampler), dataset.why_missing
    report = extract(todo, store, backbone, sampler, workers=workers, why_missing=why)
    tell(f"{report.done:,} encoded, {report.skipped:,} were there, {len(report.failed):,} failed")
    return tuple(str(failure) for failure in report.failed)


def _train(
    methods: Sequence[str],
    config: Config,
    output: Path,
    backbone: Backbone,
    overwrite: bool,
    workers: int | None,
) -> dict[str, tuple[str, ...]]:
    """Do every method's run; return by method what has changed since an earlier call finished it."""
    from temadapter.config.run_config import with_method

    stale = {}
    for method in methods:
        tell(method)
        own = with_method(config, method)
        folder = output / "runs" / method
        if changes := finished_run(own, folder, backbone, overwrite=overwrite, workers=workers):
            stale[TITLES.get(method, method)] = changes
    return stale


def _accuracies(runs: Path, methods: Sequence[str], test: Dataset) -> tuple[AccuracyTable, dict[str, float]]:
    """Return the accuracy on the questions that every method answered, and the one with competing options."""
    from temadapter.evaluation.accuracy_table import accuracy_table
    from temadapter.evaluation.prediction import read_predictions
    from temadapter.runs.folder import RunFolder

    answers: dict[str, list[Prediction]] = {}
    compete: dict[str, float] = {}
    for method in methods:
        folder = RunFolder(runs / method)
        answers[TITLES.get(method, method)] = read_predictions(folder.predictions)
        empty = ((folder.read_results() or {})["train"].get("test") or {}).get("empty_options", {})
        if empty.get("questions_with_empty_options"):
            compete[TITLES.get(method, method)] = 100 * empty["compete"]["value"]
    common = set.intersection(*({answer.id for answer in own} for own in answers.values()))
    same = {name: [answer for answer in own if answer.id in common] for name, own in answers.items()}
    asked = [question for question in test.questions if question.id in common]
    if not asked:
        raise DataError(
            f"No test question of the data was answered by the runs in {runs}: they are of other data. "
            "Train them again with --overwrite."
        )
    return accuracy_table(same, asked), compete

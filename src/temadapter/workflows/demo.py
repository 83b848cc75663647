"""The demo, phase by phase. Every phase keeps what it made, so that a second run reuses it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temadapter.config.display_name import display_name
from temadapter.config.run_config import DEFAULT_PRESET, load_config, with_method
from temadapter.files import write_text_atomic
from temadapter.workflows.demo_report import Example, write_report
from temadapter.workflows.phases import Phases, finished_run, tell

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone
    from temadapter.config.run_config import Config
    from temadapter.evaluation.accuracy_table import AccuracyTable
    from temadapter.evaluation.prediction import Prediction

BASELINES = {"zero-shot": "zero-shot", "clip-template": "CLIP + template"}
SMALL_DATA = (
    "features.sampler=uniform(16)",
    "training.epochs=20",
    "training.batch_size=64",
    "training.questions_together=8",
    "training.learning_rate=1e-3",
    "training.schedule=cosine",
)
"""What Crossroads asks of the presets `paper` and `official`, which are made for 128 frames and many videos."""


@dataclass(frozen=True, repr=False)
class DemoResult:
    """What the demo made.

    Attributes:
        table: Test accuracy of zero-shot, CLIP + template and the trained method, per question type.
        examples: Three questions about one test video, answered.
        seconds: How long each phase took this time.
        peak_memory: Of this process, in bytes.
        report: The folder with `README.md` and the pictures.
    """

    table: AccuracyTable
    examples: tuple[Example, ...]
    seconds: dict[str, float]
    peak_memory: int
    report: Path

    def __repr__(self) -> str:
        rows = ", ".join(f"{row.name} {100 * row.overall.value:.1f} %" for row in self.table.rows)
        return f"DemoResult({rows})"

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON."""
        return {
            "table": self.table.to_json(),
            "examples": [
                {"correct": e.correct, "right": e.right, **e.answer.to_dict()} for e in self.examples
            ],
            "seconds": self.seconds,
            "peak_memory": self.peak_memory,
            "report": str(self.report),
        }


def run_demo(
    output: Path,
    *,
    preset: str = DEFAULT_PRESET,
    sizes: Sequence[int] | None = None,
    seed: int = 0,
    sets: Sequence[str] = (),
    device: str = "auto",
    workers: int | None = None,
    overwrite: bool = False,
) -> DemoResult:
    """Make Crossroads, train a preset on it, compare, answer, and write a report, all in `output`.

    Args:
        output: Folder for everything; what an earlier demo made there is reused.
        preset: What is trained: `plus`, `paper`, `official`, or a YAML file.
        sizes: Training and test videos; the default size when None.
        seed: Of the videos, the questions and the training.
        sets: Changes to the preset, as for `temadapter train --set`.
        device: "auto", "cpu" or "cuda".
        workers: Processes and threads; one per core when None.
        overwrite: Train again where an earlier demo trained; videos and features are kept.

    Raises:
        TemAdapterError: Anything a user can mend.
    """
    from temadapter.backbones.registry import load_backbone
    from temadapter.runs.environment import peak_memory

    phases = Phases(5)
    config = load_config(
        preset,
        [
            *(SMALL_DATA if preset in ("paper", "official") else ()),
            f"data.dataset={output / 'crossroads'}",
            f"features.store={output / 'features'}",
            f"training.seed={seed}",
            f"training.device={device}",
            *sets,
        ],
    )
    trained = output / "runs" / config.preset
    with phases.phase("Crossroads: simulating and drawing the videos"):
        _generate(output / "crossroads", sizes, seed, workers)
    with phases.phase("Features: looking at every video once"):
        backbone = load_backbone(config.features.backbone, device=device)
        _extract(config, backbone, workers)
    with phases.phase("Zero-shot and CLIP + template: nothing to train"):
        for method in BASELINES:
            own = output / "runs" / method
            finished_run(with_method(config, method), own, backbone, overwrite=overwrite, workers=workers)
    with phases.phase(f"{_title(config)}: training"):
        finished_run(config, trained, backbone, overwrite=overwrite, workers=workers)
    with phases.phase("Report: answers and pictures"):
        table, examples = _report(output, config, trained)
    peak = peak_memory().get("main_bytes", 0)
    timing = {"seconds": phases.seconds, "peak_memory_bytes": peak}
    write_text_atomic(output / "report" / "timing.json", json.dumps(timing, indent=2) + "\n")
    return DemoResult(table, examples, phases.seconds, peak, output / "report")


def _title(config: Config) -> str:
    """Return what the table calls the trained run."""
    name = display_name(config)
    return name if name == config.preset else f"{name} (preset {config.preset})"


def _generate(folder: Path, sizes: Sequence[int] | None, seed: int, workers: int | None) -> None:
    from temadapter.crossroads.generate import DEFAULT_SIZES, generate

    made = generate(folder, sizes=sizes or DEFAULT_SIZES, seed=seed, workers=workers)
    videos, questions = sum(made.videos.values()), sum(made.questions.values())
    tell(f"{videos:,} videos, {questions:,} questions in {folder}")


def _extract(config: Config, backbone: Backbone, workers: int | None) -> None:
    from temadapter.data.load import load_dataset
    from temadapter.features.encode_videos import extract
    from temadapter.runs.prepare import open_store
    from temadapter.video.sampling import get_sampler

    dataset = load_dataset(config.data.dataset)
    videos = [(video, dataset.video_path(video)) for video in dataset.videos()]
    extract(
        videos, open_store(config, backbone), backbone, get_sampler(config.features.sampler), workers=workers
    )


def _report(output: Path, config: Config, trained: Path) -> tuple[AccuracyTable, tuple[Example, ...]]:
    from temadapter.data.load import load_dataset
    from temadapter.evaluation.accuracy_table import accuracy_table
    from temadapter.evaluation.prediction import read_predictions
    from temadapter.runs.folder import RunFolder

    dataset = load_dataset(config.data.dataset).split("test")
    folders = {title: output / "runs" / method for method, title in BASELINES.items()}
    folders[_title(config)] = trained
    predictions: dict[str, list[Prediction]] = {
        title: read_predictions(RunFolder(folder).predictions) for title, folder in folders.items()
    }
    table = accuracy_table(predictions, dataset.questions)
    examples = write_report(output / "report", dataset, table, RunFolder(trained))
    return table, examples

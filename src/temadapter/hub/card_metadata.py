"""The head of a model card, which the hub reads: licence, tags, backbone, dataset, accuracy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from temadapter.config.display_name import display_name
from temadapter.config.run_config import Config
from temadapter.runs.folder import BackboneRecord

if TYPE_CHECKING:
    from huggingface_hub import EvalResult

TASK = "video-text-to-text"
"""The hub's name for what takes a video and a text and gives a text; it has none for questions about videos."""

TAGS = ("video-question-answering", "visual-question-answering", "multiple-choice", "clip", "adapter")
_HUB = "hf:"
_ID = re.compile(r"[\w.-]+(?:/[\w.-]+)?")


def metadata(
    config: Config, backbone: BackboneRecord, results: Mapping[str, Any], *, license_: str | None = None
) -> str:
    """Return the card's YAML, between its two lines of dashes.

    Args:
        config: The run's configuration.
        backbone: What it was trained on.
        results: The contents of `results.json`.
        license_: Licence of the weights, as the hub abbreviates it.
    """
    from huggingface_hub import ModelCardData

    dataset = dataset_name(config, results)
    accuracy = [*_accuracy(dataset, results.get("train", {}).get("test"))]
    based = backbone.name.removeprefix(_HUB) if backbone.name.startswith(_HUB) else None
    relation = "finetune" if config.method.endswith("fine-tuning") else "adapter"
    data = ModelCardData(
        language="en",
        license=license_,
        library_name="temadapter",
        pipeline_tag=TASK,
        tags=[*TAGS, config.method],
        base_model=based,
        base_model_relation=None if based is None else relation,
        datasets=[dataset] if _ID.fullmatch(dataset) else None,
        metrics=["accuracy"] if accuracy else None,
        model_name=f"{display_name(config)} on {backbone.name}" if accuracy else None,
        eval_results=accuracy or None,
    )
    return f"---\n{data.to_yaml()}\n---"


def dataset_name(config: Config, results: Mapping[str, Any]) -> str:
    """Return the dataset's name, "" where it has none."""
    named = results.get("train", {}).get("dataset") or config.data.dataset
    return str(named).replace("\\", "/").rstrip("/").rpartition("/")[2]


def _accuracy(dataset: str, test: Mapping[str, Any] | None) -> Iterator[EvalResult]:
    """Yield the accuracy on all test questions, then on those of each type."""
    if not test:
        return
    from huggingface_hub import EvalResult

    from temadapter.evaluation.accuracy_table import type_name

    row = test["rows"][0]
    for name, estimate in (("", row["overall"]), *row["types"].items()):
        low, high = 100 * estimate["low"], 100 * estimate["high"]
        what = "Accuracy" if not name else f"Accuracy, {type_name(name)}"
        yield EvalResult(
            task_type=TASK,
            task_name="Multiple-choice video question answering",
            dataset_type=dataset or "unnamed",
            dataset_name=dataset or "unnamed",
            dataset_split="test",
            metric_type="accuracy",
            metric_name=f"{what} in percent (95 % interval {low:.1f} to {high:.1f})",
            metric_value=round(100 * estimate["value"], 2),
        )

"""The model card of a run: what it is, how well it answers, and which of the authors' quirks it carries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from temadapter.methods.registry import get_method
from temadapter.training.config import Config
from temadapter.training.quirks import QUIRKS, quirks_of
from temadapter.training.run_folder import BackboneRecord

NETWORKS = ("tem-adapter",)
"""The methods that the eleven differences are about."""


def model_card(
    config: Config,
    backbone: BackboneRecord,
    results: Mapping[str, Any],
    *,
    table: str | None = None,
    note: str = "",
) -> str:
    """Return the text of a run's `README.md`.

    Args:
        config: The run's configuration.
        backbone: What it was trained on.
        results: The contents of `results.json`.
        table: Test accuracy as Markdown; None where nothing was tested.
        note: One sentence to put under the title (where a converted run comes from, what its backbone knows).
    """
    parts = [f"# {config.method} on {backbone.name}", note, _what(config, backbone, results)]
    parts += ["## Test accuracy", table or "This run has not been evaluated: there were no test questions."]
    if config.method in NETWORKS:
        parts += ["## Differences from the method", _quirks(config)]
    parts += ["## Use", _use(), "## Files", _files(config)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _what(config: Config, backbone: BackboneRecord, results: Mapping[str, Any]) -> str:
    train = results.get("train", {})
    texts = "event descriptions" if config.data.descriptions == "rules" else "the options as they are"
    rows = [
        ("preset", config.preset),
        ("dataset", train.get("dataset", config.data.dataset) or "not named"),
        (
            "backbone",
            f"{backbone.name} ({_state(config)}; fingerprint {backbone.fingerprint or 'not known'})",
        ),
        (
            "frames",
            f"{config.features.sampler}, {config.features.preprocessing or 'preprocessed by the backbone'}",
        ),
        ("text", texts),
        ("options", ", ".join(f"{name} {value}" for name, value in config.method_options.items()) or None),
        ("control", None if config.features.control == "none" else config.features.control),
        ("questions", _counts(train.get("questions"))),
        ("trained parameters", _number(train.get("trainable_parameters"))),
        ("kept weights", train.get("chosen")),
        ("seed", config.training.seed),
        ("training time", None if "seconds" not in train else f"{train['seconds']:.0f} s"),
    ]
    lines = [f"| {name} | {value} |" for name, value in rows if value is not None]
    return "\n".join(["| | |", "| --- | --- |", *lines])


def _state(config: Config) -> str:
    """Return whether the backbone stayed as it was."""
    return "its towers were changed" if get_method(config.method).needs == "frames" else "frozen"


def _counts(questions: Mapping[str, int] | None) -> str | None:
    if not questions:
        return None
    return ", ".join(f"{count:,} {name}" for name, count in questions.items())


def _number(value: int | None) -> str | None:
    return None if value is None else f"{value:,}"


def _quirks(config: Config) -> str:
    carried = quirks_of(config)
    if not carried:
        return (
            f"None: this run carries none of the {len(QUIRKS)} ways in which the authors' released code "
            "departs from the method as it is described."
        )
    head = (
        f"This run carries {len(carried)} of the {len(QUIRKS)} ways in which the authors' released code "
        "departs from the method as it is described (METHOD.md section 5; the numbers are its rows):"
    )
    lines = [f"- **{q.row}** `{q.setting}: {q.official}`. {q.consequence}" for q in carried]
    return "\n".join([head, "", *lines])


def _use() -> str:
    return """```python
from temadapter import VideoQA

qa = VideoQA.load("path/to/this/folder")
print(qa.ask("video.mp4", "What happens?", ["a car stops", "a car turns"]))
```"""


def _files(config: Config) -> str:
    frozen = _state(config) == "frozen"
    apart = "the backbone's are not among them" if frozen else "the backbone's others are not among them"
    return f"""- `config.yaml`: every setting, resolved
- `metrics.jsonl`: losses and validation accuracy of every epoch
- `results.json`: what was run, what came of it, versions and machine
- `predictions.jsonl`: every test question with probabilities and the chosen option
- `model.safetensors`: the trained weights that answering needs ({apart})
- `checkpoint/`: what `--resume` needs; it may be deleted once the run is finished"""

"""The model card of a run: what it is, how well it answers, what it cannot do, and how to make it again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from temadapter.backbones.registry import package_of
from temadapter.config.display_name import display_name
from temadapter.config.run_config import Config, load_config
from temadapter.descriptions.describers import RAW, in_words
from temadapter.evaluation.accuracy_table import TYPE_NAMES, AccuracyTable, Row, type_of_key
from temadapter.evaluation.statistics import Estimate
from temadapter.hub.card_limits import limits
from temadapter.hub.card_metadata import dataset_name, metadata
from temadapter.methods.registry import get_method
from temadapter.official.differences import DIFFERENCES, differences_of
from temadapter.runs.folder import BackboneRecord
from temadapter.runs.rerun_command import changed_settings, rerun_command

NETWORKS = ("tem-adapter",)
"""The methods that the eleven differences are about."""


def model_card(
    config: Config,
    backbone: BackboneRecord,
    results: Mapping[str, Any],
    *,
    note: str = "",
    name: str | None = None,
    license_: str | None = None,
    files: Collection[str] | None = None,
) -> str:
    """Return the text of a run's `README.md`, with the head that the hub reads.

    Args:
        config: The run's configuration.
        backbone: What it was trained on.
        results: The contents of `results.json`; `train.controls` there may hold blocks like `train.test`, by the
            name of a control.
        note: One sentence to put under the title (where a converted run comes from, what its backbone knows).
        name: What `VideoQA.load` is given to load it; None while it is in a folder only.
        license_: Licence of the weights, as the hub abbreviates it; None = none was chosen.
        files: What lies beside the card; None = everything that a run on this machine may have.
    """
    train = results.get("train", {})
    sections = {
        "": _what(config, backbone, results),
        "Test accuracy": _accuracy(config, train),
        "Differences from the preset": _changes(config),
        "Differences from the method": _differences_from_method(config) if config.method in NETWORKS else "",
        "Limits": "\n".join(f"- {sentence}" for sentence in limits(config, backbone, results)),
        "Use": _use(name, package_of(backbone.name)),
        "Make it again": _rerun_section(config, train, results.get("meta", {}).get("versions", {})),
        "Files": _files(config, files),
        "Licence": _licence(license_),
        "Citation": CITATION,
    }
    parts = [
        metadata(config, backbone, results, license_=license_),
        f"# {display_name(config)} on {backbone.name}",
    ]
    parts.append(note or _note(backbone, train))
    for title, text in sections.items():
        parts += [f"## {title}", text] if title and text else [text]
    return "\n\n".join(part for part in parts if part) + "\n"


def _note(backbone: BackboneRecord, train: Mapping[str, Any]) -> str:
    if files := train.get("converted_from"):
        return f"Converted from the authors' {' and '.join(files)}; not trained here."
    from temadapter.backbones.registry import MINI_NOTE

    return MINI_NOTE if backbone.name == "mini" else f"The image-text model is {backbone.name}."


def _what(config: Config, backbone: BackboneRecord, results: Mapping[str, Any]) -> str:
    train = results.get("train", {})
    texts, seeds = in_words(config.data.descriptions or RAW), config.training.seeds
    rows = [
        ("preset", config.preset),
        ("dataset", dataset_name(config, results) or "not named"),
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
        ("parameters kept for answering", _number(train.get("parameters_for_answering"))),
        ("kept weights", train.get("chosen")),
        ("seed", config.training.seed) if len(seeds) == 1 else ("ensemble", _members(seeds)),
        ("training time", None if "seconds" not in train else f"{train['seconds']:.0f} s"),
    ]
    cells = [
        (name, " ".join(str(value).split()).replace("|", r"\|")) for name, value in rows if value is not None
    ]
    lines = [f"| {name} | {value} |" for name, value in cells]
    return "\n".join(["| | |", "| --- | --- |", *lines])


def _members(seeds: Sequence[int]) -> str:
    return (
        f"{len(seeds)} members, seeds {', '.join(map(str, seeds[:-1]))} and {seeds[-1]}; their mean answers"
    )


def _state(config: Config) -> str:
    """Return whether the backbone stayed as it was."""
    return "its towers were changed" if get_method(config.method).needs == "frames" else "frozen"


def _counts(questions: Mapping[str, int] | None) -> str | None:
    if not questions:
        return None
    return ", ".join(f"{count:,} {name}" for name, count in questions.items())


def _number(value: int | None) -> str | None:
    return None if value is None else f"{value:,}"


def _changes(config: Config) -> str:
    """Return every setting that is not the preset's: whoever reads "preset paper" must know what is not."""
    lines = [f"- `{name}: {value}`" for name, value in changed_settings(config)]
    if config.method != load_config(config.preset).method:
        lines.insert(0, f"- `method: {config.method}`")
    if not lines:
        return f"None: every setting is that of preset `{config.preset}`."
    return "\n".join([f"{len(lines)} settings are not those of preset `{config.preset}`:", "", *lines])


def _differences_from_method(config: Config) -> str:
    carried = differences_of(config)
    if not carried:
        guided = (
            " Its guided pooling is not part of the method as published, which averages over time."
            if config.model.pooling == "guided"
            else ""
        )
        return (
            f"Of the released code: none of the {len(DIFFERENCES)} ways in which it departs from the method as it is "
            f"described.{guided}"
        )
    head = (
        f"This run carries {len(carried)} of the {len(DIFFERENCES)} ways in which the authors' released code "
        "departs from the method as it is described (docs/method.md section 7; the numbers are its rows):"
    )
    lines = [f"- **{q.row}** `{q.setting}: {q.official}`. {q.consequence}" for q in carried]
    return "\n".join([head, "", *lines])


def _accuracy(config: Config, train: Mapping[str, Any]) -> str:
    """Return the test accuracy by question type, and that under every control that is known."""
    test = train.get("test")
    if not test:
        return "This run has not been evaluated: there were no test questions."
    controls: Mapping[str, Any] = train.get("controls", {})
    rows = [_row(test, display_name(config))]
    rows += [_row(block, display_name(config, control=key)) for key, block in controls.items()]
    known = test["rows"][0]["types"]
    types = (*(key for key in TYPE_NAMES if key in known), *sorted(known.keys() - TYPE_NAMES.keys()))
    chance, counts = (
        {type_of_key(key): value for key, value in test[of].items()} for of in ("chance", "questions")
    )
    table = AccuracyTable(tuple(rows), types, chance, counts, test.get("majority", 0.0)).to_markdown().strip()
    return f"{table}\n\n{_CONTROLS}" if controls else table


def _row(block: Mapping[str, Any], name: str) -> Row:
    row = block["rows"][0]
    return Row(name, Estimate(**row["overall"]), {key: Estimate(**one) for key, one in row["types"].items()})


_CONTROLS = "Text only, one frame, shuffled frames: what the same weights answer when they are shown less."


def _use(name: str | None, package: str | None) -> str:
    needs = f"s `temadapter` and `{package}` (its backbone)" if package else " `temadapter`"
    return f"""It needs the Python package{needs}; nothing else loads it.

```python
from temadapter import VideoQA

qa = VideoQA.load("{name or "path/to/this/folder"}")
print(qa.ask("video.mp4", "What happens?", ["a car stops", "a car turns"]))
```"""


def _rerun_section(config: Config, train: Mapping[str, Any], versions: Mapping[str, str]) -> str:
    made = ", ".join(f"{name} {version}" for name, version in versions.items())
    return "\n\n".join(
        [f"```\n{rerun_command(config, train)}\n```", *([f"It was made with {made}."] if made else [])]
    )


def _files(config: Config, files: Collection[str] | None) -> str:
    frozen = _state(config) == "frozen"
    apart = "the backbone's are not among them" if frozen else "the backbone's others are not among them"
    known = {
        "config.yaml": "every setting, resolved",
        "rules.yaml": "rules for event descriptions, tried first",
        "metrics.jsonl": "losses and validation accuracy of every epoch",
        "results.json": "what was run, what came of it, versions and machine",
        "predictions.jsonl": "every test question with probabilities and the chosen option",
        "model.safetensors": f"the trained weights that answering needs ({apart})",
        "checkpoint/": "what `--resume` needs; it may be deleted once the run is finished",
        "members/": "the same of each member, and its `metrics.jsonl`",
    }
    absent = {"checkpoint/"} if config.training.ensemble > 1 else {"members/"}
    rules = (config.data.descriptions or "").startswith("rules:")
    there = files if files is not None else known.keys() - absent - (set() if rules else {"rules.yaml"})
    return "\n".join(f"- `{file}`: {what}" for file, what in known.items() if file in there)


def _licence(license_: str | None) -> str:
    own = (
        f"These weights: `{license_}`."
        if license_
        else "No licence was chosen for these weights (`temadapter push --license`): ask their author before use."
    )
    return f"{own} The software that made them and loads them: MIT. Backbone and dataset have licences of their own."


CITATION = """The method is that of [Tem-Adapter](https://arxiv.org/abs/2308.08414):

```bibtex
@inproceedings{chen2023temadapter,
  title     = {Tem-adapter: Adapting Image-Text Pretraining for Video Question Answer},
  author    = {Chen, Guangyi and Liu, Xiao and Wang, Guangrun and Zhang, Kun and Torr, Philip H. S. and
               Zhang, Xiao-Ping and Tang, Yansong},
  booktitle = {Proceedings of the IEEE/CVF International Conference on Computer Vision (ICCV)},
  year      = {2023}
}
```"""

"""What a run cannot do, in sentences for its model card: only what its configuration and its results show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from temadapter.config.run_config import Config
from temadapter.evaluation.verdict import stored_verdict
from temadapter.methods.registry import get_method
from temadapter.runs.folder import BackboneRecord

FEW = 1000
"""Below so many training questions a run says how few they were."""


def limits(config: Config, backbone: BackboneRecord, results: Mapping[str, Any]) -> list[str]:
    """Return the sentences.

    Args:
        config: The run's configuration.
        backbone: What it was trained on.
        results: The contents of its `results.json`.
    """
    train = results.get("train", {})
    return [
        "It chooses among the options that it is given, and always chooses, even where none is right. Its "
        "probabilities are a softmax of scores and were not calibrated.",
        *_of_backbone(backbone),
        *_of_time(config),
        *_of_text(config),
        *_of_data(train),
        *_of_test(train.get("test")),
    ]


def _of_backbone(backbone: BackboneRecord) -> Iterator[str]:
    if backbone.name == "mini":
        yield "`mini` knows the drawn streets of Crossroads and nothing else: on real videos its answers mean nothing."
    else:
        yield (
            f"`{backbone.name}` learned from still pictures and their captions: what it cannot tell apart in a single "
            "frame, no method on top of it can, and what it learned wrong of people and places is in the answers."
        )
    if not backbone.fingerprint:
        yield "Which version of the backbone it was made with is not known, so that a changed one is not noticed."


def _of_time(config: Config) -> Iterator[str]:
    yield f"It sees the frames that `{config.features.sampler}` takes and nothing of what happens between them."
    order_blind = get_method(config.method).order_blind
    blind = order_blind or (config.method == "tem-adapter" and not config.model.use_temporal)
    mean = config.method != "tem-adapter" or config.model.pooling == "mean"
    if blind and mean:
        yield "It averages the frames, so their order changes nothing: what came first it can only guess."
    elif config.method == "tem-adapter" and mean:
        yield (
            "It averages the states of all frames in the end: a short event counts as little as its share of the "
            "frames."
        )
    if config.features.control != "none":
        yield f"It was trained and tested with less than the video (`{config.features.control}`)."


def _of_text(config: Config) -> Iterator[str]:
    if (config.data.descriptions or "").partition(":")[0] == "rules":
        yield "Questions are rewritten by rules for English; in other languages the option is only joined to them."


def _of_data(train: Mapping[str, Any]) -> Iterator[str]:
    questions = train.get("questions", {}).get("train", 0)
    videos = train.get("videos", {}).get("train", 0)
    if 0 < questions < FEW:
        yield f"It learned from few examples: {questions:,} questions about {videos:,} videos."
    if questions:
        members = len(train.get("members", ()))
        yield (
            f"It is one ensemble of {members} seeds; others give another accuracy."
            if members
            else "It is one training run with one seed; another seed gives another accuracy."
        )
    if shared := train.get("videos_in_training_and_test"):
        yield f"{shared:,} test videos were in the training set too, so its accuracy on new videos may be lower."
    if left_out := train.get("questions_left_out"):
        what = "1 question was" if left_out == 1 else f"{left_out:,} questions were"
        yield f"{what} left out because {'its video' if left_out == 1 else 'their videos'} cannot be used."


def _of_test(test: Mapping[str, Any] | None) -> Iterator[str]:
    if not test:
        yield "How well it answers has not been measured here."
        return
    from temadapter.evaluation.accuracy_table import markdown_cell, result_key, type_name

    weak = [
        name
        for name, estimate in test["rows"][0]["types"].items()
        if estimate["low"] <= test["chance"].get(result_key(name), 0)
    ]
    if told := stored_verdict(test):
        yield f"**Its test accuracy of {told}**"
    elif weak:
        names = ", ".join(markdown_cell(type_name(name)) for name in weak)
        yield f"On these types its accuracy cannot be told from a random choice: {names}."

"""Letting a trained run answer questions: its own test questions, or others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from temadapter.backbones.resized import with_preprocessing
from temadapter.config.data_config import DataConfig
from temadapter.config.display_name import display_name
from temadapter.config.run_config import Config
from temadapter.data.dataset import Dataset
from temadapter.data.question import Question
from temadapter.data.splits import TEST
from temadapter.descriptions.describers import RAW
from temadapter.devices import choose_device
from temadapter.errors import ConfigError, unknown_name
from temadapter.evaluation.apply_control import control_names
from temadapter.evaluation.prediction import Prediction
from temadapter.evaluation.verdict import advice
from temadapter.methods.base import TrainedMethod
from temadapter.progress import say
from temadapter.runs.load import LoadedRun
from temadapter.runs.prepare import split_questions
from temadapter.runs.shared_data import SharedData
from temadapter.training.batches import move_banks
from temadapter.training.scoring import Tested, predict_bank, score_predictions

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone
    from temadapter.features.store import Failure


@dataclass(frozen=True, repr=False)
class Evaluation:
    """How a run answered questions.

    Args:
        predictions: One a question, in file order.
        questions: The questions that were answered.
        tested: Accuracy; None where no answer is known.
        failed: Videos that could not be used, and why.
        left_out: Questions left out because of them.
        config: The run's settings, as they were used here.
        run: What the run was called.
        split: Which questions were answered.
        rows: The answers with the texts of their questions, as `predict` gives them; empty where nobody asked.
    """

    predictions: list[Prediction]
    questions: tuple[Question, ...]
    tested: Tested | None
    failed: tuple[Failure, ...]
    left_out: int
    config: Config
    run: str = ""
    split: str = TEST
    rows: tuple[dict[str, Any], ...] = ()

    def __repr__(self) -> str:
        row = None if self.tested is None else self.tested.table.rows[0]
        found = "no known answers" if row is None else f"{row.name} {100 * row.overall.value:.1f} %"
        return f"Evaluation({len(self.predictions)} questions, {found}, {self.left_out} left out)"

    def to_dict(self) -> dict[str, Any]:
        """Return counts and accuracy for JSON, and the answers where none is known to be right."""
        facts: dict[str, Any] = {
            "run": self.run,
            "split": self.split,
            "control": self.config.features.control,
            "questions": len(self.predictions),
            "left_out": self.left_out,
            "test": None if self.tested is None else self.tested.to_json(),
        }
        return facts if self.tested is not None else facts | {"answers": list(self.rows)}

    @property
    def verdict(self) -> str:
        """That the accuracy is no better than chance, and what to try (not under a control); "" where it is better."""
        if self.tested is None:
            return ""
        told = self.tested.table.verdict(self.tested.table.rows[0])
        shown = told and self.config.features.control == "none"
        return f"{told} {advice(self.config.features.backbone)}" if shown else told


def evaluate_run(
    run: LoadedRun,
    *,
    data: DataConfig | None = None,
    split: str = TEST,
    control: str | None = None,
    control_seed: int = 0,
    store: str | None = None,
    batch_size: int | None = None,
    device: str = "auto",
    backbone: Backbone | None = None,
    workers: int | None = None,
    shared: SharedData | None = None,
) -> Evaluation:
    """Let a run answer questions, by default the test questions that it was made for.

    Args:
        run: Of `load_run`.
        data: Other questions. Where their files name no splits, all of them are answered. Its
            `descriptions` are the run's where they are None, and `raw` where the options are sentences already.
        split: `train`, `validation` (the questions that the run held out) or `test`.
        control: Show less than the video: `text_only`, `one_frame`, `shuffled_frames`; None for what the
            run was trained with.
        control_seed: Of the shuffling.
        store: Folder of the feature store; the run's by default.
        batch_size: Questions in a batch; the run's by default, which matters to preset `official`.
        device: Where the method computes.
        backbone: The run's backbone, where it is loaded already.
        workers: Threads that decode videos; one per core when None.
        shared: What earlier runs in this process read.

    Raises:
        ConfigError: There is no such split or control.
        BackboneError: The run's backbone cannot be loaded, or is another one.
    """
    config = _changed(run.config, data, control, store)
    shared = shared or SharedData(reuse=False)
    dataset = shared.dataset(config.data)
    if (
        data is not None
        and data.descriptions is None
        and dataset.sentences
        and config.data.descriptions != RAW
    ):
        say(f"The options of {dataset.name} are sentences already, so the text tower reads them as they are.")
        config = replace(config, data=replace(config.data, descriptions=RAW))
    if config.data.descriptions == run.config.data.descriptions:
        run.load_describer()  # rules or a model that changed since the training: no answer
    questions = _questions(dataset, config, split, own=data is None)
    if backbone is None:
        place = choose_device(device).type
        backbone = shared.backbone(config.method, run.backbone.name, device=place)
    run.check(backbone)
    backbone = with_preprocessing(backbone, config.features.preprocessing)
    shuffled = replace(config, training=replace(config.training, seed=control_seed))
    prepared = shared.prepare(dataset, {split: questions}, shuffled, backbone, workers=workers)
    on = choose_device(device)
    if isinstance(run.method, TrainedMethod):
        run.method.module.to(on)
    bank = move_banks(prepared.banks, on)[split]
    size, empty = batch_size or config.training.batch_size, config.model.empty_options
    predictions = predict_bank(run.method, bank, size, empty_options=empty)
    tested = None
    if len(bank.answered()):
        name = display_name(config)
        tested = score_predictions(run.method, bank, predictions, name=name, size=size, empty_options=empty)
    return Evaluation(predictions, bank.questions, tested, prepared.failed, prepared.left_out, config)


def _changed(config: Config, data: DataConfig | None, control: str | None, store: str | None) -> Config:
    if control is not None and control not in control_names():
        raise unknown_name("control", control, control_names())
    own = config.data if data is None else data
    features = replace(
        config.features,
        control=config.features.control if control is None else control,  # type: ignore[arg-type]
        store=store or config.features.store,
    )
    described = replace(own, descriptions=own.descriptions or config.data.descriptions)
    return replace(config, data=described, features=features)


def _questions(dataset: Dataset, config: Config, split: str, *, own: bool) -> tuple[Question, ...]:
    if not own and not dataset.split_names:
        return dataset.limit(config.data.limit).questions
    splits = split_questions(dataset, config)
    if not splits.get(split):
        there = ", ".join(name for name, part in splits.items() if part) or "none"
        raise ConfigError(f"{dataset.name} has no questions in split {split!r}; it has: {there}.")
    return splits[split]

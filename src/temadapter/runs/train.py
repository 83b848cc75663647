"""A whole run: data, features, training, one reading of the test questions, a folder that tells of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from temadapter.backbones.registry import load_backbone
from temadapter.backbones.resized import with_preprocessing
from temadapter.config.display_name import display_name
from temadapter.config.method_options import resolved_options
from temadapter.config.run_config import Config, load_config
from temadapter.config.training_config import FRAMES_TOGETHER
from temadapter.data.load import existing
from temadapter.descriptions.describers import get_describer
from temadapter.errors import BackboneError, ConfigError, DataError, TemAdapterError
from temadapter.evaluation.accuracy_table import AccuracyTable
from temadapter.evaluation.none_fits import FEW_QUESTIONS, MOST_QUESTIONS
from temadapter.evaluation.prediction import write_predictions
from temadapter.evaluation.verdict import advice, stored_verdict
from temadapter.methods.base import Method
from temadapter.methods.registry import get_method
from temadapter.progress import hide_bars, say
from temadapter.runs.build import build_member
from temadapter.runs.folder import BackboneRecord, RunFolder
from temadapter.runs.members import Member, joined, lessons_of, members_block, train_members
from temadapter.runs.prepare import (
    TEST,
    TRAIN,
    default_descriptions,
    run_splits,
)
from temadapter.runs.results import meta_block, run_block, train_block
from temadapter.runs.settle import settled
from temadapter.runs.staleness import stale_reasons, stale_warning
from temadapter.training.batches import QuestionBank, move_banks
from temadapter.training.device import choose_device, choose_dtype
from temadapter.training.distributed import Processes, processes
from temadapter.training.place import Place, own_device
from temadapter.training.scoring import Tested, none_fits_of, predict_bank, score_predictions
from temadapter.training.seeding import seed_everything
from temadapter.training.trainer import check_tensorboard

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone
    from temadapter.data.dataset import Dataset
    from temadapter.data.question import Question
    from temadapter.features.store import Failure
    from temadapter.runs.shared_data import SharedData


@dataclass(frozen=True, repr=False)
class RunResult:
    """A finished run.

    Args:
        folder: Where everything is.
        config: The configuration, resolved.
        results: The contents of `results.json`.
        failed: Videos that could not be used, and why.
        table: Test accuracy; None without test questions whose answer is known, or for a run that was
            finished already.
        was_finished: Whether the run was finished before and nothing was done now.
        stale: Of a run that was finished before, in words, what has changed in its data or its backbone since.
    """

    folder: RunFolder
    config: Config
    results: Mapping[str, Any]
    failed: tuple[Failure, ...] = ()
    table: AccuracyTable | None = None
    was_finished: bool = False
    stale: tuple[str, ...] = ()

    def __repr__(self) -> str:
        row = None if self.table is None else self.table.rows[0]
        tested = "" if row is None else f", {row.name} {100 * row.overall.value:.1f} %"
        return (
            f"RunResult({str(self.folder.path)!r}{tested}{', finished before' if self.was_finished else ''})"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return folder, `results.json` and what is out of date, for JSON."""
        return {"folder": str(self.folder.path), **self.results, "stale": list(self.stale)}

    @property
    def stale_warning(self) -> str:
        """That the run is out of date and why; "" where it is not."""
        return stale_warning(self.folder.path, self.stale) if self.stale else ""

    @property
    def verdict(self) -> str:
        """That the accuracy is no better than chance, and what to try; "" where it is better, or under a control."""
        if self.config.features.control != "none":
            return ""
        told = stored_verdict(self.results.get("train", {}).get("test"))
        return f"{told} {advice(self.config.features.backbone)}" if told else ""


def train_run(
    config: Config,
    output: Path,
    *,
    resume: bool = False,
    overwrite: bool = False,
    backbone: Backbone | None = None,
    workers: int | None = None,
    shared: SharedData | None = None,
    tested: bool = True,
    place: Place | None = None,
) -> RunResult:
    """Do a run from the dataset to the run folder. A method without anything to train is only evaluated.

    Args:
        config: What to run.
        output: The run folder.
        resume: Go on with the run in `output` if there is one; a finished one is returned as it is, with what has
            changed since.
        overwrite: Replace the run in `output`.
        backbone: A loaded backbone; by default the one that `config` names is loaded.
        workers: Threads that decode videos; one per core when None.
        shared: What earlier runs in this process read; this one takes it from there, and leaves there what it reads.
        tested: Whether the test questions are answered. What only tries a setting is judged on validation questions.
        place: Which of several processes this one is; what torchrun says when None.

    Raises:
        TemAdapterError: Anything a user can mend; the message says how. `results.json` then tells of it too.
    """
    from temadapter.runs.shared_data import SharedData

    shared = shared or SharedData(reuse=False)
    place = place or Place.of_torchrun()
    if place.rank:
        hide_bars()  # of several processes the first one speaks
    device = own_device(choose_device(config.training.device), place)
    with ExitStack() as stack:
        if backbone is None:
            if config.data.dataset:
                existing(config.data.dataset)  # a slip of the pen costs no download
            backbone = shared.backbone(config.method, config.features.backbone, device=str(device))
        config, backbone = resolve(config, backbone)
        folder = RunFolder(output)
        config, dataset = _described(config, folder, shared, resume=resume)
        config = settled(config, folder, shared, resume=resume)
        together = stack.enter_context(processes(device, place))
        stack.enter_context(_held(folder, together))
        config = together.first(partial(folder.prepare, config, resume=resume, overwrite=overwrite))
        _check_same_backbone(together, backbone)
        if together.first(lambda: resume and folder.finished):
            return _finished_before(config, folder, backbone, workers, dataset, shared)
        work = _Work(config, folder, backbone, device, together, datetime.now(UTC), workers, tested)
        try:
            return _run(work, dataset, shared)
        except TemAdapterError as error:
            if together.writes:
                block = run_block(config, work.started, error=str(error))
                folder.write_results({"run": block, "train": {}, "meta": {}})
            raise


def _check_same_backbone(together: Processes, backbone: Backbone) -> None:
    """Refuse to train together with a process that has another backbone of that name."""
    own, first = backbone.fingerprint, together.first(lambda: backbone.fingerprint)
    if own != first:
        raise BackboneError(
            f"The backbone {backbone.name} is not the same in all processes that train together (fingerprints {first} "
            f"and {own}): one that is loaded or registered in a program must be one that its name loads anywhere."
        )


@contextmanager
def _held(folder: RunFolder, together: Processes) -> Iterator[None]:
    """Let the first process hold the run folder; where another command holds it, all of them are told."""
    with ExitStack() as stack:

        def hold() -> None:
            stack.enter_context(folder.held())

        together.first(hold)
        yield


@dataclass(frozen=True)
class _Work:
    """A run that is under way: what to do, where, and with whom."""

    config: Config
    folder: RunFolder
    backbone: Backbone
    device: torch.device
    together: Processes
    started: datetime
    workers: int | None
    tested: bool


def _finished_before(
    config: Config,
    folder: RunFolder,
    backbone: Backbone,
    workers: int | None,
    dataset: Dataset | None,
    shared: SharedData,
) -> RunResult:
    """Return a finished run, compared with what it would be made of now."""
    results = folder.read_results() or {}
    try:
        dataset = dataset or shared.dataset(config.data)
        changes = stale_reasons(results, config, backbone, dataset, workers=workers)
    except DataError as error:
        say(f"Cannot tell whether the data of the run in {folder.path} are still the same: {error}")
        changes = ()
    return RunResult(folder, config, results, was_finished=True, stale=changes)


def _described(
    config: Config, folder: RunFolder, shared: SharedData, *, resume: bool
) -> tuple[Config, Dataset | None]:
    """Return the configuration with `data.descriptions` set, and the dataset where that took reading it."""
    if config.data.descriptions is not None:
        get_describer(config.data.descriptions)  # if it cannot be loaded: now, not after the features
        return config, None
    if resume and folder.config.is_file():
        chosen = load_config(folder.config).data.descriptions
        if chosen is not None:
            return replace(config, data=replace(config.data, descriptions=chosen)), None
    try:
        dataset = shared.dataset(config.data)
    except TemAdapterError:  # raised again by the run, which writes it down
        return config, None
    descriptions = default_descriptions(config.method, dataset)
    if dataset.sentences and get_method(config.method).text == "event":
        say(
            f"The options of {dataset.name} are sentences already, so the text tower reads them as they are "
            "(--set data.descriptions=rules rewrites them)."
        )
    return replace(config, data=replace(config.data, descriptions=descriptions)), dataset


def resolve(config: Config, backbone: Backbone | None = None) -> tuple[Config, Backbone]:
    """Replace every "auto" and None by what it stands for here, and load the backbone.

    Only `data.descriptions` is left as it is: what None stands for there depends on the dataset.

    Args:
        config: As it was read.
        backbone: A loaded backbone, where there is one.

    Returns:
        The configuration that `config.yaml` will hold, and the backbone with the preprocessing it asks for.

    Raises:
        ConfigError: A device or TensorBoard is not there.
        BackboneError: The backbone cannot be loaded.
    """
    check_tensorboard(config.training)
    device = choose_device(config.training.device)
    device_name: Any = device.type
    loaded = load_for(config.method, config.features.backbone, device=device.type, loaded=backbone)
    prepared = with_preprocessing(loaded, config.features.preprocessing)
    mode: Any = "squash" if prepared.resize_mode == "squash" else "crop"
    resolved = replace(
        config,
        features=replace(config.features, preprocessing=config.features.preprocessing or mode),
        model=replace(config.model, embedding_dim=loaded.embedding_dim),
        training=replace(
            config.training,
            device=device_name,
            dtype=choose_dtype(config.training.dtype, device),
            questions_together=_together(config),
        ),
        method_options=resolved_options(config.method, config.method_options),
    )
    return resolved, prepared


def load_for(method: str, name: str, *, device: str, loaded: Backbone | None = None) -> Backbone:
    """Return the backbone for a method: in float32 where its towers are to be trained or run with gradients.

    Args:
        method: Name of the method.
        name: The backbone's name.
        device: Where to load it.
        loaded: The backbone, where it is loaded already. It is loaded again if the method runs its towers and its
            weights were rounded to fewer bits: whoever loads the run later must meet the same weights.
    """
    exact = get_method(method).runs_towers
    rounded = getattr(loaded, "dtype", torch.float32) != torch.float32
    if loaded is not None and not (exact and rounded):
        return loaded
    return (
        load_backbone(name, device=device, dtype="float32") if exact else load_backbone(name, device=device)
    )


def _together(config: Config) -> int:
    """Return how many questions about one video follow each other; all of them where they share its frames."""
    own = config.training.questions_together
    return FRAMES_TOGETHER if own == 1 and get_method(config.method).needs == "frames" else own


def record_of(config: Config, backbone: Backbone) -> BackboneRecord:
    """Return what a run remembers of its backbone."""
    return BackboneRecord(
        config.features.backbone, backbone.fingerprint, backbone.embedding_dim, backbone.logit_scale
    )


def _run(work: _Work, dataset: Dataset | None, shared: SharedData) -> RunResult:
    config, folder, backbone, device = work.config, work.folder, work.backbone, work.device
    dataset = dataset or shared.dataset(config.data)
    shared.warn_unfamiliar(dataset, config.features.backbone)
    splits = run_splits(dataset, config)
    if TRAIN in splits:
        _check_training(splits[TRAIN])
    prepared = shared.prepare(dataset, splits, config, backbone, workers=work.workers, together=work.together)
    record = record_of(config, backbone)
    banks = move_banks(prepared.banks, device)
    build = partial(build_member, config, record, backbone)
    lessons = None
    members: tuple[Member, ...] = ()
    if get_method(config.method).trainable:
        lessons = lessons_of(banks, config, prepared.failed, device)
        members = train_members(build, lessons, config, folder, work.together)
    if not work.together.writes:
        return RunResult(folder, config, {}, prepared.failed)
    if lessons is None:
        seed_everything(config.training.seed)
        method, trained = build(), None
    else:
        method, trained = joined(members, lessons, config, folder)
    size = folder.write_weights({} if trained is None else trained.weights, record)
    asked = banks.get(TEST) if work.tested else None
    tested = _test(method, asked, config, folder)
    block = train_block(config, method, prepared, splits, dataset, trained)
    block |= members_block(members, asked, config)
    block["processes"] = work.together.count
    block["file_bytes"] = size
    block["test"] = None if tested is None else tested.to_json()
    validation = None if lessons is None or not work.tested else lessons.validation
    most = FEW_QUESTIONS if get_method(config.method).runs_towers else MOST_QUESTIONS
    none_fits = none_fits_of(method, validation, config.training.batch_size, most=most)
    block["none_fits"] = None if none_fits is None else none_fits.to_json()
    meta = meta_block(config, record, note=backbone.note)
    results = {"run": run_block(config, work.started), "train": block, "meta": meta}
    table = None if tested is None else tested.table
    folder.write_results(results)  # last: it says that the run is finished
    return RunResult(folder, config, results, prepared.failed, table)


def _check_training(questions: Sequence[Question]) -> None:
    """Refuse, before any video is looked at, what nothing can be learned from."""
    if not questions:
        raise ConfigError("The dataset has no training questions, so there is nothing to learn from.")
    if all(question.answer is None for question in questions):
        raise ConfigError(
            f"None of the {len(questions):,} training questions has a known answer, so there is nothing to learn "
            "from: give their answers."
        )


def _test(method: Method, bank: QuestionBank | None, config: Config, folder: RunFolder) -> Tested | None:
    """Answer the test questions once; None where none of them has a known answer."""
    if bank is None:
        return None
    size, empty = config.training.batch_size, config.model.empty_options
    predictions = predict_bank(method, bank, size, empty_options=empty)
    write_predictions(folder.predictions, predictions)
    if not len(bank.answered()):
        return None
    return score_predictions(
        method, bank, predictions, name=display_name(config), size=size, empty_options=empty
    )

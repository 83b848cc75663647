"""Looking through a dataset before anything is trained on it: counts, and everything wrong with its place."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from temadapter.data.answer_balance import AnswerBalance, answer_balance
from temadapter.data.dataset import Dataset, Place, RowProblem
from temadapter.data.question import Question
from temadapter.errors import shown

Decode = Callable[[Iterable[Path]], Iterable[tuple[Path, str | None]]]
"""Tries to decode videos; yields each with the reason why it cannot be decoded, or None."""

NO_SPLIT, NO_TYPE = "(no split)", "(no type)"


@dataclass(frozen=True)
class Coverage:
    """How much of a dataset a feature store has, whoever wrote it: one process, or many with a shard each.

    Args:
        folder: Of the store.
        backbone: That made the features.
        sampler: That chose the frames.
        stored: How many of the dataset's videos (or parts of videos) are there, and as their files are now.
        failed: How many could not be used.
        wanted: How many the dataset has.
    """

    folder: Path
    backbone: str
    sampler: str
    stored: int
    failed: int
    wanted: int

    def __str__(self) -> str:
        """Return a line for people."""
        failed = f", {self.failed:,} failed" if self.failed else ""
        return (
            f"{self.folder} ({self.backbone}, {self.sampler}) has {self.stored:,} of {self.wanted:,}{failed}"
        )


@dataclass(frozen=True, repr=False)
class CheckReport:
    """What was found in a dataset.

    Args:
        name: The dataset's.
        video_dir: Where its videos were looked for.
        questions: Good questions by split and type.
        videos: Distinct videos by split.
        distinct_videos: All of them, each counted once.
        videos_found: How many of all distinct videos have a file; None where nobody looked.
        problems: What keeps a row or a video from being used; of a video, at the first row that names it.
        notices: What is used as it is but may surprise: padding, repeated options, no answer, ...
        notes: What the reader did, one sentence each.
        balance: How often answers are right without a look at the video; None where none is known.
        features: What the feature stores that were looked into have of its videos.
    """

    name: str
    video_dir: Path
    questions: Mapping[str, Mapping[str, int]]
    videos: Mapping[str, int]
    distinct_videos: int
    videos_found: int | None
    problems: tuple[RowProblem, ...]
    notices: tuple[RowProblem, ...]
    notes: tuple[str, ...]
    balance: AnswerBalance | None = None
    features: tuple[Coverage, ...] = ()

    @property
    def total(self) -> int:
        """The number of good questions."""
        return sum(sum(types.values()) for types in self.questions.values())

    @property
    def problems_by_kind(self) -> dict[str, tuple[RowProblem, ...]]:
        """The problems, the most frequent kind first."""
        return counted(self.problems)

    @property
    def notices_by_kind(self) -> dict[str, tuple[RowProblem, ...]]:
        """The notices, the most frequent kind first."""
        return counted(self.notices)

    def __repr__(self) -> str:
        counts = f"{self.total} questions, {self.distinct_videos} videos, {len(self.problems)} problems"
        return f"CheckReport({self.name!r}, {counts})"

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON: every finding by its kind, with file and line."""
        return {
            "name": self.name,
            "questions": {split: dict(types) for split, types in self.questions.items()},
            "videos": dict(self.videos),
            "all_questions": self.total,
            "all_videos": self.distinct_videos,
            "videos_found": self.videos_found,
            "video_folder": str(self.video_dir),
            "problems": _findings(self.problems_by_kind),
            "notices": _findings(self.notices_by_kind),
            "notes": list(self.notes),
            "answers": None if self.balance is None else asdict(self.balance),
            "features": [{**asdict(one), "folder": str(one.folder)} for one in self.features],
        }


def _findings(found: Mapping[str, tuple[RowProblem, ...]]) -> dict[str, Any]:
    return {
        kind: {
            "count": len(own),
            "places": [{"file": one.file, "line": one.line, "reason": one.reason} for one in own],
        }
        for kind, own in found.items()
    }


def inspect_dataset(
    dataset: Dataset, *, files: bool = True, decode: Decode | None = None, unread: Iterable[Path] = ()
) -> CheckReport:
    """Look through a dataset.

    Args:
        dataset: As it was read; its bad rows are problems.
        files: Whether to look for the video files.
        decode: Also tries to decode every video that is there; slow.
        unread: Annotation files beside it that were not read (see `readers.unread_files`): each is a notice.
    """
    problems = list(dataset.problems)
    asked = _questions_by_video(dataset)
    found: dict[str, Path] = {}
    if files:
        problems += _missing_videos(dataset, asked, found)
    if decode is not None:
        names = {path: video for video, path in found.items()}
        for path, reason in decode(names):
            if reason is not None:
                place = _place(dataset, asked[names[path]][0])
                told = reason if str(path) in reason else f"{path}: {reason}"
                problems.append(RowProblem(*place, told, "undecodable video"))
    balance = answer_balance(dataset.questions)
    return CheckReport(
        name=dataset.name,
        video_dir=dataset.video_dir,
        questions=_counts(dataset),
        videos=_video_counts(dataset),
        distinct_videos=len(asked),
        videos_found=len(found) if files else None,
        problems=tuple(problems),
        notices=(*dataset.notices, *_uneven(dataset, balance), *_notices(dataset), *map(_unread, unread)),
        notes=_notes(dataset),
        balance=balance,
    )


def counted(findings: Iterable[RowProblem]) -> dict[str, tuple[RowProblem, ...]]:
    """Group findings by their kind, the most frequent kind first."""
    groups: dict[str, list[RowProblem]] = defaultdict(list)
    for finding in findings:
        groups[finding.kind].append(finding)
    return {kind: tuple(own) for kind, own in sorted(groups.items(), key=lambda item: -len(item[1]))}


def _place(dataset: Dataset, question: Question) -> Place:
    return dataset.places.get(question.id, Place(dataset.name, 0))


def _questions_by_video(dataset: Dataset) -> dict[str, list[Question]]:
    asked: dict[str, list[Question]] = defaultdict(list)
    for question in dataset.questions:
        asked[question.video].append(question)
    return asked


def _missing_videos(
    dataset: Dataset, asked: Mapping[str, list[Question]], found: dict[str, Path]
) -> Iterator[RowProblem]:
    """Yield the videos without one file, and put those with one into `found`."""
    for video, questions in asked.items():
        files = dataset.video_files(video)
        if len(files) == 1:
            found[video] = files[0]
            continue
        place, plural = _place(dataset, questions[0]), "" if len(questions) == 1 else "s"
        reason = f"{dataset.why_missing(video)} ({len(questions)} question{plural})"
        yield RowProblem(*place, reason, "ambiguous video" if files else "missing video")


def _counts(dataset: Dataset) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for question in dataset.questions:
        counts[question.split or NO_SPLIT][question.type or NO_TYPE] += 1
    return {split: dict(sorted(types.items())) for split, types in counts.items()}


def _video_counts(dataset: Dataset) -> dict[str, int]:
    videos: dict[str, set[str]] = defaultdict(set)
    for question in dataset.questions:
        videos[question.split or NO_SPLIT].add(question.video)
    return {split: len(names) for split, names in videos.items()}


def _notes(dataset: Dataset) -> tuple[str, ...]:
    hint = "The options are sentences already: the text tower reads them as they are unless it is told otherwise."
    return (*dataset.notes, *([hint] if dataset.sentences else ()))


def _unread(file: Path) -> RowProblem:
    return RowProblem(
        str(file), 1, "nothing of it is in this dataset: name the file to look into it", "file not read"
    )


def _uneven(dataset: Dataset, balance: AnswerBalance | None) -> Iterator[RowProblem]:
    if balance is not None and balance.is_uneven:
        place = _place(dataset, dataset.questions[0])
        yield RowProblem(*place, str(balance), "answers that give themselves away")


def _notices(dataset: Dataset) -> Iterator[RowProblem]:
    splits: dict[str, str] = {}
    sources: dict[str, str] = {}
    asked: dict[tuple[object, ...], tuple[Place, int | None]] = {}
    for question in dataset.questions:
        place = _place(dataset, question)
        for kind, reason in _about(question):
            yield RowProblem(*place, reason, kind)
        split = question.split or NO_SPLIT
        if splits.setdefault(question.video, split) != split:
            reason = f"{question.video} is in {splits[question.video]} and in {split}"
            yield RowProblem(*place, reason, "video in two splits")
        if question.group is not None and sources.setdefault(question.group, split) != split:
            reason = f"{question.group} is in {sources[question.group]} and in {split}"
            yield RowProblem(*place, reason, "group in two splits")
        key = (question.entry, question.text, question.options)
        before, answer = asked.setdefault(key, (place, question.answer))
        if before != place:
            other = "" if answer == question.answer else ", with another answer"
            yield RowProblem(*place, f"the same is asked in {before}{other}", "question asked twice")


def _about(question: Question) -> Iterator[tuple[str, str]]:
    mask, real = question.option_mask, [option for option in question.options if option.strip()]
    if not all(mask):
        last = max(index for index, there in enumerate(mask) if there)
        middle = not all(mask[: last + 1])
        where = ", ".join(str(index) for index, there in enumerate(mask) if not there)
        yield ("empty option in the middle" if middle else "empty option at the end"), f"option {where}"
    repeated = next((option for option in real if real.count(option) > 1), None)
    if repeated is not None:
        right = question.answer is not None and question.options[question.answer] == repeated
        yield ("repeated option, the answer" if right else "repeated option"), shown(repeated)
    if question.answer is None:
        yield "no answer", "the correct option is not known"

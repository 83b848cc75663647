"""Questions as tensors that lie in memory: a batch is a few row look-ups; no file is read, nothing encoded.

Frame features and text features are kept once, however many questions and splits refer to them. The 10,000
videos of SUTD-TrafficQA, 128 frames each, take 1.3 GB in half precision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor

from temadapter.data.question import Question
from temadapter.evaluation.apply_control import apply_control
from temadapter.methods.base import Batch
from temadapter.methods.extra_texts import ExtraTexts, Reader
from temadapter.training.extra_text_rows import extra_texts, moved, rows_of

if TYPE_CHECKING:
    from temadapter.features.records import FeatureTable
    from temadapter.training.frame_videos import FrameVideos

UNKNOWN = -1
"""In place of the answer of a question whose answer is not known."""


@dataclass(frozen=True)
class Videos:
    """The frame features of every video.

    Args:
        frames: (V, F, D) as stored: float16, or float32 where imported; zeros where there is no frame.
        mask: (V, F), True for a real frame.
        rows: The row of each video, or part of one, by the name that questions call it (`Question.entry`).
    """

    frames: Tensor
    mask: Tensor
    rows: Mapping[str, int]

    @classmethod
    def of(cls, table: FeatureTable, names: Sequence[str]) -> Videos:
        """Return the features of some videos, by their names, in the order of a table's rows."""
        return cls(table.features, table.frame_mask, {name: row for row, name in enumerate(names)})

    def to(self, device: torch.device) -> Videos:
        """Return the same features on `device`."""
        return replace(self, frames=self.frames.to(device), mask=self.mask.to(device))

    def controlled(self, control: str, *, seed: int) -> Videos:
        """Return what a control (see `evaluation.apply_control`) leaves of the videos."""
        if control == "none":
            return self
        frames = apply_control(control, self.frames, mask=self.mask, videos=list(self.rows), seed=seed)
        return replace(self, frames=frames)

    def select(self, rows: Tensor, longest: int) -> Tensor:
        """Return the first `longest` frames of some videos, (len(rows), longest, D) float32."""
        return self.frames.index_select(0, rows)[:, :longest].float()


@dataclass(frozen=True)
class Texts:
    """The text features of every distinct option or event description.

    Args:
        features: (T, D) float32; (T, 0) for a method that runs the text tower itself.
        rows: The row of each text.
    """

    features: Tensor
    rows: Mapping[str, int]

    def to(self, device: torch.device) -> Texts:
        """Return the same features on `device`."""
        return replace(self, features=self.features.to(device))


@dataclass(frozen=True)
class QuestionBank:
    """The questions of one split, ready to be batched.

    Args:
        questions: Q questions in file order.
        videos: Frame features, or frames, shared between splits.
        texts: Text features, shared between splits.
        option_texts: For each question the N texts that stand for its options.
        video: (Q,), row of each question's video.
        text: (Q, N), row of each option's text; 0 beyond a question's own options.
        real: (Q, N), True for a real option.
        given: (Q, N), True for a real or an empty option, False beyond the question's own.
        answer: (Q,), index of the correct option or `UNKNOWN`.
        extra: What the method's reader asked for; its features are those of `texts`.
    """

    questions: tuple[Question, ...]
    videos: Videos | FrameVideos
    texts: Texts
    option_texts: tuple[tuple[str, ...], ...]
    video: Tensor
    text: Tensor
    real: Tensor
    given: Tensor
    answer: Tensor
    extra: ExtraTexts | None = None

    @classmethod
    def build(
        cls,
        questions: Sequence[Question],
        option_texts: Sequence[Sequence[str]],
        videos: Videos | FrameVideos,
        texts: Texts,
        *,
        reader: Reader | None = None,
    ) -> QuestionBank:
        """Look up the rows of every question.

        Args:
            questions: Q questions; each one's video is in `videos`.
            option_texts: For each question the N texts that were encoded for its options.
            videos: Frame features, or frames.
            texts: Text features.
            reader: Says what is read besides the options' texts; all of that is in `texts`.
        """
        count, widest = len(questions), max((len(q.options) for q in questions), default=2)
        text = torch.zeros(count, widest, dtype=torch.long)
        real = torch.zeros(count, widest, dtype=torch.bool)
        given = torch.zeros(count, widest, dtype=torch.bool)
        for row, (question, own) in enumerate(zip(questions, option_texts, strict=True)):
            size = len(question.options)
            text[row, :size] = torch.tensor([texts.rows[each] for each in own])
            real[row, :size] = torch.tensor(question.option_mask)
            given[row, :size] = True
        video = torch.tensor([videos.rows[question.entry] for question in questions], dtype=torch.long)
        answer = torch.tensor(
            [UNKNOWN if q.answer is None else q.answer for q in questions], dtype=torch.long
        )
        read = tuple(tuple(own) for own in option_texts)
        extra = None if reader is None else extra_texts(read, texts.features, texts.rows, reader)
        return cls(tuple(questions), videos, texts, read, video, text, real, given, answer, extra)

    def __len__(self) -> int:
        return len(self.questions)

    def answered(self) -> QuestionBank:
        """Return the questions whose answer is known: the ones that can be learned from."""
        keep = self.answer != UNKNOWN
        if bool(keep.all()):
            return self
        return self.take(keep.nonzero()[:, 0].tolist())

    def take(self, rows: Sequence[int]) -> QuestionBank:
        """Return some of the questions, in the given order; they share videos and texts with these."""
        questions = tuple(self.questions[row] for row in rows)
        read = tuple(self.option_texts[row] for row in rows)
        index = torch.tensor(rows, dtype=torch.long, device=self.answer.device)
        own = {name: getattr(self, name)[index] for name in ("video", "text", "real", "given", "answer")}
        extra = None if self.extra is None else rows_of(self.extra, index)
        return replace(self, questions=questions, option_texts=read, extra=extra, **own)

    def shown_videos(self) -> tuple[Tensor, Tensor]:
        """Return the frame features (V, F, D) of the distinct videos that are asked about, and their mask (V, F)."""
        distinct = torch.unique(self.video)
        mask = self.videos.mask[distinct]
        longest = int(mask.sum(1).max())
        return self.videos.select(distinct, longest), mask[:, :longest]

    def batch(self, rows: Tensor, *, empty_options: Literal["masked", "compete"] = "masked") -> Batch:
        """Return the questions of some rows as a batch, features in float32.

        Args:
            rows: (B,), which questions.
            empty_options: Whether the option mask hides empty options or only what lies beyond a question's
                own.
        """
        ids = tuple(self.questions[row].id for row in rows.tolist())
        texts = tuple(self.option_texts[row] for row in rows.tolist())
        rows = rows.to(self.video.device)
        width = int(self.given[rows].sum(1).max())
        text = self.text[rows, :width]
        shown = self.real if empty_options == "masked" else self.given
        answers = self.answer[rows]
        distinct, video = torch.unique(self.video[rows], return_inverse=True)  # (V,), (B,)
        shared = len(distinct) < len(rows)  # questions about one video share its frames
        distinct = distinct if shared else self.video[rows]
        mask = self.videos.mask[distinct]
        longest = int(mask.sum(1).max())
        mask = mask[:, :longest]
        return Batch(
            frames=self.videos.select(distinct, longest),
            frame_mask=None if bool(mask.all()) else mask,
            options=self.texts.features[text],
            option_mask=shown[rows, :width],
            answers=None if bool((answers == UNKNOWN).any()) else answers,
            ids=ids,
            videos=video if shared else None,
            texts=texts,
            extra=None if self.extra is None else rows_of(self.extra, rows, width),
        )

    def batches(
        self,
        size: int,
        *,
        order: Tensor | None = None,
        empty_options: Literal["masked", "compete"] = "masked",
    ) -> Iterator[Batch]:
        """Yield batches of `size` questions, the last one smaller.

        Args:
            size: B.
            order: (Q,), in which order; file order when None.
            empty_options: As for `batch`.
        """
        rows = torch.arange(len(self)) if order is None else order
        for start in range(0, len(rows), size):
            yield self.batch(rows[start : start + size], empty_options=empty_options)


def move_banks(banks: Mapping[str, QuestionBank], device: torch.device) -> dict[str, QuestionBank]:
    """Return the banks with every tensor on `device`; what they shared, they share there too."""
    videos = {id(bank.videos): bank.videos.to(device) for bank in banks.values()}
    texts = {id(bank.texts): bank.texts.to(device) for bank in banks.values()}
    own = ("video", "text", "real", "given", "answer")
    return {
        name: replace(
            bank,
            videos=videos[id(bank.videos)],
            texts=texts[id(bank.texts)],
            extra=moved(bank.extra, texts[id(bank.texts)].features, device),
            **{key: getattr(bank, key).to(device) for key in own},
        )
        for name, bank in banks.items()
    }

"""A torch `Dataset` of questions over stored features, for training loops of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypedDict

import torch
from torch import Tensor
from torch.utils.data import Dataset

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone
    from temadapter.data.question import Question
    from temadapter.features.store import FeatureStore
    from temadapter.methods.base import Batch

UNKNOWN = -1
"""In place of the answer of a question whose answer is not known."""


class Example(TypedDict):
    """One question as tensors.

    `frames` is (F, D) float32, `options` (N, D) float32, `option_mask` (N,) True for an option that may be chosen,
    `answer` the correct option's index or -1, `id` the question's.
    """

    frames: Tensor
    options: Tensor
    option_mask: Tensor
    answer: int
    id: str


class FeatureDataset(Dataset[Example]):
    """Questions with the stored features of their videos and the text features of their event descriptions.

    Every distinct sentence is encoded once, when the dataset is made. Features are read when they are asked for, so
    memory does not grow with the number of videos; it works in the processes of a `DataLoader`.

    Args:
        questions: What `load_dataset(...).questions` holds, or some of it.
        store: Their videos' features (`temadapter.extract` fills it).
        backbone: Encodes the event descriptions; the one that made the features.
        descriptions: As for `temadapter.describe`.

    Raises:
        DataError: A video is not in the store, or the store is another backbone's.

    Example:
        >>> from temadapter import FeatureStore, extract, load_backbone, load_dataset
        >>> report = extract("crossroads", sampler="uniform(16)", store="features")
        >>> backbone = load_backbone("mini")
        >>> store = FeatureStore("features", backbone=backbone, sampler="uniform(16)")
        >>> data = FeatureDataset(load_dataset("crossroads").questions, store, backbone)
        >>> data[0]["frames"].shape
        torch.Size([16, 256])
        >>> batch = next(iter(torch.utils.data.DataLoader(data, batch_size=8, collate_fn=collate)))
        >>> batch.frames.shape, batch.options.shape
        (torch.Size([8, 16, 256]), torch.Size([8, 4, 256]))
    """

    def __init__(
        self,
        questions: Sequence[Question],
        store: FeatureStore,
        backbone: Backbone,
        *,
        descriptions: str = "rules",
    ) -> None:
        from temadapter.descriptions.describers import get_describer
        from temadapter.errors import DataError
        from temadapter.features.text_cache import TextFeatures

        if store.key.fingerprint != backbone.fingerprint:
            raise DataError(
                f"The feature store {store.folder} was made by {store.key.name} ({store.key.fingerprint}), "
                f"not by {backbone.name} ({backbone.fingerprint})."
            )
        missing = [question.entry for question in questions if not store.has(question.entry)]
        if missing:
            raise DataError(
                f"{len(missing)} of {len(questions)} questions are about videos that the store {store.folder} does "
                f"not have, the first about {missing[0]!r}: fill it with temadapter.extract."
            )
        self.questions, self.store = tuple(questions), store
        describer = get_describer(descriptions)
        self._texts = [
            tuple(
                text or option for text, option in zip(describer(q.text, q.options), q.options, strict=True)
            )
            for q in self.questions
        ]
        distinct = list(dict.fromkeys(text for own in self._texts for text in own))
        self._rows = {text: row for row, text in enumerate(distinct)}
        self._features = TextFeatures(backbone).get(distinct)  # (T, D)

    def __len__(self) -> int:
        return len(self.questions)

    def __getitem__(self, index: int) -> Example:
        question = self.questions[index]
        return {
            "frames": self.store.read(question.entry).features,
            "options": self._features[[self._rows[text] for text in self._texts[index]]],
            "option_mask": torch.tensor(question.option_mask),
            "answer": UNKNOWN if question.answer is None else question.answer,
            "id": question.id,
        }


def collate(examples: Sequence[Example]) -> Batch:
    """Pad examples to the longest video and the most options, for `DataLoader(collate_fn=...)`.

    Returns:
        A `Batch`: frames (B, F, D) with their mask (B, F), options (B, N, D) with theirs (B, N), and answers (B,), None
        where one of them is not known. It is what every method's `score` and `loss` take.

    Example:
        >>> def example(frames: int, options: int) -> Example:
        ...     mask = torch.ones(options, dtype=torch.bool)
        ...     return Example(
        ...         frames=torch.rand(frames, 8), options=torch.rand(options, 8), option_mask=mask, answer=0, id="1"
        ...     )
        >>> batch = collate([example(frames=3, options=4), example(frames=5, options=2)])
        >>> batch.frames.shape, batch.options.shape, batch.frame_mask.sum(1).tolist()
        (torch.Size([2, 5, 8]), torch.Size([2, 4, 8]), [3, 5])
    """
    from torch.nn.utils.rnn import pad_sequence

    from temadapter.methods.base import Batch

    frames = [example["frames"] for example in examples]
    answers = torch.tensor([example["answer"] for example in examples])
    return Batch(
        frames=pad_sequence(frames, batch_first=True),
        options=pad_sequence([example["options"] for example in examples], batch_first=True),
        option_mask=pad_sequence([example["option_mask"] for example in examples], batch_first=True),
        frame_mask=pad_sequence([torch.ones(len(own), dtype=torch.bool) for own in frames], batch_first=True),
        answers=None if (answers == UNKNOWN).any() else answers,
        ids=tuple(example["id"] for example in examples),
    )

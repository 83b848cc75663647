"""Training questions for MSR-VTT multiple choice, made of the captions (docs/benchmarks.md)."""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from temadapter.data.question import Question, RowError
from temadapter.data.readers.base import Collector, Rows
from temadapter.data.readers.cells import label_of, text_of, with_ending
from temadapter.data.split_names import split_name
from temadapter.errors import DataError, shown

QUESTION = "Which caption describes the video?"
OPTIONS = 5


class Caption(NamedTuple):
    """One sentence about one clip."""

    id: str
    clip: str
    text: str


def add_training_questions(file: Path, collector: Collector, *, seed: int, most: int | None) -> str:
    """Turn the captions of the training and validation clips into questions with options of other clips.

    Which options a question gets depends on the file and the seed only, not on `most`. Wrong options come
    from clips of the same split.

    Args:
        file: MSR-VTT's captions: JSON with `videos` and `sentences`. A sentence's number stands for its line.
        collector: Holds the test questions, whose clips stay out, and gets the new ones.
        seed: Of the wrong options and of the answer's place.
        most: At most so many captions of a clip; all when None.

    Returns:
        A sentence on what was made.

    Raises:
        DataError: The file is not of that format, or no caption can become a question.
    """
    table = _load(file)
    named = _splits(file, table["videos"])
    tested = {Path(question.video).stem for question in collector.questions}
    unseen = {
        clip: split for clip, split in named.items() if split != "test" and Path(clip).stem not in tested
    }
    rows = list(_captions(table["sentences"], named, unseen))
    pools = {split: _Pool() for split in unseen.values()}
    for _, caption in rows:
        if isinstance(caption, Caption):
            pools[unseen[caption.clip]].add(caption)
    used: Counter[str] = Counter()

    def make(_line: int, caption: Caption) -> Question:
        split = unseen[caption.clip]
        options, answer = pools[split].options(caption, seed)
        return Question(
            id=f"caption-{caption.id}",
            video=with_ending(caption.clip, ".mp4"),
            text=QUESTION,
            options=options,
            answer=answer,
            split=split,
        )

    def wanted(row: Caption | DataError) -> bool:
        if isinstance(row, DataError):
            return True
        used[row.clip] += 1
        return most is None or used[row.clip] <= most

    before = len(collector.questions)
    collector.add(file, ((line, row) for line, row in rows if wanted(row)), make)
    made = len(collector.questions) - before
    left = sum(split != "test" and Path(clip).stem in tested for clip, split in named.items())
    were = "was left out, because it is" if left == 1 else "were left out, because they are"
    more = f"; {left} of its clips {were} in the test" if left else ""
    return f"{made:,} questions were made of {file.name}, wrong options drawn with seed {seed}{more}."


def _load(file: Path) -> dict[str, list[Any]]:
    try:
        table = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{file} cannot be read: {error}.") from error
    names = ("videos", "sentences")
    if not isinstance(table, dict) or not all(isinstance(table.get(name), list) for name in names):
        raise DataError(
            f"{file} is not a file of MSR-VTT captions: it has no lists `videos` and `sentences`."
        )
    return table


def _splits(file: Path, videos: Sequence[Any]) -> dict[str, str]:
    """Return the split of every clip; "train" where the file tells none."""
    named: dict[str, str | None] = {}
    for video in videos:
        if isinstance(video, dict) and (clip := text_of(video, "video_id").strip()):
            try:
                told = label_of(video, "split")
                named[clip] = None if told is None else split_name(told)
            except RowError as error:  # a clip of the test must not be trained on
                raise DataError(f"{file}: the clip {shown(clip)}: {error}.") from None
    if any(named.values()) and (untold := next((clip for clip, split in named.items() if not split), None)):
        raise DataError(
            f"{file}: the clip {shown(untold)} has no split, but others have one: it could be one of the test, "
            "so write its split too, or none at all."
        )
    return {clip: split or "train" for clip, split in named.items()}


def _captions(sentences: Sequence[Any], named: Mapping[str, str], unseen: Mapping[str, str]) -> Rows[Caption]:
    for number, sentence in enumerate(sentences, start=1):
        try:
            caption = _caption(sentence)
        except DataError as error:
            yield number, error
            continue
        if caption.clip in unseen:
            yield number, caption
        elif caption.clip not in named:
            yield number, RowError(f"the clip {shown(caption.clip)} is not among the file's videos")


def _caption(sentence: object) -> Caption:
    if not isinstance(sentence, dict):
        raise RowError(f"the sentence is {shown(sentence)}, not an object")
    number, clip, text = (text_of(sentence, name) for name in ("sen_id", "video_id", "caption"))
    caption = Caption(number.strip(), clip.strip(), text)
    if not caption.id or not caption.clip:
        raise RowError("the sentence has no sen_id or no video_id")
    if not caption.text.strip():
        raise RowError("the caption is empty", kind="options")
    return caption


class _Pool:
    """The captions of one split, to draw wrong options from."""

    def __init__(self) -> None:
        self._captions: list[Caption] = []
        self._said: dict[str, set[str]] = defaultdict(set)

    def add(self, caption: Caption) -> None:
        self._captions.append(caption)
        self._said[caption.clip].add(_plain(caption.text))

    def options(self, caption: Caption, seed: int) -> tuple[tuple[str, ...], int]:
        """Return five different captions, of which only the answer is said of this clip, and its index."""
        chance = random.Random(f"{seed}:{caption.id}")
        wrong: dict[str, str] = {}
        clips = {caption.clip}
        for _ in range(50 * OPTIONS):
            other = self._captions[chance.randrange(len(self._captions))]
            text = _plain(other.text)
            if other.clip not in clips and text not in wrong and text not in self._said[caption.clip]:
                wrong[text] = other.text
                clips.add(other.clip)
            if len(wrong) == OPTIONS - 1:
                break
        else:
            raise RowError("too few other clips have captions that could be wrong options", kind="options")
        answer = chance.randrange(OPTIONS)
        options = list(wrong.values())
        options.insert(answer, caption.text)
        return tuple(options), answer


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()

"""The demo's report: a page, three pictures, three questions answered in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from temadapter.files import write_text_atomic

if TYPE_CHECKING:
    from temadapter.answer import Answer
    from temadapter.data.dataset import Dataset
    from temadapter.data.question import Question
    from temadapter.evaluation.accuracy_table import AccuracyTable
    from temadapter.runs.folder import RunFolder

EXAMPLES = 3


@dataclass(frozen=True, eq=False)
class Example:
    """One question of the test split, and what the trained model answers."""

    question: Question
    answer: Answer
    correct: str

    @property
    def right(self) -> bool:
        """Whether the answer is the correct one."""
        return self.answer.answer == self.correct

    def to_text(self) -> str:
        """Return question, answer, probabilities and evidence in words."""
        chances = ", ".join(
            f"{option} {probability:.0%}"
            for option, probability in zip(self.answer.options, self.answer.probabilities, strict=True)
        )
        moments = " and ".join(f"{evidence.time:.1f} s" for evidence in self.answer.evidence[:2])
        verdict = "right" if self.right else f"wrong, it was: {self.correct}"
        seen = f"; best seen at {moments}" if moments else ""
        return f"{self.question.text}\n  {self.answer.answer} ({verdict})\n  {chances}{seen}"


def write_report(folder: Path, test: Dataset, table: AccuracyTable, run: RunFolder) -> tuple[Example, ...]:
    """Write `README.md`, `accuracy.png`, `training.png` and `video.png` into `folder`.

    Args:
        folder: The report's folder; made if missing.
        test: The test questions.
        table: Accuracy of all methods on them.
        run: The trained run.

    Returns:
        The questions that were answered; the first one is shown in `video.png`.
    """
    from temadapter.plots.results import accuracy_plot, training_curve

    folder.mkdir(parents=True, exist_ok=True)
    accuracy_plot(table, folder / "accuracy.png", title="Crossroads: test accuracy per question type")
    results = run.read_results() or {}
    name = table.rows[-1].name
    chosen = results.get("train", {}).get("chosen_epoch")
    training_curve(run.read_metrics(), folder / "training.png", chosen=chosen, title=f"Training of {name}")
    examples = answer_examples(test, run.path)
    first = examples[0]
    options = [option for option in first.question.options if option]
    first.answer.save_figure(folder / "video.png", correct=options.index(first.correct))
    write_text_atomic(folder / "README.md", _page(name, table, examples))
    return examples


def answer_examples(test: Dataset, run: Path) -> tuple[Example, ...]:
    """Ask the trained run three questions, of different types, about one test video.

    The video is the first one with the most question types; nothing looks at what the answers are.
    """
    from temadapter.qa import VideoQA

    qa = VideoQA.load(run)
    examples = []
    for question in _some_questions(test.questions):
        options = [option for option in question.options if option]
        answer = qa.ask(test.video_path(question.video), question.text, options)
        assert question.answer is not None
        examples.append(Example(question, answer, question.options[question.answer]))
    return tuple(examples)


def _some_questions(questions: Sequence[Question]) -> list[Question]:
    by_video: dict[str, dict[str, Question]] = defaultdict(dict)
    for question in questions:
        by_video[question.video].setdefault(question.type or "", question)
    video = max(by_video, key=lambda name: (len(by_video[name]), -list(by_video).index(name)))
    found = sorted(by_video[video].values(), key=lambda question: question.type != "A")
    return found[:EXAMPLES]


def _page(name: str, table: AccuracyTable, examples: Sequence[Example]) -> str:
    told = "\n\n".join(f"- {example.to_text()}".replace("\n  ", "\n  - ") for example in examples)
    return f"""# {name} on Crossroads

A simulated street crossing, an image-text model that never saw a video (`mini`), and a small network trained on top.

{table.to_markdown()}
![Accuracy per question type](accuracy.png)

## Three questions about {examples[0].question.video}

{told}

![The frames, and what each says of the options](video.png)

## Training

![Losses and validation accuracy](training.png)
"""

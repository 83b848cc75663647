from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from temadapter.data.question import Question
from temadapter.errors import ConfigError, DataError
from temadapter.evaluation.accuracy_table import accuracy_table
from temadapter.plots import contact_sheet as sheet_module
from temadapter.plots import results as results_module
from temadapter.plots import style
from temadapter.plots.results import accuracy_plot, contact_sheet, training_curve
from temadapter.plots.style import check_picture, wrap


def size(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        picture.verify()
        return picture.size


def draw(path: Path, *, frames: int = 6, options: tuple[str, ...] = ("red", "blue"), **named: Any) -> None:
    pixels = np.full((frames, 24, 32, 3), 128, dtype=np.uint8)
    table = np.full((frames, len(options)), 1 / len(options))
    question = named.pop("question", "Which colour?")
    answer, correct = named.pop("answer", 0), named.pop("correct", 1)
    contact_sheet(pixels, np.arange(frames), table, options, question, answer, correct, path, **named)


@pytest.mark.parametrize("frames", [1, 2, 9, 16, 40])
def test_contact_sheet_of_any_number_of_frames(frames: int, tmp_path: Path) -> None:
    draw(tmp_path / "sheet.png", frames=frames)
    assert size(tmp_path / "sheet.png")[0] == 1600


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """The figures as they were saved."""
    figures: list[Figure] = []
    for module in (sheet_module, results_module):
        monkeypatch.setattr(module, "save", lambda figure, path: figures.append(figure))
    return figures


def boxes(figure: Figure) -> dict[str, Any]:
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    return {text.get_text(): text.get_window_extent(renderer) for text in figure.texts if text.get_text()}


def test_long_texts_wrap_stay_on_the_page_and_overlap_nowhere(drawn: list[Figure], tmp_path: Path) -> None:
    long = "the lorry that had waited at the northern arm of the crossing for the pedestrian to pass " * 2
    options = (long, "short", "", long[20:], "a bus")
    draw(tmp_path / "a.png", options=options, question=long, answer=3, correct=0, note=long, frames=16)
    found = boxes(drawn[0])
    width, height = drawn[0].bbox.width, drawn[0].bbox.height
    for text, box in found.items():
        assert box.x0 >= 0, text
        assert box.x1 <= width, text
        assert box.y0 >= 0, text
        assert box.y1 <= height, text
    listed = list(found.items())
    for index, (text, box) in enumerate(listed):
        for other, its in listed[index + 1 :]:
            assert not box.overlaps(its), (text, other)


def test_contact_sheet_shows_what_was_chosen_and_what_is_correct(drawn: list[Figure], tmp_path: Path) -> None:
    draw(tmp_path / "a.png", overall=(0.8, 0.2))
    draw(tmp_path / "b.png", answer=1)
    draw(tmp_path / "c.png", correct=None)
    words = [set(boxes(figure)) for figure in drawn]
    assert {"answer, wrong", "correct", "80 %", "20 %"} <= words[0]
    assert "answer, correct" in words[1]
    assert "answer" in words[2]


def test_contact_sheet_leaves_empty_options_out(drawn: list[Figure], tmp_path: Path) -> None:
    draw(tmp_path / "a.png", options=("red", "", "blue"), correct=2)
    assert len(drawn[0].axes[-3].lines) == 2  # the plot stands before the two colour bars


def test_contact_sheet_refuses_tables_that_do_not_fit(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"\(2, 2\) table"):
        contact_sheet(
            np.zeros((2, 4, 4, 3), np.uint8), [0, 1], [[1, 0]], ["a", "b"], "?", 0, 0, tmp_path / "a.png"
        )
    assert not (tmp_path / "a.png").exists()


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_accuracy_plot_is_written_in_the_format_of_its_name(kind: str, tmp_path: Path) -> None:
    questions = [Question(f"{n}{k}", f"{n}.mp4", "?", ("a", "b"), 0, type=k) for n in range(4) for k in "UF"]
    methods = {name: [{q.id: float(q.type == name[0]) for q in questions}] for name in ("U only", "F only")}
    path = tmp_path / f"accuracy.{kind}"
    accuracy_plot(accuracy_table(methods, questions), path)
    head = path.read_bytes()[:300]
    assert {"png": b"PNG", "svg": b"<svg", "pdf": b"%PDF"}[kind] in path.read_bytes()[:2000], head


def test_the_line_of_a_random_choice_is_in_percent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    figures: list[Figure] = []
    monkeypatch.setattr("temadapter.plots.results.save", lambda figure, path: figures.append(figure))
    questions = [Question(str(n), f"{n}.mp4", "?", ("a", "b", "c", "d"), 0) for n in range(4)]
    accuracy_plot(
        accuracy_table({"half": [{q.id: float(q.id < "2") for q in questions}]}, questions), tmp_path
    )
    axes = figures[0].axes[0]
    chance = next(lines for lines in axes.collections if lines.get_label() == "random choice")
    assert {y for line in chance.get_segments() for _, y in line} == {25.0}  # type: ignore[attr-defined]
    assert [point.get_ydata()[0] for point in axes.lines if point.get_marker() == "o"] == [50.0]


def test_training_curve_with_and_without_validation(tmp_path: Path) -> None:
    history = [{"epoch": e, "loss": 1 / e, "validation_accuracy": 0.1 * e} for e in (1, 2, 3)]
    training_curve(history, tmp_path / "both.png", chosen=3)
    training_curve([{"epoch": 1, "loss": 1.0}], tmp_path / "loss.png", chosen=1)
    assert size(tmp_path / "both.png")[0] > 1.4 * size(tmp_path / "loss.png")[0]
    with pytest.raises(DataError, match="no epoch"):
        training_curve([], tmp_path / "none.png")


def test_a_loss_that_a_method_does_not_have_is_not_drawn(drawn: list[Figure], tmp_path: Path) -> None:
    history = [{"epoch": e, "loss": 1 / e, "qa": 0.5 / e, "autoregressive": 0.0} for e in (1, 2, 3)]
    training_curve(history, tmp_path / "plus.png")
    training_curve([line | {"autoregressive": 0.1} for line in history], tmp_path / "paper.png")
    labels = [figure.axes[0].get_legend_handles_labels()[1] for figure in drawn]
    assert labels == [["total", "answering"], ["total", "answering", "autoregressive"]]


def test_an_accuracy_of_nought_is_drawn(drawn: list[Figure], tmp_path: Path) -> None:
    training_curve(
        [{"epoch": e, "loss": 1.0, "validation_accuracy": 0.0} for e in (1, 2)], tmp_path / "a.png"
    )
    assert len(drawn[0].axes[1].lines) == 1


def test_no_window_is_opened_and_pyplot_stays_unloaded() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from temadapter.plots.results import training_curve; from pathlib import Path; "
        "import tempfile; training_curve([{'epoch': 1, 'loss': 1.0}], Path(tempfile.mkdtemp()) / 'a.png'); "
        "assert 'matplotlib.pyplot' not in sys.modules; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("text", ["WIDE CAPITALS " * 12, "illicit " * 30, "W" * 200])
def test_lines_are_as_wide_as_they_may_be(text: str, drawn: list[Figure], tmp_path: Path) -> None:
    draw(tmp_path / "a.png", options=(text, "short"), question=text, note=text)
    width = drawn[0].bbox.width
    ends = [box.x1 for box in boxes(drawn[0]).values()]
    assert max(ends) <= width
    assert max(ends) > 0.9 * width


def test_nothing_is_drawn_of_nothing() -> None:
    assert wrap("", 1, size=9) == wrap(" \n", 1, size=9) == []


@pytest.mark.parametrize("name", ["picture.xyz", "picture.", "folder"])
def test_a_name_that_a_picture_cannot_have_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    if name == "picture.":  # no ending: PNG
        check_picture(tmp_path / name)
        return
    with pytest.raises(ConfigError, match="is a folder" if name == "folder" else r"\.xyz.*\.png"):
        check_picture(tmp_path / name)
    assert list(tmp_path.iterdir()) == [tmp_path / "folder"]


def test_letters_that_no_font_has_are_told_of_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "_families", lambda: ("DejaVu Sans",))
    with pytest.warns(UserWarning, match="sheet.png shows boxes") as caught:
        draw(tmp_path / "sheet.png", options=("汽车", "从北方来"))
    assert len(caught) == 1


@pytest.mark.parametrize(
    "text", ["Which sign shows $5 # and 10$?", "$x^$", r"\frac{1}{2} $ \alpha", "a $ b $ c_{"]
)
def test_dollars_and_backslashes_are_letters_like_others(
    text: str, drawn: list[Figure], tmp_path: Path
) -> None:
    draw(tmp_path / "sheet.png", question=text, options=(f"the {text}", "none"))
    assert text in [own.get_text() for own in drawn[0].texts]


def test_rows_that_differ_at_their_ends_keep_them() -> None:
    from temadapter.plots.style import row_label

    long = "a method with a very long name of its own and settings that say more than fits, control: "
    labels = [row_label(long + control) for control in ("one frame", "text only")]
    assert len(set(labels)) == 2
    assert all(len(line) <= 44 for label in labels for line in label.splitlines())
    assert all(label.count("\n") == 1 and label.startswith("a method with") for label in labels)
    assert row_label("plus") == "plus"


def test_a_text_of_invisible_letters_breaks_no_picture() -> None:
    from temadapter.plots.style import wrap

    assert wrap("\u200b \ufeff", 2.0, size=9) in ([], ["\u200b \ufeff"], ["\u200b", "\ufeff"])
    assert " ".join(wrap("a \u200b b", 2.0, size=9)) == "a \u200b b"

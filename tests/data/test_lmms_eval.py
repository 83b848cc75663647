from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
import yaml

from temadapter.data import lmms_eval_functions
from temadapter.data.dataset import Dataset
from temadapter.data.export import write_dataset
from temadapter.data.lmms_eval import write_lmms_eval
from temadapter.data.lmms_eval_functions import chosen_letter
from temadapter.data.question import Question
from temadapter.errors import ConfigError

OPTIONS = ("", "red", "blue", "", "green")
ANSWERED = Question(
    id="1", video="a.mp4", text="Which?", options=OPTIONS, answer=2, split="test", start=1.5, end=3.0
)
ASKED = Question(id="2", video="a.mp4", text="When?", options=("now", "later"), split="train")


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return Dataset("My 'set' 1", tmp_path, (ANSWERED, ASKED))


def load(folder: Path, name: str) -> dict[str, Any]:
    """Read a task as lmms-eval does: `!function utils.f` is f of the file utils.py beside it."""
    spec = importlib.util.spec_from_file_location("utils", folder / "utils.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_constructor("!function", lambda _, node: getattr(module, node.value.removeprefix("utils.")))
    task: dict[str, Any] = yaml.load((folder / f"{name}.yaml").read_text(), Loader)
    return task


def test_a_task_has_what_lmms_eval_wants(dataset: Dataset, tmp_path: Path) -> None:
    out = tmp_path / "it's out"
    write_dataset(dataset, out)
    assert write_lmms_eval(dataset, out) == ("my_set_1_test",)
    task = load(out / "lmms_eval", "my_set_1_test")
    assert (task["task"], task["dataset_path"], task["test_split"]) == ("my_set_1_test", str(out), "test")
    assert task["output_type"] == "generate_until"
    row = {
        "video": "/v/a.mp4",
        "question": "Which?",
        "options": list(OPTIONS),
        "answer": 2,
        "start": 1.5,
        "end": 3.0,
    }
    assert task["doc_to_visual"](row) == ["/v/a.mp4"]
    assert task["doc_to_text"](row).splitlines() == [
        "Look at the video from 1.5 s to 3 s. Which?",
        "A. red",
        "B. blue",
        "C. green",
        "Answer with the option's letter from the given choices directly.",
    ]
    assert task["doc_to_text"](row, {"pre_prompt": "Hi. ", "post_prompt": "!"}).endswith("C. green!")
    assert task["doc_to_target"](row) == "B"
    assert [metric["metric"] for metric in task["metric_list"]] == ["accuracy"]
    assert task["process_results"](row, ["B"]) == {"accuracy": 1.0}
    assert task["process_results"](row, ["C. green"]) == {"accuracy": 0.0}


@pytest.mark.parametrize(
    ("answer", "letter"),
    [
        ("B", "B"), (" b.", "B"), ("(B)", "B"), ("B. a bus", "B"), ("B) a bus", "B"), ("The answer is: C", "C"),
        ("I think (A) is right", "A"), ("A bus", "B"), ("a bus.", "B"), ("It shows a bus.", "B"),
        ("A red car and a bus", ""), ("", ""), ("E", ""), ("none of them", ""),
    ],
)  # fmt: skip
def test_the_letter_of_a_free_answer(answer: str, letter: str) -> None:
    assert chosen_letter(answer, {"A": "a red car", "B": "a bus", "C": "nothing"}) == letter


@pytest.mark.parametrize(
    ("answer", "letter"),
    [("Van", "A"), ("van", "B"), ("VAN", ""), ("B. van", "B"), ("bus", "C"), ("Bus", "C")],
)
def test_options_that_differ_in_letter_case_only_are_two(answer: str, letter: str) -> None:
    assert chosen_letter(answer, {"A": "Van", "B": "van", "C": "bus"}) == letter


def test_what_lmms_eval_cannot_score_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no question with a known answer"):
        write_lmms_eval(Dataset("mine", tmp_path, (ASKED,)), tmp_path)
    many = Question(id="1", video="a.mp4", text="?", options=tuple(map(str, range(27))), answer=0)
    with pytest.raises(ConfigError, match="at most 26 options"):
        write_lmms_eval(Dataset("mine", tmp_path, (many,)), tmp_path)


def test_its_functions_need_nothing_that_lmms_eval_lacks() -> None:
    text = Path(str(lmms_eval_functions.__file__)).read_text()
    imports = [line for line in text.splitlines() if line.startswith(("import ", "from "))]
    assert imports == ["from __future__ import annotations", "import re", "from typing import Any"]

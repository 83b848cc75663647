"""Every link of the documentation to a file leads there; to a line, to what it names."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).resolve().parents[2] / "docs" / "update_links.py"
if not TOOL.is_file():
    pytest.skip("the documentation is not here", allow_module_level=True)


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("update_links", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


tool = load(TOOL)
CODE = '''"""Text."""

LIMIT = 3


class A:
    """A."""

    field: int = 0

    def same(self) -> int:
        return self.field  # the place

    async_name = 1


class B:
    def same(self) -> int:
        return LIMIT
'''


@pytest.mark.parametrize("page", tool.pages(), ids=lambda page: page.name)
def test_links_lead_to_what_they_name(page: Path) -> None:
    links = list(tool.links(page))
    problems = [f"{link}: {reason}" for link in links if (reason := tool.problem(link, tolerance=3))]
    assert not problems, "Lines may have moved: python docs/update_links.py\n" + "\n".join(problems)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "code.py").write_text(CODE)
    (tmp_path / "README.md").write_text("# A title, here!\n\n```\n[no](link.md)\n```\n")
    return tmp_path


@pytest.mark.parametrize(
    ("anchor", "line"),
    [("A", 6), ("A.same", 11), ("B.same", 18), ("A.field", 9), ("LIMIT", 3), ("# the place", 12)],
)
def test_a_name_is_found_where_it_is_defined(site: Path, anchor: str, line: int) -> None:
    assert tool.find(anchor, site / "code.py") == line


@pytest.mark.parametrize("anchor", ["same", "A.other", "return"])
def test_what_is_not_there_or_not_alone_is_not_found(site: Path, anchor: str) -> None:
    with pytest.raises(LookupError, match=r"stands on \d lines of code.py"):
        tool.find(anchor, site / "code.py")


def test_moved_lines_are_rewritten_and_nothing_else(site: Path) -> None:
    page = site / "docs" / "page.md"
    text = '[`A.same`](../code.py#L{}), [here](../code.py#L{} "the place"), [all](../code.py), [x](https://a.b#L3)\n'
    page.write_text(text.format(1, 2))
    assert [tool.problem(link) for link in tool.links(page)] == [
        "it stands on line 11",
        "it stands on line 12",
        None,
    ]
    assert tool.main(["--check"]) == 1
    assert tool.main([]) == 0
    assert page.read_text() == text.format(11, 12)
    (site / "code.py").write_text("\n\n" + CODE)
    links = list(tool.links(page))
    assert all(tool.problem(link, tolerance=3) is None for link in links)
    assert tool.problem(links[0], tolerance=1) == "it stands on line 13"


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("[a](../none.md)", "there is no such file"),
        ("![a](none.png)", "there is no such file"),
        ('<img src="none.svg" width="3">', "there is no such file"),
        ("[`A`](../code.py#L99)", "the file has 19 lines"),
        ("[a](../README.md#another-title)", "README.md has no heading #another-title"),
        ("[a](../README.md#a-title-here)", None),
        ("[a](#here)", "page.md has no heading #here"),
    ],
)
def test_what_is_wrong_with_a_link_is_said(site: Path, link: str, reason: str | None) -> None:
    page = site / "docs" / "page.md"
    page.write_text(link + "\n")
    assert [tool.problem(each) for each in tool.links(page)] == [reason]


def test_a_link_that_cannot_be_read_is_said(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "docs" / "page.md").write_text('[`A`](../code.py#L99 "a \\"title\\"")\n')
    assert tool.main([]) == 1
    assert "page.md: a link that cannot be read: " in capsys.readouterr().err


def test_what_cannot_be_found_stays_as_it_is_and_is_said(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = site / "docs" / "page.md"
    page.write_text("[`A`](../code.py#L2) [`C`](../code.py#L3) [`D`](../none.py#L4)\n")
    assert tool.main([]) == 1
    assert page.read_text() == "[`A`](../code.py#L6) [`C`](../code.py#L3) [`D`](../none.py#L4)\n"
    said = capsys.readouterr()
    assert said.out == "docs/page.md: 1 changed\n"
    assert "'C' stands on 0 lines of code.py" in said.err
    assert "none.py#L4): there is no such file" in said.err

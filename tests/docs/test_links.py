"""Every link of the documentation to a file leads there, and what it names is found there."""

from __future__ import annotations

from pathlib import Path

import links as tool
import pytest

if not (tool.ROOT / "docs").is_dir():
    pytest.skip("the documentation is not here", allow_module_level=True)

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
    problems = [f"{link}: {reason}" for link in tool.links(page) if (reason := tool.problem(link))]
    assert not problems, "\n".join(problems)


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


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("[a](../none.md)", "there is no such file"),
        ("![a](none.png)", "there is no such file"),
        ('<img src="none.svg" width="3">', "there is no such file"),
        ("[`C`](../code.py)", "'C' stands on 0 lines of code.py"),
        ("[`A.same`](../code.py)", None),
        ('[here](../code.py "the place")', None),
        ('[here](../code.py "no such place")', "'no such place' stands on 0 lines of code.py"),
        ("[a](../README.md#another-title)", "README.md has no heading #another-title"),
        ("[a](../README.md#a-title-here)", None),
        ("[a](#here)", "page.md has no heading #here"),
    ],
)
def test_what_is_wrong_with_a_link_is_said(site: Path, link: str, reason: str | None) -> None:
    page = site / "docs" / "page.md"
    page.write_text(link + "\n")
    assert [tool.problem(each) for each in tool.links(page)] == [reason]


def test_a_link_that_cannot_be_read_is_said(site: Path) -> None:
    page = site / "docs" / "page.md"
    page.write_text('[`A`](../code.py "a \\"title\\"")\n')
    with pytest.raises(LookupError, match="a link that cannot be read"):
        list(tool.links(page))

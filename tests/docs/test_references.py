"""Pages and sections that the code, the cards and the pages mention exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MENTION = re.compile(
    r"\b(?P<page>(?:docs/)?[\w/]*\w\.md)\b(?:[\s\"#]+sections?\s+(?P<first>\d+)(?:\s+to\s+(?P<last>\d+))?)?"
)
FOLDERS = ("src", "tests", "benchmarks", "examples", "docs")

if not (ROOT / "docs").is_dir():
    pytest.skip("the documentation is not here", allow_module_level=True)


def mentions() -> Iterator[tuple[Path, str, str]]:
    """Yield every mention of a page of ours: file, page, section (or nothing)."""
    for folder in FOLDERS:
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix not in {".py", ".yaml", ".j2", ".html"} or file == Path(__file__):
                continue
            for found in MENTION.finditer(file.read_text(encoding="utf-8")):
                if found["page"].startswith("docs/") or found["first"]:
                    first = int(found["first"] or 0)
                    for section in range(first, int(found["last"] or first) + 1):
                        yield file, found["page"], str(section or "")


def sections(page: str) -> set[str]:
    return set(re.findall(r"^#+ (\d+)\.", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE))


def test_every_page_and_section_that_is_mentioned_exists() -> None:
    wrong = [
        f"{file.relative_to(ROOT)}: {page} {section}"
        for file, page, section in mentions()
        if not (ROOT / page).is_file() or (section and section not in sections(page))
    ]
    assert not wrong, "\n".join(wrong)


def test_mentions_are_found() -> None:
    found = list(mentions())
    assert len(found) > 30
    assert any(section for _, _, section in found)

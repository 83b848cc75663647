"""Checks the links of the documentation: each leads to a file, to a heading, or to what it names in a Python file.

A link to code names what stands there: with its title, a piece of one line,
`[text](../src/x.py "piece of the line")`; else with its text where that is the name of a class, function, method,
field or constant, ``[`Class.method`](../src/x.py)``. There are no line numbers: nothing has to follow when code moves.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "CONTRIBUTING.md", "docs/**/*.md")
LINK = re.compile(r"\[(?P<text>[^\[\]]*)\]\((?P<target>[^\s()]+)(?:\s+\"(?P<title>[^\"]*)\")?\)")
SOURCE = re.compile(r"<(?:img|source|a)\b[^>]*?\b(?:src|srcset|href)=\"(?P<target>[^\"]+)\"")


@dataclass(frozen=True)
class Link:
    """A link of a page to a file of this repository.

    Args:
        page: Where it stands.
        target: The file or folder.
        fragment: What follows `#`, or nothing.
        anchor: What it names there.
        named: Whether it names something that must be found in the file.
    """

    page: Path
    target: Path
    fragment: str
    anchor: str
    named: bool = False

    def __str__(self) -> str:
        place = self.target.relative_to(ROOT) if self.target.is_relative_to(ROOT) else self.target
        return f"{self.page.relative_to(ROOT)}: [{self.anchor}]({place}#{self.fragment})"


def pages() -> list[Path]:
    """Return every page with links to check."""
    return sorted({page for pattern in PAGES for page in ROOT.glob(pattern)})


def links(page: Path) -> Iterator[Link]:
    """Yield the local links of a page, those of code blocks left out.

    Raises:
        LookupError: If something looks like a link and cannot be read as one.
    """
    text = _without_code_blocks(page.read_text(encoding="utf-8"))
    odd = re.search(r".*\]\(.*", LINK.sub("", text))
    if odd:
        raise LookupError(f"a link that cannot be read: {odd[0][:100]}")
    for match in [*LINK.finditer(text), *SOURCE.finditer(text)]:
        groups = match.groupdict()
        if re.match(r"[a-z]+:", groups["target"]):
            continue
        path, _, fragment = groups["target"].partition("#")
        target = (page.parent / path).resolve() if path else page
        label = groups.get("text") or ""
        anchor = groups.get("title") or label
        named = bool(groups.get("title")) or label.startswith("`")
        yield Link(page, target, fragment, anchor.strip("`"), named=named)


def find(anchor: str, file: Path) -> int:
    """Return the 1-based line of `file` on which `anchor` stands.

    Raises:
        LookupError: If there is none, or there are several.
    """
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".py" and re.fullmatch(r"\w+(\.\w+)*", anchor):
        line = _definition(ast.parse(text).body, anchor.split("."))
        if line is not None:
            return line
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if anchor in line]
    if len(lines) != 1:
        raise LookupError(f"{anchor!r} stands on {len(lines)} lines of {file.relative_to(ROOT)}")
    return lines[0]


def problem(link: Link) -> str | None:
    """Say what is wrong with a link; None if nothing is."""
    if not link.target.exists():
        return "there is no such file"
    if link.fragment and link.fragment not in _headings(link.target):
        return f"{link.target.name} has no heading #{link.fragment}"
    if link.named and link.target.suffix == ".py":
        try:
            find(link.anchor, link.target)
        except LookupError as error:
            return str(error)
    return None


def _definition(body: list[ast.stmt], names: list[str]) -> int | None:
    """Return the line on which the name `names` (from the outside in) is defined, if it is."""
    for node in body:
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                inner = node.body
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                inner = []
            case _:
                continue
        if name == names[0]:
            return node.lineno if len(names) == 1 else _definition(inner, names[1:])
    return None


def _headings(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub names them."""
    text = _without_code_blocks(page.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-") for title in titles}


def _without_code_blocks(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)

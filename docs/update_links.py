"""Set the line numbers of the documentation's links to code right: `python docs/update_links.py`.

A link to a line names what stands there, so that it can be found again after the code has moved: with its
title, a piece of that line, `[text](../src/x.py#L7 "piece of the line")`; else with its text, the name of a
class, function, method, field or constant, ``[`Class.method`](../src/x.py#L7)``, or a piece of the line.
`--check` changes nothing and fails where something is wrong.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("README.md", "CONTRIBUTING.md", "docs/**/*.md")
LINK = re.compile(r"\[(?P<text>[^\[\]]*)\]\((?P<target>[^\s()]+)(?:\s+\"(?P<title>[^\"]*)\")?\)")
SOURCE = re.compile(r"<(?:img|source|a)\b[^>]*?\b(?:src|srcset|href)=\"(?P<target>[^\"]+)\"")
LINE = re.compile(r"#L(\d+)$")


@dataclass(frozen=True)
class Link:
    """A link of a page to a file of this repository.

    Args:
        page: Where it stands.
        target: The file or folder.
        fragment: What follows `#`, or nothing.
        anchor: What stands on the line that it points at.
    """

    page: Path
    target: Path
    fragment: str
    anchor: str

    @property
    def line(self) -> int | None:
        """The 1-based line that it points at; None for a link to a whole file."""
        match = LINE.fullmatch("#" + self.fragment)
        return int(match[1]) if match else None

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
        anchor = groups.get("title") or groups.get("text") or ""
        yield Link(page, target, fragment, anchor.strip("`"))


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


def problem(link: Link, *, tolerance: int = 0) -> str | None:
    """Say what is wrong with a link; None if nothing is.

    Args:
        link: A local link.
        tolerance: By how many lines it may miss what it names.
    """
    if not link.target.exists():
        return "there is no such file"
    if link.line is None:
        if link.fragment and link.fragment not in _headings(link.target):
            return f"{link.target.name} has no heading #{link.fragment}"
        return None
    count = len(link.target.read_text(encoding="utf-8").splitlines())
    if not 1 <= link.line <= count:
        return f"the file has {count} lines"
    try:
        line = find(link.anchor, link.target)
    except LookupError as error:
        return str(error)
    return None if abs(line - link.line) <= tolerance else f"it stands on line {line}"


def update(page: Path) -> int:
    """Rewrite the line numbers of a page; return how many changed."""
    text, changed = page.read_text(encoding="utf-8"), 0

    def renumber(match: re.Match[str]) -> str:
        nonlocal changed
        whole, target = match[0], match["target"]
        if re.match(r"[a-z]+:", target) or not LINE.search(target):
            return whole
        anchor = (match["title"] or match["text"]).strip("`")
        try:
            line = find(anchor, (page.parent / target.partition("#")[0]).resolve())
        except (LookupError, OSError):  # `problem` says it
            return whole
        right = LINE.sub(f"#L{line}", target)
        changed += right != target
        return whole.replace(f"]({target}", f"]({right}")

    new = LINK.sub(renumber, text)
    if new != text:
        page.write_text(new, encoding="utf-8")
    return changed


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


def main(arguments: list[str]) -> int:
    """Update every page, or with `--check` only say what is wrong; return the exit code."""
    wrong = 0
    for page in pages():
        name = page.relative_to(ROOT)
        if arguments != ["--check"] and (changed := update(page)):
            print(f"{name}: {changed} changed")
        try:
            found = [(link, reason) for link in links(page) if (reason := problem(link))]
        except LookupError as error:
            found = [(name, str(error))]
        for link, reason in found:
            print(f"{link}: {reason}", file=sys.stderr)
        wrong += len(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

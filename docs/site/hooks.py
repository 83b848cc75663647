"""Makes a site of pages that are also read on a forge: links into the code become references, the README the start.

A link to a class or function leads to its place in the reference, where it has one; any other link out of docs/ keeps
its text alone.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\[(?P<text>[^\[\]]*)\]\((?P<target>\.\./[^\s()]+)(?:\s+\"(?P<title>[^\"]*)\")?\)")
FENCE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Rewrite the links of a page, code blocks left alone."""
    if page.file.src_uri == "index.md":
        markdown = _readme()
    folder = (ROOT / "docs" / page.file.src_uri).parent
    parts = FENCE.split(markdown)
    return "".join(
        part if part.startswith("```") else LINK.sub(lambda m: _link(m, folder), part) for part in parts
    )


def _readme() -> str:
    """Return the README with its links seen from docs/."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    text = re.sub(r"\]\((?!https?:|#)", "](../", text)
    text = re.sub(r"(src|srcset|href)=\"(?!https?:|#)", r'\1="../', text)
    return text.replace("](../docs/", "](").replace('"../docs/', '"')


def _link(match: re.Match[str], folder: Path) -> str:
    target = (folder / match["target"].partition("#")[0]).resolve()
    if target.is_relative_to(ROOT / "docs") and target.exists():
        return match[0]
    name = _object(target, match)
    if name is None:
        return match["text"]
    return f'<autoref optional identifier="{name}">{_html(match["text"])}</autoref>'


def _object(target: Path, match: re.Match[str]) -> str | None:
    """Return the dotted name of the class or function that a link names, or None."""
    source = ROOT / "src"
    if not target.is_relative_to(source) or target.suffix != ".py":
        return None
    module = ".".join(target.relative_to(source).with_suffix("").parts).removesuffix(".__init__")
    named = match["title"] or match["text"].strip("`")
    found = re.fullmatch(r"(?:class |def )?([A-Za-z_][\w.]*)", named)
    return f"{module}.{found[1]}" if found else module


def _html(text: str) -> str:
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", text)

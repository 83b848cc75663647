"""Write the numbers of the result files into the pages: `python docs/update_numbers.py`; `--check` only tells.

A number in prose or in a table stands behind a marker that says where it comes from:

    <!-- methods/tem-adapter -->53.2            accuracy in percent, the mean of the seeds
    <!-- methods/tem-adapter/R -->48.1          of one question type
    <!-- methods/tem-adapter/interval -->53.2 [51.2, 55.1]   with its interval; of one type: .../interval/R
    <!-- ablation/no-memory/against -->-0.5 [-1.2, +0.2]   points against the row's reference, with its interval
    <!-- corrections/take-back-1/lost -->-0.6 [-1.3, +0.2]  the opposite: what the reference has over the row
    <!-- methods/tem-adapter/parameters -->2,225,353

The first part is a file of docs/results, the second a row's name in it.
"""

from __future__ import annotations

import json
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("README.md", "docs/*.md", "docs/results/findings.md")
NUMBER = r"[-+]?[\d,]+(?:\.\d+)?"
MARKER = re.compile(
    rf"<!-- (?P<path>[\w-]+/[\w./-]+) -->(?P<gap> ?)(?P<old>{NUMBER}(?: \[{NUMBER}, {NUMBER}\])?)"
)


def number(path: str) -> str:
    """Return the text that belongs behind a marker.

    Raises:
        LookupError: No result file has it.
    """
    file, name, *rest = path.split("/")
    trials = {trial["name"]: trial for trial in _report(file)["trials"]}
    if name not in trials:
        raise LookupError(f"docs/results/{file}.json has no row {name}, only {', '.join(trials)}")
    trial, what = trials[name], rest[0] if rest else "overall"
    if what in {"against", "lost"}:
        difference = trial["differences"][rest[1] if len(rest) > 1 else "overall"]
        sign, ends = (1, ("value", "low", "high")) if what == "against" else (-1, ("value", "high", "low"))
        # adding 0.0 makes -0.0 a plain 0.0
        return "{:+.1f} [{:+.1f}, {:+.1f}]".format(*(0.0 + 100 * sign * difference[end] for end in ends))
    if what == "parameters":
        return f"{trial['cost']['parameters']:,}"
    row = _report(file)["accuracy"]["rows"][list(trials).index(name)]
    if what == "interval":
        own = row["types"][rest[1]] if len(rest) > 1 else row["overall"]
        return "{:.1f} [{:.1f}, {:.1f}]".format(*(100 * own[end] for end in ("value", "low", "high")))
    found = row["overall"] if what == "overall" else row["types"][what]
    return f"{100 * found['value']:.1f}"


def updated(text: str) -> str:
    """Return a page with the numbers that the result files hold now."""
    return MARKER.sub(lambda match: f"<!-- {match['path']} -->{match['gap']}{number(match['path'])}", text)


def pages() -> list[Path]:
    """Return every page that may hold a marker."""
    return sorted(page for pattern in PAGES for page in ROOT.glob(pattern))


def main() -> int:
    """Rewrite the pages, or with `--check` name those that are out of date."""
    stale = []
    for page in pages():
        text = page.read_text(encoding="utf-8")
        if (new := updated(text)) != text:
            stale.append(str(page.relative_to(ROOT)))
            if "--check" not in sys.argv:
                page.write_text(new, encoding="utf-8")
    print(f"{len(stale)} of {len(pages())} pages changed" + "".join(f"\n  {page}" for page in stale))
    return int(bool(stale) and "--check" in sys.argv)


@cache
def _report(file: str) -> Any:
    path = ROOT / "docs" / "results" / f"{file}.json"
    if not path.is_file():
        raise LookupError(f"there is no {path.relative_to(ROOT)}")
    return json.loads(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    raise SystemExit(main())

"""Write what each correction is worth into docs/method.md: `python docs/update_worth.py`.

The numbers come from docs/results/corrections.json, which `temadapter compare --plan corrections` makes.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

DOCS = Path(__file__).resolve().parent
MARKER = re.compile(r"<!-- worth:(\d+) -->[^|]*\|")


def worth() -> dict[str, str]:
    """Return by row of the table what `paper` loses without the correction, in points, with its interval."""
    report = json.loads((DOCS / "results" / "corrections.json").read_text(encoding="utf-8"))
    found = {}
    for trial in report["trials"]:
        _, _, row = trial["name"].partition("take-back-")
        if row and trial["differences"]:
            lost = trial["differences"]["overall"]
            # what the correction brings is the opposite of what taking it back does
            points = (0.0 - 100 * lost[end] for end in ("value", "high", "low"))
            found[row] = "{:+.1f} [{:+.1f}, {:+.1f}]".format(*points)
    return found


def main() -> None:
    """Rewrite the page."""
    page, numbers = DOCS / "method.md", worth()
    text = page.read_text(encoding="utf-8")
    text = MARKER.sub(
        lambda match: f"<!-- worth:{match[1]} --> {numbers[match[1]]} |" if match[1] in numbers else match[0],
        text,
    )
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

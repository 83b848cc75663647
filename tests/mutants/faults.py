"""The faults: what stands in a file, what takes its place, and which test fails then."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
LONGEST, CONTEXT = 44, 20  # characters of code in a table, and of those before the first that differs


@dataclass(frozen=True)
class Fault:
    """One small fault.

    Args:
        file: Under src/temadapter.
        text: What stands there once.
        fault: What takes its place.
        test: A test file, folder or test that fails then, as pytest names it.
    """

    file: str
    text: str
    fault: str
    test: str

    def put_into(self, package: Path) -> None:
        """Change the file in a copy of the package.

        Raises:
            ValueError: The text does not stand there exactly once.
        """
        path = package / self.file
        before = path.read_text(encoding="utf-8")
        if before.count(self.text) != 1:
            raise ValueError(f"{self.file} holds {self.text!r} {before.count(self.text)} times, not once.")
        path.write_text(before.replace(self.text, self.fault), encoding="utf-8")
        # Python compares sizes and whole seconds: what it compiled of the clean file may pass for the faulty one.
        for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
            compiled.unlink()

    def in_words(self) -> str:
        """Return the change in one short line."""
        pairs = zip(self.text, self.fault, strict=False)
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        start = max(0, same - CONTEXT)
        return f"{_short(self.text[start:])} -> {_short(self.fault[start:])}"


def faults(only: str = "") -> tuple[Fault, ...]:
    """Return the faults in files whose path holds `only`."""
    read = yaml.safe_load((Path(__file__).parent / "faults.yaml").read_text(encoding="utf-8"))
    return tuple(Fault(file, **own) for file, several in read.items() for own in several if only in file)


def _short(code: str) -> str:
    line = " ".join(code.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 3] + "..."

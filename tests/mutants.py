"""Small faults, each with the test that must notice it: `python tests/mutants.py` prints those that survive.

Each is put into a copy of the sources, and its test runs against that copy.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_D, _T = "descriptions", "tests/descriptions"
_KINDS, _FORMS, _EFFECTS = (
    f"{_T}/test_question_kinds.py",
    f"{_T}/test_verb_forms.py",
    "tests/training/test_setting_effects.py",
)

MUTANTS: tuple[tuple[str, str, str, str], ...] = (
    ("training/trainer.py", "(True, config.fast_rate)", "(True, 1.0)", _EFFECTS),
    ("training/trainer.py", '"weight_decay": config.weight_decay', '"weight_decay": 0.0', _EFFECTS),
    (
        "methods/transfer.py",
        "return float(nn.utils.clip_grad_norm_(self.trainable_parameters(), self._clip_norm))",
        "return float(nn.utils.clip_grad_norm_(self.trainable_parameters(), 1e9))",
        _EFFECTS,
    ),
    (f"{_D}/english/spelling.py", 'return verb[:-2] + "ying"', 'return verb + "ing"', _FORMS),
    (f"{_D}/english/spelling.py", 'return verb + "k"', "return verb", _FORMS),
    (f"{_D}/english/spelling.py", "or verb in STRESSED_AT_THE_END", "", _FORMS),
    (f"{_D}/english/spelling.py", "and verb not in SILENT_E_STAYS", "", _FORMS),
    (f"{_D}/english/inflection.py", "_FORMS |= _table(RARE)", "_FORMS |= {}", _FORMS),
    (f"{_D}/rules/rewordings.py", 'in ("true", "yes", "right", "correct")', 'in ("false",)', _KINDS),
    (f"{_D}/rules/fragments.py", 'return f"it is {time_of(option)}"', 'return f"it is {option}"', _KINDS),
    (f"{_D}/rules/circumstances.py", "said = _whole_subject(match, said)", "pass", _KINDS),
    (
        f"{_D}/english/clauses.py",
        "subject, negative = some_or_none(subject, negative=negative), False",
        "pass",
        _KINDS,
    ),
)
"""File under src/temadapter, its text, the fault in the text's place, the test that kills it."""


def survives(file: str, old: str, new: str, test: str, folder: Path) -> bool:
    """Tell whether the test passes although the fault is there."""
    source = folder / "src"
    shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
    try:
        path = source / "temadapter" / file
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", str(ROOT / test)],
            env={**os.environ, "PYTHONPATH": str(source)},
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
    finally:
        shutil.rmtree(source)
    return done.returncode != 1  # 1: tests failed; anything else shows that the test did not do its work


def main() -> int:
    """Try every fault; return 1 if any survives."""
    left = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, (file, old, new, test) in enumerate(MUTANTS, start=1):
            if survives(file, old, new, test, Path(folder)):
                left += 1
                print(f"survived: {number} {file}: {old!r} -> {new!r} ({test})", flush=True)
    print(f"{len(MUTANTS)} faults, {left} survived")
    return int(left > 0)


if __name__ == "__main__":
    sys.exit(main())

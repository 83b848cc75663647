from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import temadapter

HEAVY = "('torch', 'transformers', 'av', 'matplotlib', 'scipy', 'h5py', 'tokenizers', 'numpy')"
LIGHT = [
    "import temadapter",
    "from temadapter.cli.app import main; main(['--help'])",
    "from temadapter.cli.app import main; main(['train', '--help'])",
    "from temadapter.cli.app import main; main(['describe', '-q', 'Is it red?', '-o', 'Yes'])",
    *(
        f"from temadapter.cli.app import main; assert main(['ls', '{kind}', '--json']) == 0"
        for kind in ("methods", "datasets", "backbones", "presets")
    ),
]


def modules_after(code: str) -> list[str]:
    script = f"import sys; {code}; sys.stderr.write(' '.join(m for m in {HEAVY} if m in sys.modules))"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return result.stderr.split()


@pytest.mark.parametrize("code", LIGHT)
def test_nothing_heavy_is_imported_before_it_is_needed(code: str) -> None:
    assert modules_after(code) == []


def test_the_check_above_can_fail() -> None:
    assert modules_after("import numpy") == ["numpy"]


def test_an_answer_needs_neither_transformers_nor_scipy(red_then_blue: Path) -> None:
    """They cost more than half of the time to a first answer."""
    ask = ["ask", str(red_then_blue), "-q", "Is it red?", "-o", "yes", "-o", "no", "--run", "zero-shot"]
    script = (
        f"import sys; from temadapter.cli.app import main; assert main({[*ask, '--backbone', 'mini']}) == 0; "
        "print(*sorted({'transformers', 'scipy', 'sympy', 'torch._dynamo', 'torch'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "torch"


def test_samplers_are_listed_without_torch() -> None:
    assert "torch" not in modules_after("from temadapter.cli.app import main; main(['ls', 'samplers'])")


def test_public_names() -> None:
    assert temadapter.__version__ == version("temadapter")
    assert {"VideoQA", "Answer"} <= set(temadapter.__all__)
    assert temadapter.VideoQA.__name__ == "VideoQA"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = temadapter.nothing  # type: ignore[attr-defined]

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from temadapter.cli.crossroads import chosen_sizes
from temadapter.errors import ConfigError

Runner = Callable[..., Any]


def test_generate_says_what_it_made(run: Runner, tmp_path: Path) -> None:
    folder = tmp_path / "crossroads"
    words = ("crossroads", "generate", folder, "--split-sizes", "3,2", "--seed", 5, "--json")
    made = run(*words)
    assert made.code == 0, made.err
    assert set(made.json["videos"]) == set(made.json["questions"]) == {"train", "test"}
    assert made.json["videos"]["train"] <= 3
    assert len(list((folder / "videos").glob("*.mp4"))) == sum(made.json["videos"].values())
    facts = run("info", folder, "--json").json
    assert (facts["kind"], facts["missing_videos"], facts["bad_rows"]) == ("dataset", 0, [])
    assert facts["questions"] == sum(made.json["questions"].values())
    other = run("crossroads", "generate", folder, "--split-sizes", "3,2", "--seed", 6)
    assert other.code == 2
    assert "other settings" in other.err


@pytest.mark.parametrize("command", [("crossroads", "generate"), ("demo", "--output")])
def test_a_dry_run_draws_nothing(run: Runner, tmp_path: Path, command: tuple[str, str]) -> None:
    result = run(*command, tmp_path / "out", "--split-sizes", "30,20", "--dry-run", "--json")
    assert result.json["videos"] == {"train": 30, "test": 20}
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("videos", "sizes", "expected"),
    [(None, "8, 5", (8, 5)), (10, None, (6, 4)), (2, None, (1, 1)), (None, None, None)],
)
def test_sizes(videos: int | None, sizes: str | None, expected: tuple[int, int] | None) -> None:
    from temadapter.crossroads.generate import DEFAULT_SIZES

    assert chosen_sizes(videos, sizes) == (expected or DEFAULT_SIZES)


@pytest.mark.parametrize("sizes", ["8", "8,5,3", "a,b", "-1,5", "", "1.5,2"])
def test_sizes_that_are_none(run: Runner, tmp_path: Path, sizes: str) -> None:
    result = run("crossroads", "generate", tmp_path / "x", f"--split-sizes={sizes}")
    assert (result.code, result.out) == (2, "")
    assert ("two whole numbers" if sizes else "What stands behind --split-sizes is empty") in result.err
    with pytest.raises(ConfigError, match="not both"):
        chosen_sizes(10, "8,5")


def test_an_audit_that_fails_has_exit_code_1(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from temadapter.crossroads.questions import audit as module

    def found(accuracy: float) -> module.Audit:
        rows = tuple(module.AuditRow(name, 10, 0.25, accuracy) for name in ("all", "U", "colour"))
        return module.Audit(rows[0], rows[1:2], rows[2:])

    for accuracy, code, said in ((0.26, 0, "at chance"), (0.5, 1, "NOT AT CHANCE")):
        monkeypatch.setattr(module, "audit", lambda folder, seed, a=accuracy: found(a))
        result = run("crossroads", "audit", tmp_path)
        assert result.code == code
        assert said in result.out
        assert run("crossroads", "audit", tmp_path, "--json").json["passes"] is (code == 0)


def test_pretraining_is_planned(run: Runner, tmp_path: Path) -> None:
    words = ("crossroads", "pretrain", tmp_path / "mini", "--stills", 100, "--dry-run")
    plan = run(*words, "--json").json
    assert (plan["stills"], plan["seed"]) == (100, 0)
    assert not (tmp_path / "mini").exists()

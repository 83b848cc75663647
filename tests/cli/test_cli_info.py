from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from temadapter import __version__


def test_the_installation(run: Callable[..., Any]) -> None:
    facts = run("info", "--json").json
    assert facts["temadapter"] == __version__
    assert facts["torch"]
    assert facts["cores"] >= 1


def test_a_video(run: Callable[..., Any], red_then_blue: Path) -> None:
    facts = run("info", red_then_blue, "--json").json
    assert (facts["kind"], facts["width"], facts["height"], facts["duration"]) == ("video", 64, 48, 4.0)
    assert "64" in run("info", red_then_blue).out


def test_a_dataset(run: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "mine_test.csv"
    file.write_text("video,question,options,answer,type\na.mp4,What?,x|y|,0,U\nb.mp4,What?,x|y,9,U\n")
    facts = run("info", file, "--json").json
    assert (facts["kind"], facts["questions"], facts["missing_videos"]) == ("dataset", 1, 1)
    assert (facts["splits"], facts["types"], facts["options"]) == ({"test": 1}, {"U": 1}, {"2": 1})
    assert len(facts["bad_rows"]) == 1


def test_nothing_there_or_nothing_known(run: Callable[..., Any], tmp_path: Path) -> None:
    assert run("info", tmp_path / "none").code == 1
    assert "no format that a reader knows" in run("info", tmp_path).err
    (tmp_path / "x.mp4").write_text("no video")
    assert run("info", tmp_path / "x.mp4").code == 1

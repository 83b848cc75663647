"""mini is asked about Crossroads only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from temadapter.backbones.familiar import PICTURE, unfamiliar
from temadapter.crossroads.generate import write_video
from temadapter.crossroads.rendering.background import FRAME_SIZE


def test_other_videos_are_warned_about_and_other_backbones_are_not(
    tmp_path: Path, make_video: Callable[..., Path]
) -> None:
    video = make_video(tmp_path / "own" / "street.mp4", [(200, 30, 30)] * 4)
    assert "mini knows the drawn streets" in unfamiliar("mini", [tmp_path / "missing.mp4", video])
    assert unfamiliar("hf:openai/clip-vit-base-patch32", [video]) == ""
    assert unfamiliar("mini", [tmp_path / "missing.mp4"]) == ""  # said by whoever reads it


def test_crossroads_is_known_by_its_folder_and_a_copy_by_its_picture(
    tmp_path: Path, make_video: Callable[..., Path]
) -> None:
    folder = tmp_path / "crossroads"
    video = make_video(folder / "videos" / "a.mp4", [(9, 9, 9)] * 4)
    (folder / "crossroads.json").write_text("{}")
    assert unfamiliar("mini", [video]) == ""
    copy = tmp_path / "elsewhere" / "copy.mp4"
    copy.parent.mkdir()
    write_video(np.zeros((3, 192, 192, 3), dtype=np.uint8), copy)
    assert unfamiliar("mini", [copy]) == ""


def test_copies_are_known_by_the_size_that_is_drawn() -> None:
    assert PICTURE[:2] == (FRAME_SIZE, FRAME_SIZE)

"""Controls by name: what a run is shown in place of the whole video, and what tables call it."""

from __future__ import annotations

from typing import Literal

Control = Literal[
    "none", "text_only", "one_frame", "two_frames", "four_frames", "eight_frames", "shuffled_frames"
]

CONTROLS = {
    "text_only": "text only",
    "one_frame": "one frame",
    "two_frames": "two frames",
    "four_frames": "four frames",
    "eight_frames": "eight frames",
    "shuffled_frames": "shuffled frames",
}

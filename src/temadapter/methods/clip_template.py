"""CLIP + template: zero-shot against event descriptions instead of raw options."""

from __future__ import annotations

from temadapter.methods.base import Text
from temadapter.methods.zero_shot import ZeroShot


class ClipTemplate(ZeroShot):
    """As `ZeroShot`; only the text that was embedded differs."""

    name = "clip-template"
    text: Text = "event"

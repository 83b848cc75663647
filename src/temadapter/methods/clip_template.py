"""CLIP + template: zero-shot against event descriptions instead of raw options."""

from __future__ import annotations

from temadapter.methods.base import Text
from temadapter.methods.spec import MethodSpec
from temadapter.methods.zero_shot import ZeroShot


class ClipTemplate(ZeroShot):
    """As `ZeroShot`; only the text that was embedded differs."""

    name = "clip-template"
    text: Text = "event"


SPEC = MethodSpec(
    name="clip-template",
    summary="nothing is trained: mean frame embedding against the event descriptions",
    needs="features",
    text="event",
    trainable=False,
    build=ClipTemplate.from_context,
    order_blind=True,
)

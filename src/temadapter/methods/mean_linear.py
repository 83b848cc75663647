"""A baseline: logistic regression on the mean of the frame features."""

from __future__ import annotations

from temadapter.methods.motion import Motion
from temadapter.methods.spec import MethodSpec


class MeanLinear(Motion):
    """As `Motion` with the mean alone: what a linear model can take from how a video looks on average."""

    name = "mean-linear"
    change = False


SPEC = MethodSpec(
    name="mean-linear",
    summary="a baseline: logistic regression on the mean of the frames",
    needs="features",
    text="event",
    trainable=True,
    build=MeanLinear,
    order_blind=True,
)

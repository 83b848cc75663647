"""Cross-entropy with label smoothing over options of which some are masked."""

from __future__ import annotations

from torch import Tensor


def smoothed_cross_entropy(logits: Tensor, answers: Tensor, smoothing: float) -> Tensor:
    """Return the mean cross-entropy of questions; the smoothed part is spread over the options that may be chosen.

    torch's own `label_smoothing` also spreads it over masked options, whose log-probability is -inf.

    Args:
        logits: (B, N), -inf for a masked option.
        answers: (B,), index of the correct option.
        smoothing: Share of the target that all options get alike.
    """
    log = logits.log_softmax(dim=-1)
    right = log.gather(1, answers[:, None])[:, 0]
    shown = log.isfinite()
    even = log.masked_fill(~shown, 0).sum(dim=-1) / shown.sum(dim=-1)
    return -((1 - smoothing) * right + smoothing * even).mean()

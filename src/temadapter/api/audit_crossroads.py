"""`temadapter.audit_crossroads`: does the text alone give the answers away?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from temadapter.crossroads.questions.audit import Audit


def audit_crossroads(folder: str | Path, *, seed: int = 0) -> Audit:
    """Train a text-only reader on the training questions of Crossroads and test it: it must stay at chance.

    Args:
        folder: What `generate_crossroads` wrote; the videos are not needed.
        seed: Order of the training questions.

    Returns:
        The reader's accuracy and chance, overall, by question type and by family; `passes` where it stays at chance.

    Raises:
        DataError: There is no Crossroads.

    Example:
        >>> audit = audit_crossroads("crossroads")
        >>> audit
        Audit(text only ...%, chance ...%, passes=...)
        >>> audit.overall.questions
        22
    """
    from temadapter.crossroads.questions.audit import audit

    return audit(Path(folder), seed=seed)

"""Tem-Adapter: answer multiple-choice questions about videos with a frozen image-text model."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from temadapter.qa import Answer, VideoQA

__version__ = "0.1.0"
__all__ = ["Answer", "VideoQA", "__version__"]


def __getattr__(name: str) -> object:
    """Load the heavy names only when they are asked for, so that `import temadapter` is instant."""
    if name in ("Answer", "VideoQA"):
        from temadapter import qa

        return getattr(qa, name)
    raise AttributeError(f"module 'temadapter' has no attribute {name!r}")

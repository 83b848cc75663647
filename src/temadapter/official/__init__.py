"""The authors' files: checkpoints, features, and the frames they chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from temadapter.official.parameter_names import load_official
    from temadapter.video.sampling import official_frame_indices

__all__ = ["load_official", "official_frame_indices"]


def __getattr__(name: str) -> object:
    """Load the names when they are asked for: importing this package stays instant."""
    if name == "load_official":
        from temadapter.official.parameter_names import load_official

        return load_official
    if name == "official_frame_indices":
        from temadapter.video.sampling import official_frame_indices

        return official_frame_indices
    raise AttributeError(f"module 'temadapter.official' has no attribute {name!r}")

"""A backbone whose frames become square in another way than its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone


def with_preprocessing(backbone: Backbone, mode: str | None) -> Backbone:
    """Return a backbone whose frames become square in another way than its own.

    Args:
        backbone: Any backbone.
        mode: `crop`, `squash`, `official` (the authors': squash), or None for the backbone's own.
    """
    mode = "squash" if mode == "official" else mode
    return backbone if mode in (None, backbone.resize_mode) else _Prepared(backbone, str(mode))


class _Prepared:
    """A backbone with a preprocessing that is not its own; everything else is the backbone's."""

    def __init__(self, backbone: Backbone, mode: str) -> None:
        from temadapter.backbones.images import FramePreparation

        self._backbone, self.resize_mode = backbone, mode
        self.prepare_frames = FramePreparation(backbone.image_size, mode)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backbone, name)

    def encode_frames(self, frames: Any) -> Any:
        """Embed frames after this object's own preprocessing."""
        array = frames.cpu().numpy() if hasattr(frames, "cpu") else frames
        return self._backbone.encode_frames(self.prepare_frames(array))

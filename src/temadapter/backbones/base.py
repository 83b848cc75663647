"""What a frozen image-text model must offer to the rest of the package."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor


@runtime_checkable
class Backbone(Protocol):
    """A frozen image-text model: frames and sentences go in, embeddings of one space come out.

    Attributes:
        name: The name it was loaded by ("mini", "hf:openai/clip-vit-base-patch32").
        embedding_dim: D, the size of the shared embedding space.
        image_size: S, the side in pixels of the square pictures that the image tower sees.
        resize_mode: How a picture of another shape becomes square: "crop" (shortest side to S, centre
            crop) or "squash" (both sides to S, aspect ratio lost).
        fingerprint: 16 hexadecimal digits over weights, tokenizer and preprocessing: two backbones with the
            same fingerprint give the same features, so it goes into every key of the feature store.
        note: One sentence to show with answers: what this backbone is and what it cannot know.
        logit_scale: The factor that the model learned for its cosine similarities.

    Example:
        >>> from temadapter import load_backbone
        >>> mini = load_backbone("mini")
        >>> isinstance(mini, Backbone), mini.embedding_dim, mini.image_size
        (True, 256, 64)
    """

    name: str
    embedding_dim: int
    image_size: int
    resize_mode: str
    fingerprint: str
    note: str
    logit_scale: float

    def encode_frames(self, frames: NDArray[np.uint8] | Tensor) -> Tensor:
        """Embed frames.

        Args:
            frames: uint8 RGB `(F, H, W, 3)` of any height and width; frames that are already S × S are used
                as they are.

        Returns:
            float32 `(F, D)` on the CPU, projected into the shared space and **not** normalised.
        """
        ...

    def encode_texts(self, texts: Sequence[str]) -> Tensor:
        """Embed sentences.

        Args:
            texts: n sentences. Those longer than the model's context are cut, with one warning for all.

        Returns:
            float32 `(n, D)` on the CPU, projected into the shared space and **not** normalised.
        """
        ...


class BackboneFactory(Protocol):
    """What `register_backbone` and the entry points take: it loads a backbone when one is asked for."""

    def __call__(self, argument: str, /, *, device: str, dtype: str) -> Backbone:
        """Load the backbone.

        Args:
            argument: What followed the colon of the name ("openai/clip…" in "hf:openai/clip…"), or "".
            device: "auto", "cpu" or "cuda".
            dtype: "auto", "float32", "float16" or "bfloat16".
        """
        ...


def frame_preparation(backbone: Backbone) -> Any:
    """Return the function uint8 `(…, H, W, 3)` → uint8 `(…, S, S, 3)` that makes frames fit `backbone`.

    It needs no model and no device, so that decoding threads can call it. A backbone may bring its own as
    `prepare_frames`; without one, its `image_size` and `resize_mode` say what is to be done.
    """
    own = getattr(backbone, "prepare_frames", None)
    if own is not None:
        return own
    from temadapter.backbones.images import FramePreparation

    return FramePreparation(size=backbone.image_size, mode=backbone.resize_mode)

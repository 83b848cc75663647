"""What features depend on besides the video: the name of a store's folder."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from temadapter.errors import DataError
from temadapter.files import write_text_atomic
from temadapter.text_formats import json_value

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone

KEY_FILE = "key.json"


class BackboneInfo(Protocol):
    """The little of a backbone that a store needs: a loaded one has it, and the key of an earlier store."""

    @property
    def name(self) -> str:
        """The backbone's name."""

    @property
    def fingerprint(self) -> str:
        """The backbone's fingerprint."""

    @property
    def embedding_dim(self) -> int:
        """D, the size of the embedding space."""


@dataclass(frozen=True)
class FeatureKey:
    """Everything that features depend on besides the video itself.

    Attributes:
        name: The backbone's name, for people; two names of one model share a store.
        fingerprint: The backbone's fingerprint.
        embedding_dim: D.
        sampler: The frame sampler's name, such as "uniform(16)".
        preprocessing: How frames became pixels, such as "crop-224-bicubic".
    """

    name: str
    fingerprint: str
    embedding_dim: int
    sampler: str
    preprocessing: str

    def folder_name(self) -> str:
        """Return the store's folder: readable, and different for different keys."""
        exact = f"{self.fingerprint}|{self.sampler}|{self.preprocessing}"
        readable = re.sub(r"[^a-z0-9]+", "-", f"{self.sampler} {self.preprocessing}".lower()).strip("-")[:60]
        return f"{self.fingerprint}-{readable}-{hashlib.sha256(exact.encode()).hexdigest()[:6]}"


def write_key(folder: Path, key: FeatureKey) -> None:
    """Write `key` into `folder`, unless it is there."""
    if not (folder / KEY_FILE).is_file():
        write_text_atomic(folder / KEY_FILE, json.dumps(asdict(key), indent=2) + "\n")


def read_key(folder: Path) -> FeatureKey:
    """Return the key of the store in `folder`.

    Raises:
        DataError: If the folder holds no feature store.
    """
    try:
        return FeatureKey(**json_value((folder / KEY_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise DataError(
            f"{folder} is not a feature store: its {KEY_FILE} cannot be read ({error})."
        ) from error


def preprocessing_of(backbone: Backbone | BackboneInfo) -> str:
    """Return the name of the preprocessing that `backbone` does, for a key."""
    described = getattr(getattr(backbone, "prepare_frames", None), "describe", None)
    if described is not None:
        return str(described())
    if isinstance(backbone, FeatureKey):
        return backbone.preprocessing
    mode, size = getattr(backbone, "resize_mode", "crop"), getattr(backbone, "image_size", 0)
    return f"{mode}-{size}-bicubic"

"""Text features, each distinct sentence encoded once and kept on disk per backbone."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from temadapter.files import atomic_path, remove_abandoned
from temadapter.progress import bar

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone

CHUNK = 2048  # sentences between two writes: what a kill can cost
MANY_FILES = 16  # more files than this become one when the cache is opened


class TextFeatures:
    """A cache of text features: `get` encodes only sentences that it has never seen.

    On disk it is a folder `root/texts-<fingerprint>/` of safetensors files, each with some sentences and
    their float32 features, written in one step and never changed: a kill costs at most the chunk under way,
    and several processes may share the folder.

    Args:
        backbone: Encodes the sentences.
        root: The folder of all stores; without it the cache is in memory only.

    Example:
        >>> texts = TextFeatures(backbone, root=Path("features"))  # doctest: +SKIP
        >>> texts.get(["A red car stops.", "A red car stops."]).shape  # doctest: +SKIP
        torch.Size([2, 512])
    """

    def __init__(self, backbone: Backbone, root: Path | None = None) -> None:
        self._backbone = backbone
        self.folder = None if root is None else root / f"texts-{backbone.fingerprint}"
        self._row_of: dict[str, int] = {}
        self._table = torch.empty(0, backbone.embedding_dim)
        if self.folder is not None and self.folder.is_dir():
            self._open(self.folder)

    def __len__(self) -> int:
        return len(self._row_of)

    def __contains__(self, text: object) -> bool:
        return text in self._row_of

    def get(self, texts: Sequence[str]) -> Tensor:
        """Return float32 features `(n, D)` of n sentences, not normalised."""
        new = [text for text in dict.fromkeys(texts) if text not in self._row_of]
        if new:
            self._encode(new)
        return self._table[[self._row_of[text] for text in texts]]

    def _encode(self, texts: Sequence[str]) -> None:
        parts = []
        with bar("Encoding texts", len(texts)) as progress:
            for start in range(0, len(texts), CHUNK):
                part = list(texts[start : start + CHUNK])
                features = self._backbone.encode_texts(part).float().cpu()
                if self.folder is not None:
                    _write(self.folder, part, features)
                parts.append(features)
                progress.advance(len(part))
        self._add(texts, torch.cat(parts))

    def _add(self, texts: Sequence[str], features: Tensor) -> None:
        for row, text in enumerate(texts, start=len(self._table)):
            self._row_of.setdefault(text, row)
        self._table = torch.cat([self._table, features])

    def _open(self, folder: Path) -> None:
        remove_abandoned(folder)
        files = sorted(folder.glob("*.safetensors"))
        read = []
        for file in files:
            content = _read(file)
            if content is not None:
                read.append(file)
                known = [row for row, text in enumerate(content[0]) if text not in self._row_of]
                self._add([content[0][row] for row in known], content[1][known])
        if len(read) > MANY_FILES:
            self._merge(folder, read)

    def _merge(self, folder: Path, files: Sequence[Path]) -> None:
        """Make one file of many; whatever moment it is interrupted at, no sentence is lost."""
        if not os.access(folder, os.W_OK):
            return
        merged = _write(folder, list(self._row_of), self._table)
        for file in files:
            if file != merged:
                with suppress(OSError):
                    file.unlink()


def text_features(texts: Sequence[str], backbone: Backbone | None, root: Path) -> Tensor:
    """Return float32 features `(n, D)` of n sentences; `(n, 0)` without a backbone, for who runs the text tower."""
    return torch.empty(len(texts), 0) if backbone is None else TextFeatures(backbone, root).get(texts)


def _write(folder: Path, texts: list[str], features: Tensor) -> Path:
    from safetensors.torch import save

    listed = json.dumps(texts)
    path = folder / f"{hashlib.sha256(listed.encode()).hexdigest()[:16]}.safetensors"
    with atomic_path(path) as temporary:
        temporary.write_bytes(save({"features": features.contiguous()}, metadata={"texts": listed}))
    return path


def _read(file: Path) -> tuple[list[str], Tensor] | None:
    """Return sentences and features `(n, D)` of one file; None if it is broken or was just merged away."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="pt") as handle:
            texts = json.loads((handle.metadata() or {})["texts"])
            features = handle.get_tensor("features")
    except (SafetensorError, OSError, KeyError, ValueError):
        return None
    return (texts, features) if len(texts) == len(features) else None

"""Frame features on disk: one safetensors file a video, and two JSON-lines files that say what is there.

A video's file is the truth. It appears under its name in one step, complete, or not at all, and carries a digest
that every reading checks. The manifest is a quick list of the files: opening a store reads both and changes
neither, `repair` brings the manifest up to date. So a process may be killed at any moment, and several may work on
one store: a video that is encoded twice gives the same bytes.

Features are kept as float16; a video that was written as exact (features made elsewhere, to be given back bit
for bit) keeps its float32, and its line of the manifest says `"dtype": "float32"`.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from temadapter.errors import DataError, shown
from temadapter.features.journal import append_row, read_rows, replace_rows
from temadapter.features.key import (
    BackboneInfo,
    FeatureKey,
    preprocessing_of,
    read_key,
    write_key,
)
from temadapter.features.provenance import Source, current_source, source_state
from temadapter.features.records import Failure, FeatureTable, VideoFeatures
from temadapter.features.video_file import read_record, read_video_file, write_video_file
from temadapter.files import atomic_path, remove_abandoned, room_on_disk

if TYPE_CHECKING:
    import torch
    from torch import Tensor

MANIFEST, FAILURES = "manifest.jsonl", "failures.jsonl"
SUFFIX = ".safetensors"
__all__ = ["Failure", "FeatureStore", "FeatureTable", "VideoFeatures", "list_stores", "source_state"]


class FeatureStore:
    """The features of one backbone, one sampler and one preprocessing, in a folder `root/<key>/`.

    Args:
        root: The folder of all stores.
        backbone: A loaded backbone, or the `FeatureKey` of an earlier store.
        sampler: The frame sampler's name, such as "uniform(16)".
        preprocessing: How frames become pixels; what the backbone does where it is None.

    Example:
        >>> from temadapter import extract, load_backbone
        >>> report = extract("crossroads", sampler="uniform(16)", store="features")
        >>> store = FeatureStore("features", backbone=load_backbone("mini"), sampler="uniform(16)")
        >>> store.ids()[0], store.read(store.ids()[0]).features.shape  # (F, D)
        ('test_00000.mp4', torch.Size([16, 256]))
    """

    def __init__(
        self, root: str | Path, *, backbone: BackboneInfo, sampler: str, preprocessing: str | None = None
    ) -> None:
        self.key = FeatureKey(
            name=backbone.name,
            fingerprint=backbone.fingerprint,
            embedding_dim=backbone.embedding_dim,
            sampler=sampler,
            preprocessing=preprocessing or preprocessing_of(backbone),
        )
        self.folder = Path(root) / self.key.folder_name()
        self._rows: dict[str, dict[str, Any]] = {}
        self._unlisted: dict[str, dict[str, Any]] = {}  # what the manifest does not say yet
        if self.folder.is_dir():
            self._scan()

    @classmethod
    def open(cls, folder: Path) -> FeatureStore:
        """Open the store in `folder` by the key that it was made with.

        Raises:
            DataError: If the folder holds no feature store.
        """
        key = read_key(folder)
        return cls(folder.parent, backbone=key, sampler=key.sampler, preprocessing=key.preprocessing)

    def create(self) -> None:
        """Make the store's folder, if there is none.

        Raises:
            StorageError: If the disk is full.
        """
        with room_on_disk(self.folder):
            write_key(self.folder, self.key)

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all stored videos, sorted."""
        return tuple(sorted(self._rows))

    def __len__(self) -> int:
        return len(self._rows)

    def file(self, video_id: str) -> Path:
        """Return where the features of `video_id` are or will be: another file for every id."""
        readable = re.sub(r"[^A-Za-z0-9]+", "-", video_id).strip("-")[-60:]
        return self.folder / f"{readable}-{_digest(video_id)}{SUFFIX}"

    def has(self, video_id: str, path: Path | None = None) -> bool:
        """Return whether the features of `video_id` are there. Asking writes nothing.

        Args:
            video_id: The video.
            path: The video file: features of an earlier version of it (another size, or another content) do not
                count. Without it, or where the file is gone, any features count; so do imported ones always.
        """
        file = self.file(video_id)
        if not file.is_file():
            return False
        row = self._rows.get(video_id)
        if row is not None and self._fits(row, path):
            return True
        written = self._adopt(file)  # the file has the last word: another process may have written it
        return written is not None and written != row and self._fits(written, path)

    def _fits(self, row: dict[str, Any], path: Path | None) -> bool:
        """Tell whether features were made from the file at `path`; remember the time of a file that was touched."""
        known = row.get("source")
        if known is None:
            return path is None or not os.path.exists(path)
        now = current_source(known, path)
        if now is not None and now != known:
            video_id = str(row["id"])
            self._rows[video_id] = self._unlisted[video_id] = row | {"source": now}
        return now is not None

    def read(self, video_id: str) -> VideoFeatures:
        """Return the features of `video_id`, as float32.

        Raises:
            DataError: They are not stored, or their file is broken or was changed; the message names it.
        """
        video = self._read(video_id)
        return replace(video, features=video.features.float())

    def source(self, video_id: str) -> Source | None:
        """Return what `write` was told of where the features of `video_id` came from; None if nothing."""
        return self._rows.get(video_id, {}).get("source")

    def _read(self, video_id: str) -> VideoFeatures:
        """Return what `read` does, but as it is stored: float16, or float32 where exact."""
        video = self._stored(video_id)
        wanted = (len(video.times), self.key.embedding_dim)
        if tuple(video.features.shape) != wanted or not len(video.times):
            raise DataError(
                f"{self.file(video_id)} holds features of shape {tuple(video.features.shape)} where {wanted} is "
                "needed; delete it and run `temadapter extract`."
            )
        if not bool(video.features.isfinite().all()):
            raise DataError(
                f"{self.file(video_id)} holds features that are not finite; delete it and run `temadapter extract`."
            )
        return video

    def _stored(self, video_id: str) -> VideoFeatures:
        """Return what the file of `video_id` holds, checked against its digest only."""
        file = self.file(video_id)
        try:
            record, tensors = read_video_file(file)
        except FileNotFoundError as error:
            raise DataError(
                f"The feature store {self.folder} has no features of {video_id!r}; "
                "run `temadapter extract` first."
            ) from error
        if record["id"] != video_id:
            raise DataError(
                f"{file} holds the features of another video, {shown(record['id'])}; delete it and run "
                "`temadapter extract`."
            )
        return VideoFeatures(tensors["features"], tensors["times"], tuple(record.get("damage", ())))

    def load_many(
        self, ids: Sequence[str], *, dtype: torch.dtype | Literal["float32"] | None = "float32"
    ) -> FeatureTable:
        """Return the features of many videos in one table, in the order of `ids`.

        Args:
            ids: V videos, each of which is stored.
            dtype: The number format of the features. None loses nothing and needs no more memory than that:
                float16, or float32 where one of the videos is exact.

        Raises:
            DataError: If one of them is not stored.
        """
        import torch

        videos = [self._read(video_id) for video_id in ids]
        if dtype == "float32":
            dtype = torch.float32
        if dtype is None:
            exact = any(video.features.dtype == torch.float32 for video in videos)
            dtype = torch.float32 if exact else torch.float16
        frames = max((len(video.times) for video in videos), default=0)
        features = torch.zeros(len(videos), frames, self.key.embedding_dim, dtype=dtype)
        mask = torch.zeros(len(videos), frames, dtype=torch.bool)
        times = torch.zeros(len(videos), frames, dtype=torch.float64)
        for row, video in enumerate(videos):
            count = len(video.times)
            features[row, :count] = video.features.to(dtype)
            mask[row, :count] = True
            times[row, :count] = video.times
        return FeatureTable(features, mask, times)

    def write(
        self,
        video_id: str,
        *,
        features: Tensor,
        times: Tensor,
        damage: Iterable[str] = (),
        source: Source | None = None,
        exact: bool = False,
    ) -> None:
        """Store the features of `video_id`, in one step; what was stored of it before is replaced.

        Args:
            video_id: The video.
            features: `(F, D)`; kept as float16, unless `exact`.
            times: `(F,)` seconds.
            damage: What was broken in the file, in words.
            source: The video file when it was read (`provenance.identify`), or `imported_state`.
            exact: Keep every bit, as float32: twice the space.

        Raises:
            DataError: If the shapes do not fit, or a value is not finite as float16 (as float32, where exact).
            StorageError: If the disk is full.
        """
        import torch

        kept = self._checked(video_id, features, times, torch.float32 if exact else torch.float16)
        row = {"id": video_id, "frames": len(times), "damage": list(damage), "source": source}
        if exact:
            row["dtype"] = "float32"
        tensors = {"features": kept, "times": times.detach().to("cpu", torch.float64).contiguous()}
        self.create()
        with atomic_path(self.file(video_id)) as temporary:
            record = write_video_file(temporary, row, tensors)
        append_row(self.folder / MANIFEST, record)
        self._rows[video_id] = record
        self._unlisted.pop(video_id, None)

    def failures(self) -> tuple[Failure, ...]:
        """Return the videos that failed and have not succeeded since."""
        latest = {str(row.get("id")): row for row in read_rows(self.folder / FAILURES)}
        return tuple(
            Failure(video_id, str(row.get("path", "")), str(row.get("reason", "")))
            for video_id, row in latest.items()
        )

    def add_failure(self, failure: Failure) -> None:
        """Note that a video failed; a later success takes the note back."""
        self.create()
        append_row(
            self.folder / FAILURES,
            {"id": failure.video_id, "path": failure.path, "reason": failure.reason},
        )

    def resolve_failures(self, ids: Iterable[str]) -> None:
        """Take the notes of failure about `ids` back, and keep one note of each video that still fails."""
        path = self.folder / FAILURES
        if not path.is_file():
            return
        done = set(ids)
        latest = {str(row.get("id")): row for row in read_rows(path)}
        replace_rows(path, (row for video_id, row in latest.items() if video_id not in done))

    def _checked(self, video_id: str, features: Tensor, times: Tensor, dtype: torch.dtype) -> Tensor:
        """Return `features` as `dtype`."""
        wanted = (len(times), self.key.embedding_dim)
        if tuple(features.shape) != wanted or not len(times):
            raise DataError(
                f"The features of {video_id!r} have the shape {tuple(features.shape)}, but {wanted} is "
                "needed, with at least one frame."
            )
        kept = features.detach().to("cpu", dtype).contiguous()
        if not bool(kept.isfinite().all()):
            name = str(dtype).removeprefix("torch.")
            raise DataError(f"The backbone gave features of {video_id!r} that are not finite as {name}.")
        return kept

    def repair(self) -> None:
        """Bring the manifest up to date with the files, and remove what killed processes left behind."""
        with suppress(OSError):  # a store may be read where it cannot be written
            for video_id in tuple(self._unlisted):
                append_row(self.folder / MANIFEST, self._unlisted[video_id])
                del self._unlisted[video_id]
        for folder in (self.folder, self.folder.parent):
            remove_abandoned(folder)

    def _adopt(self, file: Path) -> dict[str, Any] | None:
        """Learn of a complete file that the manifest lacks: its writer was killed, or is another process."""
        try:
            row = read_record(file)
            video_id = str(row["id"])
        except (OSError, ValueError):
            return None
        if file.name != self.file(video_id).name:
            return None
        self._rows[video_id] = self._unlisted[video_id] = row
        return row

    def _scan(self) -> None:
        """Read the manifest, and the records of the files that it lacks."""
        by_name = {
            self.file(str(row["id"])).name: row for row in read_rows(self.folder / MANIFEST) if "id" in row
        }
        for entry in os.scandir(self.folder):
            if not entry.name.endswith(SUFFIX) or entry.name.startswith("."):
                continue
            row = by_name.get(entry.name)
            if row is None:
                self._adopt(self.folder / entry.name)
            else:
                self._rows[str(row["id"])] = row


def list_stores(root: Path) -> tuple[FeatureStore, ...]:
    """Return every feature store in the folder `root`."""
    return tuple(FeatureStore.open(path.parent) for path in sorted(root.glob("*/key.json")))


def _digest(video_id: str) -> str:
    # Ids may come from file names that are no valid text.
    return hashlib.sha256(video_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]

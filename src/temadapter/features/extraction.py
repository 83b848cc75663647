"""An extraction by names: the backbone is loaded only where a video waits for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from temadapter.errors import ConfigError, unknown_name

if TYPE_CHECKING:
    from temadapter.backbones.base import Backbone
    from temadapter.features.pending import ExtractionReport, VideoItem
    from temadapter.features.store import FeatureStore
    from temadapter.video.sampling import Sampler

PREPROCESSING = ("crop", "squash", "official")
DISTRIBUTED = ("ray",)


@dataclass(frozen=True, kw_only=True)
class Extraction:
    """What encodes videos, and where the features go.

    Args:
        store: Folder of the feature store.
        backbone: The frozen image-text model by name, see `load_backbone`.
        sampler: Which frames it sees.
        preprocessing: One of `PREPROCESSING`; the backbone's own when None.
        device: "auto", "cpu", "cuda", "cuda:1" or "mps".
        workers: Threads that decode; one per core when None.
        distributed: "ray" for the processes of a Ray cluster; None for this process.
        concurrency: Ray workers; one per core when None.
        address: A running Ray cluster; one is started when None.

    Raises:
        ConfigError: An unknown preprocessing or way to distribute, or options of a cluster without one.
    """

    store: Path
    backbone: str
    sampler: Sampler
    preprocessing: str | None = None
    device: str = "auto"
    workers: int | None = None
    distributed: str | None = None
    concurrency: int | None = None
    address: str | None = None

    def __post_init__(self) -> None:
        if self.preprocessing not in (None, *PREPROCESSING):
            raise unknown_name("preprocessing", str(self.preprocessing), PREPROCESSING)
        if self.distributed not in (None, *DISTRIBUTED):
            raise unknown_name("way to distribute", str(self.distributed), DISTRIBUTED)
        if self.distributed is None and (self.concurrency is not None or self.address is not None):
            raise ConfigError("--concurrency and --address belong to --distributed ray.")

    def open(self) -> FeatureStore:
        """Return the store; the backbone is loaded only where its fingerprint is not known yet."""
        return self._known() or self._load()[0]

    def run(
        self, videos: list[VideoItem], *, why_missing: Callable[[str], str] | None = None
    ) -> tuple[FeatureStore, ExtractionReport]:
        """Encode the videos that are not stored yet.

        Args:
            videos: Each with its id in the store and its file.
            why_missing: Knows why a video's file is not there, where more is to be said than that.

        Returns:
            The store, and what was done.

        Raises:
            BackboneError: The model cannot be loaded.
        """
        from temadapter.features.known_backbones import remember_key
        from temadapter.features.pending import finish, pending

        known = self._known()
        if known is not None and not pending(videos, known):  # nothing that a model is needed for
            return known, finish(videos, known)
        store, model = self._load()
        report = self._encode(videos, store, model, why_missing)
        if store.folder.is_dir():
            remember_key(self.store, self.backbone, self.preprocessing, store.key)
        return store, report

    def _known(self) -> FeatureStore | None:
        from temadapter.features.known_backbones import known_key
        from temadapter.features.store import FeatureStore

        key = known_key(self.store, self.backbone, self.preprocessing, self.sampler.name)
        return None if key is None else FeatureStore(self.store, backbone=key, sampler=self.sampler.name)

    def _load(self) -> tuple[FeatureStore, Backbone]:
        from temadapter.features.store import FeatureStore

        model = _load_model(self.backbone, self.preprocessing, self.device)
        return FeatureStore(self.store, backbone=model, sampler=self.sampler.name), model

    def _encode(
        self,
        videos: list[VideoItem],
        store: FeatureStore,
        model: Backbone,
        why_missing: Callable[[str], str] | None,
    ) -> ExtractionReport:
        if self.distributed is None:
            from temadapter.features.encode_videos import extract

            return extract(videos, store, model, self.sampler, workers=self.workers, why_missing=why_missing)
        from temadapter.features.ray_extract import WorkerSetup, extract_with_ray

        setup = WorkerSetup(
            self.store.absolute(),
            self.sampler.name,
            partial(_load_model, self.backbone, self.preprocessing, self.device),
            threads=self.workers or 1,
            gpus=float(_uses_cuda(self.device)),
        )
        return extract_with_ray(
            videos, store, setup, concurrency=self.concurrency, address=self.address, why_missing=why_missing
        )


def _load_model(backbone: str, preprocessing: str | None, device: str) -> Backbone:
    """Load the backbone, here or in a worker elsewhere."""
    from temadapter.backbones.registry import load_backbone
    from temadapter.backbones.resized import with_preprocessing

    return with_preprocessing(load_backbone(backbone, device=device), preprocessing)


def _uses_cuda(device: str) -> bool:
    from temadapter.devices import choose_device

    return choose_device(device).type == "cuda"

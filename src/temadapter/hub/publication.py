"""What would be published of a run: its files, without this machine's folders, and a new model card."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from temadapter.config.feature_config import FeatureConfig
from temadapter.config.run_config import Config, load_config
from temadapter.errors import SharingError
from temadapter.hub.fetch import FILES
from temadapter.hub.local_names import Anonymous, last_name
from temadapter.hub.model_card import model_card
from temadapter.hub.public_backbone import public_backbone
from temadapter.methods.registry import get_method
from temadapter.runs.folder import BackboneRecord, RunFolder
from temadapter.runs.load import load_run
from temadapter.text_formats import json_value


@dataclass(frozen=True)
class Publication:
    """A run as others get it.

    Args:
        files: What each file holds, by name: its bytes, or the file of the run that is taken as it is.
        card: The text of `README.md`.
        backbone: The name by which others load the backbone.
    """

    files: Mapping[str, bytes | Path]
    card: str
    backbone: str

    def sizes(self) -> dict[str, int]:
        """Return the size of every file in bytes."""
        return {
            name: len(content) if isinstance(content, bytes) else content.stat().st_size
            for name, content in self.files.items()
        }


def publication(
    folder: Path,
    *,
    name: str | None = None,
    license_: str | None = None,
    backbone: str | None = None,
    controls: Mapping[str, Mapping[str, Any]] | None = None,
) -> Publication:
    """Check a run and return what would be published of it. Nothing is written and nothing sent.

    Settings that are paths become names: the dataset's and the videos' folder keep what their path ends in, the
    feature store is called as it is by default. Any other absolute path in a text becomes its last part.

    Args:
        folder: The folder of the run.
        name: What `VideoQA.load` will be given to load it, for its card; None where that is not known.
        license_: Licence of the weights, as the hub abbreviates it ("mit"); None = none was chosen.
        backbone: Another name for the run's backbone, by which others can have it (`hf:OWNER/NAME`).
        controls: Blocks like `train.test` of `results.json`, by the name of a control, for the card.

    Raises:
        SharingError: The run is not finished, or others could not load it.
        DataError: There is no run, or its weights cannot be read.
        BackboneError: The backbone is another one than it is said to be.
    """
    run = RunFolder(folder)
    config, record = _checked(run)
    public = public_backbone(run, config.method, record, backbone)
    clean = Anonymous(_folders(config, run))
    shared = _shared(config, public, clean)
    results = clean.value(_results(run, shared, public, controls or {}))
    files: dict[str, bytes | Path] = {
        "config.yaml": shared.to_yaml().encode(),
        "results.json": (json.dumps(results, indent=2, ensure_ascii=False) + "\n").encode(),
        "model.safetensors": run.weights if public == record else _named(run, public),
    }
    for file in FILES:
        path = run.path / file
        if file not in files and path.is_file():
            files[file] = _lines(path, clean) if path.suffix == ".jsonl" else path
    card = model_card(shared, public, results, name=name, license_=license_, files=files.keys())
    files["README.md"] = card.encode()
    return Publication({file: files[file] for file in FILES if file in files}, card, public.name)


def _checked(run: RunFolder) -> tuple[Config, BackboneRecord]:
    """Return the configuration and the backbone of a run that is whole."""
    if not run.config.is_file():
        raise SharingError(f"There is no run in {run.path}: it has no config.yaml.")
    config = load_config(run.path)
    if not run.finished:
        raise SharingError(
            f"The run in {run.path} is not finished, so there is nothing to publish yet. Finish it: "
            f"temadapter train --resume --output {run.path}"
        )
    record = run.read_weights()[1]
    if not get_method(
        config.method
    ).runs_towers:  # else it would take the backbone, only to look at the weights
        load_run(run.path)
    return config, record


def _named(run: RunFolder, record: BackboneRecord) -> bytes:
    """Return the run's weights with another name for their backbone."""
    from safetensors.torch import save

    data: bytes = save(run.read_weights()[0], metadata=record.to_metadata())
    return data


def _shared(config: Config, backbone: BackboneRecord, clean: Anonymous) -> Config:
    """Return a configuration that names no folder of this machine."""
    data, descriptions = config.data, config.data.descriptions or ""
    kind, _, rules = descriptions.partition(":")
    if kind == "dir":
        raise SharingError(
            f"The run reads event descriptions by a model in a folder ({descriptions}), which nobody else has. "
            "Publish that model on the hub, and train again with --set data.descriptions=hf:OWNER/NAME."
        )
    return replace(
        config,
        data=replace(
            data,
            dataset=last_name(data.dataset),
            video_dir=None if data.video_dir is None else last_name(data.video_dir),
            descriptions=f"rules:{last_name(rules)}" if kind == "rules" and rules else data.descriptions,
        ),
        features=replace(config.features, backbone=backbone.name, store=FeatureConfig().store),
        method_options=clean.value(config.method_options),
    )


def _folders(config: Config, run: RunFolder) -> list[Path]:
    """Return the folders of this machine that a run's files may name."""
    own = (config.data.dataset, config.data.video_dir, config.features.store)
    named = [Path(path).expanduser() for path in own if path]
    named += [path.parent for path in named]
    return [*named, run.path, Path.cwd(), Path.home()]


def _results(
    run: RunFolder, config: Config, backbone: BackboneRecord, controls: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Return `results.json` as it is published."""
    results = run.read_results() or {}
    results["run"]["config"] = config.to_dict()
    if isinstance(results.get("meta", {}).get("backbone"), dict):
        results["meta"]["backbone"]["name"] = backbone.name
    if controls:
        train = results["train"]
        train["controls"] = {**train.get("controls", {}), **controls}
    return results


def _lines(path: Path, clean: Anonymous) -> bytes:
    """Return a file of JSON lines without this machine's folders; a line without any stays as it was written."""
    lines = []
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").split("\n"), start=1):
        if not line:
            continue
        try:
            row = json_value(line)
        except ValueError as error:
            raise SharingError(f"{path}:{number} is not the JSON that a run writes ({error}).") from None
        cleaned = clean.value(row)
        lines.append(line if cleaned == row else json.dumps(cleaned, ensure_ascii=False))
    return "".join(f"{line}\n" for line in lines).encode()

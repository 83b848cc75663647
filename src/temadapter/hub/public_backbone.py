"""A published run is of use only where others can have the backbone that it was trained on."""

from __future__ import annotations

from dataclasses import replace

from temadapter.backbones.exact import load_for_method
from temadapter.backbones.registry import package_of
from temadapter.errors import SharingError
from temadapter.hub.local_names import is_local
from temadapter.methods.registry import get_method
from temadapter.runs.folder import BackboneRecord, RunFolder
from temadapter.runs.load import check_backbone

MINI = "mini"
HUB = "hf:"


def public_backbone(
    run: RunFolder, method: str, record: BackboneRecord, other: str | None = None
) -> BackboneRecord:
    """Return what a published run says of its backbone: a name by which everybody can load it.

    Args:
        run: The run.
        method: Its method.
        record: What it was trained on.
        other: Another name (`hf:OWNER/NAME`) for the same backbone; it is loaded and compared.

    Raises:
        SharingError: The backbone's name means something on this machine only: it is a folder, or was registered by a
            call. That of a package's entry point means the same wherever the package is installed.
        BackboneError: The other one is not the same, or the bundled one has changed since the run was made.
    """
    name = other or record.name
    if name != MINI and not name.startswith(HUB) and not _comes_with_package(name):
        local = is_local(name.partition(":")[2]) or name.startswith("dir:")
        reason = "a folder of this machine" if local else "neither a model of the hub nor one of a package"
        raise SharingError(
            f"The run in {run.path} was trained on {name}, which is {reason}, so nobody else could load it. If the "
            "hub has the same model, name it: --backbone hf:OWNER/NAME (it is compared first)."
        )
    if other is not None or name == MINI:
        runs_towers = get_method(method).runs_towers
        check_backbone(load_for_method(name, device="cpu", runs_towers=runs_towers), record, run)
    return replace(record, name=name)


def _comes_with_package(name: str) -> bool:
    return package_of(name) is not None and not is_local(name.partition(":")[2])

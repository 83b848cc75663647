"""The toy backbone as a package brings it, so that new processes know it; some of them meet a bad end."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from temadapter.errors import BackboneError
from training_toy import ToyBackbone


def install(folder: Path) -> Path:
    """Write what an installed package says of itself, for a folder on `sys.path`."""
    info = folder / "toy_followers-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-followers\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[temadapter.backbones]\ntoy = toy_followers:load\n")
    return folder


def load(argument: str, /, *, device: str, dtype: str) -> ToyBackbone:
    """Return the toy; where `FATE` says so, only in the process that wrote its number into `SPARED`."""
    fate = os.environ.get("FATE")
    if fate and os.environ["SPARED"] != str(os.getpid()):
        if fate == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if fate == "refused":
            raise BackboneError("The toy is broken.")
        toy = ToyBackbone()
        toy.fingerprint = "0123456789abcdef"
        return toy
    return ToyBackbone()

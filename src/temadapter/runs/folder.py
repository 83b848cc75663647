"""The folder of a run: what its files are called, and that nothing in it is lost by accident."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temadapter.config.run_config import Config, load_config
from temadapter.descriptions.describers import fingerprint
from temadapter.descriptions.domains import rules_text
from temadapter.errors import ConfigError, DataError
from temadapter.files import atomic_path, leftovers, remove_leftovers, write_text_atomic
from temadapter.folder_lock import sole_holder
from temadapter.text_formats import json_value

if TYPE_CHECKING:
    from torch import Tensor

_METADATA = "temadapter.backbone"


@dataclass(frozen=True)
class BackboneRecord:
    """What a run remembers of the backbone that it was trained on.

    Args:
        name: The name to load it by.
        fingerprint: Of its weights and preprocessing; "" where it is not known (a converted checkpoint).
        embedding_dim: D.
        logit_scale: Its own factor on cosines.
    """

    name: str
    fingerprint: str
    embedding_dim: int
    logit_scale: float

    def to_metadata(self) -> dict[str, str]:
        """Return what is written into `model.safetensors`: one entry, so that equal runs are equal files."""
        return {_METADATA: json.dumps(asdict(self))}

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, str]) -> BackboneRecord:
        """Read what `to_metadata` wrote."""
        return cls(**json_value(metadata[_METADATA]))


class RunFolder:
    """Paths and files of one run.

    Args:
        path: The folder; it need not be there yet.
    """

    FILES = (
        "config.yaml",
        "rules.yaml",
        "metrics.jsonl",
        "results.json",
        "predictions.jsonl",
        "model.safetensors",
        "README.md",
    )
    FOLDERS = ("checkpoint", "members", "tensorboard")

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self.config = self.path / "config.yaml"
        self.rules = self.path / "rules.yaml"
        self.metrics = self.path / "metrics.jsonl"
        self.results = self.path / "results.json"
        self.predictions = self.path / "predictions.jsonl"
        self.weights = self.path / "model.safetensors"
        self.card = self.path / "README.md"
        self.checkpoint = self.path / "checkpoint"
        self.members = self.path / "members"

    def member(self, number: int) -> Path:
        """Return where an ensemble keeps the metrics and the checkpoint of a member."""
        return self.members / str(number)

    def by_seed(self, seeds: Sequence[int]) -> dict[int, Path]:
        """Return where each member of a run keeps its metrics and its checkpoint: the only one here."""
        if len(seeds) == 1:
            return {seeds[0]: self.path}
        return {seed: self.member(number) for number, seed in enumerate(seeds)}

    def held(self) -> AbstractContextManager[None]:
        """Hold the folder against other processes while a run is written; it is made if it is missing.

        Raises:
            ConfigError: Another process is writing a run there.
        """
        return sole_holder(self.path, "a run")

    def prepare(self, config: Config, *, resume: bool = False, overwrite: bool = False) -> Config:
        """Make the folder ready for a run of `config`. What a failed start left, and nothing else, is replaced.

        Whoever calls this holds the folder (`held`), so half-written files there are of processes that were killed:
        they are removed.

        Args:
            config: The run's configuration.
            resume: Go on with the run that is there, if there is one.
            overwrite: Remove the run that is there; files that no run writes stay.

        Returns:
            The configuration to use: on resume that of the run that is there, with only the settings that do
            not change its results (where it runs, what it logs) taken from `config`. Rules of the user's own are
            those of the copy that the folder keeps: it can be moved, and the user's file changed.

        Raises:
            ConfigError: Something is there and neither was said, or the configuration to resume is another
                one.
        """
        rules = _rules_of(config)  # read before anything is removed: they may be this folder's own
        if resume and overwrite:
            raise ConfigError("Choose one of --resume and --overwrite.")
        if self.path.exists() and not self.path.is_dir():
            raise ConfigError(f"{self.path} is a file; a run needs a folder.")
        if self.config.is_file() or set(self._names()) <= {*self.FILES, *self.FOLDERS}:
            self._remove_leftovers()
        occupied = any(self._names()) and not self._only_rules(rules)
        if occupied and (overwrite or self._only_a_failed_start()):
            self._remove()
        elif occupied and resume and self.config.is_file():
            return self._with_rules(self._resumed(config), rules)
        elif occupied:
            hint = (
                "Go on with it (--resume), replace it (--overwrite), or name another folder."
                if self.config.is_file()
                else "It holds no run; name another folder."
            )
            raise ConfigError(f"{self.path} is not empty. {hint}")
        self.path.mkdir(parents=True, exist_ok=True)
        if rules is not None:
            write_text_atomic(self.rules, rules)
        relative = self._with_rules(config, rules, where=Path(self.rules.name))
        write_text_atomic(self.config, relative.to_yaml())
        return self._with_rules(config, rules)

    def _with_rules(self, config: Config, rules: str | None, *, where: Path | None = None) -> Config:
        """Return a configuration that names the copy of the rules in this folder, if it has rules of its own."""
        if rules is None:
            return config
        return replace(config, data=replace(config.data, descriptions=f"rules:{where or self.rules}"))

    def _only_a_failed_start(self) -> bool:
        """Tell whether a run failed here before there was anything to lose: no weights, no epoch, no other file."""
        return self.failure is not None and set(self._names()) <= {
            self.config.name,
            self.rules.name,
            self.results.name,
        }

    def _only_rules(self, rules: str | None) -> bool:
        """Tell whether a start was killed between the two first files: only this run's own rules are there."""
        return (
            rules is not None
            and self._names() == [self.rules.name]
            and self.rules.read_bytes() == rules.encode()
        )

    def _names(self) -> list[str]:
        """Return what is in the folder, except files that were never finished."""
        if not self.path.is_dir():
            return []
        unfinished = set(leftovers(self.path, self.FILES))
        return [entry.name for entry in self.path.iterdir() if entry not in unfinished]

    def _remove_leftovers(self) -> None:
        for place in (self.path, *self.members.glob("*")):
            remove_leftovers(place, self.FILES)
            remove_leftovers(place / self.checkpoint.name)

    def _remove(self) -> None:
        if not self.config.is_file():
            raise ConfigError(f"{self.path} is not empty and holds no run; name another folder.")
        for name in self.FOLDERS:
            shutil.rmtree(self.path / name, ignore_errors=True)
        for name in sorted(self.FILES, key=lambda file: file == "config.yaml"):  # last: what says it is a run
            (self.path / name).unlink(missing_ok=True)

    def _resumed(self, config: Config) -> Config:
        old = load_config(self.config)
        before, now = (_flat(asdict(each)) | {_TEXTS: _meant(each)} for each in (old, config))
        changed = [
            f"{key} was {before.get(key)!r} and is now {now.get(key)!r}"
            for key in before | now
            if key not in _FREE and before.get(key) != now.get(key)
        ]
        if changed:
            raise ConfigError(
                f"The run in {self.path} cannot go on with another configuration: {'; '.join(changed)}. "
                "Use the same settings, or --overwrite."
            )
        return config

    def write_weights(self, weights: Mapping[str, Tensor], backbone: BackboneRecord) -> int:
        """Write the trained weights (none for a method without) and what they were trained on.

        Returns:
            The size of their file in bytes.
        """
        from safetensors.torch import save

        plain = {name: value.detach().cpu().contiguous() for name, value in weights.items()}
        with atomic_path(self.weights) as temporary:
            temporary.write_bytes(save(plain, metadata=backbone.to_metadata()))  # as readable as other files
        return self.weights.stat().st_size

    def read_weights(self) -> tuple[dict[str, Tensor], BackboneRecord]:
        """Read what `write_weights` wrote.

        Raises:
            DataError: The run is not finished, or the file is damaged.
        """
        from safetensors import SafetensorError, safe_open

        if not self.weights.is_file():
            why = (
                "If the run was interrupted, finish it: temadapter train --resume."
                if self.failure is None
                else f"The run failed: {self.failure}"
            )
            raise DataError(f"{self.path} holds no trained weights (model.safetensors). {why}")
        try:
            with safe_open(self.weights, framework="pt") as file:
                weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
                return weights, BackboneRecord.from_metadata(file.metadata() or {})
        except (SafetensorError, KeyError, ValueError, TypeError) as error:
            raise DataError(f"{self.weights} cannot be read: {error!r}.") from None

    def write_results(self, results: Mapping[str, Any]) -> None:
        """Write `results.json`: the blocks run, train and meta."""
        write_text_atomic(self.results, json.dumps(results, indent=2, ensure_ascii=False) + "\n")

    def read_results(self) -> dict[str, Any] | None:
        """Return what `results.json` says, None where there is none.

        Raises:
            DataError: It was changed and says nothing that can be understood.
        """
        if not self.results.is_file():
            return None
        return _object(self.results, self.results.read_text(encoding="utf-8", errors="replace"))

    def read_metrics(self) -> list[dict[str, Any]]:
        """Return the lines of `metrics.jsonl`, one an epoch.

        Raises:
            DataError: One of them was changed and is no JSON object.
        """
        if not self.metrics.is_file():
            return []
        text = self.metrics.read_text(encoding="utf-8", errors="replace")
        return [_object(self.metrics, line) for line in text.splitlines()]

    @property
    def failure(self) -> str | None:
        """Why the run failed; None where it did not."""
        run = self._run_block()
        return str(run.get("error")) if run.get("status") == "failed" else None

    @property
    def finished(self) -> bool:
        """Whether the run came to its end."""
        return self._run_block().get("status") == "finished" and self.weights.is_file()

    def _run_block(self) -> Mapping[str, Any]:
        run = (self.read_results() or {}).get("run")
        return run if isinstance(run, Mapping) else {}


def _object(path: Path, text: str) -> dict[str, Any]:
    """Return the JSON object in a text of a run's file."""
    try:
        content = json_value(text)
    except ValueError as error:
        content, why = None, str(error)
    else:
        why = "no object"
    if not isinstance(content, dict):
        raise DataError(f"{path} is not the JSON that a run writes ({why}); train again with --overwrite.")
    return content


_FREE = ("training.tensorboard", "training.checkpoint_every", "features.store", "preset")
"""Settings that may change on resume: nothing that is computed depends on them."""


_TEXTS = "data.descriptions"


def _rules_of(config: Config) -> str | None:
    """Return the text of the rules of the user's own that a configuration names, None where it names none."""
    spec = config.data.descriptions or ""
    return rules_text(spec.removeprefix("rules:")) if spec.startswith("rules:") else None


def _meant(config: Config) -> str | None:
    """Return what writes descriptions; files of rules with the same content are the same, wherever they lie."""
    rules, spec = _rules_of(config), config.data.descriptions
    return spec if rules is None else f"rules of fingerprint {fingerprint(str(spec))}"


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in values.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else {f"{prefix}{key}": value}
    return flat

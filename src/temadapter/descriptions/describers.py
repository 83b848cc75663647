"""Ways of writing event descriptions, by name: rules, rules of one's own, a model, or the options as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from temadapter.errors import ConfigError, unknown_name

if TYPE_CHECKING:
    from temadapter.descriptions.seq2seq import Seq2SeqDescriber

Describer = Callable[[str, Sequence[str]], tuple[str, ...]]
"""Gets a question and its N options and returns N descriptions, "" for an empty option."""

RAW = "raw"
_KINDS = (RAW, "rules", "rules:FILE", "hf:NAME", "dir:FOLDER")


def check_describer(spec: str) -> None:
    """Refuse a name that `get_describer` could not know. Nothing is loaded, no file is looked for.

    Raises:
        ConfigError: The name is of no known kind; the message lists them.
    """
    kind, colon, argument = spec.partition(":")
    if spec in (RAW, "rules"):
        return
    if kind not in ("rules", "hf", "dir"):
        raise unknown_name("way of writing descriptions", spec, _KINDS)
    if not colon or not argument.strip():
        missing = {"rules": "a YAML file", "hf": "the name of a model", "dir": "a folder"}[kind]
        raise ConfigError(f"{spec!r} lacks {missing} after the colon. Known: {', '.join(_KINDS)}.")


def get_describer(spec: str = "rules") -> Describer:
    """Return what writes event descriptions.

    Args:
        spec: "rules" (the rules of the package), "rules:FILE" (a YAML file, or the name of a bundled one, tried
            before them), "hf:NAME" (a sequence-to-sequence model of the hub), "dir:FOLDER" (one in a folder), or
            "raw" (the options as they are).

    Raises:
        ConfigError: An unknown kind, a file that holds no rules, or a model that cannot be loaded.

    >>> get_describer()("Is it raining?", ("Yes", "No"))
    ('It is raining.', 'It is not raining.')
    """
    from temadapter.descriptions import describe_all

    check_describer(spec)
    if spec == RAW:
        return lambda _question, options: tuple(options)
    if spec == "rules":
        return describe_all
    kind, _, argument = spec.partition(":")
    if kind == "rules":
        from temadapter.descriptions.domains import load_rules

        first = load_rules(argument)
        return lambda question, options: describe_all(question, options, first=first)
    return _model(kind, argument)


def fingerprint(spec: str) -> str:
    """Return 16 hexadecimal digits over what a run must keep to describe alike: a file of rules, a model's weights.

    "" for `raw` and for the rules of the package, which need nothing besides it.

    Raises:
        ConfigError: As `get_describer` does.
    """
    check_describer(spec)
    kind, _, argument = spec.partition(":")
    if kind == "rules" and argument:
        from temadapter.descriptions.domains import rules_text

        return hashlib.sha256(rules_text(argument).encode()).hexdigest()[:16]
    return "" if spec in (RAW, "rules") else _model(kind, argument).fingerprint


def in_words(spec: str) -> str:
    """Return what the text tower reads, for tables and model cards.

    >>> in_words("hf:someone/qa2d")
    'event descriptions by the model hf:someone/qa2d'
    """
    if spec == RAW:
        return "the options as they are"
    kind, _, argument = spec.partition(":")
    if kind == "rules":
        own = argument.replace("\\", "/").rpartition("/")[2]
        return f"event descriptions by rules, those of {own} first" if own else "event descriptions"
    return f"event descriptions by the model {spec}"


@lru_cache(maxsize=2)
def _model(kind: str, name: str) -> Seq2SeqDescriber:
    from temadapter.descriptions.seq2seq import Seq2SeqDescriber

    if kind == "hf":
        return Seq2SeqDescriber(name)
    folder = Path(name).expanduser()
    if not folder.is_dir():  # else its name would be looked for on the hub
        raise ConfigError(f"There is no folder {folder} with a model that writes descriptions.")
    return Seq2SeqDescriber(str(folder))

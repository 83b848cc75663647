"""Ways of writing event descriptions, by name: rules, rules of one's own, or a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from temadapter.errors import ConfigError, unknown_name

Describer = Callable[[str, Sequence[str]], tuple[str, ...]]
"""Gets a question and its N options and returns N descriptions, "" for an empty option."""

_KINDS = ("rules", "rules:FILE", "hf:NAME", "dir:FOLDER")


def get_describer(spec: str = "rules") -> Describer:
    """Return what writes event descriptions.

    Args:
        spec: "rules" (the rules of the package), "rules:FILE" (a YAML file, or the name of a bundled one, tried
            before them), "hf:NAME" (a sequence-to-sequence model of the hub) or "dir:FOLDER" (one in a folder).

    Raises:
        ConfigError: An unknown kind, a file that holds no rules, or a model that cannot be loaded.

    >>> get_describer()("Is it raining?", ("Yes", "No"))
    ('It is raining.', 'It is not raining.')
    """
    from temadapter.events import describe_all

    kind, _, argument = spec.partition(":")
    if kind == "rules" and not argument and ":" not in spec:
        return describe_all
    if not argument:
        raise ConfigError(f"{spec!r} names no way of writing descriptions. Known: {', '.join(_KINDS)}.")
    if kind == "rules":
        from temadapter.events.domains import load_rules

        first = load_rules(argument)
        return lambda question, options: describe_all(question, options, first=first)
    if kind in ("hf", "dir"):
        from temadapter.events.seq2seq import Seq2SeqDescriber

        return Seq2SeqDescriber(argument)
    raise unknown_name("way of writing descriptions", spec, _KINDS)

r"""Rules in YAML: those of one benchmark, bundled here or written by the user, tried before all others.

A file is a list of rules under `rules`. Each has `question`, a regular expression, and either `write`, a
sentence with the fields `{option}` and the named groups, or `yes` and `no`, two sentences:

    rules:
      - question: '^what breed is (?P<dog>.+)\?$'
        write: '{dog} is {option}'
        replace: {'^others?$': of another breed}
      - question: '^did (?P<who>.+) stop\?$'
        yes: '{who} stopped'
        no: '{who} did not stop'
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any

from temadapter.descriptions.engine import Rule, polar_rule, rule
from temadapter.descriptions.english.wording import uncapitalised
from temadapter.descriptions.user_patterns import UserPattern
from temadapter.errors import ConfigError, shown, unknown_name
from temadapter.text_formats import yaml_value

_FOLDER = Path(__file__).parent
_TRUTHS = {True: "yes", False: "no"}  # what YAML makes of the bare words
_KEYS = ("question", "option", "write", "replace", "yes", "no", "link")


def bundled() -> tuple[str, ...]:
    """Return the names of the files that come with the package."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


def load_rules(spec: str) -> tuple[Rule, ...]:
    """Read rules; a file with the same content as before is not parsed again.

    Args:
        spec: Path of a YAML file, or the name of a bundled one ("traffic").

    Raises:
        ConfigError: No such file, no YAML, or a rule that cannot be understood; the message says which.
    """
    return _parsed(rules_text(spec), str(_path(spec)))


def rules_text(spec: str) -> str:
    """Return the text of a file of rules, to keep a copy of it.

    Args:
        spec: As for `load_rules`.

    Raises:
        ConfigError: There is no such file, or it is no text.
    """
    try:
        return _path(spec).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:  # a NUL in the name is a ValueError
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(
            f"The rules {spec!r} cannot be read: {reason}. Give a YAML file, or a bundled one: {', '.join(bundled())}."
        ) from error


def _path(spec: str) -> Path:
    return _FOLDER / f"{spec}.yaml" if spec in bundled() else Path(spec).expanduser()


@lru_cache(maxsize=32)
def _parsed(text: str, path: str) -> tuple[Rule, ...]:
    try:
        content = yaml_value(text)
    except ValueError as error:
        raise ConfigError(f"{path} is not YAML: {error}.") from error
    entries = content.get("rules") if isinstance(content, Mapping) else None
    if not isinstance(entries, list) or not entries:
        raise ConfigError(f"{path} holds no rules. Write a list of rules under `rules:`.")
    return tuple(_rule(f"{path}, rule {number}", entry) for number, entry in enumerate(entries, start=1))


def _rule(where: str, entry: object) -> Rule:
    fields = _fields(where, entry)
    pattern = UserPattern(f"{where}, question", fields["question"])
    known = {*pattern.groups, "option"}
    for key in ("write", "yes", "no"):
        _check_template(
            f"{where}, {key}", fields.get(key, ""), known if key == "write" else known - {"option"}
        )
    if "yes" in fields:
        return polar_rule(pattern, yes=fields["yes"], no=fields["no"], link=fields.get("link", ", because "))
    replacements = [
        (UserPattern(f"{where}, replace", str(old)), str(new))
        for old, new in (fields.get("replace") or {}).items()
    ]
    for old, new in replacements:
        old.check_replacement(new)
    only = None if fields.get("option") is None else UserPattern(f"{where}, option", str(fields["option"]))
    return _replacing(rule(pattern, fields["write"], option=only), fields["write"], replacements)


def _replacing(made: Rule, template: str, replacements: list[tuple[UserPattern, str]]) -> Rule:
    """Let some options be written in other words: "Others" as "in another way"."""
    if not replacements:
        return made

    def write(match: re.Match[str], option: str) -> str:
        for pattern, new in replacements:
            if pattern.search(option):
                groups = {name: (value or "").strip(" ?.,!") for name, value in match.groupdict().items()}
                return template.format(option=pattern.replaced(uncapitalised(option), new), **groups)
        return made.write(match, option)

    return Rule(made.pattern, write)


def _fields(where: str, entry: object) -> dict[str, Any]:
    if not isinstance(entry, Mapping):
        raise ConfigError(f"{where} is not a mapping. Write `question:` and `write:` (or `yes:` and `no:`).")
    entry = {_TRUTHS.get(key, key) if isinstance(key, bool) else key: value for key, value in entry.items()}
    for key in entry:
        if key not in _KEYS:
            raise unknown_name(f"field of a rule ({where})", str(key), _KEYS)
    needed = ("question", "yes", "no") if {"yes", "no"} & set(entry) else ("question", "write")
    for key in needed:
        if not isinstance(entry.get(key), str):
            raise ConfigError(f"{where} has no `{key}`, or it is not text. Put texts in quotes: 'yes', 'no'.")
    if not isinstance(entry.get("replace", {}), Mapping):
        raise ConfigError(f"{where}: `replace` is not a mapping from regular expressions to words.")
    return {str(key): value for key, value in entry.items()}


def _check_template(where: str, template: str, known: set[str]) -> None:
    try:
        used = [(name, spec or how) for _, name, spec, how in Formatter().parse(template) if name is not None]
    except ValueError as error:
        raise ConfigError(f"{where} cannot be filled in ({error}): {shown(template)}") from error
    for name, more in used:
        if more:
            raise ConfigError(f"{where}: write {{{name}}} alone, without {shown(more)} behind it.")
        if name not in known:
            raise unknown_name(f"group of the question ({where})", name, known)

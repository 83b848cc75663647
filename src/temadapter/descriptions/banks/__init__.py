r"""Sentence banks: what can be true of an entity in one picture, and of the whole picture, as data of a domain.

A bank is a YAML file, bundled here or the user's own. Only `about` is needed:

    entities: 'the (?:red|blue) (?:car|bus)'   # what counts as an entity; any noun phrase where it is missing
    names: [the red car, the blue bus]         # what descriptions call them; they keep their names if missing
    about: ['{e}', '{e} on the left', 'a small {n}']   # {e}: "the bus"; {n}: "bus"
    scene: [an empty street]                   # about the whole picture
    others: [a vehicle]                        # entities that are looked for though no description names them
    domain: 'cars?|road'                       # what its descriptions mention, for `auto`; entities if missing
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any

from temadapter.descriptions.attributive import attributive
from temadapter.descriptions.mentions import find_entities, rename_entities
from temadapter.descriptions.user_patterns import UserPattern
from temadapter.errors import ConfigError, unknown_name
from temadapter.text_formats import yaml_value

AUTO, GENERAL = "auto", "general"
SPECIAL = ("crossroads", "traffic")
"""The banks of a domain, the narrower one first; `auto` takes the first whose domain most descriptions mention."""

_FOLDER = Path(__file__).parent
_LISTS, _PATTERNS = ("names", "about", "scene", "others"), ("entities", "domain")
_ENOUGH = 0.5
_LOOKED_AT = 1000


@dataclass(frozen=True)
class Bank:
    """Sentences about stills.

    Args:
        about: K sentences about an entity, with the field `{e}` ("the bus") or `{n}` ("bus").
        scene: G sentences about the whole picture.
        names: What the entities of a description are renamed to, in the order of mention; none: nothing is renamed.
        others: Entities that are looked for in every picture.
        entities: Regular expression over what counts as an entity; None for any noun phrase.
        domain: Regular expression over what descriptions of the domain mention; None for its entities.
    """

    about: tuple[str, ...]
    scene: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    entities: UserPattern | None = None
    domain: UserPattern | None = None

    def fits(self, description: str) -> bool:
        """Tell whether a description is of the bank's domain."""
        if self.domain is None:
            return bool(self.find(description))
        return self.domain.search(description) is not None

    def find(self, description: str) -> tuple[str, ...]:
        """Return the entities that a description names, at most three, in the order of mention.

        What it says of its subject by "is" belongs to the entity, if the bank takes that for one.

        >>> Bank(("{e}",)).find("The truck is white.")
        ('the white truck',)
        """
        return self._attributed(description) or find_entities(description, self.entities)

    def rename(self, description: str) -> str:
        """Return a description whose entities have the bank's fixed names.

        >>> Bank(("{e}",), names=("the red car", "the blue bus")).rename("The truck hit the bus.")
        'The red car hit the blue bus.'
        """
        if not self.names:
            return description
        if found := self._attributed(description):
            return rename_entities(f"There is {found[0]}.", self.names, self.entities)
        return rename_entities(description, self.names, self.entities)

    def _attributed(self, description: str) -> tuple[str, ...]:
        phrase = attributive(description)
        return find_entities(phrase, self.entities) if phrase else ()

    def sentences(self, entity: str) -> tuple[str, ...]:
        """Return the K sentences about one entity.

        >>> Bank(("{e} on the left", "a small {n}")).sentences("the bus")
        ('the bus on the left', 'a small bus')
        """
        return tuple(text.format(e=entity, n=entity.removeprefix("the ")) for text in self.about)


def bank_names() -> tuple[str, ...]:
    """Return the names of the bundled banks, the general one last."""
    return (*SPECIAL, GENERAL)


def load_bank(spec: str) -> Bank:
    """Read a bank.

    Args:
        spec: The name of a bundled one, or a YAML file.

    Raises:
        ConfigError: No such file, or not a bank; the message says what is wrong.
    """
    return _parsed(bank_text(spec), spec)


def bank_text(spec: str) -> str:
    """Return the text of a bank, to keep a copy of it.

    Raises:
        ConfigError: There is no such file.
    """
    path = _FOLDER / f"{spec}.yaml" if spec in bank_names() else Path(spec).expanduser()
    if spec not in bank_names() and not path.is_file():
        raise unknown_name("sentence bank (or YAML file)", spec, (AUTO, *bank_names()))
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise ConfigError(f"The sentence bank {spec} cannot be read: {error}.") from error


def choose_bank(descriptions: Iterable[str]) -> str:
    """Return the name of the bundled bank that fits some descriptions.

    That is the first of a domain (`SPECIAL`) that at least half of the descriptions fit, else the general one. The
    first thousand different descriptions are looked at.
    """
    some = list(dict.fromkeys(text for text in descriptions if text))[:_LOOKED_AT]
    for name in SPECIAL:
        bank = load_bank(name)
        if some and sum(map(bank.fits, some)) >= _ENOUGH * len(some):
            return name
    return GENERAL


@lru_cache(maxsize=16)
def _parsed(text: str, spec: str) -> Bank:
    try:
        content = yaml_value(text)
    except ValueError as error:
        raise ConfigError(
            f"The sentence bank {spec} is not YAML: {' '.join(str(error).split())[:200]}"
        ) from error
    if not isinstance(content, Mapping):
        raise ConfigError(f"The sentence bank {spec} must hold `about:` and a list of sentences.")
    for key in content:
        if key not in (*_LISTS, *_PATTERNS):
            raise unknown_name(f"key of the sentence bank {spec}", str(key), (*_LISTS, *_PATTERNS))
    lists = {key: _texts(content.get(key, []), key, spec) for key in _LISTS}
    patterns = {key: _pattern(content.get(key), key, spec) for key in _PATTERNS}
    if not lists["about"]:
        raise ConfigError(
            f"The sentence bank {spec} has no sentences about an entity: give a list under `about:`."
        )
    for sentence in lists["about"]:
        _check_fields(sentence, spec)
    return Bank(
        about=lists["about"],
        scene=lists["scene"],
        names=lists["names"],
        others=lists["others"],
        entities=patterns["entities"],
        domain=patterns["domain"],
    )


def _texts(value: Any, key: str, spec: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) and text.strip() for text in value):
        raise ConfigError(f"The sentence bank {spec}: `{key}` must be a list of texts. Put texts in quotes.")
    return tuple(value)


def _check_fields(sentence: str, spec: str) -> None:
    try:
        used = {
            name + (spec or how or "")
            for _, name, spec, how in Formatter().parse(sentence)
            if name is not None
        }
    except ValueError as error:
        raise ConfigError(
            f"The sentence bank {spec}: {sentence[:200]!r} cannot be filled in ({error})."
        ) from error
    if not used or used - {"e", "n"}:
        raise ConfigError(
            f"The sentence bank {spec}: {sentence[:200]!r} must name its entity as {{e}} (the bus) or {{n}} (bus)."
        )


def _pattern(value: Any, key: str, spec: str) -> UserPattern | None:
    if value is None:
        return None
    return UserPattern(f"The sentence bank {spec}, {key}", str(value), whole_words=True)

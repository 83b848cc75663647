"""Event descriptions: question and option become one declarative sentence (docs/method.md section 2).

A rule looks at the question and writes the sentence. Rules are tried in order and the first that writes
something wins, so that particular rules stand before general ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from temadapter.descriptions.english.wording import (
    clean_option,
    clean_question,
    sentence,
    uncapitalised,
    with_name,
    yes_no,
)

Writer = Callable[[re.Match[str], str], str]


class Pattern(Protocol):
    """A compiled regular expression, Python's or a user's (`UserPattern`)."""

    def search(self, text: str, /) -> re.Match[str] | None:
        """Return the first match in `text`."""


@dataclass(frozen=True)
class Rule:
    """One way of writing an event description.

    Args:
        pattern: Searched in the question, which has single spaces and ends with exactly one `?`.
        write: Gets the match and the option (single spaces, no punctuation at its end) and returns the
            sentence; capital and full stop are added afterwards. "" leaves the option to the next rule.
    """

    pattern: Pattern
    write: Writer


def rule(pattern: str | Pattern, text: str | Writer, *, option: str | Pattern | None = None) -> Rule:
    r"""Make a rule from a regular expression (letter case ignored) and a format string or a function.

    In a format string, `{option}` is the option as it stands in the middle of a sentence, and every named
    group of the pattern is a field of its name. Options that the expression `option` is not found in are left
    to the next rule: for questions that several benchmarks ask, each with answers of its own.

    >>> made = rule(r"^What colour is (?P<thing>.+)\?$", "{thing} is {option}")
    >>> apply_rules([made], "What colour is the bus?", "Red")
    'The bus is red.'
    """
    write = text if callable(text) else _formatter(text)
    if option is not None:
        write = _only(_compiled(option), write)
    return Rule(_compiled(pattern), write)


def _compiled(pattern: str | Pattern) -> Pattern:
    return re.compile(pattern, re.IGNORECASE) if isinstance(pattern, str) else pattern


def polar_rule(pattern: str | Pattern, *, yes: str, no: str, link: str = ", because ") -> Rule:
    r"""Make a rule for a yes/no question; `yes` and `no` are format strings over the pattern's named groups.

    Options that are neither a yes nor a no are left to the next rule.

    >>> made = polar_rule(r"^Did (?P<who>.+) stop\?$", yes="{who} stopped", no="{who} did not stop")
    >>> apply_rules([made], "Did the bus stop?", "No")
    'The bus did not stop.'
    """

    def write(match: re.Match[str], option: str) -> str:
        groups = _groups(match)
        return yes_no(option, yes=yes.format(**groups), no=no.format(**groups), link=link)

    return Rule(_compiled(pattern), write)


def apply_rules(rules: Iterable[Rule], question: str, option: str) -> str:
    """Return the event description that the first fitting rule writes, "" when none fits."""
    return apply_rules_all(rules, question, (option,))[0]


def apply_rules_all(rules: Iterable[Rule], question: str, options: Sequence[str]) -> tuple[str, ...]:
    """Describe every option of one question; the patterns are searched in the question only once.

    Args:
        rules: The rules in the order in which they are tried.
        question: The question.
        options: Its N options; an empty one (padding) gets an empty description.

    Returns:
        N sentences, "" where the option is empty or no rule wrote anything.
    """
    text = clean_question(question)
    found = _Found(rules, text)
    return tuple(
        with_name(_first_sentence(found, cleaned), text, cleaned) for cleaned in map(clean_option, options)
    )


class _Found:
    """The rules that fit a question, searched for no further than the options need, and only once for all."""

    def __init__(self, rules: Iterable[Rule], text: str) -> None:
        self._known: list[tuple[Rule, re.Match[str]]] = []
        self._more = ((made, match) for made in rules if (match := made.pattern.search(text)))

    def __iter__(self) -> Iterator[tuple[Rule, re.Match[str]]]:
        yield from self._known
        for pair in self._more:
            self._known.append(pair)
            yield pair


def _first_sentence(found: Iterable[tuple[Rule, re.Match[str]]], option: str) -> str:
    if not option:
        return ""
    written = (sentence(made.write(match, option)) for made, match in found)
    return next((text for text in written if text), "")


def _formatter(template: str) -> Writer:
    def write(match: re.Match[str], option: str) -> str:
        return template.format(option=uncapitalised(option), **_groups(match))

    return write


def _only(wanted: Pattern, write: Writer) -> Writer:
    return lambda match, option: write(match, option) if wanted.search(option) else ""


def _groups(match: re.Match[str]) -> dict[str, str]:
    """Return the named groups without punctuation at their ends; a group that took no part is ""."""
    return {name: (value or "").strip(" ?.,!") for name, value in match.groupdict().items()}

"""`temadapter.describe`: what the text tower reads in place of a question and its options."""

from __future__ import annotations

from collections.abc import Sequence


def describe(question: str, options: Sequence[str], *, descriptions: str = "rules") -> tuple[str, ...]:
    """Return the event descriptions of a question's N options: N sentences, "" for an empty option.

    Args:
        question: The question.
        options: Its options.
        descriptions: `rules` (the package's), `rules:FILE` (your own rules first), `hf:REPO` or `dir:FOLDER` (a
            sequence-to-sequence model), `raw` (the options themselves).

    Raises:
        ConfigError: The question or every option is empty, or `descriptions` names nothing.

    Example:
        >>> describe("What might be the reason for this accident?", ["Speeding vehicle", "Rain"])
        ('Speeding vehicle is the reason for this accident.', 'Rain is the reason for this accident.')
    """
    from temadapter.descriptions.describers import get_describer
    from temadapter.errors import ConfigError

    if not question.strip():
        raise ConfigError("The question is empty.")
    if isinstance(options, str):
        raise ConfigError("The options must be a list of texts, not one text.")
    if not any(option.strip() for option in options):
        raise ConfigError("Every option is empty: give at least one with words in it.")
    return tuple(get_describer(descriptions)(question, options))

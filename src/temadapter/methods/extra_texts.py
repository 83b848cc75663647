"""How a method asks for more sentences than the description of each option: sentences about stills, other wordings.

A method's spec has a `reader`. It says for each option's text which sentences to encode; they are encoded once per
distinct sentence and kept in the text cache, and every batch carries their features and who reads what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from torch import Tensor

NOTHING = -1
"""In place of the row of a sentence that is not there."""


@dataclass(frozen=True)
class Reading:
    """What a method reads of one option besides its text.

    Args:
        own: A sentences of the option's own; as many for every option, "" for one that is missing.
        shared: M sentences that it may share with other options, who are then grouped; as many for every option.
    """

    own: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()


class Reader(Protocol):
    """Says what a method reads of an option besides its text; readers that say the same are equal and hash alike."""

    def __hash__(self) -> int: ...

    def __call__(self, text: str) -> Reading:
        """Return the sentences for an option's text: its event description, or the option itself; may be ""."""
        ...


def extra_sentences(option_texts: Iterable[str], reader: Reader) -> Iterator[str]:
    """Yield the sentences that a reader asks for besides some options' texts, some more than once."""
    for reading in (reader(text) for text in ("", *option_texts)):
        yield from (sentence for sentence in (*reading.own, *reading.shared) if sentence)


ReaderBuilder = Callable[[Mapping[str, Any]], Reader]
"""Makes a reader of a method's options."""


@dataclass(frozen=True)
class ExtraTexts:
    """The sentences that the options of some questions read, as rows of one table.

    Attributes:
        features: (S, D), text embeddings as the backbone made them.
        own: (B, N, A), rows of `features`; `NOTHING` where there is no sentence.
        group: (B, N), which row of `groups` an option reads.
        groups: (G, M), rows of `features`; `NOTHING` where there is no sentence.
    """

    features: Tensor
    own: Tensor
    group: Tensor
    groups: Tensor

"""What is known of a method without building it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from temadapter.methods.base import Method, MethodContext, Needs, Text
    from temadapter.methods.extra_texts import ReaderBuilder


@dataclass(frozen=True)
class NoOptions:
    """A method that has nothing to choose, or has its options in sections of its own."""


@dataclass(frozen=True, kw_only=True)
class MethodSpec:
    """What is known of a method without building it.

    Attributes:
        name: Its name on the command line.
        summary: What it trains, in a few words.
        needs: `features` or `frames`.
        text: `raw` options or `event` descriptions.
        trainable: Whether there is anything to train.
        build: Makes the method; imports happen here.
        encodes_text: Whether it runs the text tower itself: its batches carry sentences in place of text features.
        options: Frozen dataclass of the method's own options, each with a default
            (`--set method_options.NAME=VALUE`).
        order_blind: Whether the video is the mean of its frames, so that their order cannot be seen.
        reader: Makes, of the options, what says which sentences are read besides an option's text; None for none.
        settle: Gets the options and the texts of the training questions' options, and returns the options with
            whatever depends on the data decided; None where nothing does.

    Example:
        >>> from temadapter.methods.registry import get_method
        >>> lora = get_method("lora")
        >>> lora.needs, lora.trainable, lora.runs_towers, lora.options().rank
        ('frames', True, True, 8)
    """

    name: str
    summary: str
    needs: Needs
    text: Text
    trainable: bool
    build: Callable[[MethodContext], Method]
    encodes_text: bool = False
    options: type = NoOptions
    order_blind: bool = False
    reader: ReaderBuilder | None = None
    settle: Callable[[Mapping[str, Any], Iterable[str]], dict[str, Any]] | None = None

    @property
    def runs_towers(self) -> bool:
        """Whether the method needs the backbone itself, not only what it once made of frames and texts."""
        return self.needs == "frames" or self.encodes_text

    def all_options(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return every option by name: those given, and the defaults of the rest.

        Raises:
            ConfigError: One of them is out of range.
        """
        return asdict(self.options(**given))

"""From sentences to token ids, with the `tokenizers` library alone.

transformers' own tokenizer classes cost seconds of import for the same ids: they read the same
`tokenizer.json`.
"""

from __future__ import annotations

import re
import string
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from temadapter.backbones.completeness import read_json
from temadapter.errors import BackboneError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PUNCTUATION = str.maketrans("", "", string.punctuation)


class TextTokenizer:
    """Turns sentences into token ids that fit one text tower.

    Args:
        tokenizer: The `tokenizers` object; its own padding and truncation are switched off.
        context: The longest sequence of tokens that the text tower takes, its special tokens included.
        pad_id: The id that fills a sequence up.
        end_id: The id of the token that ends a sentence, None where the folder does not name it.
        always_full: Fill every sequence up to `context` (SigLIP was trained so).
        canonical: What is done to a sentence before the tokenizer sees it.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        *,
        context: int,
        pad_id: int,
        end_id: int | None = None,
        always_full: bool = False,
        canonical: Callable[[str], str] = str,
    ) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer, self.canonical = tokenizer, canonical
        self.context, self.pad_id, self.end_id, self.always_full = context, pad_id, end_id, always_full

    def __call__(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token ids of every sentence, special tokens included, not yet filled up.

        Sentences longer than the context are cut, their closing token kept, and one warning counts them.
        """
        sentences = [self.canonical(text) for text in texts]
        rows = [encoding.ids for encoding in self._tokenizer.encode_batch(sentences)]
        long = [index for index, row in enumerate(rows) if len(row) > self.context]
        if long:
            self._warn(len(long), len(rows), texts[long[0]])
            self._tokenizer.enable_truncation(self.context)
            cut = self._tokenizer.encode_batch([sentences[index] for index in long])
            self._tokenizer.no_truncation()
            for index, encoding in zip(long, cut, strict=True):
                rows[index] = encoding.ids
        return rows

    def _warn(self, cut: int, total: int, example: str) -> None:
        warnings.warn(
            f"{cut} of {total} texts were cut, being longer than the {self.context} tokens that the "
            f"backbone's text tower takes; the first begins with {example[:60]!r}.",
            stacklevel=4,
        )

    def filled(self, rows: Sequence[Sequence[int]], length: int) -> list[list[int]]:
        """Return `rows` filled up with the padding id to `length` tokens each."""
        return [[*row, *[self.pad_id] * (length - len(row))] for row in rows]

    def padded_length(self, row: Sequence[int]) -> int:
        """Return the length `row` is filled up to: a multiple of 8 that depends on this row alone."""
        return self.context if self.always_full else min(self.context, -(-len(row) // 8) * 8)


def siglip_canonical(text: str) -> str:
    """Return `text` as SigLIP saw its captions: lower case, no punctuation, single spaces."""
    return re.sub(r"\s+", " ", text.lower().translate(PUNCTUATION)).strip()


def load_tokenizer(folder: Path, *, family: str, text_config: Any) -> TextTokenizer:
    """Read the tokenizer of a model folder in the hub's format.

    Args:
        folder: The model's folder.
        family: "clip" or "siglip".
        text_config: The text tower's configuration.

    Raises:
        BackboneError: If the folder has no tokenizer that can be read.
    """
    tokenizer = _read(folder)
    settings = _settings(folder)
    pad_id = tokenizer.token_to_id(_token(settings.get("pad_token")))
    if pad_id is None:
        pad_id = text_config.pad_token_id if family == "siglip" else text_config.eos_token_id
    canonical: Callable[[str], str] = str
    if family == "siglip":
        canonical = str.lower if _of_siglip_2(settings, tokenizer) else siglip_canonical
    return TextTokenizer(
        tokenizer,
        context=int(text_config.max_position_embeddings),
        pad_id=int(pad_id or 0),
        end_id=tokenizer.token_to_id(_token(settings.get("eos_token"))),
        always_full=family == "siglip",
        canonical=canonical,
    )


def _of_siglip_2(settings: dict[str, Any], tokenizer: Tokenizer) -> bool:
    """Tell whether punctuation stays: SigLIP 2 keeps it, SigLIP does not; both were trained on lower case.

    What the class is called depends on the version of transformers that saved it; where it tells nothing
    (`TokenizersBackend`), the kind of tokenizer does: SigLIP 2's is Gemma's, a BPE.
    """
    name = str(settings.get("tokenizer_class", "")).lower()
    if "siglip" in name or "gemma" in name:
        return "siglip2" in name or "gemma" in name
    return type(tokenizer.model).__name__ == "BPE"


def _read(folder: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    file = folder / "tokenizer.json"
    if file.is_file():
        try:
            return Tokenizer.from_file(str(file))
        except Exception as error:  # the library raises bare Exceptions
            raise BackboneError(
                f"{file} is not a tokenizer that can be read ({error}). Copy it again."
            ) from error
    if not ((folder / "vocab.json").is_file() and (folder / "merges.txt").is_file()):
        raise BackboneError(
            f"{folder} has no tokenizer.json. Copy it from where the model comes from, or write one with "
            "transformers: AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER)."
        )
    from transformers import CLIPTokenizer

    return CLIPTokenizer.from_pretrained(folder, local_files_only=True).backend_tokenizer  # type: ignore[no-any-return]


def _settings(folder: Path) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for name in ("special_tokens_map.json", "tokenizer_config.json"):
        if (folder / name).is_file():
            merged |= read_json(folder / name)
    return merged


def _token(entry: Any) -> str:
    return str(entry.get("content", "")) if isinstance(entry, dict) else str(entry or "")

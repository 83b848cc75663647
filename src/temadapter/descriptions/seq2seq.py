"""Event descriptions by a sequence-to-sequence model that turns question and answer into a statement."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from temadapter.descriptions.english.wording import clean_option, clean_question, sentence, yes_no_parts
from temadapter.descriptions.faithfulness import keeps
from temadapter.errors import ConfigError

CONNECT_SECONDS = 5.0  # a hub that can be reached answers in well under a second
DEFAULT_PROMPT = "question: {question} answer: {option}"


class Seq2SeqDescriber:
    """Writes descriptions with an encoder-decoder of the hub (T5, BART ...), greedily: the same input, the same text.

    What the model writes without the words of the option is replaced by what the rules write.

    Args:
        name: Name of the model on the hub, or a folder with model and tokenizer.
        prompt: What the model was trained to read, with `{question}` and `{option}`.
        max_new_tokens: Longest description, in tokens.

    Raises:
        ConfigError: There is no such model, or it is no encoder-decoder.
    """

    def __init__(self, name: str, *, prompt: str = DEFAULT_PROMPT, max_new_tokens: int = 64) -> None:
        self._prompt, self._max_new_tokens = prompt, max_new_tokens
        self._tokenizer, self._model = _load(name)
        self._known: dict[tuple[str, str], str] = {}

    @cached_property
    def fingerprint(self) -> str:
        """16 hexadecimal digits over the prompt and the weights: two with the same one describe alike."""
        import torch

        digest = hashlib.sha256(f"{self._prompt} {self._max_new_tokens}".encode())
        for name, value in sorted(self._model.state_dict().items()):
            digest.update(name.encode())
            digest.update(value.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().data)
        return digest.hexdigest()[:16]

    def __call__(self, question: str, options: Sequence[str]) -> tuple[str, ...]:
        """Return N descriptions, "" for every empty option."""
        text = clean_question(question)
        pairs = [(text, clean_option(option)) for option in options]
        self._write([pair for pair in dict.fromkeys(pairs) if pair[1] and pair not in self._known])
        return tuple(self._known[pair] if pair[1] else "" for pair in pairs)

    def _write(self, pairs: list[tuple[str, str]]) -> None:
        if not pairs:
            return
        import torch

        prompts = [self._prompt.format(question=question, option=option) for question, option in pairs]
        batch = self._tokenizer(prompts, return_tensors="pt", padding=True, truncation=True)
        with torch.inference_mode():
            made = self._model.generate(
                input_ids=batch["input_ids"],
                attention_mask=batch["attention_mask"],
                max_new_tokens=self._max_new_tokens,
                do_sample=False,
                num_beams=1,
            )
        for pair, text in zip(
            pairs, self._tokenizer.batch_decode(made, skip_special_tokens=True), strict=True
        ):
            self._known[pair] = _checked(pair, sentence(text))


def _checked(pair: tuple[str, str], text: str) -> str:
    """Return what the model wrote, or the rules' description where the model lost the option."""
    from temadapter.descriptions import describe

    question, option = pair
    polar = yes_no_parts(option) is not None  # whether "no" was understood cannot be told: the rules know
    return text if not polar and keeps(option, text) else describe(question, option)


def _load(name: str) -> tuple[Any, Any]:
    """Return tokenizer and model: from a folder, else from the hub's cache, else from the hub."""
    if Path(name).is_dir():
        return _loaded(name, local=True)
    try:
        return _loaded(name, local=True)
    except ConfigError:
        _ask_hub(name)
        return _loaded(name, local=False)


def _loaded(name: str, *, local: bool) -> tuple[Any, Any]:
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(name, local_files_only=local)
        return tokenizer, AutoModelForSeq2SeqLM.from_pretrained(name, local_files_only=local).eval()
    except (OSError, ValueError, KeyError) as error:
        reason = " ".join(str(error).split())[:300].rstrip(". ")
        raise ConfigError(
            f"{name!r} cannot be loaded as a sequence-to-sequence model: {reason}. Give the name of an encoder-decoder "
            "of the hub (hf:OWNER/NAME) or a folder that holds one (dir:FOLDER)."
        ) from error


def _ask_hub(name: str) -> None:
    """Make a small request with a short limit: a download would try an absent network for minutes."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError

    try:
        HfApi().model_info(name, timeout=CONNECT_SECONDS)
    except (HFValidationError, RepositoryNotFoundError) as error:
        raise ConfigError(
            f"The hub has no model {name!r}, or it is private. Its name reads OWNER/NAME; log in with `hf auth login`."
        ) from error
    except Exception as error:  # a network fails in many ways, and the HTTP library differs between versions
        raise ConfigError(
            f"The hub cannot be reached and its cache on this machine has no copy of {name}: take rules instead, or "
            "dir:FOLDER with a copy of the model."
        ) from error

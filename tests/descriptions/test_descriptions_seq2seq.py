from __future__ import annotations

from pathlib import Path

import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import HFValidationError

from temadapter.descriptions import describe_all, get_describer
from temadapter.descriptions.seq2seq import Seq2SeqDescriber
from temadapter.errors import ConfigError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny T5 with random weights and a tokenizer of words."""
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import PreTrainedTokenizerFast, T5Config, T5ForConditionalGeneration

    torch.manual_seed(0)
    names = ["<pad>", "</s>", "<unk>", "question", "answer", ":", "?", "the", "dog", "is", "red", "raining"]
    tokenizer = Tokenizer(WordLevel({name: number for number, name in enumerate(names)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = Whitespace()
    path = tmp_path_factory.mktemp("t5")
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        model_max_length=64,
    ).save_pretrained(path)
    config = T5Config(
        vocab_size=len(names),
        d_model=16,
        d_kv=4,
        d_ff=32,
        num_layers=1,
        num_heads=2,
        decoder_start_token_id=0,
    )
    T5ForConditionalGeneration(config).save_pretrained(path)
    return path


@pytest.fixture(scope="module")
def describer(folder: Path) -> Seq2SeqDescriber:
    made = get_describer(f"dir:{folder}")
    assert isinstance(made, Seq2SeqDescriber)
    return made


def test_a_model_answers_and_stays_the_same(describer: Seq2SeqDescriber) -> None:
    question, options = "What colour is the dog?", ("red", "", "blue")
    first = describer(question, options)
    describer._known.clear()
    assert describer(question, options) == first
    assert first[1] == ""
    assert all(text.endswith(".") for text in (first[0], first[2]))


def test_what_the_model_loses_the_rules_write(describer: Seq2SeqDescriber) -> None:
    """A random model cannot know "green with spots": no word of an option may be lost through it."""
    question, options = "What colour is the dog?", ("green with spots", "no")
    assert (
        describer(question, options)[0]
        == describe_all(question, options)[0]
        == "The dog is green with spots."
    )


def test_what_the_model_writes_is_taken_where_it_keeps_the_option(
    describer: Seq2SeqDescriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    describer._known.clear()
    monkeypatch.setattr(
        describer._tokenizer, "batch_decode", lambda made, **_: ["our dog  is red"] * len(made), raising=False
    )
    assert describer("What colour is the dog?", ("red", "blue")) == ("Our dog is red.", "The dog is blue.")
    assert describer("Is the dog red?", ("no",)) == ("The dog is not red.",)


def test_no_such_model(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be loaded as a sequence-to-sequence model"):
        get_describer(f"dir:{tmp_path}")


@pytest.mark.parametrize(
    ("name", "failure", "says"),
    [
        ("nobody/nothing", OSError("no network"), "cannot be reached.*take rules instead"),
        ("no/such/name", HFValidationError("three parts"), "no model 'no/such/name'.*OWNER/NAME"),
    ],
)
def test_a_hub_that_does_not_answer_is_asked_once_and_told_in_one_sentence(
    name: str, failure: Exception, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def refuse(_self: HfApi, repository: str, **_: object) -> None:
        asked.append(repository)
        raise failure

    monkeypatch.setattr(HfApi, "model_info", refuse)
    with pytest.raises(ConfigError, match=says):
        get_describer(f"hf:{name}")
    assert asked == [name]


def test_fingerprint_is_of_the_weights_and_the_prompt(folder: Path, describer: Seq2SeqDescriber) -> None:
    assert Seq2SeqDescriber(str(folder)).fingerprint == describer.fingerprint
    assert Seq2SeqDescriber(str(folder), prompt="{question} {option}").fingerprint != describer.fingerprint
    changed = Seq2SeqDescriber(str(folder))
    next(changed._model.parameters()).data[0, 0] += 1
    assert changed.fingerprint != describer.fingerprint

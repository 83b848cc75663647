from __future__ import annotations

import subprocess
import sys

import pytest

from temadapter.backbones.base import Backbone
from temadapter.errors import ConfigError
from temadapter.methods.base import Method, MethodContext, TrainableMethod
from temadapter.methods.registry import get_method, list_methods, register_method


@pytest.mark.parametrize("name", list_methods())
def test_what_is_listed_is_what_is_built(name: str, clip: Backbone) -> None:
    spec = get_method(name)
    options = {"context": 4} if name.startswith("coop") else {}
    method = spec.build(MethodContext(embedding_dim=32, backbone=clip, options=options))
    assert isinstance(method, Method)
    assert (method.name, method.needs, method.text, method.trainable) == (
        spec.name,
        spec.needs,
        spec.text,
        spec.trainable,
    )
    assert isinstance(method, TrainableMethod) is spec.trainable
    assert bool(list(method.parameters())) is spec.trainable


def test_the_rows_of_the_paper_are_there_in_its_order() -> None:
    assert list_methods()[:10] == (
        "zero-shot",
        "clip-template",
        "fine-tuning",
        "partial-fine-tuning",
        "lora",
        "multi-layer-adapter",
        "coop-description",
        "coop",
        "clip-adapter",
        "tem-adapter",
    )


def test_an_unknown_method_names_the_closest() -> None:
    with pytest.raises(ConfigError, match=r"no method 'temadapter'.*Did you mean 'tem-adapter'"):
        get_method("temadapter")
    with pytest.raises(ConfigError, match=r"Did you mean 'lora'.*clip-adapter.*temporal-transformer"):
        get_method("loar")


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ConfigError, match="already is a method 'zero-shot'"):
        register_method(get_method("zero-shot"))


def test_listing_methods_does_not_load_torch() -> None:
    code = "import sys, temadapter.methods.registry as r; r.list_methods(); print('torch' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"

from __future__ import annotations

import subprocess
import sys

import pytest

from temadapter.errors import ConfigError
from temadapter.methods.base import Method, MethodContext, TrainableMethod
from temadapter.methods.registry import get_method, method_names, register_method


@pytest.mark.parametrize("name", method_names())
def test_what_is_listed_is_what_is_built(name: str) -> None:
    spec = get_method(name)
    method = spec.build(MethodContext(embedding_dim=32))
    assert isinstance(method, Method)
    assert (method.name, method.needs, method.text, method.trainable) == (
        spec.name,
        spec.needs,
        spec.text,
        spec.trainable,
    )
    assert isinstance(method, TrainableMethod) is spec.trainable
    assert bool(list(method.parameters())) is spec.trainable


def test_the_paper_and_its_baselines_are_there() -> None:
    assert {"zero-shot", "clip-template", "tem-adapter"} <= set(method_names())


def test_an_unknown_method_names_the_closest() -> None:
    with pytest.raises(ConfigError, match=r"no method 'temadapter'.*Did you mean 'tem-adapter'"):
        get_method("temadapter")


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ConfigError, match="already is a method 'zero-shot'"):
        register_method(get_method("zero-shot"))


def test_listing_methods_does_not_load_torch() -> None:
    code = "import sys, temadapter.methods.registry as r; r.method_names(); print('torch' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"

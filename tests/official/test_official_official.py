from __future__ import annotations

import pytest
import torch
from torch import Tensor

from presets import official_model
from temadapter.errors import DataError
from temadapter.models.tem_adapter import TemAdapter
from temadapter.official import load_official
from temadapter.official.parameter_names import official_names, official_state_dicts


def state_dicts() -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    torch.manual_seed(0)
    return official_state_dicts(TemAdapter(official_model(embedding_dim=32)))


def test_weights_travel_there_and_back() -> None:
    temporal, semantic = state_dicts()
    model = load_official(temporal, semantic)
    assert model.config == official_model(embedding_dim=32)
    assert not model.training
    back = official_state_dicts(model)
    assert all(torch.equal(back[0][name], value) for name, value in temporal.items())
    assert all(torch.equal(back[1][name], value) for name, value in semantic.items())


@pytest.mark.parametrize("shape", [(5000, 1, 32), (7, 32)])
def test_the_position_buffer_may_be_there(shape: tuple[int, ...]) -> None:
    temporal, semantic = state_dicts()
    load_official({**temporal, "positional_encoding.pe": torch.zeros(shape)}, semantic)


def test_all_entries_that_do_not_fit_are_named_in_one_error() -> None:
    temporal, semantic = state_dicts()
    del temporal["transformer_encoder.layers.0.norm1.weight"]
    temporal["head.weight"] = torch.zeros(3)
    semantic["context_decoder.out_proj.1.weight"] = torch.zeros(2, 2)
    with pytest.raises(DataError) as error:
        load_official(temporal, semantic)
    for part in (
        "temporal: transformer_encoder.layers.0.norm1.weight is missing",
        "temporal: head.weight is unknown",
        "semantic: context_decoder.out_proj.1.weight has shape (2, 2), not (32, 128)",
    ):
        assert part in str(error.value)


def test_swapped_files_are_told() -> None:
    temporal, semantic = state_dicts()
    with pytest.raises(DataError, match="semantic: gamma is missing"):
        load_official(semantic, temporal)


def test_every_parameter_has_an_authors_name() -> None:
    state = TemAdapter(official_model(embedding_dim=32)).state_dict()
    named = [*official_names("temporal", state).values(), *official_names("semantic", state).values()]
    assert sorted(named) == sorted(state)


def test_the_package_loads_its_names_lazily() -> None:
    import temadapter.official as package

    assert package.official_frame_indices(1000)[0][:3] == [103, 104, 105]
    with pytest.raises(AttributeError, match="nothing_here"):
        _ = package.nothing_here

"""Preset `official` against values of the authors' modules (tests/golden, weights made by a recipe)."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from presets import official_model
from temadapter.config.run_config import load_config
from temadapter.methods.base import Batch
from temadapter.methods.tem_adapter import TemAdapterMethod
from temadapter.models.objective import Objective
from temadapter.models.tem_adapter import TemAdapter
from temadapter.official.parameter_names import load_official, official_names

GOLDEN = np.load(Path(__file__).parent.parent / "golden" / "official_golden.npz")
DEAD = ("self_attn.q_proj.weight", "self_attn.k_proj.weight")


def golden_weights(part: str) -> dict[str, Tensor]:
    own = TemAdapter(official_model()).state_dict()
    return {
        theirs: _weight(f"{part}.{theirs}", own[ours].shape)
        for theirs, ours in official_names(part, own).items()
    }


def _weight(name: str, shape: tuple[int, ...]) -> Tensor:
    random = np.random.RandomState(zlib.crc32(name.encode()) % 2**32)
    values = random.standard_normal(shape).astype("float32") * np.float32(0.05)
    if len(shape) == 1 and name.endswith("weight"):
        values = values + np.float32(1.0)
    return torch.from_numpy(values)


def golden_inputs(seed: int, batch: int = 3) -> tuple[Tensor, Tensor, Tensor]:
    random = np.random.RandomState(seed)

    def draw(*shape: int) -> Tensor:
        return torch.from_numpy(random.standard_normal(shape).astype("float32") * np.float32(0.4))

    video, options, _ = draw(batch, 8, 16, 512), draw(batch * 4, 512), draw(batch, 512)
    return video, options.view(batch, 4, 512), torch.from_numpy(random.randint(0, 4, size=(batch,)))


@pytest.fixture(scope="module")
def weights() -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    return golden_weights("temporal"), golden_weights("semantic")


def test_outputs_and_losses_agree(weights) -> None:
    model = load_official(*weights)
    frames, options, answers = golden_inputs(11)
    np.testing.assert_array_equal(answers, GOLDEN["answers"])
    output = model(frames, options, answers=answers)
    losses = Objective(load_config("official").objective)(output, frames=frames, answers=answers)
    close(output.logits.flatten(), GOLDEN["logits"].flatten())
    close(output.refined_options, GOLDEN["refined"])
    close(output.predicted_frames[:, ::16, :32], GOLDEN["reconstruction_sample"])
    close(losses.qa, GOLDEN["ce"])
    close(losses.autoregressive, GOLDEN["recon"])
    close(losses.total, GOLDEN["loss"])


def test_every_gradient_norm_agrees(weights) -> None:
    model = load_official(*weights)
    frames, options, answers = golden_inputs(11)
    Objective(load_config("official").objective)(
        model(frames, options, answers=answers), frames=frames, answers=answers
    ).total.backward()
    parameters = dict(model.named_parameters())
    compared = set()
    for part in ("temporal", "semantic"):
        for theirs, ours in official_names(part, parameters).items():
            norm = parameters[ours].grad.norm().item()
            expected = float(GOLDEN[f"gradnorm/{part}.{theirs}"])
            tolerance = (
                {"abs": 1e-7} if theirs.endswith(DEAD) and "context_decoder.decoder.0.self" in theirs else {}
            )
            assert norm == pytest.approx(expected, rel=1e-4, **tolerance), theirs
            compared.add(ours)
    assert compared == set(parameters)


def test_twelve_training_steps_agree(weights) -> None:
    model = load_official(*weights)  # evaluation mode: every dropout is off
    method = TemAdapterMethod(model, Objective(load_config("official").objective))
    optimizer = torch.optim.Adam(method.trainable_parameters(), lr=1e-4)
    for step, expected in enumerate(GOLDEN["trajectory"]):
        frames, options, answers = golden_inputs(11 + step + 1)
        mask = torch.ones(options.shape[:2], dtype=torch.bool)
        losses = method.loss(Batch(frames=frames, options=options, option_mask=mask, answers=answers))
        optimizer.zero_grad()
        losses.total.backward()
        method.clip_gradients()
        optimizer.step()
        assert [value.item() for value in losses] == pytest.approx(list(expected), rel=1e-3), f"step {step}"


def test_parameter_counts_are_the_authors() -> None:
    model = TemAdapter(official_model(embedding_dim=512))
    assert count(model) == 7_820_672
    assert count(model.temporal.encoder) == 3_152_384
    assert count(model.temporal.decoder) == 4_204_032
    assert count(model.semantic) == 464_256
    assert sum(value.numel() for value in model.inference_state().values()) == 3_616_640


def count(module: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def close(ours: Tensor, golden: np.ndarray) -> None:
    """Relative 1e-4 of the largest value, and of each value that is not close to zero."""
    ours_array = ours.detach().numpy()
    np.testing.assert_allclose(ours_array, golden, rtol=1e-4, atol=1e-5 * np.abs(golden).max())

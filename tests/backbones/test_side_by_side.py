"""Passes side by side: the same bits, in order, and PyTorch's threads as they were."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import torch

from temadapter.backbones.registry import load_backbone
from temadapter.backbones.side_by_side import side_by_side


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("two_threads")
def test_results_come_in_order_and_each_thread_computes_alone() -> None:
    together = threading.Barrier(2)

    def work(item: int) -> tuple[int, int]:
        together.wait(60)  # two are under way at once, or this fails
        return item, torch.get_num_threads()

    assert side_by_side(work, range(10)) == [(item, 1) for item in range(10)]
    assert torch.get_num_threads() == 2
    seen: list[int] = []
    thread = threading.Thread(target=lambda: seen.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    assert seen == [2]


@pytest.mark.usefixtures("two_threads")
def test_a_failure_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda item: 1 // item, [1, 0, 2])


def test_mini_gives_the_same_bits_with_one_thread_and_with_two() -> None:
    mini = load_backbone("mini", device="cpu")
    frames = torch.randint(
        0, 256, (50, 64, 64, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0)
    )
    texts = [f"A red car{' turns' * (number % 7)} at road {number}." for number in range(150)]
    torch.set_num_threads(1)
    alone = mini.encode_frames(frames.numpy()), mini.encode_texts(texts)
    torch.set_num_threads(2)
    both = mini.encode_frames(frames.numpy()), mini.encode_texts(texts)
    assert torch.equal(alone[0], both[0])
    assert torch.equal(alone[1], both[1])

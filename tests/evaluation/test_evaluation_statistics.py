from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from temadapter.errors import DataError
from temadapter.evaluation import statistics
from temadapter.evaluation.statistics import accuracy, cluster_variance, holm, paired_difference

answers = st.lists(st.tuples(st.booleans(), st.integers(0, 6)), min_size=2, max_size=60)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=40))
def test_variance_is_the_plain_one_where_each_video_has_one_question(values: list[float]) -> None:
    scores = np.array(values)
    plain = scores.var(ddof=1) / len(scores)
    assert cluster_variance(scores, np.arange(len(scores))) == pytest.approx(plain, abs=1e-12)


@given(st.lists(st.booleans(), min_size=2, max_size=60))
def test_interval_is_the_plain_wilson_interval_where_each_video_has_one_question(right: list[bool]) -> None:
    n, mean = len(right), sum(right) / len(right)
    found = accuracy([float(r) for r in right], list(range(n)))
    z = t.ppf(0.975, n - 1)
    centre = (mean + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z * math.sqrt(mean * (1 - mean) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    assert found.low == pytest.approx(max(0, centre - reach), abs=1e-9)
    assert found.high == pytest.approx(min(1, centre + reach), abs=1e-9)


@given(answers)
def test_interval_holds_the_mean_and_lies_within_0_and_1(rows: list[tuple[bool, int]]) -> None:
    found = accuracy([float(right) for right, _ in rows], [video for _, video in rows])
    assert 0 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1
    assert found.low < found.high
    assert found.questions == len(rows)
    assert found.videos == len({video for _, video in rows})


@given(answers, st.randoms(use_true_random=False))
def test_order_of_questions_and_names_of_videos_do_not_matter(
    rows: list[tuple[bool, int]], random: object
) -> None:
    shuffled = [*rows]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first = accuracy([float(right) for right, _ in rows], [video for _, video in rows])
    second = accuracy([float(right) for right, _ in shuffled], [f"video {video}" for _, video in shuffled])
    assert first.low == pytest.approx(second.low)
    assert first.high == pytest.approx(second.high)


@given(
    st.lists(st.booleans(), min_size=4, max_size=30).filter(lambda r: 0 < sum(r) < len(r)), st.integers(2, 5)
)
def test_repeating_every_question_of_a_video_tells_nothing_new(right: list[bool], times: int) -> None:
    once = accuracy([float(r) for r in right], list(range(len(right))))
    again = accuracy(
        [float(r) for r in right for _ in range(times)], [v for v in range(len(right)) for _ in range(times)]
    )
    assert again.low == pytest.approx(once.low)
    assert again.high == pytest.approx(once.high)


def test_interval_covers_the_truth_as_often_as_it_says() -> None:
    """Videos that differ in difficulty (intraclass correlation 0.2), 60 videos with 6 questions, 600 repetitions."""
    rng, truth, covered, naive = np.random.default_rng(0), 0.6, 0, 0
    videos = np.repeat(np.arange(60), 6).tolist()
    for _ in range(600):
        ease = rng.beta(4 * truth, 4 * (1 - truth), 60)
        scores = (rng.random((60, 6)) < ease[:, None]).astype(float).ravel()
        found = accuracy(scores.tolist(), videos)
        covered += found.low <= truth <= found.high
        plain = accuracy(scores.tolist(), list(range(360)))
        naive += plain.low <= truth <= plain.high
    assert 0.92 <= covered / 600 <= 0.975
    assert naive / 600 < 0.88  # what ignoring the videos would claim to be 95 %


def test_nothing_is_certain_from_one_video_or_from_all_right() -> None:
    one = accuracy([1.0, 1.0, 0.0], ["a", "a", "a"])
    assert (one.low, one.high) == (0.0, 1.0)
    perfect = accuracy([1.0] * 50, [n // 5 for n in range(50)])
    assert perfect.high == 1.0
    assert perfect.low == pytest.approx(accuracy([1.0] * 10, list(range(10))).low)


def test_scores_may_be_those_of_several_seeds() -> None:
    found = accuracy([[1, 0, 1, 0], [0, 1, 1, 0], [0, 1, 1, 0]], ["a", "b", "c", "d"])
    assert found.value == pytest.approx(0.5)


def test_seeds_that_agree_add_nothing_and_seeds_that_differ_widen_the_interval() -> None:
    videos = list(range(40))
    half = [float(v % 2) for v in videos]
    once, thrice = accuracy(half, videos), accuracy([half] * 3, videos)
    assert (once.low, once.high) == (thrice.low, thrice.high)
    better, worse = [1.0] * 10 + half[10:], [0.0] * 10 + half[10:]
    apart = accuracy([better, half, worse], videos)
    mean = accuracy([sum(own) / 3 for own in zip(better, half, worse, strict=True)], videos)
    assert apart.value == pytest.approx(mean.value)
    assert apart.low < mean.low
    assert apart.high > mean.high


def test_interval_covers_the_truth_where_seeds_differ_too() -> None:
    """40 videos with 5 questions, 3 seeds whose skill differs (standard deviation 0.05), 600 repetitions."""
    rng, truth, covered, blind = np.random.default_rng(0), 0.6, 0, 0
    videos = np.repeat(np.arange(40), 5).tolist()
    for _ in range(600):
        ease = rng.normal(truth, 0.1, 40)[None, :, None] + rng.normal(0, 0.05, 3)[:, None, None]
        scores = (rng.random((3, 40, 5)) < ease).astype(float).reshape(3, -1)
        found = accuracy(scores.tolist(), videos)
        covered += found.low <= truth <= found.high
        plain = accuracy(scores.mean(0).tolist(), videos)
        blind += plain.low <= truth <= plain.high
    assert covered / 600 >= 0.94
    assert blind / 600 < 0.88  # what a mean over seeds taken as given would claim to be 95 %


def test_nothing_to_average_is_an_error() -> None:
    with pytest.raises(DataError, match="no answered questions"):
        accuracy([], [])
    with pytest.raises(DataError, match="2 scores came with 1 videos"):
        accuracy([1.0, 0.0], ["a"])


@given(answers, st.integers(0, 1000))
@settings(deadline=None)
def test_paired_difference_is_antisymmetric(rows: list[tuple[bool, int]], seed: int) -> None:
    rng = np.random.default_rng(seed)
    videos = {str(n): video for n, (_, video) in enumerate(rows)}
    first = {str(n): float(right) for n, (right, _) in enumerate(rows)}
    second = {key: float(rng.integers(2)) for key in first}
    forth, back = paired_difference([first], [second], videos), paired_difference([second], [first], videos)
    assert forth.value == pytest.approx(-back.value)
    assert forth.low == pytest.approx(-back.high)
    assert forth.p_value == pytest.approx(back.p_value)
    assert forth.low <= forth.value <= forth.high


def test_a_method_does_not_differ_from_itself() -> None:
    scores = {str(n): float(n % 2) for n in range(20)}
    same = paired_difference([scores], [scores], {key: int(key) // 2 for key in scores})
    assert (same.value, same.low, same.high, same.p_value) == (0.0, 0.0, 0.0, 1.0)


def test_p_value_is_the_paired_t_tests_where_each_video_has_one_question() -> None:
    from scipy.stats import ttest_rel

    rng = np.random.default_rng(1)
    first, second = rng.integers(0, 2, 80).astype(float), rng.integers(0, 2, 80).astype(float)
    keys = [str(n) for n in range(80)]
    found = paired_difference(
        [dict(zip(keys, first.tolist(), strict=True))],
        [dict(zip(keys, second.tolist(), strict=True))],
        {key: key for key in keys},
    )
    assert found.p_value == pytest.approx(ttest_rel(first, second).pvalue)


def test_difference_of_as_many_seeds() -> None:
    ids = [str(n) for n in range(30)]
    right, odd = dict.fromkeys(ids, 1.0), {i: float(int(i) % 2) for i in ids}
    videos = {i: i for i in ids}
    found = paired_difference([right, right, odd], [odd, odd, odd], videos)
    assert found.value == pytest.approx(1 / 3)
    assert found.p_value > paired_difference([right], [odd], videos).p_value, (
        "one seed shows no difference at all"
    )
    with pytest.raises(DataError, match="one came with 2, the other with 1"):
        paired_difference([right, odd], [odd], videos)


def test_methods_must_have_answered_the_same_questions() -> None:
    with pytest.raises(DataError, match="1 only in the first, 2 only in the second"):
        paired_difference([{"a": 1.0, "b": 1.0}], [{"b": 1.0, "c": 0.0, "d": 0.0}], {})


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_raises_every_p_value_and_keeps_their_order(p_values: list[float]) -> None:
    corrected = holm(p_values)
    assert all(after >= before and after <= 1 for before, after in zip(p_values, corrected, strict=True))
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    assert [corrected[i] for i in order] == sorted(corrected)
    assert min(corrected) == pytest.approx(min(1.0, len(p_values) * min(p_values)))


def test_videos_whose_questions_balance_are_no_reason_to_be_surer() -> None:
    scores = [1.0, 0.0] * 19 + [1.0, 1.0]
    balanced = accuracy(scores, [number // 2 for number in range(40)])
    independent = accuracy(scores, range(40))
    assert balanced.high - balanced.low >= independent.high - independent.low


def test_degrees_of_freedom_are_welchs() -> None:
    assert statistics._freedom(1.0, 11, 1.0, 3) == pytest.approx(4 / (1 / 10 + 1 / 2))
    assert statistics._freedom(1.0, 11, 0.0, 3) == 10


def test_the_variance_over_seeds_is_that_of_their_mean() -> None:
    assert statistics._seed_variance(np.array([[1.0, 0.0], [0.0, 0.0]])) == pytest.approx(0.125 / 2)


def test_holm_multiplies_by_what_is_left() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])

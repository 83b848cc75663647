from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temadapter.errors import ConfigError
from temadapter.features.encode_videos import extract
from temadapter.features.shards import Shard, parse_shard
from temadapter.features.store import FeatureStore
from temadapter.video.sampling import get_sampler


@given(items=st.lists(st.integers()), count=st.integers(1, 20))
def test_every_item_is_in_one_shard(items, count):
    parts = [Shard(index, count).select(items) for index in range(1, count + 1)]
    assert sorted(item for part in parts for item in part) == sorted(items)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@pytest.mark.parametrize(
    ("environment", "shard"),
    [
        ({"SLURM_ARRAY_TASK_ID": "0", "SLURM_ARRAY_TASK_MIN": "0", "SLURM_ARRAY_TASK_COUNT": "4"}, "1/4"),
        ({"SLURM_ARRAY_TASK_ID": "4", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_COUNT": "4"}, "4/4"),
        (
            {
                "SLURM_ARRAY_TASK_ID": "6",
                "SLURM_ARRAY_TASK_MIN": "2",
                "SLURM_ARRAY_TASK_STEP": "2",
                "SLURM_ARRAY_TASK_COUNT": "3",
            },
            "3/3",
        ),
        ({"SLURM_PROCID": "3", "SLURM_NTASKS": "8"}, "4/8"),
        ({"RANK": "0", "WORLD_SIZE": "2"}, "1/2"),
        (
            {
                "SLURM_ARRAY_TASK_ID": "2",
                "SLURM_ARRAY_TASK_MIN": "1",
                "SLURM_ARRAY_TASK_COUNT": "3",
                "SLURM_PROCID": "1",
                "SLURM_NTASKS": "2",
            },
            "4/6",
        ),
    ],
)
def test_clusters_number_their_tasks(environment, shard):
    assert str(parse_shard("auto", environment)) == shard


@pytest.mark.parametrize("text", ["0/4", "5/4", "1/0", "1", "a/b", "1/4/2", "-1/4", ""])
def test_wrong_shards_are_refused(text):
    with pytest.raises(ConfigError, match="shard"):
        parse_shard(text)


def test_auto_without_a_cluster_says_what_to_write():
    with pytest.raises(ConfigError, match=r"write --shard K/N"):
        parse_shard("auto", {})
    with pytest.raises(ConfigError, match="one range"):
        parse_shard(
            "auto",
            {"SLURM_ARRAY_TASK_ID": "9", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_COUNT": "2"},
        )


def test_shards_fill_one_store(tmp_path, videos, backbone):
    sampler = get_sampler("uniform(4)")

    def opened():
        return FeatureStore(tmp_path / "features", backbone=backbone, sampler=sampler.name)

    done = [
        extract(videos, opened(), backbone, sampler, shard=Shard(index, 4)).done for index in (1, 2, 3, 4)
    ]
    assert done == [2, 2, 1, 1]
    assert extract(videos, opened(), backbone, sampler).skipped == len(videos)

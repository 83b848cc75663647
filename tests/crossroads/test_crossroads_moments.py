"""When what a question asks about happens: the sidecar that evidence is measured against."""

import json

import numpy as np
import pytest

from temadapter.crossroads.generate import generate
from temadapter.crossroads.questions.registry import drafts
from temadapter.crossroads.simulation.episodes import sample_episode


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("moments")
    generate(folder, sizes=(12, 8), seed=3, workers=1)
    lines = (folder / "annotations" / "moments.jsonl").read_text().splitlines()
    return folder, [json.loads(line) for line in lines]


def test_moments_are_spans_inside_their_video(written):
    import av

    folder, rows = written
    assert rows
    for row in rows:
        with av.open(str(folder / "videos" / row["video"])) as container:
            seconds = container.streams.video[0].frames / 10
        assert all(0 <= start <= end < seconds for start, end in row["moments"])


def test_every_row_belongs_to_the_question_of_that_number(written):
    folder, rows = written
    families = {}
    for line in (folder / "annotations" / "families.jsonl").read_text().splitlines():
        entry = json.loads(line)
        families[entry["record_id"]] = entry["family"]
    assert all(families[row["record_id"]] == row["family"] for row in rows)
    assert not {"colour", "weather", "will-crash", "aftermath"} & {row["family"] for row in rows}


def test_an_accident_is_where_the_simulator_has_it():
    rng = np.random.default_rng(5)
    checked = 0
    while not checked:
        episode = sample_episode(rng, "whole")
        for draft in drafts(episode, rng):
            if draft.family == "cause":
                frame = episode.crash_frame()
                assert draft.moments == ((frame, frame),)
                checked += 1

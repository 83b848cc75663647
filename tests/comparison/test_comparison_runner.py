"""Running a plan: what is missing, on in spite of failures, the same report from what is there."""

from __future__ import annotations

import csv
import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "training"))
from temadapter.backbones import registry
from temadapter.comparison.all_methods import methods_plan
from temadapter.comparison.ladder import stand
from temadapter.comparison.plan import Plan, Trial, load_plan
from temadapter.comparison.plan_runs import Job, missing, plan_jobs
from temadapter.comparison.record import Record, read_records, write_record
from temadapter.comparison.report import _compared, to_json, write_report
from temadapter.comparison.run_order import Schedule
from temadapter.comparison.runner import run_jobs, run_schedule
from temadapter.comparison.stale_runs import check_finished
from temadapter.comparison.summary import summarize
from temadapter.comparison.tuning import Choice, Tuning
from temadapter.errors import ConfigError, DataError
from training_toy import ToyBackbone, make_world

PLAN = """
title: A small comparison
about: "Preset `paper` & <others>."
reference: whole
trials:
  whole: {label: "whole"}
  untrained: {label: "one small step", sets: [training.epochs=1, training.learning_rate=0.0000001]}
  broken: {label: "broken", sets: [model.option_count=four, model.embedding_dim=32, model.heads=16]}
"""


SETS = (
    "data.validation_fraction=0.3",
    "data.descriptions=raw",
    "features.backbone=toy",
    "features.sampler=uniform(6)",
    "training.epochs=8",
    "training.batch_size=8",
    "training.learning_rate=0.003",
    "training.device=cpu",
    "training.dtype=float32",
)
LADDER = Tuning(rates=(1e-7, 0.003), epochs=(3, 6), screen_epochs=2, screen_fraction=0.5)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    make_world(folder)
    return folder


@pytest.fixture
def jobs_of(world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Plan, tuple[Job, ...]]:
    def factory(argument: str, /, *, device: str, dtype: str) -> ToyBackbone:
        return ToyBackbone()

    monkeypatch.setitem(registry._registered, "toy", registry._Entry(factory, ""))
    file = tmp_path / "small.yaml"
    file.write_text(PLAN)
    plan = load_plan(file)
    sets = [*SETS, f"data.dataset={world / 'questions.jsonl'}", f"features.store={world / 'features'}"]
    return plan, plan_jobs(plan, tmp_path / "out", seeds=2, sets=sets)


def validation_accuracy(folder: Path) -> float:
    return float(json.loads((folder / "results.json").read_text())["train"]["validation_accuracy"])


def test_only_what_is_missing_is_run(jobs_of: tuple[Plan, tuple[Job, ...]]) -> None:
    _, jobs = jobs_of
    assert len(jobs) == len(missing(jobs)) == 6
    assert [job.seed for job in jobs] == [0, 0, 0, 1, 1, 1], "all trials with the first seed first"
    assert run_jobs(jobs[:1]) == ()
    weights = (jobs[0].folder / "model.safetensors").stat().st_mtime_ns
    assert run_jobs(jobs[:2]) == ()
    assert (jobs[0].folder / "model.safetensors").stat().st_mtime_ns == weights
    assert len(missing(jobs)) == 4


def test_a_failure_does_not_stop_the_others(
    jobs_of: tuple[Plan, tuple[Job, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from temadapter.runs import train as runs

    _, jobs = jobs_of
    real = runs.train_run

    def sometimes(config, folder, **more):  # type: ignore[no-untyped-def]
        if config.model.option_count == "four":
            raise RuntimeError("no luck")
        return real(config, folder, **more)

    monkeypatch.setattr(runs, "train_run", sometimes)
    failed = run_jobs(jobs)
    assert {(f.trial, f.seed, f.reason) for f in failed} == {
        ("broken", 0, "RuntimeError: no luck"),
        ("broken", 1, "RuntimeError: no luck"),
    }
    assert {job.trial.name for job in missing(jobs)} == {"broken"}


def test_the_report(jobs_of: tuple[Plan, tuple[Job, ...]], tmp_path: Path) -> None:
    plan, jobs = jobs_of
    with pytest.raises(DataError, match="nothing to report"):
        summarize(plan, jobs)
    run_jobs([job for job in jobs if job.trial.name != "broken"])
    summary = summarize(plan, jobs)
    whole, untrained = summary.found["whole"], summary.found["untrained"]
    assert set(whole.seeds) == {0, 1}
    assert whole.differences == {}
    overall = sum(untrained.seeds.values()) / 2 - sum(whole.seeds.values()) / 2
    assert untrained.differences[""].value == pytest.approx(overall)
    assert set(untrained.differences) == {"", "first", "last"}
    assert untrained.corrected == pytest.approx(untrained.differences[""].p_value)
    assert summary.unfinished == ("broken, seed 0", "broken, seed 1")
    text, page, table, data = write_report(summary, tmp_path / "report", command="temadapter compare")
    assert "Not finished: broken, seed 0" in text.read_text()
    assert "`temadapter compare`" in text.read_text()
    for picture in re.findall(r"\]\((.+?)\)", text.read_text()):
        assert (text.parent / picture).read_text().startswith("<?xml")
    lines = list(csv.DictReader(table.open()))
    assert [line["label"] for line in lines] == ["whole", "one small step"]
    assert float(lines[1]["difference"]) == pytest.approx(overall)
    assert float(lines[0]["peak_bytes"]) > 0
    assert float(lines[0]["file_bytes"]) > 0
    html = page.read_text()
    assert html.count("data:image/svg+xml;base64,") == 3, "as many parameters in both: no picture of them"
    assert not re.findall(r"(?:src|href)=\"(?!data:)", html), "the page needs nothing else"
    assert "Not finished: broken, seed 0" in html
    assert "<p>Preset <code>paper</code> &amp; &lt;others&gt;.</p>" in html
    read = json.loads(data.read_text())
    assert read == json.loads(json.dumps(to_json(summary, command="temadapter compare")))
    assert read["trials"][1]["runs"]["0"]["chosen_epoch"] == 1


def test_types_of_ones_own_break_no_report(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("overall", "a|b", "line\nbreak", "\x1b[2Jx", "<b>", "x" * 300, "All", "$5 # and 10$")
    rows = [json.loads(line) for line in (world / "questions.jsonl").read_text().splitlines()]
    asked = world / "odd.jsonl"
    asked.write_text(
        "\n".join(json.dumps({**r, "type": names[(n + n // 8) % 8]}) for n, r in enumerate(rows))
    )

    def factory(argument: str, /, *, device: str, dtype: str) -> ToyBackbone:
        return ToyBackbone()

    monkeypatch.setitem(registry._registered, "toy", registry._Entry(factory, ""))
    (tmp_path / "small.yaml").write_text(PLAN)
    plan = load_plan(tmp_path / "small.yaml")
    sets = [*SETS, "training.epochs=1", f"data.dataset={asked}", f"features.store={world / 'features'}"]
    jobs = [
        job for job in plan_jobs(plan, tmp_path / "out", seeds=1, sets=sets) if job.trial.name != "broken"
    ]
    assert run_jobs(jobs) == ()
    text, page, table, data = write_report(summarize(plan, jobs), tmp_path / "report", command="x")
    shown = text.read_text()
    for head in ("| method |", "| trial | compared with |"):
        lines = shown[shown.index(head) :].split("\n\n")[0].splitlines()
        assert len({line.replace(r"\|", "").count("|") for line in lines}) == 1, head
    assert page.read_text().count("<th>") == len(re.findall("<th>[^<]*</th>", page.read_text()))
    assert "<b>" not in page.read_text()
    (first, *_) = csv.DictReader(table.open())
    assert {"accuracy_overall", "accuracy_type overall", "accuracy_a|b"} <= first.keys()
    assert "overall" in json.loads(data.read_text())["trials"][1]["differences"]
    assert not any("\x1b" in file.read_text() for file in (text, page, table))


def test_finished_runs_that_would_be_others_now_are_refused(
    jobs_of: tuple[Plan, tuple[Job, ...]], world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, jobs = jobs_of
    whole = [job for job in jobs if job.trial.name == "whole"]
    assert run_jobs(whole) == ()
    check_finished(jobs)  # the others are not finished: nothing to say
    longer = [
        replace(j, config=replace(j.config, training=replace(j.config.training, epochs=9))) for j in whole
    ]
    with pytest.raises(
        ConfigError, match=r"(?s)2 finished runs.*whole/seed-0 .*training.epochs was 8 and is now 9"
    ):
        check_finished(longer)
    monkeypatch.setattr(ToyBackbone, "fingerprint", "0123456789abcdef")
    with pytest.raises(ConfigError, match=r"the backbone changed .*now 0123456789abcdef"):
        check_finished(whole)
    results = whole[1].folder / "results.json"
    text = results.read_text()
    results.write_text(text.replace(json.loads(text)["meta"]["backbone"]["fingerprint"], "f" * 16))
    with pytest.raises(DataError, match="different weights of the backbone toy"):
        summarize(plan, jobs)


def test_missing_features_fail_every_trial_that_needs_them(
    jobs_of: tuple[Plan, tuple[Job, ...]], tmp_path: Path
) -> None:
    plan, _ = jobs_of
    jobs = plan_jobs(plan, tmp_path / "other", seeds=1, sets=["data.dataset=nowhere.jsonl"])
    failed = run_jobs(jobs)
    assert len(failed) == 3
    assert all("nowhere.jsonl" in f.reason for f in failed)


def test_several_processes(jobs_of: tuple[Plan, tuple[Job, ...]], tmp_path: Path) -> None:
    plan, _ = jobs_of
    schedule = Schedule(plan, tmp_path / "other", 1, ["data.dataset=nowhere.jsonl"])
    failed = run_schedule(schedule, processes=2)
    assert {f.trial for f in failed} == {"whole", "untrained", "broken"}
    assert all("nowhere.jsonl" in f.reason for f in failed)


def data_of(world: Path) -> list[str]:
    return [*SETS, f"data.dataset={world / 'questions.jsonl'}", f"features.store={world / 'features'}"]


def test_every_trial_climbs_its_own_ladder_and_controls_take_its_weights(
    jobs_of: tuple[Plan, tuple[Job, ...]], world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = replace(methods_plan(["zero-shot", "tem-adapter", "clip-adapter"]), tuning=LADDER)
    shown = ("method=tem-adapter", "model.pooling=mean", "features.control=text_only")
    blind = Trial("blind", "tem-adapter, control: text only", shown, "tem-adapter", weights_of="tem-adapter")
    once = Trial("once", "one seed", ("method=motion",), "tem-adapter", seeds=1)
    usual = tuple(replace(trial, tuning=None, seeds=None) for trial in plan.trials)
    plan = replace(plan, trials=(*usual, once, blind))
    schedule = Schedule(plan, tmp_path / "out", 2, data_of(world))
    assert schedule.seconds_left() is None
    assert {job.weights_of for job in schedule.ready()} == {None}, "weights come before what takes them"
    expected = len(schedule.left())
    assert run_schedule(schedule) == ()
    assert schedule.left() == []
    assert schedule.seconds_left() == 0
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("run ")]
    assert said[-1].startswith(f"run {len(said)} of about {len(said)}: ")
    assert abs(len(said) - expected) <= 6, "the number of runs is known from the start, but for longer runs"
    choices = schedule.choices()
    assert set(choices) == {"tem-adapter", "clip-adapter", "once"}
    for trial in plan.trials:
        own = stand(plan, trial, tmp_path / "out", data_of(world))
        if trial.name in choices:
            rungs = [job for job in own.done if not job.screen]
            tries = [job.folder for job in own.done if job.screen]
            assert tries, "a short try never meets a test question"
            assert not any((folder / "predictions.jsonl").exists() for folder in tries)
            assert all((job.folder / "predictions.jsonl").exists() for job in rungs)
            best = max(rungs, key=lambda job: validation_accuracy(job.folder))
            assert validation_accuracy(best.folder) == validation_accuracy(
                next(job.folder for job in rungs if job.choice == own.choice)
            )
    finals = schedule.finals()
    assert [job.seed for job in finals if job.trial.name == "once"] == [0]
    summary = summarize(plan, finals)
    assert summary.unfinished == ()
    assert summary.found["tem-adapter"].choice == str(choices["tem-adapter"])
    assert summary.found["zero-shot"].choice is None
    assert summary.found["blind"].cost.parameters == 0
    assert set(summary.found["blind"].seeds) == {0, 1}
    assert set(summary.found["zero-shot"].differences) == {"", "first", "last"}
    costly = _compared(summary, trained=True)
    assert blind.label not in [row.label for row in costly.rows], (
        "weights of another cost nothing, which tells nothing"
    )
    assert [row.label for row in costly.rows] == [row.name for row in costly.table.rows]
    again = Schedule(plan, tmp_path / "out", 2, data_of(world))
    assert again.ready() == ()
    check_finished(again.finished())


def test_a_grid_whose_best_is_at_the_edge_is_extended(
    jobs_of: tuple[Plan, tuple[Job, ...]], world: Path, tmp_path: Path
) -> None:
    plan, _ = jobs_of
    trial = plan.trial("whole")
    plan = replace(plan, trials=(trial,), tuning=replace(LADDER, rates=(1e-6, 1e-5), epochs=(1,)))
    schedule = Schedule(plan, tmp_path / "out", 1, data_of(world))
    assert run_schedule(schedule) == ()
    screened = {job.choice.rate for job in schedule.stand(trial).done if job.screen and job.choice}
    best = max(
        (job for job in schedule.stand(trial).done if job.screen),
        key=lambda job: validation_accuracy(job.folder),
    )
    assert best.choice is not None
    assert len(screened) > 2
    assert best.choice.rate not in (max(screened), min(screened) if min(screened) > 1e-7 else None)


def test_a_run_that_fails_on_the_ladder_counts_as_the_worst(
    jobs_of: tuple[Plan, tuple[Job, ...]], world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from temadapter.runs import train as runs

    plan, _ = jobs_of
    real = runs.train_run

    def sometimes(config, folder, **more):  # type: ignore[no-untyped-def]
        if config.training.learning_rate > 1e-3:
            raise RuntimeError("the loss is no longer a number")
        return real(config, folder, **more)

    monkeypatch.setattr(runs, "train_run", sometimes)
    plan = replace(
        plan, trials=(plan.trial("whole"),), tuning=replace(LADDER, rates=(1e-4, 0.01), epochs=(1,))
    )
    schedule = Schedule(plan, tmp_path / "out", 1, data_of(world))
    failed = run_schedule(schedule)
    assert [f.trial for f in failed] == ["whole"]
    assert schedule.choices()["whole"].rate <= 1e-3
    assert schedule.ready() == ()


def test_what_keeps_the_last_epoch_is_tuned_on_held_out_videos(tmp_path: Path) -> None:
    last = Trial("last", "last", ("training.selection=last",), None)
    kept = Trial("best", "best", (), None)
    plan = Plan("p", "", "", "paper", (last, kept), LADDER)
    for trial, apart in ((last, True), (kept, False)):
        first = stand(plan, trial, tmp_path).needed
        assert all(job.config.training.selection == "validation" for job in first)
        assert all(job.config.data.training_fraction == 0.5 for job in first)
        final = plan_jobs(plan.only([trial.name]), tmp_path, seeds=1, choices={trial.name: Choice(0.003, 3)})[
            0
        ]
        assert final.config.training.selection == ("last" if apart else "validation")
        assert (final.config.training.learning_rate, final.config.training.epochs) == (0.003, 3)


def test_a_comparison_is_noted_and_read_back(jobs_of: tuple[Plan, tuple[Job, ...]], tmp_path: Path) -> None:
    plan, _ = jobs_of
    record = Record(plan, ("data.dataset=x",), 2, "temadapter compare --plan small.yaml")
    write_record(tmp_path / "out", record)
    assert read_records(tmp_path / "out") == (record,)
    (tmp_path / "out" / "plans" / "small.yaml").write_text("plan: [")
    with pytest.raises(ConfigError, match=r"small\.yaml is damaged"):
        read_records(tmp_path / "out")
    with pytest.raises(ConfigError, match="holds no comparison"):
        read_records(tmp_path)

from __future__ import annotations

from shlex import split

from temadapter.comparison.compare_command import compare_command


def test_the_command_of_a_report_can_be_pasted_into_a_shell() -> None:
    settings = ["data.limit=3", "features.sampler=uniform(4)", "training.epochs=2"]
    line = compare_command(plan="my plan.yaml", settings=settings, seeds=2)
    assert split(line) == [
        *("temadapter", "compare", "--plan", "my plan.yaml", "--limit", "3"),
        *("--sampler", "uniform(4)", "--set", "training.epochs=2", "--seeds", "2"),
    ]
    assert "'uniform(4)'" in line


def test_methods_trials_and_columns() -> None:
    line = compare_command(
        methods=["plus", "motion"],
        dataset="my data.csv",
        trials=["plus"],
        settings=["data.reader=own:question=q", "data.video_dir=clips"],
    )
    assert split(line)[2:] == [
        *("--methods", "plus,motion", "--dataset", "my data.csv", "--columns", "question=q"),
        *("--video-dir", "clips", "--trials", "plus", "--seeds", "3"),
    ]
    assert split(compare_command(methods=[]))[2:4] == ["--methods", "all"]

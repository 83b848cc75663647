"""Several runs at once, one on each device: the same runs as one after the other, and no death goes unnoticed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "training"))
from forks import CONTEXT
from temadapter.backbones import registry
from temadapter.comparison import crew as crew_module
from temadapter.comparison import run_job as run_job_module
from temadapter.comparison import worker as worker_module
from temadapter.comparison.devices import device_names, moved, read_devices
from temadapter.comparison.plan import Plan, Trial
from temadapter.comparison.plan_runs import Job, plan_jobs
from temadapter.comparison.run_order import Schedule
from temadapter.comparison.runner import run_jobs, run_schedule
from temadapter.comparison.worker import Death, Worker
from temadapter.config.run_config import load_config
from temadapter.errors import ConfigError
from training_toy import ToyBackbone, make_world

SETS = (
    "data.validation_fraction=0.3",
    "data.descriptions=raw",
    "features.backbone=toy",
    "features.sampler=uniform(6)",
    "training.epochs=2",
    "training.batch_size=8",
    "training.device=cpu",
)
PLAN = Plan(
    "small",
    "",
    "",
    "paper",
    (
        Trial("whole", "whole", (), None),
        Trial("deadly", "deadly", ("training.epochs=1",), "whole"),
        Trial("short", "short", ("training.epochs=3",), "whole"),
        Trial("blind", "blind", ("features.control=text_only",), "whole", weights_of="whole"),
    ),
)


def _toy(argument: str, /, *, device: str, dtype: str) -> ToyBackbone:
    return ToyBackbone()


def toy_run(job: Job, workers: int | None = None) -> str | None:
    """Do a run in a process that was not told of the backbone "toy"; one trial kills its process."""
    registry._registered["toy"] = registry._Entry(_toy, "")
    if job.trial.name == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    return run_job_module.run_job(job, workers)


def test_plain_numbers_are_cuda_devices() -> None:
    assert device_names("0, 1,cuda:3") == ("cuda:0", "cuda:1", "cuda:3")
    assert device_names([2, "cuda:0"]) == ("cuda:2", "cuda:0")
    assert device_names("cpu,cpu") == ("cpu", "cpu")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("gpu", "no device 'gpu'"),
        ("-1", "no device '-1'"),
        ("", "must name devices"),
        ("auto,auto", "must name devices"),
        ("cpu,cuda:0", r"several kinds \(cpu, cuda\)"),
    ],
)
def test_what_names_no_devices_is_refused(given: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        device_names(given)


def test_nothing_else_may_say_where_runs_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_devices(None, sets=["training.device=cpu"], jobs=2) == ()
    with pytest.raises(ConfigError, match="leave out jobs"):
        read_devices("cpu,cpu", jobs=2)
    with pytest.raises(ConfigError, match=r"leave out --device and training\.device"):
        read_devices("cpu,cpu", sets=["training.device=cpu"])
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(ConfigError, match="cuda:0 to cuda:1"):
        read_devices("0,1,2")
    assert read_devices("0,1") == ("cuda:0", "cuda:1")


def test_a_run_goes_to_its_device_unless_its_trial_wants_another_kind(tmp_path: Path) -> None:
    training = replace(load_config("paper").training, device="cuda")
    config = replace(load_config("paper"), training=training)
    job = Job(PLAN.trials[0], 0, config, tmp_path)
    assert moved(job, "cuda:1").config.training.device == "cuda:1"
    assert moved(job, "cpu") == job


@pytest.fixture
def quick_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fork the processes of workers: what they do is the same, and PyTorch is loaded once for all of them."""
    monkeypatch.setattr(worker_module, "_SPAWN", CONTEXT)


@pytest.mark.usefixtures("quick_start")
def test_a_process_works_through_its_tasks_and_is_replaced_after_its_death() -> None:
    worker = Worker(threads=1)
    try:
        worker.begin(os.getpid)
        first = worker.result()
        assert first != os.getpid()
        worker.begin(torch.get_num_threads)
        assert worker.result() == 1
        worker.begin(signal.raise_signal, signal.SIGKILL)
        assert worker.result() == Death(
            "its process was ended by SIGKILL, most likely because memory ran out"
        )
        worker.begin(os.getpid)
        second = worker.result()
        assert second != first
        worker.begin(os._exit, 7)
        assert worker.result() == Death("its process ended with exit code 7")
        worker.begin(os.getpid)
        third = worker.result()
        os.kill(third, signal.SIGKILL)  # while it has nothing to do
        _wait_for_the_end(third)
        worker.begin(os.getpid)
        assert worker.result() != third
        worker.begin(time.sleep, 600)
        assert not worker.done
    finally:
        worker.end()


@pytest.mark.usefixtures("quick_start")
def test_two_devices_make_the_runs_of_one_and_a_dead_process_is_one_failed_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_world(tmp_path)
    sets = (*SETS, f"data.dataset={tmp_path / 'questions.jsonl'}", f"features.store={tmp_path / 'features'}")
    monkeypatch.setattr(crew_module, "run_without_bars", toy_run)
    schedule = Schedule(PLAN, tmp_path / "two", 1, sets)
    failed = run_schedule(schedule, devices=("cpu", "cpu"))
    assert [(each.trial, each.seed) for each in failed] == [("deadly", 0)]
    assert "SIGKILL" in failed[0].reason
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("run ")]
    assert len(said) == 4
    assert [line for line in said if "failed" in line] == [
        line for line in said if "deadly, seed 0 failed: its process was ended by SIGKILL" in line
    ]
    monkeypatch.setitem(registry._registered, "toy", registry._Entry(_toy, ""))
    jobs = [
        job for job in plan_jobs(PLAN, tmp_path / "one", seeds=1, sets=sets) if job.trial.name != "deadly"
    ]
    assert run_jobs(jobs) == ()
    for job in jobs:
        other = tmp_path / "two" / job.folder.relative_to(tmp_path / "one")
        for name in ("config.yaml", "predictions.jsonl", "model.safetensors"):
            if (job.folder / name).exists():
                assert (other / name).read_bytes() == (job.folder / name).read_bytes(), (job.name, name)
    again = Schedule(PLAN, tmp_path / "two", 1, sets)
    assert [job.trial.name for job in again.ready()] == ["deadly"]


def test_the_time_left_counts_what_is_running_and_never_halves_the_last_run(tmp_path: Path) -> None:
    schedule = Schedule(PLAN.only(["whole", "short"]), tmp_path, 1, SETS)
    whole, short = schedule.finals()
    schedule.spent["whole"].append((22.0, 2.2))  # ten seconds for each unit of work
    assert schedule.seconds_left() == pytest.approx(22 + 32)
    assert schedule.seconds_left(2) == pytest.approx(32), "the longer one alone takes that long"
    running = {whole.folder: 12.0, short.folder: 2.0}
    assert schedule.seconds_left(1, running) == pytest.approx(10 + 30)
    assert schedule.seconds_left(2, running) == pytest.approx(30)
    assert schedule.seconds_left(2, {short.folder: 99.0}) == pytest.approx(22), "overdue: any moment now"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_comparison(tmp_path: Path, number: signal.Signals) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import os, time\n"
        "from temadapter.interrupts import ended_by_sigterm\n"
        "from temadapter.comparison import crew\n"
        "if __name__ == '__main__':\n"
        "    with ended_by_sigterm(), crew.crew(1, ('cpu', 'cpu'), None) as both:\n"
        "        for _, worker in both._idle:\n"
        "            worker.begin(os.getpid)\n"
        "            print(worker.result(), flush=True)\n"
        "            worker.begin(time.sleep, 600)\n"
        "        print('busy', flush=True)\n"
        "        both._idle[0][1].result()\n"
    )
    words = [sys.executable, str(script)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        children = [int(parent.stdout.readline()) for _ in range(2)]
        assert parent.stdout.readline() == "busy\n"
        parent.send_signal(number)
        _, told = parent.communicate(timeout=60)
    for child in children:
        _wait_for_the_end(child)
    assert ("KeyboardInterrupt" in told) is (number == signal.SIGTERM)


def _wait_for_the_end(process: int) -> None:
    deadline = time.monotonic() + 60
    while _alive(process):
        assert time.monotonic() < deadline, "the process computes on for nobody"
        time.sleep(0.05)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")

from __future__ import annotations

import json
import os
import threading
from collections import Counter

import pytest

from temadapter.features import leases as module
from temadapter.features.leases import Leases


@pytest.fixture
def elsewhere(monkeypatch):
    """Return a function that opens leases as a process of another machine does."""

    def opened(folder, **options):
        other = Leases(folder, **options)
        other._me["machine"] = "elsewhere"
        return other

    return opened


def silent(opened: Leases) -> Leases:
    """Start without a sign of life, as if the machine were gone."""
    opened._thread = threading.Thread(target=lambda: None)
    return opened


def test_a_claim_is_for_one(tmp_path):
    with Leases(tmp_path) as first, Leases(tmp_path) as second:
        assert first.is_free("a")
        assert first.claim("a")
        assert not second.claim("a")
        assert not second.is_free("a")
        assert second.claim("b")
        first.release("a")
        assert second.claim("a")
        first.release("a")  # no longer its own
        assert not first.claim("a")
    assert not (tmp_path / "leases").exists()


def test_many_threads_of_many_holders_never_share(tmp_path):
    holders = [Leases(tmp_path) for _ in range(4)]
    got: Counter[str] = Counter()
    lock = threading.Lock()

    def work(holder):
        for index in range(50):
            if holder.claim(str(index)):
                with lock:
                    got[str(index)] += 1

    for holder in holders:
        holder.__enter__()
    threads = [threading.Thread(target=work, args=(holder,)) for holder in holders * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for holder in holders:
        holder.__exit__(None, None, None)
    assert got == Counter({str(index): 1 for index in range(50)})


def test_a_claim_of_another_machine_counts_until_it_falls_silent(tmp_path, elsewhere):
    gone = silent(elsewhere(tmp_path))
    gone.__enter__()
    assert gone.claim("a")
    with Leases(tmp_path) as here:
        assert not here.claim("a")
        os.utime(tmp_path / "leases" / "a.lease", (0, 0))
        assert here.is_free("a")
        assert here.claim("a")
        gone.release("a")  # too late: it is another's
        assert not here.is_free("a")
    assert not (tmp_path / "leases").exists()


def test_signs_of_life_keep_a_claim(tmp_path, elsewhere):
    with elsewhere(tmp_path, expiry=0.3) as there, Leases(tmp_path, expiry=0.3) as here:
        assert there.claim("a")
        for _ in range(12):
            threading.Event().wait(0.05)
            assert not here.claim("a")


def test_a_dead_process_of_this_machine_is_noticed_at_once(tmp_path):
    dead = silent(Leases(tmp_path))
    dead._me |= {"pid": 2**22 - 1, "started": "1"}
    dead.__enter__()
    assert dead.claim("a")
    with Leases(tmp_path) as here:
        if here._me["machine"] is None:
            pytest.skip("processes cannot be told apart here")
        assert here.claim("a")


def test_without_hard_links(tmp_path, monkeypatch):
    def refuse(source, target):
        raise PermissionError("no hard links here")

    monkeypatch.setattr(module.os, "link", refuse)
    with Leases(tmp_path) as first, Leases(tmp_path) as second:
        assert first.claim("a")
        assert not second.claim("a")
        first.release("a")
        assert second.claim("a")


def test_a_new_claim_is_not_taken_for_the_abandoned_one(tmp_path, elsewhere, monkeypatch):
    """Between looking and clearing another process has cleared it and claimed it."""
    gone = silent(elsewhere(tmp_path))
    gone.__enter__()
    gone.claim("a")
    path = tmp_path / "leases" / "a.lease"
    os.utime(path, (0, 0))
    with Leases(tmp_path) as quick, Leases(tmp_path) as late:
        plain = late._lives

        def slow(path, holder):
            alive = plain(path, holder)
            if not alive and quick is not None:
                quick.claim("a")
            return alive

        monkeypatch.setattr(late, "_lives", slow)
        assert not late.claim("a")
        assert json.loads(path.read_text())["token"] == quick._me["token"]


def test_a_thread_that_comes_too_late_gets_no_claim(tmp_path):
    """One that decodes ahead goes on for a moment after an interrupt: its claim would stay behind."""
    with Leases(tmp_path) as leases:
        assert leases.claim("a")
    assert not leases.claim("b")
    assert not (tmp_path / "leases").exists()

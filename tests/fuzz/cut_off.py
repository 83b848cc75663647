"""Commands that are killed or find the disk full, and are given again: the end is as if nothing had happened."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from fuzz.commands import Ended, Trouble, run
from fuzz.engine import Case, Verdict
from fuzz.outcomes import Outcome
from fuzz.small_world import Command

KILLS, FULL = "kills", "full disk"
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
INTERRUPTED = 130


@dataclass(frozen=True)
class Undisturbed:
    """A command, and how it ends when nothing befalls it."""

    command: Command
    ended: Ended
    result: Mapping[str, bytes]


def undisturbed(commands: Mapping[str, Command], folder: Path) -> dict[str, Undisturbed]:
    """Run every command once in a folder of its own."""
    found = {}
    for name, command in commands.items():
        own = folder / name.replace(" ", "-")
        own.mkdir(parents=True)
        ended = run(command.words, own)
        assert ended.code == 0, f"{name}: {ended.printed}"
        found[name] = Undisturbed(command, ended, command.result(own))
        assert found[name].result, name
    return found


def kills(known: Mapping[str, Undisturbed], count: int, seed: int, first: int = 0) -> Iterator[Case]:
    """Yield commands that get a signal: at any moment, or just while they write a file."""
    names = list(known)
    for number in range(first, first + count):
        random = Random(f"{seed} {KILLS} {number}")
        own = known[names[number % len(names)]]
        trouble = Trouble(kill=random.choice(SIGNALS))
        if random.random() < 0.5:
            trouble.after = random.uniform(0, own.ended.seconds)
        else:
            trouble.at_write = random.randint(1, own.ended.writes)
        yield Case(KILLS, number, lambda folder, own=own, trouble=trouble: _killed(folder, own, trouble))


def full_disks(known: Mapping[str, Undisturbed], count: int, seed: int, first: int = 0) -> Iterator[Case]:
    """Yield commands that find no room, for a file that is too large or from some file on."""
    names = list(known)
    for number in range(first, first + count):
        random = Random(f"{seed} {FULL} {number}")
        own = known[names[number % len(names)]]
        if random.random() < 0.4:
            sizes = sorted(len(content) for content in own.result.values())
            trouble = Trouble(room=random.randint(1 << 14, max(sizes[-1], 1 << 15)))
        else:
            trouble = Trouble(full_at=random.randint(1, own.ended.writes))
        yield Case(FULL, number, lambda folder, own=own, trouble=trouble: _starved(folder, own, trouble))


def _killed(folder: Path, own: Undisturbed, trouble: Trouble) -> Verdict:
    ended = run(own.command.words, folder, trouble)
    if ended.foreign:
        return Outcome.FOREIGN, f"{trouble}: {ended.printed}"
    if ended.code not in (0, -int(trouble.kill or 0), INTERRUPTED):
        return Outcome.FOREIGN, f"{trouble}: exit code {ended.code}: {ended.printed}"
    return _again(folder, own, str(trouble))


def _starved(folder: Path, own: Undisturbed, trouble: Trouble) -> Verdict:
    ended = run(own.command.words, folder, trouble)
    told = "disk is full" in ended.printed
    if ended.foreign or (ended.code != 0 and not told) or (ended.code == 0 and trouble.full_at):
        return Outcome.FOREIGN, f"{trouble}: exit code {ended.code}: {ended.printed}"
    verdict = _again(folder, own, str(trouble))
    return (Outcome.REFUSED, "") if told and verdict[0] is Outcome.FINE else verdict


def _again(folder: Path, own: Undisturbed, what: str) -> Verdict:
    """Give the command again, and compare what is there then."""
    ended = run(own.command.again, folder)
    if ended.foreign:
        return Outcome.FOREIGN, f"{what}, again: {ended.printed}"
    if ended.code != 0:
        return Outcome.LOST, f"{what}, again: exit code {ended.code}: {ended.printed}"
    result = own.command.result(folder)
    if result != own.result:
        names = sorted(
            name for name in result.keys() | own.result.keys() if result.get(name) != own.result.get(name)
        )
        return Outcome.LOST, f"{what}: other files than without it: {names}"
    left = [str(path) for path in folder.rglob(".*.partial")]
    return (Outcome.LOST, f"{what}: left behind: {left}") if left else (Outcome.FINE, "")

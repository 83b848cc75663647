"""Breaking bytes: what disks, downloads and careless tools do to files."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

Mutation = Callable[[bytes, Random], bytes]


def _cut(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def _behead(data: bytes, random: Random) -> bytes:
    return data[random.randrange(min(len(data), 4096) + 1) :]


def _flip(data: bytes, random: Random) -> bytes:
    broken = bytearray(data)
    for _ in range(random.choice((1, 3, 30, 300))):
        if broken:
            broken[random.randrange(len(broken))] ^= 1 << random.randrange(8)
    return bytes(broken)


def _part(data: bytes, random: Random) -> tuple[int, int]:
    start = random.randrange(len(data) + 1)
    return start, min(len(data), start + random.choice((1, 16, 188, 1024, 8192)))


def _blank(data: bytes, random: Random) -> bytes:
    start, end = _part(data, random)
    return data[:start] + bytes(end - start) + data[end:]


def _noise(data: bytes, random: Random) -> bytes:
    start, end = _part(data, random)
    return data[:start] + random.randbytes(end - start) + data[end:]


def _drop(data: bytes, random: Random) -> bytes:
    start, end = _part(data, random)
    return data[:start] + data[end:]


def _repeat(data: bytes, random: Random) -> bytes:
    start, end = _part(data, random)
    return data[:end] + data[start:end] * random.choice((1, 2, 20)) + data[end:]


def _insert(data: bytes, random: Random) -> bytes:
    start, _ = _part(data, random)
    return data[:start] + random.randbytes(random.choice((1, 4, 188))) + data[start:]


def _swap(data: bytes, random: Random) -> bytes:
    (a, b), (c, d) = sorted((_part(data, random), _part(data, random)))
    return data if b > c else data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def _header(data: bytes, random: Random) -> bytes:
    """Write an extreme number over one near the start or the end, where containers keep lengths and times."""
    if len(data) < 16:
        return data
    near = random.randrange(min(len(data) - 8, 2048))
    start = near if random.random() < 0.5 else len(data) - 8 - near
    value = random.choice(
        (b"\xff" * 4, b"\x7f" + b"\xff" * 3, bytes(4), b"\x80" + bytes(3), bytes(3) + b"\x01")
    )
    return data[:start] + value + data[start + 4 :]


def _twice(data: bytes, random: Random) -> bytes:
    return data + data


def _hardly_anything(data: bytes, random: Random) -> bytes:
    return random.choice((b"", b"\xd7", b"\0" * 40, b"no video\n", data[:3]))


MUTATIONS: tuple[Mutation, ...] = (
    _cut, _behead, _flip, _flip, _blank, _noise, _drop, _repeat, _insert, _swap, _header, _header, _twice,
    _hardly_anything,
)  # fmt: skip


def mutated(data: bytes, random: Random) -> bytes:
    """Return `data` broken in one to three ways."""
    for _ in range(random.choice((1, 1, 2, 3))):
        data = random.choice(MUTATIONS)(data, random)
    return data

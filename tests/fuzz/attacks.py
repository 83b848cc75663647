"""Files made to harm whoever opens them: each is refused in a sentence; nothing is run, read or filled."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from fuzz.commands import run
from fuzz.engine import Case, Verdict
from fuzz.outcomes import Outcome

KIND = "attacks"
MOST_MEMORY = 1 << 30
"""More than this on top of what was loaded before is a bomb that went off."""
SECRET = "the secret"


class _Intruder:
    """Unpickling it would make a folder."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("intruded",)


Words = tuple[object, ...]
Attack = Callable[[Path], Words]


def _yaml(text: str) -> Attack:
    def attack(folder: Path) -> Words:
        (folder / "bad.yaml").write_text(text)
        return "train", "x.jsonl", "--preset", "bad.yaml"

    return attack


def _rules(text: str) -> Attack:
    def attack(folder: Path) -> Words:
        (folder / "rules.yaml").write_text(text)
        return "describe", "-q", "word " * 40 + "!", "-o", "a", "-o", "b", "--rules", "rules.yaml"

    return attack


def _checkpoint(content: Callable[[], object]) -> Attack:
    def attack(folder: Path) -> Words:
        import torch

        torch.save(content(), folder / "bad.pt")
        return "convert", "checkpoint", "bad.pt", "bad.pt", "--output", "run"

    return attack


def _stride_zero() -> object:
    import torch

    huge = torch.zeros(1).expand(10**12)
    return {
        "epoch": 1,
        "state_dict": {"positional_encoding.pe": huge, "x": huge},
        "optimizer": {},
        "model_kwargs": {},
    }


def _playlist(folder: Path) -> Words:
    (folder / "secret.txt").write_text(SECRET)
    (folder / "list.m3u8").write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsecret.txt\n#EXT-X-ENDLIST\n"
    )
    return _ask("list.m3u8")


def _concat(folder: Path) -> Words:
    (folder / "list.mp4").write_text("ffconcat version 1.0\nfile /etc/passwd\n")
    return _ask("list.mp4")


def _gif(folder: Path) -> Words:
    head = b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\xf0\0\0" + bytes(6)
    frame = b"," + struct.pack("<HHHH", 0, 0, 65535, 65535) + b"\0\x02\x03\x4c\x01\0\0"
    (folder / "bomb.gif").write_bytes(head + frame * 200 + b";")
    return _ask("bomb.gif")


def _ask(video: str) -> Words:
    return "ask", video, "-q", "What is it?", "-o", "a", "-o", "b", "--run", "zero-shot", "--backbone", "toy"


def _name_with_escapes(folder: Path) -> Words:
    name = "\x1b]0;owned\x07\x1b[2J\nError: all is well.mp4"
    (folder / name).write_text("no video")
    return _ask(name)


def _deep_json(folder: Path) -> Words:
    (folder / "deep.jsonl").write_text("[" * 200_000 + "\n" + '{"a":' * 100_000)
    return "data", "check", "deep.jsonl"


def _huge_number(folder: Path) -> Words:
    row = {"video": "a.mp4", "question": "?", "options": ["a", "b"]}
    (folder / "n.jsonl").write_text(json.dumps(row)[:-1] + ', "answer": ' + "9" * 6000 + "}\n")
    return "data", "check", "n.jsonl", "--no-videos"


def _wide_table(folder: Path) -> Words:
    (folder / "wide.csv").write_text(
        "video,question," + ",".join(f"a{n}" for n in range(50_000)) + "\n" + "x," * 50_002
    )
    return "data", "check", "wide.csv", "--no-videos"


def _external_link(folder: Path) -> Words:
    import h5py

    row = {"video": "a.mp4", "question": "?", "options": ["a", "b"], "answer": 0, "video_id": 1}
    (folder / "q.jsonl").write_text(json.dumps(row))
    with h5py.File(folder / "bad.h5", "w") as file:
        file["appearance_features"] = h5py.ExternalLink("/etc/passwd", "/x")
        file["ids"] = [1]
    return "convert", "features", "bad.h5", "--annotations", "q.jsonl", "--backbone", "toy"


def _run_folder(file: str, text: str) -> Attack:
    def attack(folder: Path) -> Words:
        (folder / "run").mkdir()
        (folder / "run" / "config.yaml").write_text("method: mean-linear\n")
        (folder / "run" / file).write_text(text)
        return "evaluate", "run"

    return attack


def _key(folder: Path) -> Words:
    (folder / "store" / "x").mkdir(parents=True)
    (folder / "store" / "x" / "key.json").write_text("[" * 100_000)
    return "info", "store"


ATTACKS: dict[str, Attack] = {
    "YAML, nested deeply": _yaml("a: " + "[" * 10_000),
    "YAML, a number of 6,000 digits": _yaml("training: {epochs: " + "9" * 6000 + "}"),
    "YAML, a loop": _yaml("data: &a\n  dataset: *a\n"),
    "YAML, a billion laughs": _yaml(
        "a: &a [x,x]\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{f'*{chr(97 + n)},' * 9}]\n" for n in range(9))
    ),
    "YAML, a call": _yaml("data: !!python/object/apply:os.mkdir [intruded]\n"),
    "rules, a catastrophic pattern": _rules(
        "rules:\n  - question: '^(?P<q>(\\w+\\s?)+)$'\n    write: '{q} {option}'\n"
    ),
    "rules, a format that fills memory": _rules(
        "rules:\n  - question: '(?P<q>.*)'\n    write: '{option:>1500000000}'\n"
    ),
    "rules, an attribute": _rules(
        "rules:\n  - question: '(?P<q>.*)'\n    write: '{option.__class__.__mro__}'\n"
    ),
    "checkpoint, a call": _checkpoint(_Intruder),
    "checkpoint, a call inside": _checkpoint(lambda: {"epoch": 1, "state_dict": {"x": _Intruder()}}),
    "checkpoint, a tensor without strides": _checkpoint(_stride_zero),
    "playlist of a local file": _playlist,
    "list of files called mp4": _concat,
    "GIF, four gigapixels": _gif,
    "a name that commands the terminal": _name_with_escapes,
    "JSON, nested deeply": _deep_json,
    "an answer of 6,000 digits": _huge_number,
    "a table of 50,000 columns": _wide_table,
    "HDF5 that points elsewhere": _external_link,
    "results nested deeply": _run_folder("results.json", "[" * 100_000),
    "weights that are none": _run_folder("model.safetensors", "\xff" * 64),
    "a store's key nested deeply": _key,
}


def cases() -> Iterator[Case]:
    """Yield every attack."""
    for number, (name, attack) in enumerate(ATTACKS.items()):
        yield Case(KIND, number, lambda folder, name=name, attack=attack: _attacked(folder, name, attack))


def _attacked(folder: Path, name: str, attack: Attack) -> Verdict:
    import resource

    words = attack(folder)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    ended = run(words, folder)
    if ended.foreign or ended.code < 0:
        return Outcome.FOREIGN, f"{name}: {ended.printed or ended.code}"
    if list(folder.rglob("intruded")):
        return Outcome.FOREIGN, f"{name}: its code was run"
    if ended.memory - before > MOST_MEMORY:
        return Outcome.FOREIGN, f"{name}: {(ended.memory - before) >> 20} MiB of memory"
    if SECRET in ended.printed or "\x1b" in ended.printed:
        return Outcome.FOREIGN, f"{name}: it was let through: {ended.printed!r}"
    if len(ended.printed) > 5000:
        return Outcome.FOREIGN, f"{name}: {len(ended.printed)} characters were printed"
    return (Outcome.FINE if ended.code == 0 else Outcome.REFUSED), ended.printed

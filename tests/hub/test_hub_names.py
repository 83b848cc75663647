from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temadapter.errors import ConfigError
from temadapter.hub.local_names import Anonymous, is_local, last_name
from temadapter.hub.repository_names import HubName, hub_name

PART = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,10}[A-Za-z0-9])?", fullmatch=True).filter(
    lambda text: "--" not in text and ".." not in text
)
FOLDER = st.from_regex(r"[a-z0-9][a-zA-Z0-9 ._-]{0,10}[a-z0-9]", fullmatch=True)
PLAIN = st.from_regex(r"[a-zA-Z0-9 .,:]{0,20}", fullmatch=True)


@given(PART, PART, st.from_regex(r"[a-z0-9][a-z0-9./_-]{0,8}[a-z0-9]", fullmatch=True))
def test_a_name_is_read_as_it_is_written(owner: str, name: str, revision: str) -> None:
    for own in (HubName(f"{owner}/{name}"), HubName(f"{owner}/{name}", revision)):
        if ".." not in revision:
            assert hub_name(str(own)) == own == hub_name(str(own).removeprefix("hf:"))


@pytest.mark.parametrize(
    "text", ["", "hf:", "run", "a/b/c", "/a/b", "./run", "a/..", "a/b@", "a/b@x y", "-a/b", "a b/c", "a/b--c"]
)
def test_what_cannot_be_on_the_hub(text: str) -> None:
    with pytest.raises(ConfigError, match="does not name a run on the hub"):
        hub_name(text)


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("/data", True),
        ("~/data", True),
        ("C:\\data", True),
        ("\\\\server\\data", True),
        ("file:///data", True),
        ("../data", True),
        ("a/../../data", True),
        ("dir:clip", True),
        ("rules:/home/me/mine.yaml", True),
        ("rules:mine.yaml", False),
        ("data", False),
        ("hf:openai/clip-vit-base-patch32", False),
        ("clips(8,16)", False),
        ("", False),
    ],
)
def test_places_on_a_machine_are_known(text: str, local: bool) -> None:
    assert is_local(text) is local


@pytest.mark.parametrize(
    ("path", "name"),
    [("/a/b c/", "b c"), ("C:\\clips\\mine.csv", "mine.csv"), ("b", "b"), ("", ""), ("~/a/b", "b")],
)
def test_a_path_is_its_last_part(path: str, name: str) -> None:
    assert last_name(path) == name


@settings(max_examples=40)
@given(st.lists(FOLDER, min_size=2, max_size=4), PLAIN, PLAIN)
def test_nothing_of_a_known_folder_stays_in_a_text(parts: list[str], before: str, after: str) -> None:
    folder = Path("/home", *parts)
    text = Anonymous([folder]).text(f"{before} {folder}/clip.mp4: {after}")
    assert str(folder) not in text
    assert str(folder.parent) not in text
    assert "clip.mp4" in text


@given(st.lists(st.from_regex(r"[a-zA-Z0-9._-]{1,8}", fullmatch=True), min_size=2, max_size=4), PLAIN)
def test_an_unknown_absolute_path_becomes_its_last_part(parts: list[str], after: str) -> None:
    path = "/" + "/".join(parts)
    assert Anonymous().text(path) == last_name(path)
    assert Anonymous().text(f"{after} in {path} (twice)") == f"{after} in {parts[-1]} (twice)"


@pytest.mark.parametrize(
    "text",
    [
        "https://arxiv.org/abs/2308.08414",
        "and/or, 3/4, videos/a.mp4",
        "hf:openai/clip-vit-base-patch32",
        "95 % Wilson interval at 1/2",
        "",
    ],
)
def test_what_is_no_local_path_stays(text: str) -> None:
    assert Anonymous([Path("/home/me")]).text(text) == text


def test_paths_of_windows_and_of_the_home_folder_go_too() -> None:
    clean = Anonymous()
    assert clean.text(r"C:\Users\Jane Doe\a.mp4") == "a.mp4"
    assert clean.text(r"broken: C:\clips\a.mp4, skipped") == "broken: a.mp4, skipped"
    assert clean.text("see ~/clips/a.mp4") == "see a.mp4"
    assert clean.value({"a": ["/x/y/z", 1, None], "b": {"c": "/x/y/z"}}) == {
        "a": ["z", 1, None],
        "b": {"c": "z"},
    }

from __future__ import annotations

import pytest

from temadapter.addresses import is_address, public_name, refuse_address, refuse_no_path, without_logins
from temadapter.backbones.registry import load_backbone
from temadapter.data.load import load_dataset
from temadapter.errors import ConfigError
from temadapter.hub.run_names import find_run
from temadapter.video.given import GivenVideo

SECRET = "https://me:secret@example.org/a?token=secret"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("rtsp://u:p@[::1]:554/a?x=secret#y", "rtsp://[::1]:554/a"),
        ("rtsp://me:se/cret@host/x", "rtsp://host/x"),
        ("rtsp://me:se?cret@host/x", "rtsp://host/x"),
        ("rtsp://me:se#cret@host:8/x?t=1", "rtsp://host:8/x"),
        ("http://u:p@[::bad/x", "http://[::bad/x"),
        ("https://example.org//@me/x", "https://example.org//@me/x"),
        ("HTTPS://A:b@C/d", "HTTPS://C/d"),
        ("videos/me@home:1.mp4", "videos/me@home:1.mp4"),
    ],
)
def test_an_address_is_named_as_it_was_typed_but_for_its_secrets(given: str, shown: str) -> None:
    assert public_name(given) == shown


@pytest.mark.parametrize("text", ["a.mp4", "C:/a.mp4", "C:\\a", "/a//b", "dir:/a", "hf:me/run", "x:y", ""])
def test_a_path_is_no_address(text: str) -> None:
    assert not is_address(text)
    refuse_address(text, "a video")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no rtsp://me:secret@camera/live here", "no rtsp://camera/live here"),
        ("There is no file https:/me:secret@example.org/a.", "There is no file https:/example.org/a."),
        ("'http://me@a/b', 'http://you:x@c/d'", "'http://a/b', 'http://c/d'"),
        ("dir:/me@home/runs and https://a/@me?to=b@c", "dir:/me@home/runs and https://a/@me?to=b@c"),
    ],
)
def test_a_text_loses_its_passwords(text: str, shown: str) -> None:
    assert without_logins(text) == shown


@pytest.mark.parametrize("read", [GivenVideo.of, load_dataset, find_run, load_backbone])
def test_what_is_read_from_disk_is_not_asked_of_the_net(read: object) -> None:
    with pytest.raises(ConfigError, match=r"^https://example.org/a is an address, and a ") as error:
        read(SECRET)  # type: ignore[operator]
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_an_empty_name_is_no_path(text: str) -> None:
    with pytest.raises(ConfigError, match="The name of a dataset is empty"):
        refuse_no_path(text, "a dataset")
    refuse_no_path("a", "a dataset")
    with pytest.raises(ConfigError, match="is an address"):
        refuse_no_path("https://example.org", "a dataset")

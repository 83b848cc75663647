"""Clients that hang, hang up or come all at once; servers that are killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from toy_server import SlowModel, add_example, running_server

from temadapter.serve import server as serving
from temadapter.serve.library import Library
from temadapter.serve.private_folder import PREFIX, PrivateFolder, remove_abandoned

HEAD = b'--b\r\nContent-Disposition: form-data; name="video"; filename="a.mp4"\r\n\r\n'


@pytest.fixture
def url(model: SlowModel, library: Library) -> Iterator[str]:
    with running_server(model, library, queue=4, patience=0.3) as url:
        yield url
        model.gate.set()


def connect(url: str) -> socket.socket:
    place = urlsplit(url)
    return socket.create_connection((place.hostname, place.port), timeout=10)


def begin_upload(url: str) -> socket.socket:
    client = connect(url)
    client.sendall(
        b"POST /api/videos HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n"
        b"Content-Type: multipart/form-data; boundary=b\r\n\r\n" + HEAD + b"x" * 5000
    )
    return client


def files_in(library: Library) -> list[Path]:
    return list(library.folder.iterdir())


def wait_for_no_file(library: Library) -> None:
    for _ in range(500):
        if not files_in(library):
            return
        time.sleep(0.01)
    raise AssertionError(files_in(library))


def test_a_client_that_hangs_up_leaves_no_file(url: str, library: Library) -> None:
    client = begin_upload(url)
    while not files_in(library):
        time.sleep(0.01)
    client.close()
    wait_for_no_file(library)


def test_a_client_that_says_nothing_more_is_sent_away(url: str, library: Library) -> None:
    with begin_upload(url) as client:
        answer = client.recv(4096)
    assert answer.startswith(b"HTTP/1.1 408")
    wait_for_no_file(library)


def test_a_client_that_says_nothing_at_all_is_sent_away(
    model: SlowModel, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "FIRST_REQUEST", 0.1)
    with running_server(model, library) as url, connect(url) as client:
        assert client.recv(1) == b""


def test_uploads_that_hang_do_not_keep_others_out(url: str) -> None:
    hanging = [begin_upload(url) for _ in range(4)]
    codes = []
    for _ in range(100):
        request = urllib.request.Request(
            f"{url}/api/videos",
            data=b"--b--\r\n",
            headers={"Content-Type": "multipart/form-data; boundary=b"},
        )
        try:
            urllib.request.urlopen(request)
        except urllib.error.HTTPError as error:
            codes.append(error.code)
        if codes[-1:] == [400]:
            break
        time.sleep(0.05)
    assert codes[-1] == 400
    for client in hanging:
        client.close()


def test_fifty_at_once_are_answered_or_told_to_wait(
    url: str, model: SlowModel, library: Library, red_then_blue: Path
) -> None:
    asked = {"video": add_example(library, red_then_blue), "question": "What?", "options": ["red", "blue"]}
    body = json.dumps(asked).encode()
    model.gate.clear()
    results: list[tuple[int, str]] = []

    def ask() -> None:
        request = urllib.request.Request(
            f"{url}/api/ask", data=body, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request) as response:
                results.append((response.status, json.load(response)["id"]))
        except urllib.error.HTTPError as error:
            results.append((error.code, error.headers["Retry-After"]))

    threads = [threading.Thread(target=ask) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts = Counter(code for code, _ in results)
    assert set(counts) == {202, 503}
    assert 4 <= counts[202] <= 5  # four wait, and one may be under way
    assert all(int(after) >= 1 for code, after in results if code == 503)
    model.gate.set()
    for code, job in results:
        if code == 202:
            with urllib.request.urlopen(f"{url}/api/jobs/{job}?wait=10") as response:
                assert json.load(response)["state"] == "done"


def test_the_private_folder_is_private_and_goes(tmp_path: Path) -> None:
    with PrivateFolder(tmp_path) as folder:
        assert folder.path.stat().st_mode & 0o077 == 0
        (folder.path / "a").write_text("a")
        remove_abandoned(tmp_path)
        assert (folder.path / "a").exists()
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_killed_server_is_removed_by_the_next(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from temadapter.serve.private_folder import PrivateFolder\n"
        "with PrivateFolder(Path(sys.argv[1])) as folder:\n"
        "    (folder.path / 'video').write_text('private'); print(flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    (left,) = tmp_path.glob(PREFIX + "*")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert (left / "video").exists()
    with PrivateFolder(tmp_path) as folder:
        assert list(tmp_path.iterdir()) == [folder.path]

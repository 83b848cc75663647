from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from toy_server import QUESTION, SlowModel, add_example

from temadapter import VideoQA
from temadapter.serve.library import Library

MakeClient = Callable[..., TestClient]
MakeVideo = Callable[..., Path]


def upload(client: TestClient, path: Path, name: str = "my clip.mp4") -> dict[str, Any]:
    with path.open("rb") as file:
        response = client.post("/api/videos", files={"video": (name, file, "video/mp4")})
    assert response.status_code == 201, response.text
    data: dict[str, Any] = response.json()
    return data


def ended(client: TestClient, job: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = client.get(f"/api/jobs/{job['id']}?wait=20").json()
    return data


def files_in(library: Library) -> list[str]:
    return sorted(path.name for path in library.folder.iterdir())


def test_a_video_and_its_question_in_one_request(client: TestClient, red_then_blue: Path) -> None:
    with red_then_blue.open("rb") as file:
        response = client.post("/api/ask", files={"video": ("a.mp4", file)}, data=QUESTION)
    assert response.status_code == 202
    assert response.headers["location"] == f"/api/jobs/{response.json()['id']}"
    job = ended(client, response.json())
    assert (job["state"], job["phase"], job["fraction"]) == ("done", "answering", 1)
    assert job["answer"]["answer"] == "red and blue"
    assert job["video"]["name"] == job["answer"]["video"] == "a.mp4"


def test_the_answer_is_that_of_ask_json(client: TestClient, toy_backbone: str, red_then_blue: Path) -> None:
    video = upload(client, red_then_blue)
    asked = {"video": video["id"], "question": QUESTION["question"], "options": QUESTION["option"]}
    answer = ended(client, client.post("/api/ask", json=asked).json())["answer"]
    own = VideoQA.load(backbone=toy_backbone, sampler="uniform(8)").ask(
        red_then_blue, str(QUESTION["question"]), list(QUESTION["option"])
    )
    expected = json.loads(json.dumps(own.to_dict()))
    differs = {"video", "seconds"}
    assert {k: v for k, v in answer.items() if k not in differs} == {
        k: v for k, v in expected.items() if k not in differs
    }


def test_a_second_question_needs_no_second_look(
    client: TestClient, model: SlowModel, red_then_blue: Path
) -> None:
    video = upload(client, red_then_blue)
    for question in ("What is it?", "What was it?"):
        job = client.post(
            "/api/ask", json={"video": video["id"], "question": question, "options": ["red", "blue"]}
        )
        assert ended(client, job.json())["state"] == "done"
        model.gate.clear()  # looking again would wait for ever


def test_info_names_the_model_and_the_limits(client: TestClient) -> None:
    info = client.get("/api/info").json()
    assert info["run"] == "toy run"
    assert (info["method"], info["backbone"], info["sampler"]) == ("clip-template", "toy", "uniform(8)")
    assert info["note"] == "The backbone toy is for tests."
    assert info["limits"] == {"upload": 200_000_000, "queue": 8}


@pytest.mark.parametrize(
    ("question", "options", "reason"),
    [
        (" ", ["a", "b"], "The question is empty."),
        ("What?", ["a"], "at least two options"),
        ("What?", ["a", "a"], "given twice"),
        ("What?", ["a", " "], "Option 2 is empty"),
        ("What?", [], "at least two options"),
    ],
)
def test_wrong_questions_are_refused_in_a_sentence(
    client: TestClient, library: Library, red_then_blue: Path, question: str, options: list[str], reason: str
) -> None:
    video = add_example(library, red_then_blue)
    response = client.post("/api/ask", json={"video": video, "question": question, "options": options})
    assert response.status_code == 422
    assert reason in response.json()["error"]
    assert response.json()["code"] == "bad_question"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"content": b"not json", "headers": {"Content-Type": "application/json"}}, 400),
        ({"content": b"[" * 100_000, "headers": {"Content-Type": "application/json"}}, 400),
        ({"json": ["a"]}, 400),
        ({"json": {"video": "x", "question": 3, "options": ["a", "b"]}}, 400),
        ({"json": {"question": "What?", "options": ["a", "b"]}}, 400),
        ({"json": {"video": "u-unknown", "question": "What?", "options": ["a", "b"]}}, 404),
        ({"json": {"video": "../../etc/passwd", "question": "What?", "options": ["a", "b"]}}, 404),
        ({"json": {"video": "x", "question": "?" * 200_000, "options": ["a", "b"]}}, 413),
        ({"content": b"x", "headers": {"Content-Type": "text/plain"}}, 415),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=b"}}, 400),
        ({"files": {"other": ("a.mp4", b"x")}}, 400),
        ({"files": {"video": ("a.mp4", b"no video")}, "data": QUESTION}, 422),
        ({"files": {"video": ("a.mp4", b"")}, "data": QUESTION}, 422),
        ({"files": [("video", ("a", b"x")), ("video", ("b", b"x"))], "data": QUESTION}, 400),
    ],
)
def test_malformed_requests_are_refused_and_leave_nothing(
    client: TestClient, library: Library, request_: dict[str, Any], status: int
) -> None:
    response = client.post("/api/ask", **request_)
    assert response.status_code == status, response.text
    assert set(response.json()) == {"error", "code"}
    assert files_in(library) == []


@pytest.mark.parametrize("name", ["list.m3u8", "list.mp4"])
def test_a_playlist_of_a_video_on_the_server_is_refused(
    client: TestClient, library: Library, make_video: MakeVideo, tmp_path: Path, name: str
) -> None:
    own = make_video(tmp_path / "private.ts", [(200, 0, 0)] * 10)
    hls = f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:3,\n{own}\n#EXT-X-ENDLIST\n"
    for text in (hls, hls.replace(str(own), f"file://{own}"), f"ffconcat version 1.0\nfile {own}\n"):
        response = client.post("/api/videos", files={"video": (name, text.encode())})
        assert response.status_code == 422
        assert response.json()["error"].startswith(f"{name} is a playlist")
    assert files_in(library) == []


def test_no_message_names_a_path_of_the_server(
    client: TestClient, library: Library, make_video: MakeVideo, tmp_path: Path
) -> None:
    broken = make_video(tmp_path / "b.mp4", [(200, 0, 0)] * 10)
    broken.write_bytes(broken.read_bytes()[:800])
    response = client.post("/api/videos", files={"video": ("holiday.mp4", broken.read_bytes())})
    assert response.status_code == 422
    assert response.json()["error"].startswith("holiday.mp4 ")
    gone = make_video(tmp_path / "gone.mp4", [(200, 0, 0)] * 10)
    video = add_example(library, gone)
    gone.unlink()
    asked = client.post("/api/ask", json={"video": video, "question": "What?", "options": ["a", "b"]})
    texts = [response.text, ended(client, asked.json())["error"], client.get(f"/api/videos/{video}").text]
    assert "There is no file crossing.mp4" in texts[1]
    for text in texts:
        assert str(tmp_path) not in text
        assert "/tmp" not in text


def test_an_upload_over_the_limit_is_refused(make_client: MakeClient, library: Library) -> None:
    client = make_client(max_upload=1000)
    declared = client.post("/api/videos", files={"video": ("a.mp4", b"x" * 200_000)})
    assert declared.status_code == 413
    assert "larger than 1 kB" in declared.json()["error"]
    head = b'--b\r\nContent-Disposition: form-data; name="video"; filename="a"\r\n\r\n'
    sent: list[int] = []

    def endless() -> Any:
        yield head
        for number in range(10_000):
            sent.append(number)
            yield b"x" * 1000

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    assert client.post("/api/videos", content=endless(), headers=headers).status_code == 413
    assert files_in(library) == []


def test_a_full_queue_says_when_to_come_back(
    make_client: MakeClient, model: SlowModel, library: Library, red_then_blue: Path
) -> None:
    client = make_client(queue=2)
    asked = {"video": add_example(library, red_then_blue), "question": "What?", "options": ["red", "blue"]}
    model.gate.clear()
    jobs = [client.post("/api/ask", json=asked).json()]
    while client.get(f"/api/jobs/{jobs[0]['id']}").json()["state"] != "running":
        pass
    jobs += [client.post("/api/ask", json=asked).json() for _ in range(2)]
    assert [client.get(f"/api/jobs/{job['id']}").json()["position"] for job in jobs] == [0, 1, 2]
    refused = client.post("/api/ask", json=asked)
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) >= 1
    model.gate.set()
    assert [ended(client, job)["state"] for job in jobs] == ["done"] * 3
    assert client.post("/api/ask", json=asked).status_code == 202


def test_jobs_can_be_cancelled_while_they_wait_and_while_they_run(
    client: TestClient, model: SlowModel, library: Library, red_then_blue: Path
) -> None:
    asked = {"video": add_example(library, red_then_blue), "question": "What?", "options": ["red", "blue"]}
    model.gate.clear()
    running, waiting, last = (client.post("/api/ask", json=asked).json() for _ in range(3))
    assert client.delete(f"/api/jobs/{waiting['id']}").json()["state"] == "cancelled"
    client.delete(f"/api/jobs/{running['id']}")
    assert ended(client, running)["state"] == "cancelled"
    model.gate.set()
    assert ended(client, last)["state"] == "done"
    assert client.delete(f"/api/jobs/{last['id']}").json()["state"] == "done"
    assert client.get("/api/jobs/unknown").status_code == 404


def test_a_mistake_in_the_model_is_told_and_does_not_end_the_server(
    client: TestClient,
    model: SlowModel,
    library: Library,
    red_then_blue: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = {"video": add_example(library, red_then_blue), "question": "What?", "options": ["red", "blue"]}
    with monkeypatch.context() as patch:
        patch.setattr(model._model, "ask", lambda *_, **__: 1 / 0)
        job = ended(client, client.post("/api/ask", json=asked).json())
    assert (job["state"], job["code"]) == ("failed", "server_error")
    assert "division" not in job["error"]
    assert ended(client, client.post("/api/ask", json=asked).json())["state"] == "done"


def test_videos_of_the_run_can_be_found_and_are_kept(
    client: TestClient, library: Library, red_then_blue: Path
) -> None:
    video = add_example(library, red_then_blue)
    for words, count in (("", 1), ("CROSSING colour", 1), ("zebra", 0)):
        found = client.get("/api/videos", params={"search": words}).json()
        assert (found["total"], len(found["videos"])) == (count, count)
    example = client.get(f"/api/videos/{video}").json()["examples"][0]
    assert example == {"question": "What colour comes first?", "options": ["red", "blue"], "answer": 0}
    assert client.delete(f"/api/videos/{video}").status_code == 403
    assert red_then_blue.exists()


def test_an_upload_can_be_removed(client: TestClient, library: Library, red_then_blue: Path) -> None:
    video = upload(client, red_then_blue)
    assert len(files_in(library)) >= 1
    assert client.delete(f"/api/videos/{video['id']}").status_code == 204
    assert client.get(f"/api/videos/{video['id']}").status_code == 404


def test_two_hundred_uploads_leave_only_the_newest(
    make_client: MakeClient, library: Library, make_video: MakeVideo, tmp_path: Path
) -> None:
    import av

    path = tmp_path / "small.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=5)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        for _ in range(3):
            container.mux(stream.encode(av.VideoFrame(32, 32, "yuv420p")))
        container.mux(stream.encode(None))
    client = make_client()
    ids = [upload(client, path)["id"] for _ in range(200)]
    assert library.upload_count == 4
    assert len(files_in(library)) == 4
    assert client.get(f"/api/videos/{ids[0]}").status_code == 404
    assert client.get(f"/api/videos/{ids[-1]}").status_code == 200


def test_ranges_are_answered(
    client: TestClient, library: Library, make_video: MakeVideo, tmp_path: Path
) -> None:
    video = upload(client, make_video(tmp_path / "a.mp4", [(200, 0, 0)] * 10))
    while (display := client.get(f"/api/videos/{video['id']}").json()["display"])["state"] == "converting":
        pass
    assert display["state"] == "ready"
    part = client.get(f"/api/videos/{video['id']}/file", headers={"Range": "bytes=0-9"})
    assert (part.status_code, len(part.content)) == (206, 10)
    assert part.headers["content-type"] == "video/mp4"
    assert (
        client.get(f"/api/videos/{video['id']}/file", headers={"Range": "bytes=99999999-"}).status_code == 416
    )


def test_frames_and_figures_are_pictures(client: TestClient, library: Library, red_then_blue: Path) -> None:
    import io

    from PIL import Image

    video = add_example(library, red_then_blue)
    for time, channel in ((0.5, 0), (3.5, 2), (1e6, 2)):
        data = client.get(f"/api/videos/{video}/frame", params={"t": time, "width": 160}).content
        pixel = Image.open(io.BytesIO(data)).convert("RGB").getpixel((10, 10))
        assert isinstance(pixel, tuple)
        assert pixel[channel] == max(pixel) > 200
    assert client.get(f"/api/videos/{video}/frame?t=nan").status_code == 400
    job = client.post(
        "/api/ask", json={"video": video, "question": "What?", "options": ["red", "blue"]}
    ).json()
    assert ended(client, job)["state"] == "done"
    assert client.get(f"/api/jobs/{job['id']}/figure.png").content.startswith(b"\x89PNG")

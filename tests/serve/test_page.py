"""The page in a real browser."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import REQUIRED, find_chromium, why_not
from toy_server import SlowModel, add_example, running_server

from temadapter import VideoQA
from temadapter.methods.base import MethodContext
from temadapter.methods.registry import get_method
from temadapter.serve.library import Library
from temadapter.video.sampling import get_sampler
from toy_backbone import ToyBackbone

REASON = why_not()
if REASON and os.environ.get(REQUIRED) == "required":
    pytest.fail(REASON, pytrace=False)
if REASON:
    pytest.skip(REASON, allow_module_level=True)

from playwright.sync_api import Browser, Page, Route, expect, sync_playwright  # noqa: E402

WIDTHS = {"wide": (1280, 900), "narrow": (375, 812)}
TOKEN = "a token of the tests".replace(" ", "-")
PATIENCE = 120_000
"""Milliseconds: a machine that does much else at once is slow, and not wrong."""

expect.set_options(timeout=PATIENCE)


def paint(path: Path, codec: str = "libx264") -> Path:
    """Write two seconds of red, then two of blue, as browsers play them."""
    import av
    import numpy as np

    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(40):
            colour = (250, 5, 5) if number < 20 else (5, 5, 250)
            picture = np.full((48, 64, 3), colour, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


class Server:
    """A running server and its files."""

    def __init__(self, url: str, model: SlowModel, library: Library, files: Path) -> None:
        self.url, self.model, self.library, self.files = url, model, library, files


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    files = tmp_path_factory.mktemp("files")
    library = Library(tmp_path_factory.mktemp("private"), kept=8)
    add_example(library, paint(files / "data.mp4"))
    backbone = ToyBackbone()
    context = MethodContext(embedding_dim=64, logit_scale=20.0)
    method = get_method("clip-template").build(context)
    model = SlowModel(VideoQA(backbone, method, get_sampler("uniform(8)")))
    with running_server(model, library, max_upload=200_000) as url:
        yield Server(url, model, library, files)


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, server: Server) -> Iterator[OpenPage]:
    """Return a function that opens the page; foreign requests and errors of scripts fail the test."""
    foreign: list[str] = []
    broken: list[str] = []
    contexts = []

    def watch(route: Route) -> None:
        if not route.request.url.startswith(("http://127.0.0.1", "blob:", "data:")):
            foreign.append(route.request.url)
            route.abort()
            return
        route.continue_()

    def make(width: str = "wide", scheme: Any = "light", url: str | None = None) -> Page:
        size = WIDTHS[width]
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
        context.set_default_timeout(PATIENCE)
        context.route("**/*", watch)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.goto(url or server.url)
        expect(page.locator("#model")).not_to_be_empty()
        return page

    yield make
    server.model.gate.set()
    server.model.second_gate.set()
    server.model.none_fits, server.model.cautions = None, ()
    for context in contexts:
        context.close()
    assert foreign == []
    assert broken == []


def choose(page: Page, path: Path) -> None:
    page.locator("#file").set_input_files(path)
    expect(page.locator("#viewer")).to_be_visible()


def ask(page: Page, question: str = "What colour is it?", options: tuple[str, ...] = ("red", "blue")) -> None:
    page.get_by_role("textbox", name="Question").fill(question)
    for index, option in enumerate(options):
        if index >= page.locator("#options li").count():
            page.get_by_role("button", name="Add an answer").click()
        page.locator("#options input").nth(index).fill(option)
    page.get_by_role("button", name="Ask", exact=True).click()


def player_time(page: Page) -> float:
    return float(page.locator("#player").evaluate("player => player.currentTime"))


def test_a_video_is_uploaded_asked_and_searched(open_page: OpenPage, server: Server) -> None:
    page = open_page()
    choose(page, paint(server.files / "upload.mp4"))
    ask(page)
    bars = page.locator("#answer .bars li")
    expect(bars).to_have_count(2)
    expect(page.locator("#answer .won")).to_have_count(1)
    expect(bars.first).to_contain_text(re.compile(r"\d+ %"))
    widths = bars.locator(".fill").evaluate_all("all => all.map(bar => parseFloat(bar.style.width))")
    assert sum(widths) == pytest.approx(100, abs=0.1)
    expect(page.locator("#answer dd").first).to_have_text(re.compile("“It is (red|blue)."))
    expect(page.locator("#answer .limits")).to_contain_text("clip-template on toy, 8 frames")
    expect(page.locator("#answer .limits")).to_contain_text("The backbone toy is for tests.")
    expect(page.locator("svg.curves .curve")).to_have_count(2)
    for thumbnail in page.locator(".evidence img, .strip img").all():
        thumbnail.scroll_into_view_if_needed()
    assert all(page.locator(".evidence img").evaluate_all("all => all.map(image => image.complete)"))
    moment = page.locator(".evidence button").first
    wanted = float(re.findall(r"([\d.]+) s", moment.inner_text())[0])
    moment.click()
    assert player_time(page) == pytest.approx(wanted, abs=0.06)
    page.locator("#axis").focus()
    page.keyboard.press("End")
    page.locator("#answer .go").first.click()
    assert player_time(page) == pytest.approx(wanted, abs=0.06)
    box = page.locator("#axis").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + box["height"] / 2)
    assert player_time(page) == pytest.approx(3.0, abs=0.1)
    expect(page.locator("#readout")).to_contain_text("B 100 %")


def test_everything_works_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page()
    keys = page.keyboard

    def tab_to(selector: str, most: int = 30) -> None:
        for _ in range(most):
            if page.locator(f"{selector}:focus").count():
                return
            keys.press("Tab")
        raise AssertionError(f"{selector} cannot be reached")

    tab_to("#browse")
    keys.press("Enter")
    expect(page.locator("#picker-search")).to_be_focused()
    tab_to("#picker-list button")
    keys.press("Enter")
    expect(page.locator("#viewer")).to_be_visible()
    tab_to("#question")
    keys.type("What colour comes first?")
    for text in ("red", "blue", "green"):
        keys.press("Enter")
        keys.type(text)
    expect(page.locator("#options li")).to_have_count(3)
    keys.press("Enter")
    expect(page.locator("#options li")).to_have_count(4)
    keys.press("Backspace")
    expect(page.locator("#options li")).to_have_count(3)
    keys.press("Control+Enter")
    expect(page.locator("#answer .bars li")).to_have_count(3)
    expect(page.locator("#said")).to_contain_text("What colour comes first?")
    page.locator("#axis").focus()
    before = player_time(page)
    keys.press("ArrowRight")
    assert player_time(page) == pytest.approx(before + 0.1, abs=0.02)
    keys.press("PageUp")
    assert player_time(page) == pytest.approx(before + 0.5, abs=0.05)
    keys.press("End")
    assert player_time(page) == pytest.approx(4.0, abs=0.1)
    keys.press("Home")
    assert player_time(page) == 0
    axis = page.locator("#axis")
    expect(axis).to_have_attribute("role", "slider")
    expect(axis).to_have_attribute("aria-valuetext", re.compile(r"^0.0 s: A \d+ %"))


@pytest.mark.parametrize(("width", "scheme"), [("wide", "light"), ("narrow", "dark")])
def test_no_barrier_that_axe_knows(open_page: OpenPage, server: Server, width: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(width, scheme)
    page.emulate_media(reduced_motion="reduce", color_scheme=scheme)  # type: ignore[arg-type]

    def check(where: str) -> None:
        found = Axe().run(page).response["violations"]
        told = [f"{rule['id']}: {node['html'][:150]}" for rule in found for node in rule["nodes"]]
        assert not told, where
        across = page.locator("html").evaluate("root => [root.scrollWidth, root.clientWidth]")
        assert across[0] <= across[1], where

    check("empty")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#form-problem")).to_be_visible()
    check("problem")
    page.locator("#browse").click()
    expect(page.locator("#picker-list img")).to_have_count(1)
    check("picker")
    page.locator("#picker-list button").click()
    page.locator("#example-list button").first.click()
    server.model.second_gate.clear()
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".pending .phase")).to_have_text(re.compile("Answering"))
    check("pending")
    server.model.second_gate.set()
    expect(page.locator("#answer .right")).to_have_text(re.compile("correct in the data"))
    expect(page.locator("#history-list li")).to_have_count(1)
    check("answered")
    server.model.none_fits, server.model.cautions = 0.8, ("This run knows nothing.",)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#answer .caution")).to_have_text("Caution: This run knows nothing.")
    check("answered with a caution, and that none fits")
    page.route("**/api/ask", lambda route: route.abort())
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".pending .problem")).to_be_visible()
    page.route("**/figure.png", lambda route: route.abort())
    page.get_by_role("button", name="Save as picture").click()
    expect(page.locator("#answer .problem")).to_have_text("The server does not answer. Is it still running?")
    check("failed")
    page.reload()
    expect(page.locator("#history-list li")).to_have_count(2)
    (server.files / "text.mp4").write_text("no video")
    page.locator("#file").set_input_files(server.files / "text.mp4")
    expect(page.locator("#stage-problem")).to_be_visible()
    check("a history, and a file that is no video")


def test_several_moments_tell_their_share_the_largest_first(open_page: OpenPage, server: Server) -> None:
    page = open_page()

    def with_evidence(route: Route) -> None:
        job = route.fetch().json()
        if job["state"] == "done":
            times = job["answer"]["times"]
            shares = ((times[5], 0.62), (times[1], 0.38))
            job["answer"]["evidence"] = [{"time": time, "score": share} for time, share in shares]
        route.fulfill(json=job)

    page.route("**/api/jobs/*", with_evidence)
    choose(page, paint(server.files / "moments.mp4"))
    ask(page)
    expect(page.locator("#timeline h3")).to_have_text("The moments that decide, the weightiest first")
    shown = page.locator(".evidence button")
    expect(shown).to_have_count(2)

    def words(texts: list[str]) -> list[str]:
        return [" ".join(text.split()) for text in texts]

    moments = ["1 2.7 s 62 % of the evidence", "2 0.7 s 38 % of the evidence"]
    assert words(shown.all_inner_texts()) == moments
    assert words(page.locator("#answer .go").all_inner_texts()) == ["2.7 s 62 %", "0.7 s 38 %"]


@pytest.mark.parametrize(
    ("likely", "words"),
    [(0.1, "None of them fits"), (0.8, "Probably none of them fits")],
)
def test_that_none_of_them_fits_is_told_apart_from_the_bars(
    open_page: OpenPage, server: Server, likely: float, words: str
) -> None:
    server.model.none_fits = likely
    page = open_page()
    choose(page, paint(server.files / "none.mp4"))
    ask(page)
    shown = page.locator("#answer .none")
    expect(shown).to_have_text(re.compile(rf"^{words}\s*{100 * likely:.0f} %$"))
    assert shown.locator(".fill").evaluate("bar => parseFloat(bar.style.width)") == pytest.approx(
        100 * likely
    )
    with page.expect_download() as started:
        page.get_by_role("button", name="Save as CSV").click()
    head, row = Path(str(started.value.path())).read_text().splitlines()
    assert row.split(",")[head.split(",").index("none_fits")] == str(likely)


def test_on_a_phone_the_answer_is_in_view_when_it_comes(open_page: OpenPage, server: Server) -> None:
    page = open_page("narrow")
    choose(page, paint(server.files / "phone.mp4"))
    ask(page)
    expect(page.locator("#answer .won")).to_be_in_viewport(ratio=1)


def test_what_browsers_cannot_play_is_converted(open_page: OpenPage, server: Server) -> None:
    page = open_page()
    choose(page, paint(server.files / "old.avi", codec="mpeg4"))
    player = page.locator("#player")
    expect(player).to_have_attribute("src", re.compile("api/videos/.*/file"))
    expect(page.locator("#preparing")).to_be_hidden()
    expect(page.locator("#timeline")).to_be_visible()
    assert float(player.evaluate("player => player.duration")) == pytest.approx(4.0, abs=0.2)
    page.locator("#axis").focus()
    page.keyboard.press("End")
    page.wait_for_timeout(200)
    assert player_time(page) > 3.5
    expect(page.locator("#stage-problem")).to_be_hidden()


def test_mistakes_are_told_where_they_are(open_page: OpenPage, server: Server) -> None:
    page = open_page()
    ask(page)
    expect(page.locator("#form-problem")).to_have_text("Choose a video first.")
    (server.files / "text.mp4").write_text("no video")
    page.locator("#file").set_input_files(server.files / "text.mp4")
    expect(page.locator("#stage-problem")).to_contain_text("text.mp4 is not a video")
    expect(page.locator("#chooser")).to_be_visible()
    (server.files / "large.mp4").write_bytes(bytes(300_000))
    page.locator("#file").set_input_files(server.files / "large.mp4")
    expect(page.locator("#stage-problem")).to_contain_text("this server takes videos up to 200 kB")
    choose(page, paint(server.files / "a.mp4"))
    for question, options, said in (
        ("", ("red", "blue"), "Write a question."),
        ("What?", ("red", ""), "Write at least two possible answers."),
        ("What?", ("red", "red"), "“red” is there twice."),
    ):
        ask(page, question, options)
        expect(page.locator("#form-problem")).to_have_text(said)
    page.route("**/api/ask", lambda route: route.abort())
    ask(page)
    expect(page.locator(".pending .problem")).to_contain_text("The server does not answer")


def test_a_question_can_be_cancelled_and_a_full_queue_is_waited_for(
    open_page: OpenPage, server: Server
) -> None:
    page = open_page()
    choose(page, paint(server.files / "b.mp4"))
    server.model.gate.clear()
    ask(page)
    expect(page.locator(".pending")).to_have_count(1)
    page.locator(".pending").get_by_role("button", name="Cancel").click()
    expect(page.locator(".pending")).to_have_count(0)
    server.model.gate.set()
    tries: list[int] = []

    def full_once(route: Route) -> None:
        tries.append(1)
        if len(tries) == 1:
            route.fulfill(status=503, headers={"Retry-After": "1"}, json={"error": "Full.", "code": "busy"})
            return
        route.fallback()

    page.route("**/api/ask", full_once)
    ask(page)
    expect(page.locator(".pending .phase")).to_contain_text("Waiting")
    expect(page.locator("#answer .bars li")).to_have_count(2)
    assert len(tries) == 2


def test_answers_can_be_taken_along(open_page: OpenPage, server: Server) -> None:
    page = open_page()
    choose(page, paint(server.files / "c.mp4"))
    ask(page, "What colour is it?", ("=1+1", 'a "red" one, maybe'))
    ask(page, "And <img src=x onerror=alert(1)>?", ("<b>red</b>", "blue"))
    expect(page.locator("#history-list li")).to_have_count(2)
    expect(page.locator("#answer .text").first).to_have_text("<b>red</b>")

    def saved(name: str) -> bytes:
        with page.expect_download() as started:
            page.get_by_role("button", name=name).click()
        return Path(str(started.value.path())).read_bytes()

    answers = json.loads(saved("Save as JSON"))
    assert {answer["video"] for answer in answers} == {"c.mp4"}
    table = saved("Save as CSV").decode().splitlines()
    assert table[0].startswith("video,question,answer,probability,option1")
    assert "'=1+1" in table[-1]
    assert '"a ""red"" one, maybe"' in table[-1]
    assert saved("Save as picture").startswith(b"\x89PNG")
    page.locator("#history-list button").last.click()
    expect(page.locator("#answer > .asked")).to_have_text("What colour is it?")
    page.reload()
    expect(page.locator("#history-list li")).to_have_count(2)
    page.locator("#history-list button").first.click()
    expect(page.locator("#viewer")).to_be_visible()
    expect(page.locator("#answer > .asked")).to_contain_text("And <img")


def test_a_file_can_be_dropped(open_page: OpenPage, server: Server) -> None:
    page = open_page()
    content = list(paint(server.files / "d.mp4").read_bytes())
    page.locator("#chooser").evaluate(
        """(target, content) => {
          const carried = new DataTransfer();
          carried.items.add(new File([new Uint8Array(content)], "dropped.mp4", { type: "video/mp4" }));
          for (const type of ["dragenter", "dragover", "drop"])
            target.dispatchEvent(new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
        }""",
        content,
    )
    expect(page.locator("#video-name")).to_have_text("dropped.mp4")
    expect(page.locator("#timeline")).to_be_visible()


def test_the_token_comes_with_the_address_or_is_asked_for(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    with running_server(server.model, Library(tmp_path, kept=2), token=TOKEN) as url:
        page = chromium.new_page()
        page.goto(f"{url}/#token={TOKEN}")
        expect(page.locator("#model")).to_contain_text("toy")
        assert TOKEN not in page.url
        page.close()
        page = chromium.new_page()
        page.goto(url)
        expect(page.locator("#door")).to_be_visible()
        page.locator("#door-token").fill("wrong")
        page.keyboard.press("Enter")
        expect(page.locator("#door-problem")).to_have_text(
            "This is not the server’s token.".replace("’", "'")
        )
        page.locator("#door-token").fill(TOKEN)
        page.keyboard.press("Enter")
        expect(page.locator("#door")).to_be_hidden()
        expect(page.locator("#model")).to_contain_text("toy")
        page.close()

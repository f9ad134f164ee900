"""The page in a real browser, its policy taken away: escaping alone must hold, and the script must do its work."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from simulator.report.html import html_report
from tests.report import example
from tests.report.html.hostile import HOSTILE
from tests.report.html.pages import Shape, hostile_page

pytestmark = pytest.mark.browser

_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-sync", "--disable-component-update", "--disable-default-apps", "--virtual-time-budget=4000",
)  # fmt: skip
_OPEN_ALL = (
    "<script>document.querySelectorAll('details').forEach(function (d) { d.open = true; });"
    "document.querySelectorAll('a, button, input, select').forEach(function (e) { e.focus(); });</script>"
)


def dom(chromium: str, folder: Path, page: str, driver: str = _OPEN_ALL) -> str:
    """The page's DOM after its script ran and then the driver, which opens every fold."""
    file = folder / "page.html"
    file.write_text(page.replace("</body>", f"{driver}</body>"), encoding="utf-8")
    done = subprocess.run(
        [chromium, *_FLAGS, f"--user-data-dir={folder / 'profile'}", "--dump-dom", file.as_uri()],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout


def unlocked(page: str) -> str:
    """The page without its policy."""
    found, count = re.subn(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    assert count == 1
    return found


@contextmanager
def listener() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine, and the paths that anybody asked it for."""
    asked: list[str] = []

    class Listen(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listen)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


FOREIGN = {"img", "iframe", "object", "embed", "video", "audio", "base", "math", "plaintext", "animate", "noscript"}


def test_the_oracle_sees_a_script_and_a_request(chromium: str, tmp_path: Path) -> None:
    """A page that is not careful is caught: without this the next test would prove nothing."""
    with listener() as (url, asked):
        bad = unlocked(hostile_page("plain")).replace(
            "</main>", f"<img src='{url}seen' onerror=\"document.documentElement.setAttribute('data-ran','1')\"></main>"
        )
        assert "data-ran=" in dom(chromium, tmp_path, bad)
        assert asked == ["/seen"]


def test_nothing_runs_and_nothing_is_asked_for(chromium: str, tmp_path: Path) -> None:
    """All hostile texts, twenty at a time: no script, no request, no foreign element."""
    with listener() as (url, asked):
        texts = [text.replace("{url}", url) for text in HOSTILE]
        for start in range(0, len(texts), 20):
            shape = Shape(dom(chromium, tmp_path, unlocked(hostile_page(" ".join(texts[start : start + 20])))))
            assert ("html", ("lang",)) in shape.elements[:1]
            assert {tag for tag, _ in shape.elements} & FOREIGN == set()
            assert len([tag for tag, _ in shape.elements if tag == "form"]) == 1
            assert [name for _, name, _ in shape.attributes if name.startswith("on")] == []
        assert asked == []


def test_the_policy_lets_our_script_run_and_no_other(chromium: str, tmp_path: Path) -> None:
    """The hashes fit: the filters are shown; a script that is not ours is not run."""
    page = html_report(example.example(), example.before(), example.after())
    alien = "<script>document.documentElement.setAttribute('data-ran','1')</script>"
    drawn = dom(chromium, tmp_path, page, alien)
    assert '<form class="filters">' in drawn
    assert '<html lang="en">' in drawn


def _cards(page: str) -> list[str]:
    return [re.sub(r"\s+", " ", text) for text in re.findall(r'<details class="ticket".*?</details>', page, re.DOTALL)]


def test_script_draws_the_same_tickets_as_the_page(chromium: str, tmp_path: Path) -> None:
    """What the script makes of its data has the elements and words of the templates."""
    page = html_report(example.example(), example.before(), example.after())
    written, made = _cards(page), _cards(dom(chromium, tmp_path, unlocked(page)))
    assert len(written) == len(made) == 2
    for one, other in zip(written, made, strict=True):
        left, right = Shape(one), Shape(other)
        assert "".join(left.words.split()) == "".join(right.words.split())
        assert [tag for tag, _ in left.elements] == [tag for tag, _ in right.elements]

"""Run every command of the tour and of the README for real, and put what it printed below it.

`python docs/make_tour.py` writes the pages, and the pictures of the HTML report where Chromium is installed. The tests
run the same commands and compare, so that no page can show what the program does not do. In a page:

- a block that starts with `<!-- file NAME -->` is written to that file before the next command runs;
- a block of console text is a command after `$`, and its output. `make demo` stands for what the Makefile runs;
- `<!-- show A +N | B +M -->` before it shortens the output: N lines from the first that starts with A, then M from the
  next that starts with B; three dots stand for what is left out. Lines are compared without their indent; `^` is the
  line where we are.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = ("docs/tour.md", "docs/explain.md", "README.md")
PICTURES = {"report-light.png": "light", "report-dark.png": "dark"}
DEMO = {"make demo": "simulator demo --report html=reports/demo.html"}
"""What the Makefile runs; a test holds the two together."""

INPUT_ERROR = 2
"""The exit code of `check` where a rule set does not load: the only failure that a page may show."""

_BLOCK = re.compile(
    r"(?:<!-- show (?P<show>[^\n]*) -->\n+)?```console\n\$ (?P<command>[^\n]*)\n(?:.*?\n)??```\n"
    r"|<!-- file (?P<file>\S+) -->\n+```\w+\n(?P<text>.*?)```\n",
    re.DOTALL,
)


class Tour:
    """A folder in which the commands of all pages run, one after the other. What a page shows, another shows too: the
    second time that a page runs a command has the result of the second time that any page ran it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._printed: dict[tuple[str, int], str] = {}
        for name in ("fixtures", "rulesets"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "reports").mkdir()

    def refreshed(self, page: str) -> str:
        """The page with each output made anew."""
        times: Counter[str] = Counter()
        return _BLOCK.sub(lambda found: self._block(found, times), page)

    def _block(self, found: re.Match[str], times: Counter[str]) -> str:
        if found["file"]:
            (self.folder / found["file"]).write_text(found["text"], "utf-8", newline="\n")
            return found[0]
        show = f"<!-- show {found['show']} -->\n\n" if found["show"] else ""
        times[found["command"]] += 1
        lines = self.output(found["command"], times[found["command"]]).splitlines()
        shown = lines if not found["show"] else list(_shown(lines, found["show"]))
        return "\n".join([f"{show}```console", f"$ {found['command']}", *shown, "```\n"])

    def output(self, command: str, time: int) -> str:
        """What a command prints, stdout and stderr together, on a terminal of 80 columns."""
        if (command, time) not in self._printed:
            self._printed[command, time] = self._run(shlex.split(DEMO.get(command, command)))
        return self._printed[command, time]

    def _run(self, words: list[str]) -> str:
        if words[0] == "head":
            return "\n".join((self.folder / words[-1]).read_text("utf-8").splitlines()[: int(words[-2])])
        assert words[0] == "simulator", words
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "simulator", *words[1:]],
            cwd=self.folder,
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        if done.returncode not in (0, INPUT_ERROR):
            raise RuntimeError(f"{shlex.join(words)} ended with {done.returncode}: {done.stdout}")
        return done.stdout


def _environment() -> dict[str, str]:
    """Ours without settings of the simulator's, the package of this checkout first, 80 columns, no colour."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SIMULATOR_")}
    kept.pop("FORCE_COLOR", None)
    return kept | {
        "COLUMNS": "80", "NO_COLOR": "1", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1",
    }  # fmt: skip


def _shown(lines: list[str], show: str) -> Iterator[str]:
    """The parts of an output that a page shows. Raises LookupError where a part is not in it: the page has drifted."""
    at = 0
    for part in show.split(" | "):
        start, _, number = part.rpartition(" +")
        begin = next((i for i in range(at, len(lines)) if start == "^" or lines[i].lstrip().startswith(start)), None)
        if begin is None:
            raise LookupError(f"no line starts with {start!r} after line {at}")
        if begin > at:
            yield "..."
        at = min(begin + int(number), len(lines))
        yield from lines[begin:at]
    if at < len(lines):
        yield "..."


def pictures(report: Path) -> None:
    """Take the pictures of an HTML report, light and dark, where Chromium is installed; else keep those there are."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        print("no Chromium: the pictures stay as they are")
        return
    for name, theme in PICTURES.items():
        with tempfile.TemporaryDirectory() as profile:
            page = Path(profile) / "report.html"
            text = report.read_text("utf-8").replace("<html ", f'<html data-theme="{theme}" ', 1)
            page.write_text(text, "utf-8")
            subprocess.run(  # noqa: S603 - no text of anybody's is on this command line
                [
                    chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                    f"--user-data-dir={profile}", "--window-size=1100,1240",
                    f"--screenshot={ROOT / 'docs' / 'images' / name}", page.as_uri(),
                ],
                check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120,
            )  # fmt: skip


def main() -> None:
    """Write the pages and the pictures."""
    with tempfile.TemporaryDirectory(prefix="simulator-tour-") as folder:
        tour = Tour(Path(folder))
        for page in PAGES:
            path = ROOT / page
            path.write_text(tour.refreshed(path.read_text("utf-8")), "utf-8", newline="\n")
            print(page)
        pictures(Path(folder) / "report.html")


if __name__ == "__main__":
    main()

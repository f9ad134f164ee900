"""The tour and the README show what the program says: every command of theirs is run again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator.cli.main import COMMANDS
from tests.docs.pages import ROOT, script

tour = script("make_tour")


def test_pages_are_as_the_program_prints_them(tmp_path: Path) -> None:
    """`make docs` brings them up to date."""
    fresh = tour.Tour(tmp_path)
    for page in tour.PAGES:
        text = (ROOT / page).read_text("utf-8")
        assert fresh.refreshed(text) == text, page


@pytest.mark.parametrize("page", tour.PAGES)
def test_no_page_tells_of_a_machine(page: str) -> None:
    """No absolute path and no duration of a run is on a page that has to be the same everywhere."""
    text = (ROOT / page).read_text("utf-8")
    assert re.findall(r"/(?:tmp|home|root|Users|var)/|\b\d+(?:\.\d+)? ?(?:ms|seconds)\b", text) == []


@pytest.mark.parametrize("page", tour.PAGES)
def test_commands_exist(page: str) -> None:
    """Whatever a page tells to type is a command of ours, also where it is not run."""
    text = (ROOT / page).read_text("utf-8")
    typed = re.findall(r"^(?:\$ )?simulator (\S+)", text, re.MULTILINE)
    assert typed
    assert [name for name in typed if name not in COMMANDS and not name.startswith("-")] == []


def test_make_targets_exist() -> None:
    """`make demo` and the others that the pages name are in the Makefile, and do what the tour takes them to do."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    pages = "".join((ROOT / page).read_text("utf-8") for page in (*tour.PAGES, "CONTRIBUTING.md"))
    named = set(re.findall(r"^(?:\$ )?make (\w+)|`make (\w+)", pages, re.MULTILINE))
    targets = {first or second for first, second in named}
    assert {"demo", "test"} <= targets
    assert [target for target in sorted(targets) if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []
    for command in tour.DEMO.values():
        assert f"$(BIN)/python -m {command}\n" in makefile


def test_the_shortening_fails_where_a_part_is_gone() -> None:
    """A page that shows a part which the program no longer prints is found out."""
    assert list(tour._shown(["a", "b 1", "c", "d"], "b +2")) == ["...", "b 1", "c", "..."]
    with pytest.raises(LookupError):
        list(tour._shown(["a", "b"], "b +1 | a +1"))

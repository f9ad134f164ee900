"""What the project says about itself: it stands alone, and it claims nothing that it cannot know."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, name_of

_ELSEWHERE = re.compile(
    "|".join(
        (
            r"(?<![\w.])/work/(?=\w)",
            r"\.\./shared",
            r"pypi\.org",
            r"files\.pythonhosted",
            r"--(?:extra-)?index-url",
            "artifactory",
        )
    )
)
"""Places outside the project, and addresses of package registries."""

_CLAIMS = re.compile(r"\b(?:uplift|ROI|will earn|saved sales|projected revenue)\b", re.IGNORECASE)


def _files() -> list[Path]:
    """The files of the project: what git knows of or would take up; in a copy without git, all but made ones."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    names = listed.stdout.splitlines() if listed.returncode == 0 else []
    files = [ROOT / name for name in names] or [path for path in ROOT.rglob("*") if ".venv" not in path.parts]
    return [path for path in files if path.is_file() and path.suffix not in (".gz", ".png", ".pyc")]


def test_the_project_stands_alone() -> None:
    """No file names a place outside the project, or a package registry."""
    own = Path(__file__).resolve()
    found = {
        path.relative_to(ROOT).as_posix(): hits
        for path in _files()
        if path.resolve() != own and (hits := _ELSEWHERE.findall(path.read_text("utf-8", "replace")))
    }
    assert found == {}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_claims_sales(page: Path) -> None:
    """Tickets carried money; what rules will bring is not known."""
    assert _CLAIMS.findall(page.read_text("utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_pages_are_tidy(page: Path) -> None:
    """One title, no blanks at line ends, no tabs, a last line's end; only plain quotation marks and dashes."""
    text = page.read_text("utf-8")
    outside_code = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    assert len(re.findall(r"^# ", outside_code, re.MULTILINE)) == 1
    assert not re.search(r"[ \t]+$|\t", outside_code, re.MULTILINE)
    assert text.endswith("\n") and not text.endswith("\n\n")
    assert not re.search("[\u2014\u2013\u201c\u201d\u2018\u2019]", outside_code)

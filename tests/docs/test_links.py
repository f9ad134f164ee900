"""Every link in the documentation leads somewhere, and every page can be found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, PAGES, ROOT, name_of

_LINK = re.compile(r"(?<!`)!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"```.*?```", re.DOTALL)


def _links(page: Path) -> list[str]:
    return _LINK.findall(_CODE.sub("", page.read_text("utf-8")))


def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.*)$", _CODE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower().replace("`", "")).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_resolve(page: Path) -> None:
    """A link to a file finds it, a link to a heading finds that too; others are https."""
    broken = []
    for link in _links(page):
        target, _, anchor = link.partition("#")
        if target.startswith("https://"):
            continue
        file = page if not target else (page.parent / target).resolve()
        wrong_anchor = anchor and file.suffix == ".md" and file.is_file() and anchor not in _anchors(file)
        if not file.exists() or not file.is_relative_to(ROOT) or wrong_anchor:
            broken.append(link)
    assert broken == []


def test_every_page_is_in_the_index() -> None:
    """docs/README.md leads to every page of the documentation."""
    linked = {link.partition("#")[0] for link in _links(DOCS / "README.md")}
    assert [page.name for page in sorted(DOCS.glob("*.md")) if page.name not in linked | {"README.md"}] == []


def test_every_picture_is_shown_and_small() -> None:
    """No picture lies about unused, and none is larger than 300 KB."""
    shown = {Path(link).name for page in PAGES for link in _links(page) if link.endswith(".png")}
    pictures = list((DOCS / "images").iterdir())
    assert {path.name for path in pictures} == shown
    assert [path.name for path in pictures if path.stat().st_size > 300_000] == []


def test_files_that_the_docs_name_exist() -> None:
    """What a page names as a file of the project in code style is there."""
    for page in PAGES:
        named = re.findall(r"`((?:docs|tests|fixtures|rulesets|simulator)/[\w./-]+)`", page.read_text("utf-8"))
        wrong = [name for name in named if not (ROOT / name).exists()]
        assert wrong == [], page.name

"""Hostile text stays text: the page has the same elements whatever the data says."""

from __future__ import annotations

import json

import pytest

from simulator.escape import for_terminal
from tests.report.html.hostile import HOSTILE
from tests.report.html.pages import Shape, hostile_page

TEXTS = tuple(text.replace("{url}", "http://127.0.0.1:9/") for text in HOSTILE)


@pytest.fixture(scope="module")
def plain() -> list[tuple[str, tuple[str, ...]]]:
    """The elements of the page with harmless text."""
    return Shape(hostile_page("plain")).elements


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_same_elements_whatever_the_text(text: str, plain: list[tuple[str, tuple[str, ...]]]) -> None:
    """No element, no attribute more or less; every island is JSON; the text is there to be read."""
    shape = Shape(hostile_page(text))
    assert shape.elements == plain
    assert shape.faults == []
    data = shape.island("data")
    assert isinstance(data, dict)
    seen = for_terminal(f"tag {text}")[:190]
    assert any(isinstance(found, str) and found.startswith(seen) for found in data["texts"])
    assert " ".join(seen.split()) in shape.words
    assert json.dumps(data).isascii()


def test_turning_characters_are_shown() -> None:
    """A bidi control is a code point to be read, not a command."""
    words = Shape(hostile_page("a\u202eb")).words
    assert "a<U+202E>b" in words
    assert "\u202e" not in words

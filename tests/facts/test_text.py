"""Folding of text: what compares as equal and what does not."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.facts.text import fold

SAME = [
    ("É", "é"),
    ("e\u0301", "é"),
    ("E\u0301", "é"),
    ("REFUND", "refund"),
    ("İ", "i\u0307"),
    ("I", "i"),
    ("ΟΔΟΣ", "οδος"),
    ("Å", "a\u030a"),
]
DIFFERENT = [("ß", "ss"), ("a b", "a\u00a0b"), ("don't", "don’t"), ("ı", "i"), ("ﬁ", "fi"), ("a  b", "a b")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_same(one: str, other: str) -> None:
    """Case and the way accents are encoded do not matter."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different(one: str, other: str) -> None:
    """Letters, white space and punctuation stay what they are."""
    assert fold(one) != fold(other)


def test_a_final_sigma_is_lower_cased_as_python_does() -> None:
    """At the end of a word it takes its final form, inside another."""
    assert (fold("ΟΔΟΣ"), fold("ΟΔΟΣΑ")) == ("οδος", "οδοσα")


@given(st.text(st.characters(exclude_categories=("Cs", "Mn", "Mc", "Me"))))
def test_ordinary_text_is_exactly_nfc_in_lower_case(text: str) -> None:
    """The cut of long runs leaves everything else alone."""
    assert fold(text) == unicodedata.normalize("NFC", text).lower()


@given(st.text("aé\u0301\u0323\u0344\u0f73", max_size=30))
def test_short_runs_of_marks_are_exact(text: str) -> None:
    """Up to 30 marks in a row are put in order together."""
    assert fold(text) == unicodedata.normalize("NFC", text).lower()


@given(st.integers(31, 200), st.sampled_from(["\u0301\u0323", "\u0f73", "\u0344\u0316"]))
def test_long_runs_lose_nothing(times: int, marks: str) -> None:
    """However cut, the marks are all still there."""
    text = "a" + marks * times + "b"
    decomposed = unicodedata.normalize("NFD", text)
    assert sorted(unicodedata.normalize("NFD", fold(text))) == sorted(decomposed)


def test_a_very_long_run_ends() -> None:
    """200,000 marks take no longer than their length asks for."""
    assert fold("a" + "\u0301\u0323" * 100_000).startswith("ạ")

"""Looking for all words in one pass: the same as looking for each word in each text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine import scan
from simulator.engine.scan import Texts
from simulator.facts.text import fold

LETTERS = st.text(alphabet="aAbBéÉe\u0301 \u00a0ßıİσςΣ'’\x1f\x00\n", max_size=12)


@given(st.lists(st.one_of(st.none(), LETTERS), max_size=12), st.lists(LETTERS.filter(bool), max_size=8))
def test_one_pass_finds_what_a_plain_search_finds(texts: list[str | None], words: list[str]) -> None:
    """Each word occurs in exactly the texts in which its folded form is a substring of the folded text."""
    found = Texts(texts).occurrences(words)
    for word in words:
        assert found[word].tolist() == [text is not None and fold(word) in fold(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "word", "occurs"),
    [
        ("CAFÉ", "café", True),
        ("cafe\u0301", "é", True),
        ("straße", "strasse", False),
        ("STRASSE", "straße", False),
        ("money\u00a0back", "money back", False),
        ("don’t", "don't", False),
        ("İstanbul", "i̇stanbul", True),
        ("ΟΔΟΣ", "οδος", True),
        ("discount", "count", True),
    ],
)
def test_folding_is_that_of_the_rule_language(text: str, word: str, occurs: bool) -> None:
    """Case and the way accents are written do not matter; white space, ligatures and apostrophes do."""
    assert Texts([text]).occurrences([word])[word].tolist() == [occurs]


def test_no_match_spans_two_texts() -> None:
    """A word that would begin in one text and end in the next is in neither."""
    assert Texts(["re", "fund", "refund"]).occurrences(["refund"])["refund"].tolist() == [False, False, True]


def test_words_inside_each_other_all_count() -> None:
    """A word that stands inside another one, or overlaps it, is found as well."""
    found = Texts(["abcd"]).occurrences(["abcd", "bc", "cd", "abc", "bd"])
    assert {word for word, rows in found.items() if rows[0]} == {"abcd", "bc", "cd", "abc"}


def test_chunks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts scanned in many runs give what one run gives."""
    texts = [f"text {number} of a refund" if number % 3 else "nothing" for number in range(100)]
    whole = Texts(texts).occurrences(["refund", "7"])
    monkeypatch.setattr(scan, "_CHUNK", 50)
    parts = Texts(texts).occurrences(["refund", "7"])
    for word, rows in whole.items():
        assert rows.tolist() == parts[word].tolist()

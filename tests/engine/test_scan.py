"""Looking for all words in one pass: the same as looking for each word in each text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.scan import Rows, Words
from simulator.facts.kept_texts import folded_texts, in_runs
from simulator.facts.text import fold
from simulator.snapshot.cache import NO_CACHE

LETTERS = st.text(alphabet="aAbBéÉe\u0301 \u00a0ßıİσςΣ'’\x1f\x00\n", max_size=12)


def occurrences(texts: Sequence[str | None], words: Iterable[str], where: str = "anywhere") -> dict[str, Rows]:
    """For each word, in which of the texts it occurs."""
    written = list(words)
    looked_for = Words(written)
    runs = folded_texts(NO_CACHE, "", len(texts), lambda first: in_runs(texts[first:]))
    found = [looked_for.search(run).of(written, where) for run in runs]
    return dict(zip(written, np.concatenate([np.zeros((len(written), 0), np.bool_), *found], axis=1), strict=True))


@given(st.lists(st.one_of(st.none(), LETTERS), max_size=12), st.lists(LETTERS.filter(bool), max_size=8))
def test_one_pass_finds_what_a_plain_search_finds(texts: list[str | None], words: list[str]) -> None:
    """Each word occurs, begins and ends in exactly the texts of which its folded form is a part, a start or an end."""
    found = occurrences(texts, words)
    starts, ends = occurrences(texts, words, "start"), occurrences(texts, words, "end")
    for word in words:
        looked_for, seen = fold(word), [fold(text or "") for text in texts]
        assert found[word].tolist() == [looked_for in text for text in seen]
        assert starts[word].tolist() == [text.startswith(looked_for) for text in seen]
        assert ends[word].tolist() == [text.endswith(looked_for) for text in seen]


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
    assert occurrences([text], [word])[word].tolist() == [occurs]


def test_no_match_spans_two_texts() -> None:
    """A word that would begin in one text and end in the next is in neither."""
    assert occurrences(["re", "fund", "refund"], ["refund"])["refund"].tolist() == [False, False, True]


def test_words_inside_each_other_all_count() -> None:
    """A word that stands inside another one, or overlaps it, is found as well."""
    found = occurrences(["abcd"], ["abcd", "bc", "cd", "abc", "bd"])
    assert {word for word, rows in found.items() if rows[0]} == {"abcd", "bc", "cd", "abc"}


def test_runs_do_not_show() -> None:
    """Texts searched in many runs give what each gives by itself."""
    texts = [f"text {number} of a refund" if number % 3 else None for number in range(2_500)]
    for word, rows in occurrences(texts, ["refund", "7"]).items():
        assert rows.tolist() == [text is not None and word in text for text in texts]

"""Folding many texts at once: the same as folding each."""

from __future__ import annotations

import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from simulator.facts.folding import SEPARATOR, fold_all, folded_alone
from simulator.facts.text import fold

TRICKY = "aAzZéÉe\u0301İiIıßΣσςſKÅŒœ’–😀\x1f\x00\n\u200d\u1100\u1161\u11a8각가नि\u09c7\u09be\u0344ﬁḂẛ\u0323\U0001d400"
TEXTS = st.lists(st.text(st.sampled_from(TRICKY) | st.characters(), max_size=12), max_size=12)


def folded(texts: list[str]) -> list[str]:
    """Each text as `fold_all` has it."""
    data, ends = fold_all([text.encode("utf-8", "surrogatepass") for text in texts])
    starts = [0, *(end + 1 for end in ends.tolist())]
    assert all(data[end : end + 1] == SEPARATOR for end in ends.tolist())
    parts = [data[start:end] for start, end in zip(starts, ends.tolist(), strict=False)]
    assert len(parts) == len(texts)
    return [part.decode("utf-8", "surrogatepass") for part in parts]


@given(TEXTS)
def test_all_at_once_is_one_by_one(texts: list[str]) -> None:
    """Whatever the characters, and whatever stands beside them."""
    assert folded(texts) == [fold(text) for text in texts]


def test_every_character_that_changes_between_letters() -> None:
    """Every one that has a lower case, a canonical form or a place among marks, between letters that may join it."""
    characters = [chr(code) for code in range(1, sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    changing = [one for one in characters if fold(one) != one or unicodedata.combining(one) or one < "\u0600"]
    texts = [f"Ae{one}Σ{one}Aα" for one in changing]
    assert folded(texts) == [fold(text) for text in texts]


def test_no_character_folded_in_place_joins_with_one_before_it() -> None:
    """No canonical composition has one of them as its second part."""
    seconds = {
        chr(int(parts[1], 16))
        for code in range(sys.maxunicode + 1)
        if len(parts := unicodedata.decomposition(chr(code)).split()) == 2 and not parts[0].startswith("<")
    } | {chr(code) for code in (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))}
    assert not [ascii(one) for one in seconds if not one.isascii() and folded_alone(one) >= 0]


def test_spoiled_bytes_do_no_harm() -> None:
    """Bytes that are no UTF-8 stay between their separators."""
    assert len(fold_all([b"\xe2", b"\xf0\x9f", b"\xff\xe0\x80\x80", b"\xc0\x80\xfe"]).ends) == 4

"""Many texts folded at once: what `fold` makes of each, joined into one run of bytes that can be searched.

Nearly all characters of real texts need no more than ASCII lower case, or have a lower case of the same size. They are
folded in place, over the whole run; a text with any other character is folded by itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from simulator.facts.text import fold

SEPARATOR = b"\xff"
"""Never a byte of UTF-8, so no match spans two texts."""

_Bytes = npt.NDArray[np.uint8]
_Ints = npt.NDArray[np.int64]


class FoldedTexts(NamedTuple):
    """Folded texts in UTF-8, each with a separator after it; `ends[i]` is the place of that of text `i`."""

    data: bytes
    ends: _Ints


def fold_all(texts: Sequence[bytes]) -> FoldedTexts:
    """The texts (UTF-8), folded."""
    data = bytearray(SEPARATOR.join([*texts, b""]).lower())
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1) - 1
    strange = _fold_in_place(np.frombuffer(data, np.uint8))
    if not len(strange):
        return FoldedTexts(bytes(data), ends)
    starts = [0, *(ends + 1).tolist()]
    parts = [bytes(data[start:end]) for start, end in zip(starts, ends.tolist(), strict=False)]
    for place in np.unique(np.searchsorted(ends, strange)).tolist():
        parts[place] = _folded(texts[place])
    return FoldedTexts(SEPARATOR.join([*parts, b""]), np.cumsum([len(part) + 1 for part in parts]) - 1)


def _folded(text: bytes) -> bytes:
    """One text by itself; what is no UTF-8, in a spoiled snapshot, is read as far as it goes."""
    try:
        return fold(text.decode("utf-8", "surrogatepass")).encode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return fold(text.decode("utf-8", "replace")).encode("utf-8")


def _fold_in_place(data: _Bytes) -> _Ints:
    """Fold what can be folded on the spot; the places of the characters that cannot."""
    leads = np.flatnonzero(data >= 0xC2)
    lead = data[leads]
    strange = [_fold_characters(data, leads[(lead >= form.lead) & (lead <= form.last)], form) for form in _FORMS]
    return np.concatenate(strange)


class _Form(NamedTuple):
    """The characters of `size` bytes in UTF-8: their first byte, from `lead` to `last`, and their lowest code point."""

    size: int
    lead: int
    last: int
    lowest: int


_FORMS = (_Form(2, 0xC0, 0xDF, 0x80), _Form(3, 0xE0, 0xEF, 0x800), _Form(4, 0xF0, 0xFE, 0x10000))


def _fold_characters(data: _Bytes, places: _Ints, form: _Form) -> _Ints:
    """The same for the characters of one size, at these places."""
    code = (data[places] - form.lead).astype(np.int32)
    for offset in range(1, form.size):
        code = code << 6 | data.take(places + offset, mode="clip") & 0x3F
    table = _table()
    code = np.where((code < form.lowest) | (code >= len(table)), len(table) - 1, code)
    for one in np.unique(code[table[code] == _UNKNOWN]).tolist():
        table[one] = folded_alone(chr(one))
    folded = table[code]
    changed = np.flatnonzero((folded != code) & (folded >= 0))
    written, at = folded[changed], places[changed]
    for offset in range(form.size - 1, 0, -1):
        data[at + offset] = written & 0x3F | 0x80
        written = written >> 6
    data[at] = written | form.lead
    return places[folded < 0]


_UNKNOWN, _STRANGE = -2, -1


@cache
def _table() -> npt.NDArray[np.int32]:
    """Code point -> what it folds to by itself, as far as is known yet; the last stands for all that is none."""
    table = np.full(0x110001, _UNKNOWN, np.int32)
    table[-1] = _STRANGE
    return table


def folded_alone(character: str) -> int:
    """The code point that a character folds to whatever stands around it, if that has the same size in UTF-8;
    -1 where its neighbours matter, or the size differs."""
    if 0xD800 <= ord(character) < 0xE000:
        return _STRANGE
    folded = fold(character)
    alone = len(folded) == 1 and _stands_alone(character) and _stands_alone(folded)
    return ord(folded) if alone and len(folded.encode()) == len(character.encode()) else _STRANGE


def _stands_alone(character: str) -> bool:
    """Whether it never joins with its neighbours, nor folds by them (a sigma at the end of a word does)."""
    known = any(first <= ord(character) <= last for first, last in _ALONE)
    return known and character != "Σ" and not unicodedata.combining(character)


_ALONE = ((0x80, 0x2FF), (0x370, 0x5FF), (0x1E00, 0xA7FF), (0xAC00, 0xD7A3), (0xF900, 0xFFFF), (0x1F000, 0x1FAFF))
"""Blocks in which only combining marks join with what stands before them: Latin, Greek, Cyrillic, Hebrew, signs, Kana,
Chinese, Hangul syllables, emoji. In others (Indic vowels, Hangul letters) letters do as well."""

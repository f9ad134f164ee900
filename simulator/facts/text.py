"""Text as conditions compare it: ignoring case, and how accents happen to be encoded."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import numpy as np
import numpy.typing as npt

_LONGEST_RUN = 30
"""Marks in a row that are put in order together. Normalising takes time by the square of a run's length, and no
written language stacks more than a few."""

_MARKS_END = 0x1EA00  # no combining mark stands beyond (variation and tag characters do not reorder)
_HIDDEN_MARKS = "\u0344\u0f73\u0f75\u0f81"  # count as base letters, but consist of marks


def fold(text: str) -> str:
    """The text NFC-normalised and in lower case (`str.lower`: `É` is `é`, `ß` is not `ss`); white space stays.

    A run of more than 30 combining marks is normalised in pieces of 30.
    """
    return composed(text).lower()


def composed(text: str) -> str:
    """The text NFC-normalised, its case as it is: what is compared where case counts."""
    if text.isascii():
        return text
    if _beyond_latin1(text) <= _LONGEST_RUN or _marks(text) <= _LONGEST_RUN or _long_run().search(text) is None:
        return unicodedata.normalize("NFC", text)
    return "".join(unicodedata.normalize("NFC", piece) for piece in _pieces(text))


def _beyond_latin1(text: str) -> int:
    """How many characters stand beyond U+00FF, as all marks do: few in most texts, and quick to count."""
    return len(text) - len(text.encode("latin-1", "ignore"))


def _marks(text: str) -> int:
    """How many characters may be marks: those beyond U+FFFF count, as hardly any text has many of them."""
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)
    return int(np.count_nonzero(_may_be_mark()[units]))


def _pieces(text: str) -> list[str]:
    """The text cut after each 30 marks of a run that goes on."""
    cuts: list[int] = [0]
    for run in _long_run().finditer(text):
        cuts.extend(range(run.start() + _LONGEST_RUN, run.end(), _LONGEST_RUN))
    return [text[start:end] for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True)]


@cache
def _all_marks() -> str:
    return "".join(filter(unicodedata.combining, map(chr, range(0x300, _MARKS_END)))) + _HIDDEN_MARKS


@cache
def _may_be_mark() -> npt.NDArray[np.bool_]:
    table = np.zeros(1 << 16, bool)
    table[[ord(mark) for mark in _all_marks() if ord(mark) < len(table)]] = True
    table[0xD800:0xE000] = True
    return table


@cache
def _long_run() -> re.Pattern[str]:
    return re.compile(f"[{re.escape(_all_marks())}]{{{_LONGEST_RUN + 1},}}")

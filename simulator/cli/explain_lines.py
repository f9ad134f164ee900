"""The lines of an explanation: two sides laid over each other, and wrapped to 80 columns of a terminal.

What both sides say stands once; a `-` in the first column is of the baseline alone, a `+` of the candidate alone.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple, TypeVar
from unicodedata import combining, east_asian_width

from simulator.escape import for_terminal

WIDTH = 80
DEEPEST = 24
"""Columns that a line is moved in by at most: conditions can be nested 64 deep."""

BOTH, BASELINE, CANDIDATE = " ", "-", "+"

Item = TypeVar("Item")
_TOKEN = re.compile(r" +|[^ ]+")
_BARE = "\u200c\u200d\ufe0e\ufe0f"


class Line(NamedTuple):
    """A line before it is wrapped. Two sides say the same where `key` is equal (the text, unless another is given)."""

    indent: int
    text: str
    key: Hashable = None
    hanging: int = 2

    @property
    def same(self) -> Hashable:
        """What is compared."""
        return self.indent, self.text if self.key is None else self.key


Marked = tuple[str, Line]


def merged(baseline: Sequence[Line], candidate: Sequence[Line]) -> Iterator[Marked]:
    """The lines of two sides; where both say the same, the candidate's."""
    for old, new in matched([line.same for line in baseline], [line.same for line in candidate]):
        if old is not None and new is not None:
            yield BOTH, candidate[new]
        elif old is not None:
            yield BASELINE, baseline[old]
        elif new is not None:
            yield CANDIDATE, candidate[new]


def matched(left: Sequence[Hashable], right: Sequence[Hashable]) -> Iterator[tuple[int | None, int | None]]:
    """Places of two sequences laid over each other: both, or one of them and None; left before right."""
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from zip(range(a, b), range(c, d), strict=True)
        else:
            yield from ((place, None) for place in range(a, b))
            yield from ((None, place) for place in range(c, d))


def marked(mark: str, lines: Iterable[Line]) -> Iterator[Marked]:
    """The lines of one side, or of both."""
    return ((mark, line) for line in lines)


def printed(lines: Iterable[Marked], two: bool) -> Iterator[str]:
    """Escaped and wrapped; of two sides, with the mark in the first column of every line."""
    for mark, line in lines:
        for text in wrapped(for_terminal(line.text), line.indent, line.hanging, WIDTH - 2 if two else WIDTH):
            yield f"{mark} {text}".rstrip() if two else text


def wrapped(text: str, indent: int, hanging: int, width: int) -> Iterator[str]:
    """Broken at blanks so that no line is wider; a word that is wider than a line is broken anywhere."""
    start = " " * min(indent, DEEPEST)
    later = start + " " * hanging
    line, used = start, len(start)
    empty = True
    for token in _pieces(text, width - len(later)):
        needed = columns(token)
        if used + needed > width and not empty:
            yield line.rstrip()
            line, used, empty = later, len(later), True
        if empty and token.isspace():
            continue
        line, used, empty = line + token, used + needed, False
    yield line.rstrip()


def _pieces(text: str, room: int) -> Iterator[str]:
    """Words and the blanks between them; a word that does not fit into a line in pieces that do."""
    for token in _TOKEN.findall(text):
        piece, used = "", 0
        for letter in token if columns(token) > room else ():
            if used + columns(letter) > room:
                yield piece
                piece, used = "", 0
            piece, used = piece + letter, used + columns(letter)
        yield piece or token


def columns(text: str) -> int:
    """Columns of a terminal: wide letters take two, combining marks and joiners none."""
    if text.isascii():
        return len(text)
    wide = sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
    return wide - sum(1 for letter in text if combining(letter) or letter in _BARE)

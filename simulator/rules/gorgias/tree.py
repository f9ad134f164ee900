"""The small language of Gorgias rules as a tree, whether it came from ESTree JSON or from JavaScript text.

Only what the language has is a node of its own; anything else is `Unknown` with its name, so that one
pass over the tree can name every part that cannot be simulated. Nothing here is ever evaluated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

MAX_CHARACTERS = 50_000
MAX_NODES = 10_000
MAX_DEPTH = 32
MAX_TEXT_BYTES = 60_000
"""Limits of one rule's code: honest rules have a few thousand characters, a few hundred nodes, a depth below 10.

What keeps within them can be written as YAML within the limits of the rule language (64 levels, 64 KB a text).
"""


class Place(NamedTuple):
    """Where in the code: both count from 1; 0:0 where the source does not say."""

    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.line}:{self.column}" if self.line else ""


NOWHERE = Place()


class UnreadableError(Exception):
    """The code cannot be read at all: a syntax error, or one of the limits above."""

    def __init__(self, reason: str, place: Place = NOWHERE) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, number, true, false or null."""

    value: str | Decimal | bool | None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Path:
    """`ticket.customer.email` or `ticket.custom_fields['12']`, as its parts."""

    parts: tuple[str, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """`name(arguments)`: a condition function or `Action`."""

    name: str
    arguments: tuple[Expression, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Logic:
    """Parts joined by one operator, `&&` or `||`; a chain is one node."""

    operator: str
    parts: tuple[Expression, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Negation:
    """`!part`."""

    part: Expression
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """`[a, b]`."""

    items: tuple[Expression, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Mapping:
    """`{key: value}`, in the order written."""

    entries: tuple[tuple[str, Expression], ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something the language of rules does not have, in words (`for statement`)."""

    what: str
    place: Place = field(default=NOWHERE, compare=False)


Expression = Literal | Path | Call | Logic | Negation | Listing | Mapping | Unknown


@dataclass(frozen=True, slots=True)
class If:
    """`if (test) {then} else {otherwise}`."""

    test: Expression
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Do:
    """An expression that stands as a statement: an `Action(...)` in every good rule."""

    expression: Expression
    place: Place = field(default=NOWHERE, compare=False)


Statement = If | Do


class Budget:
    """Counts what a reader takes: past MAX_NODES or MAX_DEPTH the code cannot be read."""

    def __init__(self) -> None:
        self._left = MAX_NODES

    def spend(self, depth: int, place: Place) -> None:
        """Take one node at `depth`. Raises UnreadableError."""
        self._left -= 1
        if self._left < 0:
            raise UnreadableError(f"more than {MAX_NODES} parts", place)
        if depth > MAX_DEPTH:
            raise UnreadableError(f"nested more than {MAX_DEPTH} deep", place)


_NUMBER = re.compile(r"(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?", re.ASCII)
_DIGITS = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def number(written: str, place: Place, negative: bool = False) -> Literal | Unknown:
    """A decimal number as written; hexadecimal, octal, `1_000` and very long ones are not in the language."""
    value = decimal(written) if len(written) <= 40 and _NUMBER.fullmatch(written) else None
    if value is None:
        return Unknown(f"number {quoted(written)}", place)
    return Literal(-value if negative and value else value, place)


def json_number(value: int | float | Decimal, place: Place, negative: bool = False) -> Literal | Unknown:
    """A number of foreign JSON."""
    written = str(value) if not isinstance(value, int) or value.bit_length() < 200 else "with too many digits"
    read = decimal(written)
    if read is None:
        return Unknown(f"number {quoted(written)}", place)
    return Literal(-read if negative and read else read, place)


def decimal(written: str) -> Decimal | None:
    """A number within the language's limits (15 digits before the point, 9 after), without idle zeros; else None."""
    try:
        value = Decimal(written)
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value.adjusted()) > 30:
        return None
    plain = format(value, "f")
    if "." in plain:
        plain = plain.rstrip("0").removesuffix(".")
    return Decimal(plain) if _DIGITS.fullmatch(plain) else None


def text(value: str, place: Place) -> Literal | Unknown:
    """A text; surrogate halves are joined, and one that stays alone or a control character is not in the language."""
    try:
        whole = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        return Unknown("text with half a character (a lone surrogate)", place)
    if len(whole.encode()) > MAX_TEXT_BYTES:
        return Unknown(f"text of more than {MAX_TEXT_BYTES} bytes", place)
    if _CONTROL.search(whole):
        return Unknown("text with a control character", place)
    return Literal(whole, place)


_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def in_words(kind: str) -> str:
    """`ForStatement` and `for_statement` alike as `for statement`."""
    return quoted_bare(_HUMP.sub(" ", kind).replace("_", " ").lower())


def quoted(value: str, limit: int = 60) -> str:
    """Foreign text for a message: in double quotes, on one line, nothing invisible, cut at `limit` characters."""
    return f'"{quoted_bare(value, limit)}"'


def quoted_bare(value: str, limit: int = 60) -> str:
    """As `quoted`, without the quotes."""
    cut = value if len(value) <= limit else value[: limit - 3] + "..."
    return "".join(ch if ch.isprintable() else f"\\u{ord(ch):04x}" for ch in cut)


def shown_name(name: str) -> str:
    """A rule's name: verbatim, but for controls and lone surrogates, which become U+FFFD; a blank one is nothing."""
    sound = _CONTROL.sub("\ufffd", name).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return sound if sound.strip() else ""

"""JSON as text, exactly: decimals keep their digits, never through a binary float; the text is plain ASCII.

Everything but ASCII is escaped (`\\u00e9`): the same value for any reader of JSON, and nothing in it can turn, hide or
command a terminal. Keys stay in the order given.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal

Json = None | bool | int | str | Decimal | Sequence["Json"] | Mapping[str, "Json"]
"""A value of JSON. There are no floats: numbers are whole, or exact decimals."""

_text = json.encoder.encode_basestring_ascii


def line(value: object) -> str:
    """One line of JSON Lines, with the line's end. Raises TypeError for what is no value of JSON, a float too."""
    return "".join(_pieces(value, None, "")) + "\n"


def document(value: object) -> str:
    """A document with an indent of two spaces and a line's end. Raises TypeError as `line` does."""
    return "".join(_pieces(value, "  ", "\n")) + "\n"


def _pieces(value: object, step: str | None, margin: str) -> list[str]:
    pieces: list[str] = []
    _write(value, step, margin, pieces)
    return pieces


def _write(value: object, step: str | None, margin: str, out: list[str]) -> None:
    if value is None or isinstance(value, bool):
        out.append("null" if value is None else "true" if value else "false")
    elif isinstance(value, str):
        out.append(_text(value).replace("\x7f", "\\u007f"))
    elif isinstance(value, int):
        out.append(int.__repr__(value))
    elif isinstance(value, Decimal):
        out.append(_number(value))
    elif isinstance(value, Mapping):
        _write_all("{", "}", [(_text(key) + ": ", part) for key, part in value.items()], step, margin, out)
    elif isinstance(value, Sequence):
        _write_all("[", "]", [("", part) for part in value], step, margin, out)
    else:
        raise TypeError(f"not a value of JSON: {type(value).__name__}")


def _write_all(
    left: str, right: str, parts: list[tuple[str, object]], step: str | None, margin: str, out: list[str]
) -> None:
    out.append(left)
    inner = margin if step is None else margin + step
    between = ", " if step is None else "," + inner
    for place, (key, part) in enumerate(parts):
        out.append(between if place else "" if step is None else inner)
        out.append(key)
        _write(part, step, inner, out)
    if parts and step is not None:
        out.append(margin)
    out.append(right)


def _number(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"not a number of JSON: {value}")
    return str(value)

"""Values as text that loses nothing: JSON in which a decimal keeps its digits and is told from a whole number.

`100` is a whole number, `100E0` the decimal of the same amount: both are numbers of JSON to anybody else. Text stands
as it is, for people who ask in SQL; only what UTF-8 cannot hold (half of a surrogate pair) is escaped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Never

from simulator.outcome import FieldState

_MARK = "\ufffe"
"""No character at all: begins a text that stands as its JSON."""


def to_json(value: object) -> str:
    """Plain values (None, bool, int, str, Decimal, lists, mappings by text) as JSON. Raises TypeError for others."""
    pieces: list[str] = []
    _write(value, pieces)
    return "".join(pieces)


def from_json(text: str) -> object:
    """The values again: lists for lists, dicts for mappings. Raises ValueError where it is no such text."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def to_state(value: FieldState) -> str | None:
    """What a field holds, as JSON; None for nothing."""
    if value is None:
        return None
    return _decimal(value) if isinstance(value, Decimal) else _state_text(value)


@lru_cache(maxsize=1 << 14)
def from_state(text: str | None) -> FieldState:
    """What a field holds. Raises ValueError where it is not that."""
    value = None if text is None else from_json(text)
    if isinstance(value, list):
        return strings(value)
    if value is None or isinstance(value, str | int | Decimal):
        return value
    raise ValueError("a field cannot hold an object")


def strings(value: object) -> tuple[str, ...]:
    """A list of texts as a tuple. Raises ValueError where it is not that."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    raise ValueError("not a list of texts")


def to_text(text: str) -> str:
    """A text that SQLite can hold."""
    return _MARK + json.dumps(text) if text.startswith(_MARK) or not _is_utf8(text) else text


def from_text(text: str) -> str:
    """The text again. Raises ValueError where it is no such text."""
    return str(json.loads(text.removeprefix(_MARK))) if text.startswith(_MARK) else text


@lru_cache(maxsize=1 << 14, typed=True)
def _state_text(value: str | bool | int | tuple[str, ...]) -> str:
    return to_json(value)


def _write(value: object, out: list[str]) -> None:
    if value is None or isinstance(value, bool):
        out.append("null" if value is None else "true" if value else "false")
    elif isinstance(value, str):
        out.append(json.dumps(value, ensure_ascii=not _is_utf8(value)))
    elif isinstance(value, int):
        out.append(int.__repr__(value))
    elif isinstance(value, Decimal):
        out.append(_decimal(value))
    elif isinstance(value, Mapping):
        _write_all("{}", [(_key(key), part) for key, part in value.items()], out)
    elif isinstance(value, Sequence):
        _write_all("[]", [("", part) for part in value], out)
    else:
        raise TypeError(f"not a plain value: {type(value).__name__}")


def _write_all(brackets: str, parts: Sequence[tuple[str, object]], out: list[str]) -> None:
    out.append(brackets[0])
    for place, (key, part) in enumerate(parts):
        out.append(f", {key}" if place else key)
        _write(part, out)
    out.append(brackets[1])


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"not a key: {type(key).__name__}")
    return json.dumps(key, ensure_ascii=not _is_utf8(key)) + ": "


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"not a number of JSON: {value}")
    text = str(value)
    return text if "." in text or "E" in text else f"{text}E0"


def _is_utf8(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_number(word: str) -> Never:
    raise ValueError(f"not a number: {word}")

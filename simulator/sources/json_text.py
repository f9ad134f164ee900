"""Reading JSON from anywhere: strictly, exactly, and within limits.

Numbers with a fraction keep their digits (money must be exact). NaN, Infinity, numbers beyond a double, brackets
nested too deeply, and whole numbers of thousands of digits are refused. A key given twice keeps its last value, NUL and
lone surrogates become U+FFFD; both are counted as doubts.
"""

from __future__ import annotations

import json
import math
import re
from typing import NoReturn, TypeAlias

from simulator.sources.limits import DEPTH

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Record: TypeAlias = "dict[str, Json]"

_MARKS = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})")
_UNFIT = re.compile(r"[\x00\ud800-\udfff]")


class ExactFloat(float):
    """A JSON number with a fraction or exponent that remembers how it was written."""

    __slots__ = ("text",)
    text: str


class JsonError(ValueError):
    """Text that is not acceptable JSON. `position` counts characters from 0, -1 where it is not known."""

    def __init__(self, message: str, position: int = -1) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


class JsonReader:
    """Parses texts; `duplicates` and `replaced` count the doubts so far."""

    def __init__(self) -> None:
        self.duplicates = 0
        self.replaced = 0
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object, parse_float=_exact_float, parse_constant=_refuse_constant
        )

    def parse(self, text: str) -> Json:
        """The value of a whole text. Raises JsonError."""
        try:
            value: Json = self._decoder.decode(text)
        except json.JSONDecodeError as error:
            raise JsonError(error.msg, error.pos) from None
        except RecursionError:
            raise JsonError("brackets nested too deeply") from None
        except JsonError:
            raise
        except ValueError as error:
            raise JsonError("a whole number of thousands of digits") from error
        return self._cleaned(value) if _SUSPECT.search(text) else value

    def _object(self, pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        record = dict(pairs)
        if len(record) != len(pairs):
            self.duplicates += len(pairs) - len(record)
        return record

    def _cleaned(self, value: Json) -> Json:
        if isinstance(value, str):
            clean, count = _UNFIT.subn("\N{REPLACEMENT CHARACTER}", value)
            self.replaced += count
            return clean
        if isinstance(value, list):
            return [self._cleaned(item) for item in value]
        if isinstance(value, dict):
            return {str(self._cleaned(key)): self._cleaned(item) for key, item in value.items()}
        return value


def _exact_float(text: str) -> ExactFloat:
    number = ExactFloat(text)
    if math.isinf(number):
        raise JsonError(f"the number {text[:20]} is too large")
    number.text = text
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise JsonError(f"{name} is not a JSON number")


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def compact(value: Json) -> str:
    """The one text of a value that is stored in a snapshot: keys sorted, no blanks, no escapes beyond need.

    Raises JsonError for more than `DEPTH` levels of brackets: what is stored is read by recursion later.
    """
    if value == []:
        return "[]"
    if value == {}:
        return "{}"
    try:
        text = _ENCODER.encode(value)
    except RecursionError:
        raise JsonError(f"more than {DEPTH} levels of brackets") from None
    if text.count("[") + text.count("{") > DEPTH and _depth(text) > DEPTH:
        raise JsonError(f"more than {DEPTH} levels of brackets")
    return text


def _depth(text: str) -> int:
    depth = deepest = 0
    for match in _MARKS.finditer(text):
        if match[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif match[0] in "]}":
            depth -= 1
    return deepest

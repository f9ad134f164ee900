"""Typed reading of one field of a record: the value, None where it is absent or null, or a `FieldError`.

Strict where a guess could change a number (ids, instants, money, flags); a text may be a number in JSON.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

from simulator.addresses import normal_address
from simulator.instants import Instant, parse_instant
from simulator.money import Minor, check_currency, parse_minor
from simulator.sources.json_text import ExactFloat, Json, JsonError, Record, compact

Row: TypeAlias = dict[str, int | str | None]
"""One row of a table of the snapshot: column -> value."""

MAX_ID = 2**63 - 1
EARLIEST = 0  # 1970-01-01
LATEST = 7_258_118_400 * 1_000_000  # 2200-01-01


class FieldError(ValueError):
    """A field that is missing or wrong. `path` is where in the record; the value itself is never quoted in full."""

    def __init__(self, code: str, path: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.path = path
        self.message = message


def text(record: Record, key: str) -> str | None:
    """A string; numbers as they are written, null and absent are None."""
    value = record.get(key)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, ExactFloat):
        return value.text
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise FieldError("I008", key, f"is {_named(value)}, not a text")


def needed_text(record: Record, key: str) -> str:
    """As `text`; absent is an error."""
    value = text(record, key)
    if value is None:
        raise FieldError("I008", key, "is missing")
    return value


def whole(record: Record, key: str) -> int | None:
    """A whole number of at most 63 bits; digits in a string count as one."""
    value = record.get(key)
    if value is None:
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    if type(value) is not int:  # true and false are not either
        raise FieldError("I008", key, f"is {_named(value)}, not a whole number")
    if not -MAX_ID <= value <= MAX_ID:
        raise FieldError("I008", key, "is a whole number of more than 63 bits")
    return value


def needed_id(record: Record, key: str = "id") -> int:
    """A positive id; absent is an error."""
    value = whole(record, key)
    if value is None:
        raise FieldError("I008", key, "is missing")
    if value <= 0:
        raise FieldError("I008", key, "is not a positive id")
    return value


def flag(record: Record, key: str) -> int | None:
    """1 for true, 0 for false."""
    value = record.get(key)
    if value is None:
        return None
    if not isinstance(value, bool):
        raise FieldError("I008", key, f"is {_named(value)}, not true or false")
    return int(value)


def instant(record: Record, key: str) -> Instant | None:
    """An ISO 8601 instant with its offset, in microseconds UTC, between 1970 and 2200."""
    value = record.get(key)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise FieldError("I009", key, f"is {_named(value)}, not an instant")
    try:
        return exact_instant(value)
    except ValueError as error:
        raise FieldError("I009", key, str(error)) from None


def needed_instant(record: Record, key: str) -> Instant:
    """As `instant`; absent is an error."""
    value = instant(record, key)
    if value is None:
        raise FieldError("I009", key, "is missing")
    return value


@lru_cache(maxsize=4096)
def exact_instant(value: str) -> Instant:
    """Parse within the years an export can be of; raises ValueError."""
    moment = parse_instant(value)
    if not EARLIEST <= moment < LATEST:
        raise ValueError(f"outside the years 1970 to 2199: {value[:40]!r}")
    return moment


def child(record: Record, key: str) -> Record:
    """A nested object; empty where it is absent or null."""
    value = record.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise FieldError("I008", key, f"is {_named(value)}, not an object")
    return value


def items(record: Record, key: str) -> list[Json]:
    """A list; empty where it is absent or null."""
    value = record.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise FieldError("I008", key, f"is {_named(value)}, not a list")
    return value


def children(record: Record, key: str) -> list[Record]:
    """A list of objects; empty where it is absent or null."""
    found: list[Record] = []
    for index, item in enumerate(items(record, key)):
        if not isinstance(item, dict):
            raise FieldError("I008", f"{key}[{index}]", f"is {_named(item)}, not an object")
        found.append(item)
    return found


def json_text(record: Record, key: str) -> str | None:
    """Any value as compact JSON; null and absent are None."""
    value = record.get(key)
    return None if value is None else stored(value, key)


def stored(value: Json, key: str) -> str:
    """Compact JSON of a value that is kept as it is."""
    try:
        return compact(value)
    except JsonError as error:
        raise FieldError("I004", key, f"has {error.message} (limit DEPTH)") from None


def currency(record: Record, key: str = "currency") -> str:
    """A three-letter currency code; absent is an error."""
    try:
        return check_currency(needed_text(record, key))
    except FieldError:
        raise
    except ValueError as error:
        raise FieldError("I010", key, str(error)) from None


def money(record: Record, key: str, code: str) -> Minor | None:
    """An amount in minor units of `code`, read exactly from a decimal string or a JSON number."""
    value = record.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | ExactFloat):
        raise FieldError("I010", key, f"is {_named(value)}, not an amount of money")
    digits = value.text if isinstance(value, ExactFloat) else str(value)
    try:
        return parse_minor(digits, code)
    except ValueError as error:
        raise FieldError("I010", key, str(error)) from None


def address(value: str | None) -> str | None:
    """An e-mail address as it is compared: trimmed, lower case; None where there is none."""
    return normal_address(value or "") or None


def _named(value: Json) -> str:
    if isinstance(value, bool):
        return "true or false"
    names = {dict: "an object", list: "a list", str: "a text", int: "a number", ExactFloat: "a number"}
    return names.get(type(value), "null")

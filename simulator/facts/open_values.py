"""Values out of open-ended JSON (customer data, custom fields, orders): what a condition can read of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from simulator.facts.values import Value

_DIGITS = 60  # a number whose plain form would be longer is no amount and no count: it is missing


def parse_open(text: str | None) -> object:
    """The JSON of a snapshot, numbers as exact Decimals; nothing where it cannot be read."""
    if text is None:
        return None
    try:
        return json.loads(text, parse_float=_number, parse_int=_number, parse_constant=_nothing)
    except (ValueError, RecursionError):
        return None


def follow(found: object, steps: Sequence[str]) -> object:
    """What stands below these keys; a list is followed in each of its items, as in `discount_codes.code`."""
    for place, step in enumerate(steps):
        if isinstance(found, list):
            below = [follow(item, steps[place:]) for item in found]
            return [item for item in below if item is not None]
        if not isinstance(found, dict):
            return None
        found = found.get(step)
    return found


def value_of(found: object) -> Value | None:
    """A scalar as it is, a list of scalars as texts without duplicates; an object or nothing is missing."""
    if isinstance(found, list):
        return tuple(dict.fromkeys(plain(item) for item in found if isinstance(item, (str, bool, Decimal))))
    return found if isinstance(found, (str, bool, Decimal)) else None


def text_of(found: object) -> str | None:
    """A scalar as text; anything else is missing."""
    return plain(found) if isinstance(found, (str, bool, Decimal)) else None


@lru_cache(maxsize=4096)
def list_of(text: str) -> tuple[str, ...]:
    """A JSON list of names, in its order and without duplicates."""
    found = value_of(parse_open(text))
    return found if isinstance(found, tuple) else ()


def plain(value: str | bool | Decimal) -> str:
    """A scalar as an admin would write it: `true`, `12.50`, the text itself."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else value


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    exponent = number.as_tuple().exponent
    fits = isinstance(exponent, int) and abs(exponent) < _DIGITS and abs(number.adjusted()) < _DIGITS
    return number if fits else None


def _nothing(_: str) -> None:
    return None

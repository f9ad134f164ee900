"""Arrays and values as bytes, for the cache, and back. What comes back is checked: a cache may hold anything."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import numpy.typing as npt

from simulator.facts.values import Value

Array = npt.NDArray[Any]
_TYPES = frozenset({"int8", "int16", "int32", "int64", "uint8", "bool"})


class NotKeptError(Exception):
    """What the cache holds is not what was expected: it is made anew."""


def packed(arrays: Mapping[str, Array]) -> list[bytes]:
    """Arrays by name: a line of JSON that says their types and lengths, then their bytes."""
    head = json.dumps([[name, one.dtype.name, len(one)] for name, one in arrays.items()]).encode("ascii")
    return [head, b"\n", *(one.tobytes() for one in arrays.values())]


def unpacked(data: bytes) -> dict[str, Array]:
    """The arrays; read-only. Raises NotKeptError."""
    head, _, rest = data.partition(b"\n")
    arrays: dict[str, Array] = {}
    at = 0
    try:
        for name, type, length in json.loads(head):
            if type not in _TYPES:
                raise NotKeptError
            arrays[name] = np.frombuffer(rest, type, length, at)
            at += arrays[name].nbytes
    except (ValueError, TypeError, RecursionError):
        raise NotKeptError from None
    if at != len(rest):
        raise NotKeptError
    return arrays


def packed_values(values: Sequence[Value | None]) -> Array:
    """Values as JSON in an array of bytes."""
    return np.frombuffer(json.dumps(list(values), default=lambda value: {"decimal": str(value)}).encode(), np.uint8)


def unpacked_values(data: Array) -> list[Value | None]:
    """The values, each of the type it had. Raises NotKeptError."""
    try:
        found = json.loads(data.tobytes(), object_hook=_decimal, parse_float=_nothing, parse_constant=_nothing)
        return [tuple(value) if isinstance(value, list) else value for value in found]
    except (ValueError, TypeError, LookupError, RecursionError, InvalidOperation):
        raise NotKeptError from None


def _decimal(found: dict[str, str]) -> Decimal:
    return Decimal(found["decimal"])


def _nothing(text: str) -> object:
    raise NotKeptError


def narrow(places: Array) -> Array:
    """Whole numbers in as few bytes as will do."""
    low, high = (int(places.min()), int(places.max())) if len(places) else (0, 0)
    return places.astype(np.promote_types(np.min_scalar_type(min(low, -1)), np.min_scalar_type(high)))

"""Frozen values <-> plain ones: dataclasses and named tuples as mappings by field, by the types that they declare.

Nothing is stored of a class but its fields (those that take no part in comparison are left out), and nothing is made
that the declared type does not name.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from datetime import UTC, tzinfo
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from simulator.hours import zone_of

T = TypeVar("T")


def plain(value: object) -> object:
    """A value as mappings by text, lists, texts, numbers, flags and None. Raises TypeError for what is none of ours."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int | Decimal):
        return value
    if is_dataclass(value):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value) if one.compare}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {name: plain(part) for name, part in zip(value._fields, value, strict=True)}
    if isinstance(value, Mapping):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, Set):
        return sorted(str(part) for part in value)
    if isinstance(value, Sequence):
        return [plain(part) for part in value]
    if isinstance(value, tzinfo):
        return str(value)
    raise TypeError(f"not a value that can be saved: {type(value).__name__}")


def restored(kind: type[T], value: object) -> T:
    """The value of this type again. Raises KeyError, TypeError or ValueError where it is not such a value."""
    return cast(T, _restored(kind, value, {}))


def _restored(hint: Any, value: Any, bound: Mapping[Any, Any]) -> Any:
    """By the declared type; `bound` says what the type variables of a generic one stand for."""
    hint = bound.get(hint, hint) if isinstance(hint, TypeVar) else hint
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _one_of(parts, value, bound)
    if origin is tuple:
        return _tuple(parts, value, bound)
    if origin is not None and issubclass(origin, Mapping):
        return {key: _restored(parts[1], part, bound) for key, part in value.items()}
    if origin is not None and issubclass(origin, Set):
        return origin(value)
    if origin is not None:
        return _fielded(origin, value, dict(zip(origin.__parameters__, parts, strict=True)))
    if hint is tzinfo:
        return UTC if value == "UTC" else zone_of(value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    if isinstance(hint, type) and (is_dataclass(hint) or hasattr(hint, "_fields")):
        return _fielded(hint, value, {})
    if hint in (int, str, bool) and not isinstance(value, hint):
        raise TypeError(f"{hint.__name__} wanted")
    return value


def _one_of(parts: Sequence[Any], value: Any, bound: Mapping[Any, Any]) -> Any:
    """A value or None; of several kinds of value, only those that JSON tells apart."""
    kinds = [part for part in parts if part is not type(None)]
    if value is None or len(kinds) > 1:
        return tuple(value) if isinstance(value, list) else value
    return _restored(kinds[0], value, bound)


def _tuple(parts: Sequence[Any], value: Any, bound: Mapping[Any, Any]) -> tuple[Any, ...]:
    if len(parts) == 2 and parts[1] is Ellipsis:
        return tuple(_restored(parts[0], part, bound) for part in value)
    return tuple(_restored(kind, part, bound) for kind, part in zip(parts, value, strict=True))


def _fielded(kind: Any, value: Any, bound: Mapping[Any, Any]) -> Any:
    return kind(**{name: _restored(hint, value[name], bound) for name, hint in _hints(kind).items()})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    """The fields of a class and what they declare."""
    names = kind._fields if hasattr(kind, "_fields") else [one.name for one in fields(kind) if one.compare]
    hints = get_type_hints(kind)
    return {name: hints[name] for name in names}

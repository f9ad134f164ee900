"""The history in the cache."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Sequence

import numpy as np

from simulator.facts.entries import ValueTable
from simulator.facts.history import History, Kind, OutsideMessages, Start
from simulator.facts.kept import Array, NotKeptError, packed, packed_values, unpacked, unpacked_values
from simulator.facts.keys import Keys, Record
from simulator.facts.values import Value
from simulator.snapshot.cache import Cache

_NAME = "history"


def kept_history(cache: Cache, read: Callable[[], History]) -> History:
    """The history that the cache holds; else the one that is read, which the cache then holds."""
    data = cache.get(_NAME)
    if data is not None:
        try:
            return _from_arrays(unpacked(data))
        except (NotKeptError, LookupError, ValueError, TypeError):
            pass
    history = read()
    if cache.keeps:
        cache.put(_NAME, *packed(_to_arrays(history)))
    return history


def _to_arrays(history: History) -> dict[str, Array]:
    tickets = zip(*history.tickets, strict=True) if history.tickets else [()] * len(Start._fields)
    id, customer, channel, created_at, subject, *flags = tickets
    return {
        "ticket_id": np.array(id, np.int64),
        "created_at": np.array(created_at, np.int64),
        "flags": np.array(flags, np.bool_).reshape(-1),
        "customer": packed_values(customer),
        "subject": packed_values(subject),
        **_coded("channel", channel),
        **{name: np.asarray(getattr(history, name)) for name in _NUMBERS},
        "key_record": np.asarray(history.key.records),
        "key_id": np.asarray(history.key.ids),
        **_coded("value", history.value),
        "from_customer": np.array(history.from_customer, np.bool_),
        "automatic": np.array(history.automatic, np.bool_),
        "message_id": np.asarray(history.outside.ids),
        "message_at": np.asarray(history.outside.at),
        "rest": np.frombuffer(json.dumps([history.last, dict(history.counts)]).encode("ascii"), np.uint8),
    }


_NUMBERS = {"first": "q", "ticket": "i", "at": "q", "kind": "b", "message": "i", "current": "i"}
"""The columns that are whole numbers, and the type of each."""


def _from_arrays(arrays: dict[str, Array]) -> History:
    tickets = _starts(arrays)
    numbers = {name: _numbers(arrays[name], code) for name, code in _NUMBERS.items()}
    last, counts = json.loads(arrays["rest"].tobytes())
    history = History(
        tickets=tickets,
        **numbers,
        key=Keys(_numbers(arrays["key_record"], "b"), _numbers(arrays["key_id"], "q")),
        value=_decoded(arrays, "value"),
        from_customer=arrays["from_customer"].astype(np.bool_).tolist(),
        automatic=arrays["automatic"].astype(np.bool_).tolist(),
        outside=OutsideMessages(_numbers(arrays["message_id"], "q"), _numbers(arrays["message_at"], "q")),
        last=None if last is None else int(last),
        counts={str(reason): int(count) for reason, count in counts.items()},
    )
    _check(history)
    return history


def _starts(arrays: dict[str, Array]) -> list[Start]:
    flags = arrays["flags"].astype(np.bool_).reshape(3, -1).tolist()
    columns = (
        arrays["ticket_id"].tolist(), unpacked_values(arrays["customer"]), _decoded(arrays, "channel"),
        arrays["created_at"].tolist(), unpacked_values(arrays["subject"]), *flags,
    )  # fmt: skip
    return list(map(Start._make, zip(*columns, strict=True)))


def _coded(name: str, values: Sequence[Value | None]) -> dict[str, Array]:
    """Values as places in a table of the distinct ones."""
    table = ValueTable()
    places = np.fromiter(map(table.place, values), np.int32, len(values))
    return {name: places, f"{name}_values": packed_values(table.values)}


def _decoded(arrays: dict[str, Array], name: str) -> list[Value | None]:
    values = [*unpacked_values(arrays[f"{name}_values"]), None]
    return [values[place] for place in arrays[name].tolist()]


def _numbers(found: Array, code: str) -> array[int]:
    numbers = array(code)
    numbers.frombytes(found.astype(numbers.typecode, casting="safe").tobytes())
    return numbers


def _check(history: History) -> None:
    """Every place must lie within its table, and every column have its length. Raises NotKeptError."""
    events, messages = len(history.at), len(history.outside.ids)
    columns = (
        history.ticket, history.kind, history.key.records, history.key.ids, history.value, history.message,
        history.current, history.from_customer, history.automatic,
    )  # fmt: skip
    first = np.asarray(history.first, np.int64)
    right = (
        all(len(column) == events for column in columns)
        and len(history.outside.at) == messages
        and len(first) == len(history.tickets) + 1
        and first[0] == 0 and first[-1] == events and bool(np.all(np.diff(first) > 0))
        and _within(history.ticket, 0, len(history.tickets)) and _within(history.kind, 0, len(Kind))
        and _within(history.key.records, 0, len(Record))
        and _within(history.message, -1, messages) and _within(history.current, -1, messages)
    )  # fmt: skip
    if not right:
        raise NotKeptError


def _within(places: Sequence[int], lowest: int, end: int) -> bool:
    found = np.asarray(places)
    return not len(found) or bool(found.min() >= lowest and found.max() < end)

"""The words of a time line: conditions, values, changes and states as short texts, not yet escaped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import PurePath

from simulator.facts.values import Provenance, Seen
from simulator.instants import format_duration, format_instant
from simulator.outcome import Change, FieldState, Final, Refusal
from simulator.rules.fields import is_instant
from simulator.rules.model import Operand, Test

PROVENANCE = {Provenance.AS_OF: "as of then", Provenance.TODAY: "today's value", Provenance.MISSING: "missing"}

_WITHOUT_OPERAND = ("isEmpty", "isNotEmpty", "duringBusinessHours", "outsideBusinessHours")


def words_of_test(test: Test) -> str:
    """`customer.total_spent gte 500`, by the full path."""
    if test.operator in _WITHOUT_OPERAND:
        return f"{test.path} {test.operator}"
    return f"{test.path} {test.operator} {_operand(test)}"


def _operand(test: Test) -> str:
    if test.operator.endswith("Timedelta"):
        assert isinstance(test.operand, int)
        return format_duration(test.operand)
    return value(test.operand, test.reads == "datetime" or is_instant(test.path))


def words_of_seen(test: Test, seen: Seen) -> str:
    """`saw 812.50 (as of then)`, or that it was missing."""
    if seen.value is None:
        return PROVENANCE[Provenance.MISSING]
    shown = value(seen.value, is_instant(test.path))
    return f"saw {shown} ({PROVENANCE[seen.provenance]})"


def words_of_place(test: Test) -> str:
    """Where it is written: the file's name (no folder), line and column."""
    where = test.location
    return f"{PurePath(where.file).name}:{where.line}:{where.column}" if where else ""


def value(one: FieldState | Operand, instant: bool = False) -> str:
    """A value of a field: texts in quotes, lists in brackets, instants in UTC, nothing as `none`."""
    if one is None:
        return "none"
    if isinstance(one, tuple):
        return "[" + ", ".join(one) + "]"
    if isinstance(one, str):
        return json.dumps(one, ensure_ascii=False)
    if isinstance(one, bool):
        return "true" if one else "false"
    if isinstance(one, Decimal):
        return f"{one:f}"
    return format_instant(one) if instant else str(one)


def words_of_change(change: Change | Refusal) -> str:
    """`addTags: tags [] -> [VIP]`; of a refusal, its reason as well."""
    if change.field == "replies":
        what = value(change.after)
    else:
        instant = change.field == "snooze"
        what = f"{change.field} {value(change.before, instant)} -> {value(change.after, instant)}"
    refused = f" refused ({change.reason})" if isinstance(change, Refusal) else ""
    return f"{change.action}{refused}: {what}"


def words_of_state(state: Final) -> Iterator[str]:
    """`priority high` and the like: what always stands, and of the rest what is there."""
    yield f"tags {value(state.tags)}"
    yield f"priority {state.priority}"
    yield f"status {state.status}"
    for name in ("assignee", "team", "subject", "snooze"):
        one = getattr(state, name)
        if one is not None:
            yield f"{name} {value(one, name == 'snooze')}"
    yield from (name for name in ("spam", "trashed") if getattr(state, name))
    for id, one in state.custom_fields:
        yield f"custom_fields.{id} {value(one)}"

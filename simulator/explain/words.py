"""The words of an explanation: conditions, values, changes and states as short texts, not yet escaped.

`Words(text=False)` leaves out what people wrote (`personal.py`) and says how long it is instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePath

from simulator.diagnostics import Location
from simulator.explain.fate import tags
from simulator.explain.personal import is_personal, is_shown
from simulator.facts.text import fold
from simulator.facts.values import Provenance, Seen, Value
from simulator.instants import DAY, HOUR, MINUTE, SECOND, format_duration, format_instant
from simulator.outcome import Change, FieldState, Final, Refusal
from simulator.rules.fields import ALIASES, Kind, field_of, is_instant
from simulator.rules.model import Action, FieldValue, MessageTemplate, Operand, Test

PROVENANCE = {Provenance.AS_OF: "as of then", Provenance.TODAY: "today's value", Provenance.MISSING: "missing"}

ON_WORDS = ("containsAny", "containsAll", "notContainsAny", "notContainsAll")
WITHOUT_OPERAND = ("isEmpty", "isNotEmpty", "duringBusinessHours", "outsideBusinessHours")
LONGEST = 90
"""Characters that are shown of a text or of a list of words."""

_SHORT = tuple(sorted(ALIASES, key=lambda alias: -len(alias[1])))


def short(path: str) -> str:
    """The short name of a canonical path, as admins write it, or the path itself where it has none."""
    for name, full in _SHORT:
        if path == full and name != "message.body":
            return name
        if full.endswith(".") and path.startswith(full):
            return name + path.removeprefix(full)
    return path


def place(where: Location | None) -> str:
    """Where it is written: the file's name (no folder) and line; nothing where it stands in no file."""
    return f"{PurePath(where.file).name}:{where.line}" if where and where.line else ""


def operand(test: Test) -> str:
    """What a test compares with."""
    if test.operator.endswith("Timedelta"):
        assert isinstance(test.operand, int)
        return format_duration(test.operand)
    return value(test.operand, test.reads == "datetime" or is_instant(test.path))


def words_of_test(test: Test) -> str:
    """`customer.total_spent gte 500`, by the short path."""
    if test.operator in WITHOUT_OPERAND:
        return f"{short(test.path)} {test.operator}"
    return f"{short(test.path)} {test.operator} {operand(test)}"


def value(one: FieldState | Operand, instant: bool = False) -> str:
    """A value of a field: texts in quotes, lists in brackets, instants in UTC, nothing as `none`."""
    if one is None:
        return "none"
    if isinstance(one, tuple):
        return _some(one)
    if isinstance(one, str):
        return json.dumps(one if len(one) <= LONGEST else one[:LONGEST] + "...", ensure_ascii=False)
    if isinstance(one, bool):
        return "true" if one else "false"
    if isinstance(one, Decimal):
        return f"{one:f}"
    return format_instant(one) if instant else str(one)


def _some(words: tuple[str, ...]) -> str:
    """As many words of a list as fit in LONGEST characters, at least one, and how many are left out."""
    shown, room = list[str](), LONGEST
    for word in words:
        room -= len(word) + 2
        if shown and room < 0:
            break
        shown.append(word if len(word) <= LONGEST else word[:LONGEST] + "...")
    left = len(words) - len(shown)
    return f"[{', '.join(shown)}{f', ... {left} more' if left else ''}]"


def span(micros: int) -> str:
    """A time in its two largest units, `6d 3h`, whole; the rest is left away."""
    parts = []
    for unit, size in (("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", SECOND)):
        if micros >= size:
            parts.append(f"{micros // size}{unit}")
            micros %= size
    return " ".join(parts[:2]) or "under 1s"


def withheld(one: object) -> str:
    """In place of a text: how long it is."""
    if isinstance(one, str):
        return f"a text of {len(one):,} character{'' if len(one) == 1 else 's'}"
    return "a list" if isinstance(one, tuple) else "a value"


@dataclass(frozen=True)
class Words:
    """How an explanation speaks. `text`: with what people wrote, names and addresses."""

    text: bool = False

    def seen(self, test: Test, seen: Seen) -> str:
        """`saw 812.50 (as of then)`, or that it was missing; of a text the words of the list that it has."""
        if seen.value is None:
            return "missing"
        return f"saw {self.seen_value(test, seen.value)}{self._has(test, seen.value)}{_known(test.path, seen)}"

    def seen_value(self, test: Test, seen: Value) -> str:
        """The value alone. One that is equal to what the rule set writes out tells nothing more."""
        if self.text or is_shown(test, seen):
            return value(seen, is_instant(test.path))
        return withheld(seen)

    def _has(self, test: Test, seen: Value) -> str:
        if test.operator not in ON_WORDS or not isinstance(seen, str) or not isinstance(test.operand, tuple):
            return ""
        found = [word for word in test.operand if fold(word) in fold(seen)]
        return f" with {value(tuple(found))}" if found else " with none of them"

    def field(self, name: str, one: FieldState, from_rules: bool) -> str:
        """A value of a ticket's field; `from_rules`: a rule set writes it out."""
        if one is not None and is_personal(name) and not self.text and not from_rules:
            return withheld(one)
        return value(one, name == "snooze")

    def deed(self, deed: Change | Refusal, action: Action | None = None) -> str:
        """`addTags: added VIP`, `setPriority: priority "normal" -> "high"`; of a refusal, its reason as well."""
        refused = f" refused ({deed.reason})" if isinstance(deed, Refusal) else ""
        return f"{deed.action}{refused}: {self.effect(deed, action)}"

    def effect(self, deed: Change | Refusal, action: Action | None = None) -> str:
        """What it changed, or would have."""
        if deed.field == "tags":
            before, after = tags(deed.before), tags(deed.after)
            added, removed = (tuple(sorted(set(one) - set(other))) for one, other in ((after, before), (before, after)))
            told = [f"{what} {', '.join(some)}" for what, some in (("added", added), ("removed", removed)) if some]
            return "; ".join(told) or "tags"
        if deed.field == "replies":
            return self._message(deed, action)
        was = self.field(deed.field, deed.before, False)
        return f"{deed.field} {was} -> {self.field(deed.field, deed.after, deed.rule is not None)}"

    def _message(self, deed: Change | Refusal, action: Action | None) -> str:
        """The rendered text, or the template where texts are left out."""
        if self.text:
            return value(deed.after)
        template = action.argument if action is not None else None
        written = f", as written {value(template.text)}" if isinstance(template, MessageTemplate) else ""
        return f"{withheld(deed.after)}{written}"

    def state(self, state: Final) -> Iterator[tuple[str, str]]:
        """(field, value): what always stands, and of the rest what is there."""
        yield "tags", value(state.tags)
        yield "priority", state.priority
        yield "status", state.status
        for name in ("assignee", "team", "subject", "snooze"):
            one = getattr(state, name)
            if one is not None:
                yield name, self.field(name, one, False)
        yield from ((name, "yes") for name in ("spam", "trashed") if getattr(state, name))
        for id, one in state.custom_fields:
            yield f"custom_fields.{id}", value(one)


def _known(path: str, seen: Seen) -> str:
    """How a value is known, where that is worth saying: of what is dated, and of what is only today's."""
    field = field_of(path)
    dated = field is not None and field.kind is Kind.AS_OF
    return f" ({PROVENANCE[seen.provenance]})" if dated or seen.provenance is not Provenance.AS_OF else ""


def words_of_action(action: Action) -> str:
    """`setPriority "high"`, as the rule has it, not rendered."""
    given = action.argument
    if isinstance(given, FieldValue):
        return f"{action.kind} {given.id} = {value(given.value)}"
    if isinstance(given, MessageTemplate):
        return action.kind
    if given is True:
        return action.kind
    if action.kind == "snoozeTicket" and isinstance(given, int):
        return f"{action.kind} {format_duration(given)}"
    return f"{action.kind} {value(given)}"

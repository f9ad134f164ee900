"""RULESET -> YAML text of the rule language, as an admin would write it: loading it again gives an equal set.

Places, named lists and layout are not part of a RULESET, so they are not written.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from simulator.hours import DAYS, BusinessHours
from simulator.instants import format_duration, format_instant
from simulator.rules.actions import ACTIONS, Argument
from simulator.rules.fields import ALIASES, Type, field_of
from simulator.rules.model import (
    ALWAYS,
    Action,
    All,
    Any,
    Branch,
    Condition,
    FieldValue,
    MessageTemplate,
    Not,
    Rule,
    RuleSet,
    Scalar,
    Step,
    Test,
    View,
)
from simulator.rules.operators import OPERATORS, Shape
from simulator.rules.yaml_text import Map, Raw, Seq, Text, Value, comment, emitted

Entry = tuple[str, Value]


def yaml_of(ruleset: RuleSet, origin: str = "") -> str:
    """The YAML text of a rule set. Comments on top say where it came from (`origin`) and what was not simulated."""
    head = [comment(f"Imported from {origin}.")] if origin else []
    if ruleset.not_simulated:
        head.append(comment("Not simulated, and so not in this file:"))
        head += [comment(f"- {name}: {reason}") for name, reason in ruleset.not_simulated]
    entries: list[Entry] = [("version", Raw("1")), ("name", Text(ruleset.name)), *_hours(ruleset.hours)]
    if ruleset.views:
        entries.append(("views", Seq(tuple(map(_view, ruleset.views)), block=True)))
    entries.append(("rules", Seq(tuple(map(_rule, ruleset.rules)), block=True)))
    return "".join(line + "\n" for line in head) + _spaced(emitted(Map(tuple(entries), block=True)))


def _spaced(text: str) -> str:
    """An empty line before each rule and view but the first."""
    lines = text.split("\n")
    return "\n".join(
        "\n" + line if line.startswith("  - id: ") and before not in ("rules:", "views:") else line
        for before, line in zip(["", *lines], lines, strict=False)
    )


def _rule(rule: Rule) -> Value:
    entries: list[Entry] = [
        ("id", Text(rule.id)),
        ("name", Text(rule.name)),
        ("on", Seq(tuple(Text(trigger.value) for trigger in rule.on))),
        ("priority", Raw(str(rule.priority))),
    ]
    if not rule.enabled:
        entries.append(("enabled", Raw("false")))
    return Map((*entries, *_body(rule.condition, rule.then, rule.otherwise)), block=True)


def _body(condition: Condition, then: tuple[Step, ...], otherwise: tuple[Step, ...]) -> list[Entry]:
    """`if` (left out where it is always true), `then`, and `else` where there is one."""
    entries: list[Entry] = [] if condition == ALWAYS else [("if", _condition(condition, block=True))]
    entries.append(("then", _steps(then)))
    return [*entries, ("else", _steps(otherwise))] if otherwise else entries


def _steps(steps: Iterable[Step]) -> Value:
    return Seq(tuple(map(_step, steps)), block=True)


def _step(step: Step) -> Value:
    if isinstance(step, Branch):
        test: list[Entry] = [("if", _condition(ALWAYS))] if step.condition == ALWAYS else []
        return Map((*test, *_body(step.condition, step.then, step.otherwise)), block=True)
    if ACTIONS[step.kind].argument is Argument.FLAG:
        return Text(step.kind)
    return Map(((step.kind, _argument(step)),))


def _view(view: View) -> Value:
    return Map(
        (("id", Text(view.id)), ("name", Text(view.name)), ("if", _condition(view.condition, block=True))), block=True
    )


def _condition(condition: Condition, block: bool = False) -> Map | Seq:
    """A mapping where every part has a key of its own, else a list."""
    if not isinstance(condition, All) or len(condition.parts) < 2:
        return Map((_part(condition),), block)
    entries: list[Entry] = []
    for part in condition.parts:
        key, value = _part(part)
        entries = _with(entries, key, value) if isinstance(part, Test) else [*entries, (key, value)]
    if len({key for key, _ in entries}) == len(entries):
        return Map(tuple(entries), block=True)
    return Seq(tuple(_condition(part) for part in condition.parts), block=True)


def _with(entries: list[Entry], key: str, value: Value) -> list[Entry]:
    """A test added: as a further operator where the test before it is on the same field."""
    if not entries or entries[-1][0] != key:
        return [*entries, (key, value)]
    before = entries[-1][1]
    both = (*_operators(before), *_operators(value))
    distinct = len({operator for operator, _ in both}) == len(both)
    return [*entries[:-1], (key, Map(both))] if distinct else [*entries, (key, value)]


def _operators(value: Value) -> tuple[Entry, ...]:
    return value.entries if isinstance(value, Map) else (("eq", value),)


def _part(condition: Condition) -> Entry:
    """One condition as one key and its value."""
    match condition:
        case All(parts):
            return "all", Seq(tuple(map(_condition, parts)), block=True)
        case Any(parts):
            return "any", Seq(tuple(map(_condition, parts)), block=True)
        case Not(part):
            return "not", _condition(part, block=True)
        case Test(path, "eq"):
            return short_path(path), _operand(condition)
        case Test(path, operator):
            return short_path(path), Map(((operator, _operand(condition)),))


def short_path(path: str) -> str:
    """The short name of a field where there is one that is shorter, else the full path."""
    for short, full in ALIASES:
        whole = path == full or (full.endswith(".") and path.startswith(full))
        if whole and len(short) < len(full):
            return short + path[len(full) :]
    return path


def _operand(test: Test) -> Value:
    operand = test.operand
    if isinstance(operand, tuple):
        return Seq(tuple(Text(word) for word in operand))
    if isinstance(operand, int) and not isinstance(operand, bool):
        if OPERATORS[test.operator].shape is Shape.DURATION:
            return Raw(format_duration(operand))
        field = field_of(test.path)
        if test.reads == "datetime" or (field is not None and field.type is Type.DATETIME):
            return Text(format_instant(operand))
    return _scalar(operand)


def _scalar(value: Scalar | None) -> Value:
    if isinstance(value, str):
        return Text(value)
    if value is None or isinstance(value, bool):
        return Raw("null" if value is None else str(value).lower())
    return Raw(format(value, "f") if isinstance(value, Decimal) else str(value))


def _argument(action: Action) -> Value:
    argument = action.argument
    match argument:
        case tuple():
            return Seq(tuple(Text(tag) for tag in argument))
        case FieldValue(id, value):
            number = id.isascii() and id.isdecimal()
            return Map((("id", Raw(id) if number else Text(id)), ("value", _scalar(value))))
        case MessageTemplate():
            return _message(argument)
        case int() if ACTIONS[action.kind].argument is Argument.DURATION:
            return Raw(format_duration(argument))
    return _scalar(argument)


def _message(message: MessageTemplate) -> Value:
    """The text alone where there is nothing else; what is empty is left out."""
    people = ((key, value) for key, value in (("to", message.to), ("cc", message.cc), ("bcc", message.bcc)) if value)
    entries: list[Entry] = [(key, Seq(tuple(Text(address) for address in value))) for key, value in people]
    if message.to_one:
        entries[0] = ("to", Text(message.to[0]))
    texts = (("subject", message.subject), ("body_text", message.body_text), ("body_html", message.body_html))
    entries += [(key, Text(value)) for key, value in texts if value is not None]
    return entries[0][1] if [key for key, _ in entries] == ["body_text"] else Map(tuple(entries), block=True)


def _hours(hours: BusinessHours) -> list[Entry]:
    """The settings of the set that differ from the defaults; equal days in a row are a range."""
    entries: list[Entry] = [] if hours.zone == "UTC" else [("timezone", Text(hours.zone))]
    days: list[Entry] = []
    start = 0
    while start < len(DAYS):
        end = start
        while end + 1 < len(DAYS) and hours.spans[end + 1] == hours.spans[start]:
            end += 1
        if hours.spans[start]:
            name = DAYS[start] if end == start else f"{DAYS[start]}-{DAYS[end]}"
            spans = tuple(Text(f"{_clock(opens)}-{_clock(closes)}") for opens, closes in hours.spans[start])
            days.append((name, spans[0] if len(spans) == 1 else Seq(spans)))
        start = end + 1
    if days:
        entries.append(("business_hours", Map(tuple(days))))
    if hours.calendars or hours.closed:
        entries.append(("holidays", Seq(tuple(Text(name) for name in (*hours.calendars, *hours.closed)))))
    return entries


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"

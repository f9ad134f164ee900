"""RULESET -> canonical JSON and its SHA-256: the same for all spellings of the same rules.

Layout, comments, aliases, named lists, the order of keys, of words and of the parts of `all` and `any`, and places do
not show in it; nor does the name of the set, which says nothing about what the rules do. The order of actions does.
"""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import TypeAlias

from simulator.rules.model import (
    Action,
    All,
    Any,
    Condition,
    FieldValue,
    MessageTemplate,
    Not,
    Rule,
    RuleSet,
    Step,
    Test,
    Trigger,
    View,
)

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"

_TRIGGERS = tuple(Trigger)
_SETS = ("addTags", "removeTags", "setTags")


def digest(ruleset: RuleSet) -> str:
    """SHA-256, in hexadecimal, of the canonical JSON of a rule set."""
    return hashlib.sha256(canonical_json(ruleset).encode("ascii")).hexdigest()


def canonical_json(ruleset: RuleSet) -> str:
    """The whole set: rules in running order, hours, views by id, and what could not be read of live rules."""
    hours = ruleset.hours
    return _dumped(
        {
            "business_hours": [[[start, end] for start, end in day] for day in hours.spans],
            "holidays": [*sorted({*hours.calendars, *hours.closed})],
            "not_simulated": [[name, reason] for name, reason in sorted(ruleset.not_simulated)],
            "rules": [_rule(rule) for rule in ruleset.rules],
            "timezone": hours.zone,
            "views": [_view(view) for view in sorted(ruleset.views, key=lambda view: view.id)],
        }
    )


def canonical_rule(rule: Rule) -> str:
    """One rule: two rules with the same canonical JSON do the same at the same place in the order."""
    return _dumped(_rule(rule))


def canonical_condition(condition: Condition) -> str:
    """One condition: equal for conditions that differ only in spelling."""
    return _dumped(_condition(condition))


def _dumped(value: Json) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _rule(rule: Rule) -> Json:
    return {
        "else": _steps(rule.otherwise),
        "enabled": rule.enabled,
        "id": rule.id,
        "if": _condition(rule.condition),
        "name": rule.name,
        "on": [trigger.value for trigger in _TRIGGERS if trigger in rule.on],
        "priority": rule.priority,
        "then": _steps(rule.then),
    }


def _view(view: View) -> Json:
    return {"id": view.id, "if": _condition(view.condition), "name": view.name}


def _condition(condition: Condition) -> Json:
    """Parts of `all` and `any` are a set: flattened, sorted, each once; a single part stands for itself."""
    if isinstance(condition, Test):
        return [condition.path, condition.operator, _operand(condition), condition.reads]
    if isinstance(condition, Not):
        return {"not": _condition(condition.part)}
    parts = {_dumped(part): part for part in map(_condition, _flat(condition))}
    if len(parts) == 1:
        return next(iter(parts.values()))
    return {"all" if isinstance(condition, All) else "any": [parts[key] for key in sorted(parts)]}


def _flat(condition: All | Any) -> list[Condition]:
    """The parts, those of nested groups of the same kind among them."""
    parts: list[Condition] = []
    for part in condition.parts:
        parts.extend(_flat(part) if isinstance(part, All | Any) and type(part) is type(condition) else (part,))
    return parts


def _operand(test: Test) -> Json:
    if isinstance(test.operand, tuple):
        return [*sorted(set(test.operand))]
    return _scalar(test.operand)


def _scalar(value: str | int | bool | Decimal | None) -> Json:
    return {"number": _number(value)} if isinstance(value, Decimal) else value


def _stored(value: str | int | bool | Decimal | None) -> Json:
    """A custom field's value: whole numbers are numbers as any other, flags are not."""
    return _scalar(Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value)


def _number(value: Decimal) -> str:
    """Plain digits without idle zeros: 500, 500.0 and 5e2 are one."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _steps(steps: tuple[Step, ...]) -> Json:
    return [_step(step) for step in steps]


def _step(step: Step) -> Json:
    if isinstance(step, Action):
        return [step.kind, _argument(step)]
    return {"else": _steps(step.otherwise), "if": _condition(step.condition), "then": _steps(step.then)}


def _argument(action: Action) -> Json:
    argument = action.argument
    if isinstance(argument, FieldValue):
        return {"id": argument.id, "value": _stored(argument.value)}
    if isinstance(argument, MessageTemplate):
        return _message(argument)
    if isinstance(argument, tuple):
        return [*sorted(set(argument))] if action.kind in _SETS else [*argument]
    return argument


def _message(message: MessageTemplate) -> Json:
    return {
        "bcc": [*message.bcc],
        "body_html": message.body_html,
        "body_text": message.body_text,
        "cc": [*message.cc],
        "subject": message.subject,
        "to": [*message.to],
    }

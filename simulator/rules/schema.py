"""The JSON Schema (2020-12) of rule files, made from the tables of fields, operators and actions.

It describes what an editor can check and complete while an admin types. The loader remains the judge: words of named
lists, nearest names, instants, calendars and what stands in several files are beyond a schema.
"""

from __future__ import annotations

import json
import re
from typing import TypeAlias

from simulator.hours import DAYS
from simulator.rules.actions import ACTIONS, Argument
from simulator.rules.arguments import MAX_RECIPIENTS
from simulator.rules.conditions import GROUPS
from simulator.rules.fields import ALIASES, FIELDS, Type, canonical, field_of, known_paths
from simulator.rules.model import PRIORITIES, STATUSES
from simulator.rules.operators import OPERATORS, Operator, Shape, fitting
from simulator.rules.rule_of import TRIGGERS

Schema: TypeAlias = "str | int | bool | list[Schema] | dict[str, Schema] | None"

_ID: Schema = {"type": "string", "pattern": "^[a-z0-9-]{1,100}$"}
_WORD: Schema = {"type": ["string", "number"], "minLength": 1}
_DURATION: Schema = {"type": "string", "pattern": "^[0-9]{1,9}[wdhms]$"}
_INSTANT: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}"}
_SPAN: Schema = {"type": "string", "pattern": "^[0-9]{1,2}:[0-9]{2}-[0-9]{1,2}:[0-9]{2}$"}
_DAY = f"(?:{'|'.join(DAYS)})"


def schema_text() -> str:
    """The schema as JSON text, keys in a fixed order."""
    return json.dumps(ruleset_schema(), indent=2, ensure_ascii=True) + "\n"


def ruleset_schema() -> Schema:
    """The schema of one rule file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Rule set",
        "description": "Helpdesk rules, version 1 of the language.",
        **_object(
            {
                "version": {"const": 1},
                "name": _WORD,
                "timezone": _described({"type": "string"}, "An IANA name such as Europe/Paris; UTC if not given."),
                "business_hours": _hours(),
                "holidays": _one_or_more(_WORD, empty=True),
                "lists": {"type": "object", "additionalProperties": _one_or_more(_WORD)},
                "rules": {"type": "array", "items": _ref("rule")},
                "views": {"type": "array", "items": _ref("view")},
            }
        ),
        "$defs": {
            "rule": _rule(),
            "view": _object({"id": _ID, "name": _WORD, "if": _ref("condition")}, ("id",)),
            "condition": {"anyOf": [{"type": "array", "items": _ref("condition")}, _ref("conditions")]},
            "conditions": _conditions(),
            "steps": {"anyOf": [{"type": "null"}, {"type": "array", "items": _ref("step")}]},
            "step": {"anyOf": [_ref("branch"), _ref("actions"), {"enum": [*_flags()]}]},
            "branch": _object({"if": _ref("condition"), "then": _ref("steps"), "else": _ref("steps")}, ("if",)),
            "actions": {**_object({name: _action(name) for name in ACTIONS}), "minProperties": 1},
            "words": _one_or_more({"anyOf": [_WORD, _ref("list")]}),
            "list": _object({"list": _WORD}, ("list",)),
            **{f"field-{type_.value}": _tests(type_) for type_ in Type},
        },
    }


def _object(properties: dict[str, Schema], required: tuple[str, ...] = ()) -> dict[str, Schema]:
    """A mapping with these keys and no others."""
    closed: dict[str, Schema] = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**closed, "required": [*required]} if required else closed


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _described(schema: dict[str, Schema], text: str) -> Schema:
    return {**schema, "description": text}


def _alternatives(item: Schema, empty: bool = False) -> list[Schema]:
    """A single item, or a list of them."""
    return [item, {"type": "array", "items": item, **({} if empty else {"minItems": 1})}]


def _one_or_more(item: Schema, empty: bool = False) -> Schema:
    return {"anyOf": _alternatives(item, empty)}


def _hours() -> Schema:
    days = f"^{_DAY}(?:-{_DAY})?$"
    return {
        "type": "object",
        "patternProperties": {days: _one_or_more(_SPAN, empty=True)},
        "additionalProperties": False,
        "description": 'Days or ranges of days, each with its open hours: {mon-fri: "09:00-18:00"}.',
    }


def _rule() -> Schema:
    return _object(
        {
            "id": _described({"type": "string", "pattern": "^[a-z0-9-]{1,100}$"}, "Follows the rule through renames."),
            "name": _WORD,
            "on": _one_or_more({"enum": [*TRIGGERS]}),
            "priority": _described({"type": "integer"}, "Higher runs first, then name ascending."),
            "enabled": {"type": "boolean"},
            "if": _ref("condition"),
            "then": _ref("steps"),
            "else": _ref("steps"),
        },
        ("id", "on"),
    )


def _conditions() -> Schema:
    """A mapping of fields, by full path or alias, and of all, any and not."""
    groups: dict[str, Schema] = {
        name: {"type": "array", "items": _ref("condition")} for name in GROUPS if name != "not"
    }
    return {
        "type": "object",
        "properties": {**groups, "not": _ref("condition"), **{path: _of_field(path) for path in known_paths()}},
        "patternProperties": {pattern: _ref(f"field-{type_}") for pattern, type_ in sorted(_families().items())},
        "additionalProperties": False,
    }


def _of_field(path: str) -> Schema:
    field = field_of(canonical(path))
    assert field is not None
    return _ref(f"field-{field.type.value}")


def _families() -> dict[str, str]:
    """A pattern for each open family, in full and by its alias, leaving out the paths that are known by name."""
    found: dict[str, str] = {}
    for field in FIELDS:
        if not field.path.endswith(".*"):
            continue
        full = field.path[:-1]
        shorts = [name + full[len(path) :] for name, path in ALIASES if name.endswith(".") and full.startswith(path)]
        for prefix in (full, *shorts):
            known = sorted(path[len(prefix) :] for path in known_paths() if path.startswith(prefix))
            but = f"(?!(?:{'|'.join(map(re.escape, known))})$)" if known else ""
            found[f"^{re.escape(prefix)}{but}[^\\s{{}}]+$"] = field.type.value
    return found


def _tests(type_: Type) -> Schema:
    """What may stand beside a field of this type: its operators, or a value of its own where eq fits."""
    names = [name for name, operator in OPERATORS.items() if type_ in operator.types]
    tests = {**_object({name: _operand(OPERATORS[name], type_) for name in names}), "minProperties": 1}
    return {"anyOf": [tests, _value(type_)]} if "eq" in fitting(type_) else tests


def _operand(operator: Operator, type_: Type) -> Schema:
    schema: Schema
    match operator.shape:
        case Shape.WORDS:
            schema = _ref("words")
        case Shape.TRUE:
            schema = {"const": True}
        case Shape.DURATION:
            schema = _DURATION
        case _:
            schema = _value(type_)
    assert isinstance(schema, dict)
    deprecated: dict[str, Schema] = {"deprecated": True} if operator.stands_for else {}
    return {**schema, "description": operator.meaning, **deprecated}


def _value(type_: Type) -> Schema:
    """One value of a field of this type."""
    match type_:
        case Type.NUMBER | Type.MONEY:
            return {"type": "number"}
        case Type.ID:
            return {"type": "integer"}
        case Type.BOOL:
            return {"type": "boolean"}
        case Type.DATETIME:
            return _INSTANT
        case Type.PRIORITY:
            return {"enum": [*PRIORITIES]}
        case Type.STATUS:
            return {"enum": [*STATUSES]}
        case Type.ANY:
            return {"type": ["string", "number", "boolean"], "minLength": 1}
        case _:
            return _WORD


def _flags() -> list[str]:
    return [kind.name for kind in ACTIONS.values() if kind.argument is Argument.FLAG]


def _action(name: str) -> Schema:
    kind = ACTIONS[name]
    argument = _ARGUMENTS[kind.argument]
    assert isinstance(argument, dict)
    return {**argument, "description": f"{kind.label}: {kind.argument}."}


_TAG: Schema = {"type": ["string", "number"], "minLength": 1, "pattern": "^[^,]*$"}
_TEXT: Schema = {"type": ["string", "number"], "minLength": 1}
_BODIES: dict[str, Schema] = {"body_text": {"type": ["string", "null"]}, "body_html": {"type": ["string", "null"]}}
_MESSAGE: Schema = {**_object(_BODIES), "minProperties": 1}
_PEOPLE: Schema = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "maxItems": MAX_RECIPIENTS}]}

_ARGUMENTS: dict[Argument, Schema] = {
    Argument.TAGS: _one_or_more(_TAG),
    Argument.TAGS_OR_NONE: _one_or_more(_TAG, empty=True),
    Argument.PRIORITY: {"enum": [*PRIORITIES]},
    Argument.STATUS: {"enum": [*STATUSES]},
    Argument.TEXT: _TEXT,
    Argument.USER: {"anyOf": [{"type": ["integer", "null"]}, {"type": "string", "pattern": "@"}]},
    Argument.TEAM: {"type": ["integer", "string", "null"], "minLength": 1},
    Argument.DURATION: _DURATION,
    Argument.FIELD_VALUE: _object(
        {"id": _WORD, "value": {"type": ["string", "number", "boolean", "null"]}}, ("id", "value")
    ),
    Argument.MESSAGE: {"anyOf": [_TEXT, _MESSAGE]},
    Argument.EMAIL: _object({"to": _PEOPLE, "cc": _PEOPLE, "bcc": _PEOPLE, "subject": _TEXT, **_BODIES}, ("to",)),
    Argument.MACRO: {"type": ["integer", "string"], "minLength": 1},
    Argument.FLAG: {"const": True},
}

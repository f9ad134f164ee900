"""A time line as JSON: what `explain --format json` prints. Instants in UTC, money and numbers as decimal strings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal

from simulator.explain.timeline import Asked, Happening, Pair, Phase
from simulator.explain.truth import Examined
from simulator.explain.words import PROVENANCE, words_of_place, words_of_test
from simulator.facts.values import Value
from simulator.instants import format_instant
from simulator.outcome import Change, FieldState, Final, Refusal
from simulator.rules.fields import is_instant
from simulator.rules.model import All, Any, Test

Json = object


def explain_json(ticket: int, pairs: tuple[Pair, ...], sides: tuple[str, ...], every_rule: bool) -> str:
    """{"format_version", "ticket", "events": [{"event", "at", "parts", SIDE: {...} or null}]}."""
    events = [_event(pair, sides, every_rule) for pair in pairs]
    whole = {"format_version": "1.0", "ticket": ticket, "events": events}
    return json.dumps(whole, indent=1, ensure_ascii=True) + "\n"


def _event(pair: Pair, sides: tuple[str, ...], every_rule: bool) -> Json:
    one = pair.baseline or pair.candidate
    assert one is not None
    by_side = {"baseline": pair.baseline, "candidate": pair.candidate}
    shown = {side: _happening(by_side[side], every_rule) for side in sides}
    parts = {"parts": pair.parts} if len(sides) == 2 else {}
    return {"event": one.event, "at": format_instant(one.at), **parts, **shown}


def _happening(one: Happening | None, every_rule: bool) -> Json:
    if one is None:
        return None
    return {
        "skipped": one.skipped,
        "outside": [_change(change) for change in one.outside],
        "phases": [_phase(phase, every_rule) for phase in one.phases],
        "before": _state(one.before),
        "after": _state(one.after),
    }


def _phase(phase: Phase, every_rule: bool) -> Json:
    rules = [_asked(asked) for asked in phase.asked if every_rule or asked.tells]
    return {"trigger": phase.trigger, "depth": phase.depth, "asked": len(phase.asked), "rules": rules}


def _asked(asked: Asked) -> Json:
    return {
        "rule": asked.rule.id,
        "matched": asked.examined.holds,
        "if": _examined(asked.examined),
        "branches": [{"branch": branch, "if": _examined(examined)} for branch, examined in asked.branches],
        "actions": [_change(change) for change in asked.done],
    }


def _examined(examined: Examined) -> Mapping[str, Json]:
    condition = examined.condition
    if isinstance(condition, Test):
        assert examined.seen is not None
        return {
            "test": words_of_test(condition),
            "place": words_of_place(condition) or None,
            "saw": _value(examined.seen.value, is_instant(condition.path)),
            "known": PROVENANCE[examined.seen.provenance],
            "true": examined.holds,
        }
    name = "all" if isinstance(condition, All) else "any" if isinstance(condition, Any) else "not"
    return {name: [_examined(part) for part in examined.parts], "true": examined.holds}


def _change(change: Change | Refusal) -> Json:
    instant = change.field == "snooze"
    told: dict[str, Json] = {
        "branch": change.branch,
        "action": change.action,
        "field": change.field,
        "before": _value(change.before, instant),
        "after": _value(change.after, instant),
    }
    return {**told, "refused": change.reason} if isinstance(change, Refusal) else told


def _state(state: Final) -> Json:
    told: dict[str, Json] = {name: _value(getattr(state, name), name == "snooze") for name in state._fields}
    return {**told, "custom_fields": {id: _value(value, False) for id, value in state.custom_fields}}


def _value(value: Value | FieldState, instant: bool) -> Json:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if instant and isinstance(value, int):
        return format_instant(value)
    return value

"""The `fidelity` block of the JSON report. Shares are exact decimals of four digits, cut off and never rounded up."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from fractions import Fraction

from simulator.facts.values import Value
from simulator.fidelity.values import (
    CLASSES,
    Disagreement,
    Fidelity,
    FieldFidelity,
    RuleFidelity,
    Same,
    Tally,
    interval,
)
from simulator.instants import format_instant

_STEP = Decimal("0.0001")


def fidelity_json(fidelity: Fidelity, least: Fraction | None) -> dict[str, object]:
    """The block; `least`: the limit of --min-fidelity. Where nothing was measured, `why` says why and counts are 0."""
    touched = fidelity.touched
    return {
        "measured": fidelity.measured,
        "why": fidelity.why or None,
        "agreement": _share(fidelity.agreement),
        "interval": _interval(touched.same, touched.tickets),
        "min": _share(least),
        "tickets": {
            "selected": fidelity.selected,
            "compared": fidelity.compared,
            "touched": touched.tickets,
            "same": touched.same,
        },
        "executions": {
            **_tally(fidelity.executions),
            "since_change": _tally(fidelity.lately),
            "unrecorded": fidelity.unrecorded,
        },
        "rules": [_rule(rule) for rule in fidelity.rules],
        "fields": {field.field: _field(field) for field in fidelity.fields},
        "reasons": {
            reason.value: {"class": CLASSES[reason], "disagreements": one.disagreements, "tickets": one.tickets}
            for reason, one in fidelity.reasons.items()
        },
        "disagreements": [_disagreement(one) for one in fidelity.disagreements],
    }


def _share(share: Fraction | None) -> Decimal | None:
    if share is None:
        return None
    return (Decimal(share.numerator) / Decimal(share.denominator)).quantize(_STEP, ROUND_DOWN)


def _interval(part: int, whole: int) -> Mapping[str, object] | None:
    found = interval(part, whole)
    if found is None:
        return None
    return {"low": found.low.quantize(_STEP, ROUND_DOWN), "high": found.high.quantize(_STEP, ROUND_UP)}


def _tally(tally: Tally) -> dict[str, object]:
    return {
        **tally._asdict(),
        "precision": _share(tally.precision),
        "recall": _share(tally.recall),
        "agreement": _share(tally.agreement),
        "interval": _interval(tally.both, tally.either),
    }


def _same(same: Same) -> dict[str, object]:
    share = Fraction(same.same, same.tickets) if same.tickets else None
    return {"tickets": same.tickets, "same": same.same, "agreement": _share(share)}


def _rule(rule: RuleFidelity) -> dict[str, object]:
    return {
        "id": rule.name,
        "name": rule.title,
        "state": rule.state,
        **_tally(rule.tally),
        "changed_at": None if rule.changed_at is None else format_instant(rule.changed_at),
        "since_change": _tally(rule.lately),
        "unrecorded": rule.unrecorded,
    }


def _field(field: FieldFidelity) -> dict[str, object]:
    return {
        "changes": None if field.changes is None else _tally(field.changes),
        "why": field.why or None,
        "uncompared": field.uncompared,
        "final": None if field.final is None else _same(field.final),
        "touched": None if field.touched is None else _same(field.touched),
    }


def _disagreement(one: Disagreement) -> dict[str, object]:
    return {
        "ticket": one.ticket,
        "what": one.what,
        "event": one.occasion or None,
        "at": None if one.at is None else format_instant(one.at),
        "rule": one.rule,
        "field": one.field or None,
        "recorded": _value(one.recorded),
        "replayed": _value(one.replayed),
        "in_record": one.in_record,
        "in_replay": one.in_replay,
        "reason": one.reason.value,
    }


def _value(value: Value | None) -> object:
    return list(value) if isinstance(value, tuple) else value

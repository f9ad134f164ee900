"""The `causes` block of the JSON report. Counts are tickets where nothing else is said."""

from __future__ import annotations

from simulator.causes.values import Cause, Causes, Group, Looked, Marginal, RuleSetView


def causes_json(found: Causes) -> dict[str, object]:
    """The block; `looked` is {tickets, of}: all where the two are equal, else a sample of whole customers."""
    return {
        "causes": [_cause(cause) for cause in found.causes],
        "by_edit": {
            "looked": _looked(found.by_edit.looked),
            "edits": [
                {
                    "rules": one.rules,
                    "change": one.change,
                    "parts": one.parts,
                    "effect": one.effect.value,
                    "alone": one.alone,
                    "needed": one.needed,
                    "only": one.only,
                }
                for one in found.by_edit.edits
            ],
            "interactions": [
                {"rules": one.rules, "how": one.how.value, "tickets": one.tickets, "samples": one.samples}
                for one in found.by_edit.interactions
            ],
        },
        "by_rule": {"before": _side(found.before), "after": _side(found.after)},
        "stability": {
            "weeks": [week._asdict() for week in found.stability.weeks],
            "most": [{**most._asdict(), "dominates": most.dominates} for most in found.stability.most],
        },
    }


def _cause(cause: Cause) -> dict[str, object]:
    return {
        "rules": cause.rules,
        "part": cause.part,
        "turn": None if cause.turn is None else cause.turn.value,
        "tickets": cause.tickets,
        "changes": cause.changes,
        "customers": cause.customers,
        "direct": [_group(group) for group in cause.direct],
        "knock_on": [_group(group) for group in cause.knock_on],
        "samples": [sample._asdict() for sample in cause.samples],
        "by_name": cause.by_name,
    }


def _group(group: Group) -> dict[str, object]:
    return {**group._asdict()}


def _looked(looked: Looked) -> dict[str, int]:
    return {**looked._asdict()}


def _side(side: RuleSetView) -> dict[str, object]:
    return {
        "rules": {id: _marginal(one) for id, one in side.marginal.items()},
        "overlaps": [{**one._asdict()} for one in side.overlaps],
        "fights": [{**one._asdict()} for one in side.fights],
        "swaps": [{**one._asdict(), "looked": _looked(one.looked)} for one in side.swaps],
        "groups": side.groups,
    }


def _marginal(one: Marginal) -> dict[str, object]:
    return {"role": one.role.value, "acts": one.acts, "looked": _looked(one.looked), "differ": one.differ}

"""The fidelity block for people: one sentence, tables, and what they leave out. Said before any claim on the future."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from fractions import Fraction
from itertools import islice

from simulator.diagnostics import Diagnostic, Severity
from simulator.facts.values import Value
from simulator.fidelity.values import (
    CLASSES,
    Disagreement,
    Fidelity,
    FieldFidelity,
    Reason,
    RuleFidelity,
    Tally,
    interval,
)
from simulator.report.numbers import counted

USUAL = Fraction(95, 100)
"""Below this share a report carries a caution, where no --min-fidelity says otherwise."""

SMALL = 1_000
"""Up to so many units a share is shown with its interval."""

LISTED = 20
"""Disagreements that are listed for people; the JSON report has all of them."""


@dataclass(frozen=True, slots=True)
class FidelityTable:
    """A titled table; its first column is text, the others are numbers as text."""

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class FidelityView:
    """What a report for people shows. `differing` are the rules that disagree, `rules` all that ever ran."""

    headline: str
    fields: FidelityTable | None = None
    differing: FidelityTable | None = None
    rules: FidelityTable | None = None
    reasons: FidelityTable | None = None
    tickets: FidelityTable | None = None
    notes: tuple[str, ...] = ()

    def parts(self, whole: bool = False) -> tuple[FidelityTable, ...]:
        """The tables to show: all rules and some tickets where `whole`, else of the rules only those that disagree."""
        rules = self.rules if whole else self.differing
        chosen = (self.fields, rules, self.reasons, self.tickets if whole else None)
        return tuple(part for part in chosen if part is not None)


def fidelity_view(fidelity: Fidelity) -> FidelityView:
    """The block."""
    if not fidelity.measured:
        return FidelityView(f"Fidelity is not measured: {fidelity.why}.")
    ran = [rule for rule in fidelity.rules if rule.tally.either]
    return FidelityView(
        headline(fidelity),
        _table("fields", _FIELD_HEADERS, (_field(one) for one in fidelity.fields if _says(one))),
        _table("rules that disagree", _RULE_HEADERS, (_rule(one) for one in ran if one.tally.both < one.tally.either)),
        _table("rules, by execution", _RULE_HEADERS, (_rule(one) for one in ran)),
        _table("reasons", ("reason", "class", "disagreements", "tickets"), _reasons(fidelity)),
        _table("where they part", _TICKET_HEADERS, (_ticket(one) for one in _first(fidelity))),
        tuple(_notes(fidelity)),
    )


def _first(fidelity: Fidelity) -> Iterator[Disagreement]:
    """Some disagreements that have a reason of their own: what follows from them is left to the JSON report."""
    own = (one for one in fidelity.disagreements if one.reason is not Reason.FOLLOWS)
    return islice(own, LISTED)


def headline(fidelity: Fidelity) -> str:
    """The one number, with its denominator."""
    tickets, same = fidelity.touched
    if not tickets:
        return f"Fidelity: no live rule ran on any of {counted(fidelity.compared, 'ticket')}, recorded or replayed."
    return (
        f"Fidelity {portion(same, tickets)}: the live rules, replayed, do exactly what the helpdesk recorded on "
        f"{same:,} of {counted(tickets, 'ticket')} that rules touched{_between(same, tickets)}."
    )


def fidelity_cautions(fidelity: Fidelity, least: Fraction | None) -> tuple[Diagnostic, ...]:
    """What stands on top of a report: that the replay of the live rules falls short of the record."""
    share, limit = fidelity.agreement, USUAL if least is None else least
    if share is None or share >= limit:
        return ()
    said = f"fidelity is {portion(fidelity.touched.same, fidelity.touched.tickets)}, less than {_limit(limit)}"
    message = f"{said}: the live rules, replayed, do not do what they really did on every ticket"
    return (Diagnostic("F001", Severity.WARNING, message),)


def shortfall(fidelity: Fidelity, least: Fraction | None) -> Diagnostic | None:
    """Why a run fails at --min-fidelity: too low, or not measured; None where it passes or there is no limit."""
    if least is None:
        return None
    share = fidelity.agreement
    if share is None:
        why = fidelity.why or "no live rule ran on any ticket"
        message = f"fidelity is not measured, and at least {_limit(least)} is asked for: {why}"
        return Diagnostic("F002", Severity.ERROR, message)
    if share >= least:
        return None
    same = fidelity.touched
    said = f"fidelity is {portion(same.same, same.tickets)} ({same.same:,} of {counted(same.tickets, 'ticket')})"
    return Diagnostic("F001", Severity.ERROR, f"{said}, below the limit of {_limit(least)}")


def _limit(share: Fraction) -> str:
    return f"{(Decimal(share.numerator) * 100 / share.denominator).normalize():f}%"


def portion(part: int, whole: int) -> str:
    """A share in per cent, cut off after one decimal: 100% only where it is all of them."""
    if not whole:
        return "-"
    if part == whole:
        return "100%"
    tenths = 1000 * part // whole
    return "<0.1%" if part and not tenths else f"{tenths // 10}.{tenths % 10}%"


def _between(part: int, whole: int) -> str:
    """The interval, where the number is small."""
    found = interval(part, whole) if whole <= SMALL else None
    if found is None:
        return ""
    low, high = found.low.quantize(_TENTH, ROUND_DOWN), found.high.quantize(_TENTH, ROUND_UP)
    return f" (95% interval {_percent(low)} to {_percent(high)})"


_TENTH = Decimal("0.001")  # a tenth of a per cent


def _percent(share: Decimal) -> str:
    return "100%" if share == 1 else f"{share:.1%}"


def _table(title: str, headers: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> FidelityTable | None:
    listed = tuple(rows)
    return FidelityTable(title, headers, listed) if listed else None


_FIELD_HEADERS = ("field", "record", "replay", "both", "agrees", "tickets", "end the same")
_RULE_HEADERS = ("rule", "record", "replay", "both", "prec.", "recall", "agrees")
_TICKET_HEADERS = ("what", "ticket", "record", "replay", "reason")


def _says(field: FieldFidelity) -> bool:
    changed = field.changes is not None and field.changes.either
    return bool(changed or field.uncompared or (field.touched and field.touched.tickets))


def _field(field: FieldFidelity) -> tuple[str, ...]:
    changes, touched = field.changes, field.touched
    numbers = ("-", "-", "-", "no record") if changes is None else (*_numbers(changes), _agreement(changes))
    return (field.field, *numbers, *(("-", "-") if touched is None else (f"{touched.tickets:,}", f"{touched.same:,}")))


def _numbers(tally: Tally) -> tuple[str, str, str]:
    return f"{tally.recorded:,}", f"{tally.replayed:,}", f"{tally.both:,}"


def _agreement(tally: Tally) -> str:
    return portion(tally.both, tally.either)


def _rule(rule: RuleFidelity) -> tuple[str, ...]:
    tally = rule.tally
    name = rule.name if rule.state == "live" else f"{rule.name} ({rule.state})"
    shares = portion(tally.both, tally.replayed), portion(tally.both, tally.recorded), _agreement(tally)
    return (name, *_numbers(tally), *shares)


def _reasons(fidelity: Fidelity) -> Iterator[tuple[str, ...]]:
    for reason, one in fidelity.reasons.items():
        yield reason.value, CLASSES[reason], f"{one.disagreements:,}", f"{one.tickets:,}"


def _ticket(one: Disagreement) -> tuple[str, ...]:
    what = one.rule if one.what == "execution" else f"{one.field} at the end" if one.what == "final" else one.field
    return what or "", str(one.ticket), *(_shown(value) for value in (one.recorded, one.replayed)), one.reason.value


def _shown(value: Value | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(value) if isinstance(value, tuple) else str(value)


def _notes(fidelity: Fidelity) -> Iterator[str]:
    left = fidelity.selected - fidelity.compared
    if left:
        yield f"{counted(left, 'ticket')} of {fidelity.selected:,} have no event history and are not compared."
    late, whole = fidelity.lately, fidelity.executions
    if late != whole and late.either:
        yield (
            f"Counting only what lies after each rule's last change: {_agreement(late)} of "
            f"{counted(late.either, 'execution')} agree ({_agreement(whole)} of all {whole.either:,})."
        )
    if fidelity.unrecorded:
        yield (
            f"{counted(fidelity.unrecorded, 'replayed execution')} without effect: this log does not record such, "
            "so they are not counted."
        )
    for field in fidelity.fields:
        if field.why and _says(field):
            yield f"Of changes of {field.field} there is no record: {field.why}. The final values are compared."
        elif field.uncompared:
            said = counted(field.uncompared, "replayed change")
            yield f"{said} of {field.field} of a kind that this log never records: not compared."

"""WHY, in a line: the reason of a verdict with its condition, its distance, who refused or who wrote over it."""

from __future__ import annotations

from simulator.explain.fate import Deeds, Undone, throttled_by
from simulator.explain.occasions import Occasion
from simulator.explain.reasons import SHORT, Reason
from simulator.explain.shortfall import Gap, Part, Shortfall, distance
from simulator.explain.words import WITHOUT_OPERAND, Words, operand, short, span
from simulator.facts.values import Provenance
from simulator.outcome import Change, Refusal
from simulator.rules.model import Test

SYMBOLS = {"eq": "=", "neq": "!=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
AGES = {"gteTimedelta": "at least", "lteTimedelta": "at most"}


def short_of(shortfall: Shortfall, now: int, words: Words) -> str:
    """`failed on 1 of 4: customer.total_spent >= 500, was 489.50 (10.50 short)`."""
    gaps = "; ".join(words_of_gap(gap, now, words) for gap in shortfall.gaps)
    return f"failed on {len(shortfall.gaps)} of {shortfall.of}: {gaps}"


def words_of_gap(gap: Gap, now: int, words: Words) -> str:
    """The tests of which one would have done, joined by `or`."""
    return ", or ".join(words_of_part(part, now, words) for part in gap.parts)


def words_of_part(part: Part, now: int, words: Words) -> str:
    """A test and what it saw: `not (ticket.tags containsAny [VIP]), was [VIP]` where it should have been false."""
    test, seen = part.examined.condition, part.examined.seen
    if not isinstance(test, Test) or seen is None:
        return "an empty list of conditions, which is never so"
    asked = _asked(test) if part.wanted else f"not ({_asked(test)})"
    return f"{asked}, {words_of_seen(part, now, words)}"


def words_of_seen(part: Part, now: int, words: Words) -> str:
    """What the test of a part saw, and how far that was from what was wanted: `was 489.50 (10.50 short)`."""
    test, seen = part.examined.condition, part.examined.seen
    assert isinstance(test, Test) and seen is not None
    if seen.value is None:
        return "was missing"
    if test.operator in AGES and isinstance(seen.value, int) and now >= seen.value:
        was = f"{span(now - seen.value)} ago"
    else:
        was = words.seen(test, seen).removeprefix("saw ").removesuffix(" (as of then)")
    today = " (today's value)" if seen.provenance is Provenance.TODAY and "today" not in was else ""
    return f"was {was}{today}{_distance(part, now)}"


def _asked(test: Test) -> str:
    if test.operator in SYMBOLS:
        return f"{short(test.path)} {SYMBOLS[test.operator]} {operand(test)}"
    if test.operator in AGES:
        return f"{short(test.path)} {AGES[test.operator]} {operand(test)} ago"
    if test.operator in WITHOUT_OPERAND:
        return f"{short(test.path)} {test.operator}"
    return f"{short(test.path)} {test.operator} {operand(test)}"


def _distance(part: Part, now: int) -> str:
    """How far it was from being true, for what has a distance."""
    far = distance(part, now)
    test = part.examined.condition
    if far is None or not isinstance(test, Test):
        return ""
    shown = span(far) if isinstance(far, int) else f"{far:f}"
    if test.operator in ("gt", "gte", "gteTimedelta"):
        return f" ({shown} short)"
    return f" ({shown} over)" if test.operator in ("lt", "lte", "lteTimedelta") else f" ({shown} away)"


def words_of_why(one: Occasion, deeds: Deeds, words: Words) -> str:
    """The reason of an occasion with all that belongs to it, in one line."""
    said = SHORT[one.reason]
    if one.shortfall is not None:
        of = f" of {one.turn}" if one.turn else ""
        wanted = "" if one.wanted else ", and an else was meant"
        said += f"{of}{wanted}, {short_of(one.shortfall, one.at, words)}"
    if isinstance(one.deed, Refusal):
        said += f": {words_of_refusal(one.deed, deeds)}"
    if one.reason is Reason.OVERWRITTEN:
        said += ": " + "; ".join(words_of_undone(gone, words) for gone in one.gone)
    return said


def words_of_refusal(refusal: Refusal, deeds: Deeds) -> str:
    """The reason code, and for a throttled reply the one it came too soon after."""
    before = throttled_by(refusal, deeds)
    if before is None:
        return f"{refusal.action} ({refusal.reason})"
    ticket = "" if before.ticket == refusal.ticket else f" on ticket {before.ticket}"
    ago = span(refusal.at - before.at) if refusal.at > before.at else "at the same instant"
    ago = f"{ago} earlier" if refusal.at > before.at else ago
    return f"{refusal.action} ({refusal.reason}): {before.rule} replied{ticket} {ago}"


def words_of_undone(gone: Undone, words: Words) -> str:
    """`VIP removed by close-x at message:7`, `priority "high" -> "low" by calm at event:9`."""
    by, who = gone.by, words_of_writer(gone.by)
    if gone.tag is not None:
        what = "added" if isinstance(by.after, tuple) and gone.tag in by.after else "removed"
        return f"{gone.tag} {what} by {who}"
    before, after = words.field(by.field, by.before, False), words.field(by.field, by.after, by.rule is not None)
    return f"{by.field} {before} -> {after} by {who}"


def words_of_writer(change: Change) -> str:
    """Which rule, or that it came from outside, and at which event."""
    who = f"rule {change.rule}" if change.rule is not None else f"outside ({change.action})"
    return f"{who} at {change.event}"

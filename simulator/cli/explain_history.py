"""A rule over a history as text: `explain --rule ID`: its funnel, near misses, words, rivals and weeks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from simulator.cli.explain_history_json import Excerpt, never
from simulator.cli.explain_lines import DEEPEST, WIDTH, columns, wrapped
from simulator.diagnostics import Location
from simulator.escape import for_terminal
from simulator.explain.why import words_of_gap, words_of_seen
from simulator.explain.words import Words, place, words_of_test
from simulator.funnel.values import Asked, Keyword, Keywords, Miss, Misses, Part, RuleHistory
from simulator.instants import format_instant
from simulator.rules.model import All, Any, Not, Test

LABEL = 50
"""Columns for what a row of numbers is about."""
NUMBER = 10
WEEKS = 20
"""Weeks that are shown, the latest."""
BAR = 40
WORD = 30
"""Columns for a word of a list."""


def history_text(side: str, tickets: int, one: RuleHistory, excerpt: Excerpt, text: bool) -> Iterator[str]:
    """The lines of a rule, ready to print, at most 80 columns wide."""
    many = f"{tickets:,} ticket{'' if tickets == 1 else 's'}"
    yield from _wrapped(f"rule {one.rule.id} in the {side}, over {many}{_spot(one.rule.location)}", 0)
    if not one.rule.enabled:
        yield from _wrapped("It is disabled (enabled: false): it is never asked.", 2)
        return
    yield from _summary(one)
    for asked in one.asked:
        yield from _funnel(asked)
    yield from _nevers(one.asked)
    yield from _near(one.misses, Words(text))
    for asked in one.asked:
        for words in asked.keywords:
            yield from _table(asked, words, excerpt)
    yield from _rivals(one)
    yield from _weeks(one.weeks)


def _wrapped(text: str, indent: int, hanging: int = 2) -> Iterator[str]:
    return wrapped(for_terminal(text), indent, hanging, WIDTH)


def _spot(where: Location | None) -> str:
    named = place(where)
    return f"  {named}" if named else ""


def _summary(one: RuleHistory) -> Iterator[str]:
    side = one.side
    triggers = ", ".join(trigger.value for trigger in one.rule.on)
    asked = f"asked {_times(side.events)}" if side.events else "never asked"
    yield from _wrapped(f"{asked}, at {triggers}", 2)
    if not side.matched:
        yield from _wrapped("never matched", 2)
        return
    on = f"{side.tickets:,} ticket{'' if side.tickets == 1 else 's'}"
    yield from _wrapped(f"matched {_times(side.matched)} on {on}; changed something {_times(side.changes)}", 2)
    assert one.first_match is not None and side.last_match is not None
    yield from _wrapped(f"first match {format_instant(one.first_match)}, last {format_instant(side.last_match)}", 2)
    yield from _wrapped(
        f"matches that rest on values as of then {one.as_of:,}, on today's {side.on_today:,}, "
        f"on missing ones {side.on_missing:,}", 2,
    )  # fmt: skip
    if side.refusals:
        yield from _wrapped(f"refused: {_counts(side.refusals)}", 2)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _counts(counts: Mapping[str, int]) -> str:
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{name} {count:,}" for name, count in ranked)


def _row(label: str, indent: int, numbers: Sequence[str]) -> Iterator[str]:
    """A label, wrapped, with numbers behind its last line."""
    *lines, last = wrapped(for_terminal(label), indent, 2, LABEL)
    yield from lines
    yield (last + " " * max(0, LABEL - columns(last)) + "".join(f"{one:>{NUMBER}}" for one in numbers)).rstrip()


def _funnel(asked: Asked) -> Iterator[str]:
    yield ""
    title = f"Funnel of {asked.branch}" if asked.branch else "Funnel"
    yield from _row(title, 2, ("alone", "passed", "share"))
    yield from _row("come to" if asked.branch else "asked", 4, ("", f"{asked.times:,}"))
    for step in asked.steps:
        yield from _step(step, asked.times, 4)


def _step(part: Part, times: int, indent: int) -> Iterator[str]:
    numbers = [f"{part.true:,}"]
    if part.passed is not None:
        numbers += [f"{part.passed:,}", _share(part.passed, times)]
    yield from _row(_label(part), min(indent, DEEPEST), numbers)
    for below in part.parts:
        yield from _step(below, times, indent + 2)


def _share(part: int, whole: int) -> str:
    """A share in percent, cut, not rounded: 100% is all of them."""
    return f"{part * 1000 // whole / 10:.1f}%" if whole else ""


def _label(part: Part) -> str:
    condition = part.condition
    if isinstance(condition, Test):
        return words_of_test(condition) + _spot(condition.location)
    if isinstance(condition, All):
        return "all of" if part.parts else "always"
    return ("any of" if part.parts else "never") if isinstance(condition, Any) else "not"


def _nevers(asked: Sequence[Asked]) -> Iterator[str]:
    """Conditions and branches that were always the same, where that is not written so."""
    found = [line for one in asked for line in _never(one)]
    if found:
        yield ""
        yield "  Never true, or never false"
        for line in found:
            yield from _wrapped(line, 4)


def _never(asked: Asked) -> Iterator[str]:
    """A `not` is left out: what it turns round is told."""
    where = f"{asked.branch}: " if asked.branch else ""
    if not asked.times:
        if asked.branch:
            yield f"{where}never come to"
        return
    whole = never(asked.true, asked.times) if asked.branch else None
    if whole:
        yield f"{where}never {whole}{', so its then never ran' if whole == 'true' else ''}"
    for step in asked.steps:
        for part in _all_parts(step):
            way = never(part.true, asked.times)
            composed = bool(part.parts) and not isinstance(part.condition, Not)
            told = whole is not None and part.condition is asked.condition
            if way and not told and (isinstance(part.condition, Test) or composed):
                yield f"{where}never {way}: {_label(part)}"


def _all_parts(part: Part) -> Iterator[Part]:
    yield part
    for below in part.parts:
        yield from _all_parts(below)


def _near(misses: Sequence[Misses], words: Words) -> Iterator[str]:
    if misses:
        yield ""
        yield "  Near misses: this alone was in the way"
    for one in misses:
        yield from _wrapped(f"{_tests(one)}: {_times(one.times)}, tickets {one.tickets:,}, failed on 1 of {one.of}", 4)
        for miss in one.nearest:
            yield from _wrapped(_miss(miss, words), 6)


def _tests(one: Misses) -> str:
    named = [words_of_test(test) if wanted else f"not ({words_of_test(test)})" for test, wanted in one.tests]
    return ", or ".join(named) or "an empty list of conditions"


def _miss(miss: Miss, words: Words) -> str:
    """Where it was, and what was seen; of several tests with what each asked for."""
    gap = miss.shortfall.gaps[0] if miss.shortfall else None
    said = ""
    if gap is not None:
        alone = len(gap.parts) == 1 and gap.parts[0].examined.seen is not None
        said = words_of_seen(gap.parts[0], miss.at, words) if alone else words_of_gap(gap, miss.at, words)
    return f"{miss.ticket} at {miss.event}, {format_instant(miss.at)}{said and ': '}{said}"


def _table(asked: Asked, words: Keywords, excerpt: Excerpt) -> Iterator[str]:
    """A row a word: how often it was there, alone of its list, and the same of the times the whole was true."""
    yield ""
    where = f" in {asked.branch}" if asked.branch else ""
    yield from _wrapped(f"Words of {words.test.path} {words.test.operator}{where}{_spot(words.test.location)}", 2)
    yield _columns("", ("there", "alone", "matched", "alone", "ticket"))
    for one in words.words:
        *lines, last = wrapped(for_terminal(one.word), 4, 2, WORD)
        yield from lines
        yield _columns(last, (*_keyword(one), str(one.examples[0][0]) if one.examples else ""))
        for ticket, row in one.examples:
            said = excerpt(words.test, one.word, row)
            if said is not None:
                yield from _wrapped(f"{ticket}: {said}", 6)


def _columns(label: str, numbers: Sequence[str]) -> str:
    return (label + " " * (WORD - columns(label)) + "".join(f"{one:>{NUMBER}}" for one in numbers)).rstrip()


def _keyword(one: Keyword) -> tuple[str, ...]:
    return tuple(f"{count:,}" for count in (one.times, one.only, one.matched, one.matched_only))


def _rivals(one: RuleHistory) -> Iterator[str]:
    if one.side.overwritten or one.overwrites:
        yield ""
    if one.side.overwritten:
        yield from _wrapped(f"What it set was overwritten by: {_counts(one.side.overwritten)}", 2, 4)
    if one.overwrites:
        yield from _wrapped(f"It overwrote what was set by: {_counts(one.overwrites)}", 2, 4)


def _weeks(weeks: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Matches by week, with a bar."""
    if not weeks:
        return
    yield ""
    yield "  Matches by week (from Monday, UTC)"
    earlier, shown = weeks[:-WEEKS], weeks[-WEEKS:]
    if earlier:
        total = sum(count for _, count in earlier)
        yield f"    {len(earlier):,} earlier weeks: {_times(total)}"
    most = max(count for _, count in shown) or 1
    for at, count in shown:
        yield f"    {format_instant(at)[:10]}{count:>{NUMBER},}  {'#' * -(-count * BAR // most)}".rstrip()

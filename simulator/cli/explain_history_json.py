"""Rules over a history as JSON: what `explain --rule ID --format json` prints. docs/explain.md describes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulator.cli.explain_json_parts import Json, dumped, failed_json, kind_of, place_json
from simulator.explain.words import words_of_test
from simulator.funnel.values import Asked, Keyword, Keywords, Miss, Misses, Part, RuleHistory
from simulator.instants import format_instant
from simulator.rules.model import Condition, Test

Excerpt = Callable[[Test, str, int], str | None]
"""From a test, one of its words and an event row to the words around it; None where they are left out."""


def histories_json(side: str, tickets: int, rules: Sequence[RuleHistory], excerpt: Excerpt, text: bool) -> str:
    """{"format_version", "side", "tickets", "rules": [...]}."""
    return dumped({"side": side, "tickets": tickets, "rules": [_rule(one, excerpt, text) for one in rules]})


def _rule(one: RuleHistory, excerpt: Excerpt, text: bool) -> Json:
    side = one.side
    return {
        "rule": one.rule.id,
        "name": one.rule.name,
        "place": place_json(one.rule.location),
        "enabled": one.rule.enabled,
        "triggers": [trigger.value for trigger in one.rule.on],
        "asked": side.events,
        "matched": side.matched,
        "tickets": side.tickets,
        "changes": side.changes,
        "only_here": side.only_here,
        "first_match": None if one.first_match is None else format_instant(one.first_match),
        "last_match": None if side.last_match is None else format_instant(side.last_match),
        "rests_on": {"as_of": one.as_of, "today": side.on_today, "missing": side.on_missing},
        "refusals": dict(side.refusals),
        "overwritten_by": dict(side.overwritten),
        "overwrites": dict(one.overwrites),
        "weeks": [{"week": format_instant(at)[:10], "matched": count} for at, count in one.weeks],
        "conditions": [_asked(asked, excerpt) for asked in one.asked],
        "near_misses": [_misses(misses, text) for misses in one.misses],
    }


def _asked(asked: Asked, excerpt: Excerpt) -> Json:
    return {
        "branch": asked.branch,
        "asked": asked.times,
        "true": asked.true,
        "never": never(asked.true, asked.times),
        "steps": [_part(step, asked.times) for step in asked.steps],
        "keywords": [_keywords(words, excerpt) for words in asked.keywords],
    }


def never(true: int, times: int) -> str | None:
    """`true` for what was never true, `false` for what was never false, None for what was either, or never asked."""
    if not times:
        return None
    return "true" if not true else "false" if true == times else None


def _part(part: Part, times: int) -> Json:
    told = {**_condition(part, times), "true": part.true, "never": never(part.true, times)}
    return told if part.passed is None else {**told, "passed": part.passed}


def _condition(part: Part, times: int) -> dict[str, Json]:
    condition: Condition = part.condition
    if isinstance(condition, Test):
        return {"test": words_of_test(condition), "place": place_json(condition.location)}
    parts = [_part(below, times) for below in part.parts]
    return {kind_of(condition): parts, "place": place_json(condition.location)}


def _keywords(words: Keywords, excerpt: Excerpt) -> Json:
    return {
        "test": words_of_test(words.test),
        "place": place_json(words.test.location),
        "words": [_keyword(words.test, one, excerpt) for one in words.words],
    }


def _keyword(test: Test, one: Keyword, excerpt: Excerpt) -> Json:
    examples = [{"ticket": ticket, "text": excerpt(test, one.word, row)} for ticket, row in one.examples]
    return {
        "word": one.word,
        "true": one.times,
        "only": one.only,
        "matched": one.matched,
        "matched_only": one.matched_only,
        "tickets": one.tickets,
        "examples": examples,
    }


def _misses(one: Misses, text: bool) -> Json:
    tests = [
        {"test": words_of_test(test), "place": place_json(test.location), "wanted": wanted}
        for test, wanted in one.tests
    ]
    return {
        "tests": tests,
        "failed": 1,
        "of": one.of,
        "times": one.times,
        "tickets": one.tickets,
        "nearest": [_miss(miss, text) for miss in one.nearest],
    }


def _miss(miss: Miss, text: bool) -> Json:
    short = None if miss.shortfall is None else failed_json(miss.shortfall, miss.at, text)["gaps"]
    return {"ticket": miss.ticket, "event": miss.event, "at": format_instant(miss.at), "gaps": short}

"""What explanations in JSON share: conditions as they were found, how far they fell short, places and values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import PurePath

from simulator.diagnostics import Location
from simulator.explain.personal import is_shown
from simulator.explain.shortfall import Part, Shortfall, distance
from simulator.explain.truth import Examined
from simulator.explain.words import PROVENANCE, words_of_test
from simulator.facts.values import Value
from simulator.instants import format_instant
from simulator.outcome import FieldState
from simulator.rules.fields import is_instant
from simulator.rules.model import All, Any, Not, Test

Json = object


def dumped(told: Mapping[str, Json]) -> str:
    """As it is printed, with the version of the format first."""
    return json.dumps({"format_version": "1.0", **told}, indent=1, ensure_ascii=True) + "\n"


def examined_json(examined: Examined, text: bool) -> Mapping[str, Json]:
    """A condition with what its tests saw; `text`: with what people wrote."""
    condition = examined.condition
    if not isinstance(condition, Test):
        parts = [examined_json(part, text) for part in examined.parts]
        return {kind_of(condition): parts, "true": examined.holds}
    assert examined.seen is not None
    return {
        "test": words_of_test(condition),
        "place": place_json(condition.location),
        **_saw(condition, examined.seen.value, text),
        "known": PROVENANCE[examined.seen.provenance],
        "true": examined.holds,
    }


def kind_of(condition: All | Any | Not) -> str:
    """The key of a condition that is made of others."""
    return "all" if isinstance(condition, All) else "any" if isinstance(condition, Any) else "not"


def failed_json(short: Shortfall, now: int, text: bool) -> Mapping[str, Json]:
    """How many of how many, whether for missing values only, and the tests that would have closed each gap."""
    gaps = [[_part(part, now, text) for part in gap.parts] for gap in short.gaps]
    return {"failed": len(short.gaps), "of": short.of, "missing": short.missing, "gaps": gaps}


def place_json(where: Location | None) -> str | None:
    """file:line:column, the file's name without its folder."""
    return f"{PurePath(where.file).name}:{where.line}:{where.column}" if where and where.line else None


def value_json(value: Value | FieldState, instant: bool) -> Json:
    """Lists as lists, numbers and money as decimal strings, instants in UTC."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if instant and isinstance(value, int):
        return format_instant(value)
    return value


def _saw(test: Test, seen: Value | None, text: bool) -> Mapping[str, Json]:
    shown = seen is None or text or is_shown(test, seen)
    return {"saw": value_json(seen, is_instant(test.path))} if shown else {"saw": None, "left_out": True}


def _part(part: Part, now: int, text: bool) -> Json:
    far = distance(part, now)
    shown = far if far is None else f"{far:f}" if isinstance(far, Decimal) else far // 1_000_000
    unit = "seconds" if isinstance(far, int) else None
    return {**examined_json(part.examined, text), "wanted": part.wanted, "distance": shown, "unit": unit}

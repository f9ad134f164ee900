"""Fills in the `{{paths}}` of replies, notes and e-mails. Nothing is evaluated; what is filled in is not read again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from simulator.facts.open_values import plain
from simulator.facts.values import Value
from simulator.instants import format_instant
from simulator.rules.fields import is_instant
from simulator.rules.templates import Part


def render(parts: Iterable[Part], lookup: Callable[[str], Value | None]) -> str:
    """The text of a parsed template; `lookup` gives the value at a canonical path as it stands at that moment."""
    return "".join(part if isinstance(part, str) else shown(part.path, lookup(part.path)) for part in parts)


def shown(path: str, value: Value | None) -> str:
    """A value as a customer reads it: money with its currency's decimals, lists sorted and joined by `, `, booleans
    in lower case, instants in UTC with `Z`, numbers and ids in plain digits, nothing for a missing value."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(sorted(value))
    if isinstance(value, (str, bool, Decimal)):
        return plain(value)
    return format_instant(value) if is_instant(path) else str(value)

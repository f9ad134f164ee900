"""LIVE RULES: what the Gorgias API or a snapshot says of a rule, view or macro, before anything is understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LiveRuleRecord:
    """A rule as exported. `code_ast`: the parsed JSON of ESTree, or None; `active`: not deactivated.

    `type`: user, system or managed. `slug`: which managed rule it is, if it is one.
    """

    id: int
    name: str
    code: str = ""
    code_ast: object = None
    event_types: str = ""
    priority: int = 0
    type: str = "user"
    active: bool = True
    slug: str = ""


def rule_record(item: Mapping[str, object]) -> LiveRuleRecord:
    """A record from one object of `GET /api/rules`. Raises ValueError with what is wrong in it."""
    settings = item.get("settings")
    slug = settings.get("slug") if isinstance(settings, Mapping) else None
    deactivated = item.get("deactivated_datetime")
    return LiveRuleRecord(
        id=_whole(item.get("id"), "id"),
        name=_text(item.get("name"), "name"),
        code=_text(item.get("code"), "code"),
        code_ast=item.get("code_ast"),
        event_types=_joined(item.get("event_types")),
        priority=0 if item.get("priority") is None else _whole(item.get("priority"), "priority"),
        type=_text(item.get("type"), "type") or "user",
        active=deactivated is None or deactivated == "",
        slug=slug if isinstance(slug, str) else "",
    )


def _whole(value: object, what: str) -> int:
    if isinstance(value, str) and value.isascii() and value.removeprefix("-").isdecimal() and len(value) < 20:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 1 << 63:
        raise ValueError(f"{what} is not a whole number")
    return value


def _text(value: object, what: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{what} is not a text")
    return value


def _joined(value: object) -> str:
    """`event_types`: one text joined by commas; a list of texts is taken too."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ",".join(value)
    return _text(value, "event_types")

"""What the helpdesk is set up with: users, teams, tags, rules, macros and views; API objects to rows."""

from __future__ import annotations

from simulator.sources.fields import Row, flag, instant, items, json_text, needed_id, needed_text, stored, text, whole
from simulator.sources.json_text import Json, Record


def agent_row(user: Record) -> Row:
    """GET /api/users -> table agent."""
    return {
        "id": needed_id(user),
        "email": text(user, "email"),
        "name": text(user, "name"),
        "active": flag(user, "active"),
    }


def team_row(team: Record) -> Row:
    """GET /api/teams -> table team."""
    return {"id": needed_id(team), "name": needed_text(team, "name")}


def tag_row(tag: Record) -> Row:
    """GET /api/tags -> table tag."""
    return {"id": needed_id(tag), "name": needed_text(tag, "name")}


def rule_row(rule: Record) -> Row:
    """GET /api/rules -> table rule. The code is text, and stays text."""
    return {
        "id": needed_id(rule),
        "name": needed_text(rule, "name"),
        "description": text(rule, "description"),
        "code": text(rule, "code"),
        "code_ast": json_text(rule, "code_ast"),
        "event_types": _event_types(rule),
        "priority": whole(rule, "priority") or 0,
        "type": text(rule, "type"),
        "settings": json_text(rule, "settings"),
        "deactivated_at": instant(rule, "deactivated_datetime"),
        "created_at": instant(rule, "created_datetime"),
        "updated_at": instant(rule, "updated_datetime"),
    }


def _event_types(rule: Record) -> str:
    """One comma-separated text, as the API gives it; a list is joined."""
    given = rule.get("event_types")
    return ",".join(str(item) for item in given) if isinstance(given, list) else text(rule, "event_types") or ""


def macro_row(macro: Record) -> Row:
    """GET /api/macros -> table macro."""
    return {
        "id": needed_id(macro),
        "name": needed_text(macro, "name"),
        "archived": _archived(macro),
        "actions": stored(list[Json](items(macro, "actions")), "actions"),
    }


def _archived(macro: Record) -> int:
    """`archived`, or the instant at which it was archived."""
    if "archived" in macro:
        return flag(macro, "archived") or 0
    return int(instant(macro, "archived_datetime") is not None)


def view_row(view: Record) -> Row:
    """GET /api/views -> table view."""
    return {
        "id": needed_id(view),
        "name": needed_text(view, "name"),
        "filters": text(view, "filters"),
        "filters_ast": json_text(view, "filters_ast"),
    }

"""How the values of tickets look in every machine-readable format: instants in ISO 8601, lists of tags, messages."""

from __future__ import annotations

from simulator.diff.values import EditValue
from simulator.instants import format_instant
from simulator.outcome import FieldState, Sent
from simulator.report.json_text import Json


def edit_value(field: str, value: EditValue) -> Json:
    """The value of an edit: null where there is none."""
    if isinstance(value, tuple):
        return [message(part) if isinstance(part, Sent) else part for part in value]
    return state(field, value)


def state(field: str, value: FieldState) -> Json:
    """The value of a field of the trail."""
    if isinstance(value, tuple):
        return list(value)
    if field == "snooze" and isinstance(value, int):
        return format_instant(value)
    return value


def message(sent: Sent) -> dict[str, Json]:
    """An outgoing message; `to` (as the rule has it) and `subject` for e-mails only."""
    shown: dict[str, Json] = {"action": sent.action, "at": format_instant(sent.at), "text": sent.text}
    if sent.action == "sendEmail":
        shown |= {"to": sent.to if isinstance(sent.to, str) else list(sent.to), "subject": sent.subject}
    return shown

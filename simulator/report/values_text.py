"""How values and edits read in formats for people: plain text, not yet escaped for its sink."""

from __future__ import annotations

from collections import Counter

from simulator.diff.values import Edit, EditValue
from simulator.instants import DAY, HOUR, MINUTE, SECOND, format_instant
from simulator.outcome import Sent


def plain_value(field: str, value: EditValue) -> str:
    """A value in full: nothing for null, tags joined by commas, messages one after the other."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        if any(isinstance(part, Sent) for part in value):
            return "\n".join(plain_message(part) for part in value if isinstance(part, Sent))
        return ", ".join(str(part) for part in value)
    if field == "snooze" and isinstance(value, int):
        return format_instant(value)
    return str(value)


def plain_message(sent: Sent) -> str:
    """`replyToTicket 2026-03-02T09:00:00Z: text`, with the addressees of an e-mail."""
    people = (sent.to,) if isinstance(sent.to, str) else sent.to
    to = f" to {', '.join(people)}" if people else ""
    return f"{sent.action} {format_instant(sent.at)}{to}: {sent.text}"


def edit_phrase(edit: Edit) -> str:
    """What an edit does, in a few words: `tags +VIP -old`, `messages 0 -> 1 (+1 -0)`."""
    if edit.field == "tags" and isinstance(edit.before, tuple) and isinstance(edit.after, tuple):
        old_tags, new_tags = [str(tag) for tag in edit.before], [str(tag) for tag in edit.after]
        moved = [f"+{tag}" for tag in new_tags if tag not in old_tags]
        moved += [f"-{tag}" for tag in old_tags if tag not in new_tags]
        return f"tags {' '.join(moved)}"
    if edit.field == "replies" and isinstance(edit.before, tuple) and isinstance(edit.after, tuple):
        old, new = Counter(map(_as_sent, edit.before)), Counter(map(_as_sent, edit.after))
        return f"messages {len(edit.before)} -> {len(edit.after)} (+{(new - old).total()} -{(old - new).total()})"
    before, after = (plain_value(edit.field, value) or "none" for value in (edit.before, edit.after))
    return f"{edit.field} {before} -> {after}"


def _as_sent(part: str | Sent) -> str:
    return plain_message(part) if isinstance(part, Sent) else part


def why(edit: Edit) -> str:
    """The rules behind an edit: `direct: vip-spent (before), vip-orders (after)`."""
    parts = [f"{rule} ({side})" for side, rules in _named(edit) for rule in rules]
    kind = "direct" if edit.direct else "indirect"
    return f"{kind}: {', '.join(parts)}" if parts else f"{kind}: no rule on either side wrote it last"


def _named(edit: Edit) -> tuple[tuple[str, list[str]], ...]:
    both = [rule for rule in edit.rules_before if rule in edit.rules_after]
    old = [rule for rule in edit.rules_before if rule not in both]
    new = [rule for rule in edit.rules_after if rule not in both]
    return (("before", old), ("after", new), ("both", both))


def duration(micros: int) -> str:
    """`3d 4h`, `2h 5m`, `12s`: the two largest units that matter."""
    units = (("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", SECOND))
    parts = []
    rest = abs(micros)
    for name, size in units:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count:,}{name}")
    return ("-" if micros < 0 else "") + (" ".join(parts[:2]) or "0s")

"""What comes first: the order in which every format for people shows tags, rules and tickets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from simulator.diff.values import Edit, RuleChange, RuleDiff, TagCount


def moved_tags(tags: Mapping[str, TagCount]) -> list[tuple[str, TagCount]]:
    """The tags that some ticket gains or loses: most moves first, then by name."""
    moved = [(tag, count) for tag, count in tags.items() if count.added or count.removed]
    return sorted(moved, key=lambda item: (-(item[1].added + item[1].removed), item[0]))


def touched_rules(rules: Sequence[RuleDiff]) -> list[RuleDiff]:
    """The rules that changed or stand behind an edit: most edits first, then those that changed, then by id."""
    touched = (rule for rule in rules if rule.change is not RuleChange.SAME or rule.direct or rule.indirect)
    return sorted(touched, key=lambda rule: (-(rule.direct + rule.indirect), rule.change is RuleChange.SAME, rule.id))


def changed_tickets(edits: Sequence[Edit]) -> list[tuple[int, tuple[Edit, ...]]]:
    """The tickets with their edits: those with most edits first, then most direct ones, then by id."""
    by_ticket: dict[int, list[Edit]] = {}
    for edit in edits:
        by_ticket.setdefault(edit.ticket, []).append(edit)
    found = [(ticket, tuple(own)) for ticket, own in by_ticket.items()]
    return sorted(found, key=lambda item: (-len(item[1]), -sum(edit.direct for edit in item[1]), item[0]))

"""What must hold for any two outcomes."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from simulator.diff.compare import compare
from simulator.diff.values import Diff, Edit, RuleChange, Side
from simulator.outcome import Change, FieldState, TicketOutcome
from simulator.rules.model import PRIORITIES, Rule
from tests.diff.worlds import T0, change, match, rule, ruleset, scope, sent, side, spent, ticket

TICKETS = (1, 2, 3)
IDS = ("a", "b", "c")
VALUES: dict[str, st.SearchStrategy[FieldState]] = {
    "tags": st.sets(st.sampled_from(["VIP", "gold", "old"])).map(lambda tags: tuple(sorted(tags))),
    "priority": st.sampled_from(PRIORITIES),
    "status": st.sampled_from(["open", "closed"]),
    "assignee": st.sampled_from([None, 7, 8]),
    "snooze": st.sampled_from([None, T0]),
    "custom_fields.5": st.sampled_from([None, True, 1, "1"]),
    "customer.custom_fields.6": st.sampled_from([None, "x", "y"]),
}
START: dict[str, FieldState] = {"tags": (), "priority": "normal", "status": "open"}


@st.composite
def tickets(draw: st.DrawFn, id: int, rules: tuple[str, ...]) -> TicketOutcome:
    """A ticket with a few changes of rules and of the outside world, each from the value before it."""
    state: dict[str, FieldState] = dict(START)
    made: list[Change] = []
    for place in range(draw(st.integers(0, 5))):
        field = draw(st.sampled_from(sorted(VALUES)))
        value = draw(VALUES[field])
        author = draw(st.sampled_from([None, *rules]))
        if value != state.get(field) or author is None:
            made.append(change(id, author, field, state.get(field), value, at=T0 + place))
        state[field] = value
    messages = (
        draw(st.lists(st.sampled_from([sent(r, t) for r in rules for t in ("hi", "bye")]), max_size=2)) if rules else []
    )
    hits = [match(id, name) for name in draw(st.lists(st.sampled_from(rules), max_size=3))] if rules else []
    return ticket(id, *made, sent=messages, matches=hits)


@st.composite
def sides(draw: st.DrawFn) -> Side:
    """Some rules and three tickets."""
    variants: list[Callable[[str], Rule]] = [
        rule,
        lambda name: rule(name, spent("5")),
        lambda name: rule(name, priority=4),
    ]
    chosen = draw(st.sets(st.sampled_from(IDS)).map(sorted))
    rules = ruleset(*[draw(st.sampled_from(variants))(id) for id in chosen])
    return side(rules, *[draw(tickets(id, tuple(chosen))) for id in TICKETS])


def diff(before: Side, after: Side) -> Diff:
    """All three tickets, of two customers."""
    return compare(before, after, scope(TICKETS, {1: 9, 2: 9, 3: None}))


@given(sides())
def test_the_same_rules_make_an_empty_diff(here: Side) -> None:
    """Nothing is edited, moved, retagged or retimed, and every rule is the same."""
    found = diff(here, here)
    assert found.edits == () and found.timings == ()
    assert set(found.changes.values()) <= {RuleChange.SAME}
    assert found.summary.tickets_changed == 0
    assert all(rule.before == rule.after and not rule.direct + rule.indirect for rule in found.rules)


@given(sides(), sides())
def test_reversing_the_sides_reverses_the_diff(one: Side, two: Side) -> None:
    """Before becomes after, added becomes removed, and what is direct stays direct."""
    there, back = diff(one, two), diff(two, one)
    assert [_reversed(edit) for edit in there.edits] == list(back.edits)
    assert [(r.id, r.before, r.after, r.direct) for r in there.rules] == [
        (r.id, r.after, r.before, r.direct) for r in back.rules
    ]
    assert there.summary.priority.raised == back.summary.priority.lowered
    assert {tag: c.added for tag, c in there.summary.tags.items()} == {
        tag: c.removed for tag, c in back.summary.tags.items()
    }


def _reversed(edit: Edit) -> Edit:
    return edit._replace(
        before=edit.after, after=edit.before, rules_before=edit.rules_after, rules_after=edit.rules_before
    )


@given(sides(), sides())
def test_counts_add_up(one: Side, two: Side) -> None:
    """Matrices sum to all tickets, tags balance, and each edit differs and names only rules of its side."""
    found = diff(one, two)
    summary = found.summary
    for matrix in (summary.priority.matrix, summary.status.matrix):
        assert sum(sum(row.values()) for row in matrix.values()) == summary.tickets == len(TICKETS)
    assert all(count.before + count.added - count.removed == count.after for count in summary.tags.values())
    assert summary.tickets_changed == len({edit.ticket for edit in found.edits})
    keys = [(edit.ticket, edit.field) for edit in found.edits]
    assert keys == sorted(set(keys))
    moved = sum(count for old, row in summary.priority.matrix.items() for new, count in row.items() if old != new)
    assert (
        moved
        == sum(edit.field == "priority" for edit in found.edits)
        == summary.priority.raised + summary.priority.lowered
    )
    for edit in found.edits:
        assert set(edit.rules_before) <= {r.id for r in one.rules.rules}
        assert set(edit.rules_after) <= {r.id for r in two.rules.rules}
        assert edit.direct == any(found.changes[r] != "same" for r in (*edit.rules_before, *edit.rules_after))

"""Walking a rule: everything in the order written, however deep."""

from __future__ import annotations

from simulator.rules import walk
from simulator.rules.model import Action, All, Any, Branch, Condition, Not, Step
from simulator.rules.model import Test as Asks
from tests.diff.worlds import rule


def asks(word: str) -> Asks:
    """A test that is told by its word."""
    return Asks("message.text", "containsAny", (word,))


def act(name: str) -> Action:
    """An action that is told by its tag."""
    return Action("addTags", (name,))


INNER = Branch(asks("d"), (act("3"),), ())
NESTED = rule(
    "r",
    All((asks("a"), Not(Any((asks("b"), asks("c")))))),
    [act("1"), Branch(ALL := All(()), (act("2"), INNER), (act("4"),)), act("5")],
)


def test_everything_in_the_order_written() -> None:
    """Tests of the rule's own condition first; actions of nested branches where they stand."""
    assert [test.operand for test in walk.tests_of(NESTED)] == [("a",), ("b",), ("c",), ("d",)]
    assert [action.argument for action in walk.actions_of(NESTED)] == [("1",), ("2",), ("3",), ("4",), ("5",)]
    assert ALL in [step.condition for step in walk.steps_in(NESTED.then) if isinstance(step, Branch)]


def test_no_nesting_is_too_deep() -> None:
    """Thousands of levels are no problem."""
    condition: Condition = asks("a")
    step: Step = act("1")
    for _ in range(5_000):
        condition, step = Not(condition), Branch(All(()), (step,), ())
    assert len(list(walk.tests_in(condition))) == 1
    assert len(list(walk.steps_in([step]))) == 5_001


def test_what_depends_on_the_clock_of_the_set() -> None:
    """Business hours, and stored texts that are read as instants."""
    hours = rule("h", then=[Branch(Asks("ticket.created_datetime", "outsideBusinessHours", True), (), ())])
    stored = rule("s", Not(Asks("ticket.custom_fields.1", "gt", 5, "datetime")))
    assert [walk.reads_business_hours(one) for one in (hours, stored, NESTED)] == [True, False, False]
    assert [walk.reads_zone(one) for one in (hours, stored, NESTED)] == [False, True, False]

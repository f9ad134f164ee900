"""A real export in which no rule ever ran: rules are listed, and there is nothing to compare them with."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from simulator.facts.rule_made import amount_of_record
from simulator.fidelity.measure import yardstick
from simulator.snapshot.store import open_snapshot


@pytest.mark.real
def test_a_helpdesk_without_rules_at_work_is_not_measured(real_snapshot: Path) -> None:
    """It says that no event of the type rule-executed is there, and reads nothing more."""
    with closing(open_snapshot(real_snapshot)) as connection:
        amount, stick = amount_of_record(connection), yardstick(connection)
    assert amount.rules and amount.events and not amount.executions
    assert stick.live is None and stick.listed and "rule-executed" in stick.why

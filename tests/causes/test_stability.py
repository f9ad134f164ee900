"""Where the change lies, and what the report says of it."""

from __future__ import annotations

from contextlib import closing

from simulator.hours import NEVER
from simulator.pipeline import RunOptions, Sourced, run
from simulator.report.terminal import terminal
from simulator.rules.load import load_text
from simulator.rules.model import RuleSet
from tests.twin.snapshots import open_snapshot

DAY = 86_400_000_000
RULE = """\
version: 1
rules:
  - {id: tag, on: ticket-created, if: {ticket.channel: chat}, then: [{addTags: [chat]}]}
"""


def test_one_channel_and_day_with_most_of_the_change_is_a_caution() -> None:
    """Forty tickets over forty days, and twelve more by chat on one day: those are the changed ones."""
    spread = [{"id": 100 + n, "created_at": n * DAY, "channel": "email", "customer_id": 100 + n} for n in range(40)]
    burst = [{"id": 500 + n, "created_at": 9 * DAY + n, "channel": "chat", "customer_id": 500 + n} for n in range(12)]
    people = [{"id": ticket["customer_id"]} for ticket in (*spread, *burst)]
    with closing(open_snapshot({"customer": people, "ticket": [*spread, *burst]})) as connection:
        none = Sourced(RuleSet("none", (), NEVER), ())
        done = run(connection, none, Sourced(load_text(RULE, "tag")[0], ()), RunOptions(), "", {})
    said = [one.message for one in done.report.cautions if one.code == "C015"]
    rest = "all tickets: the change may not be typical"
    assert said == [
        f"day 1970-01-10 has 12 of the 12 changed tickets (100.0%), but 25% of {rest}",
        f"channel chat has 12 of the 12 changed tickets (100.0%), but 23% of {rest}",
    ]
    assert done.report.causes is not None
    text = terminal(done.report)
    assert "* tag: rule added now true: 12 tickets" in text
    assert all(len(line) <= 80 for line in text.splitlines())

"""PROJECTION: the money of a run, both sides, from a snapshot and two outcomes. Layer L0: accounting, no estimate."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from simulator.instants import SECOND, format_duration, format_instant
from simulator.outcome import Outcome
from simulator.projection.as_json import comparison_json, row_json, side_json
from simulator.projection.attribution import Attribution, join_ledger
from simulator.projection.bill import DataBill, Maturity, data_bill, maturity
from simulator.projection.breakdowns import (
    Row,
    RuleTable,
    by_agent,
    by_channel,
    by_priority,
    by_rule,
    by_tag,
    by_team,
)  # fmt: skip
from simulator.projection.carried import Comparison, compare
from simulator.projection.inputs import Left, left_by, read_customers, read_orders, read_refunds, read_tickets
from simulator.projection.ledger import Ledger, open_ledger
from simulator.projection.values import WINDOW_SECONDS, Params
from simulator.snapshot.summary import newest_instant

LAYER = "L0 accounting"


@dataclass(frozen=True, slots=True)
class MoneyOptions:
    """`as_of` None: the newest instant recorded in the snapshot. `channels` None: all. Period: [start, end)."""

    as_of: int | None = None
    window_seconds: int = WINDOW_SECONDS
    period_start: int | None = None
    period_end: int | None = None
    channels: frozenset[str] | None = None
    include_outbound: bool = True


@dataclass(frozen=True, slots=True)
class Projection:
    """Both sides joined with one ledger; `bill` and `settled` are of the baseline (orders are the same on both)."""

    params: Params
    comparison: Comparison
    bill: DataBill
    settled: Maturity
    rules: RuleTable

    @property
    def sides(self) -> tuple[tuple[str, Attribution], tuple[str, Attribution]]:
        """(name, attribution) of the baseline, then of the candidate."""
        return ("baseline", self.comparison.before), ("candidate", self.comparison.after)


BREAKDOWNS = {
    "agent": by_agent, "team": by_team, "channel": by_channel, "priority": by_priority, "tag": by_tag,
}  # fmt: skip
"""By what the total is divided. Tag rows overlap; the others add up to the total."""


def project(
    connection: sqlite3.Connection,
    before: Outcome,
    after: Outcome,
    reported: Collection[int],
    touched: Mapping[str, Collection[int]],
    options: MoneyOptions,
) -> Projection | None:
    """Attribute both sides; None where the snapshot has no orders. `touched`: rule id -> tickets that it would change.

    Raises InputError as `open_ledger` does.
    """
    orders = read_orders(connection)
    if not orders:
        return None
    params = _params(connection, options)
    ledger = open_ledger(read_customers(connection), orders, read_refunds(connection), params)
    tickets = read_tickets(connection)
    unlike = set(before.unlike(after, [ticket.id for ticket in tickets]))
    left_before = left_by(before, tickets, params.as_of)
    alike = {id: left for id, left in left_before.items() if id not in unlike}
    left_after = left_by(after, tickets, params.as_of, alike)
    old, new = (_reported(_joined(ledger, left, params), reported) for left in (left_before, left_after))
    return projection_of(old, new, touched)


def _joined(ledger: Ledger, left: Mapping[int, Left], params: Params) -> Attribution:
    credits = {id: one.credit for id, one in left.items()}
    return join_ledger(ledger, (one.ticket for one in left.values()), params, credits)


def projection_of(before: Attribution, after: Attribution, touched: Mapping[str, Collection[int]]) -> Projection:
    """Two attributions of one ledger set side by side; `touched` as in `project`."""
    return Projection(
        before.params, compare(before, after), data_bill(before), maturity(before), by_rule(before, touched)
    )


def _params(connection: sqlite3.Connection, options: MoneyOptions) -> Params:
    return Params(
        as_of=(newest_instant(connection) or 0) if options.as_of is None else options.as_of,
        window_seconds=options.window_seconds,
        period_start=options.period_start,
        period_end=options.period_end,
        channels=options.channels,
        include_outbound=options.include_outbound,
    )


def _reported(attribution: Attribution, chosen: Collection[int]) -> Attribution:
    """The same join, reported on the chosen tickets only."""
    wanted = set(chosen)
    return replace(
        attribution,
        reported={i: ticket for i, ticket in attribution.reported.items() if i in wanted},
        taken={i: entries for i, entries in attribution.taken.items() if i in wanted},
    )


def projection_json(projection: Projection) -> dict[str, object]:
    """The `projection` of the JSON report."""
    params, bill, settled = projection.params, projection.bill, projection.settled
    return {
        "attribution": {
            **{name: {**side_json(side), **_rows(side)} for name, side in projection.sides},
            **comparison_json(projection.comparison),
            "by_rule": [
                {"rule": r.rule, "all": row_json(r.all), "only_this_rule": row_json(r.only)}
                for r in projection.rules.rows
            ],
            "any_rule": row_json(projection.rules.union),
        },
        "layer": LAYER,
        "as_of": format_instant(params.as_of),
        "window": format_duration(params.window_seconds * SECOND),
        "data": {
            "quality": bill.quality.value,
            "orders": bill.existing,
            "unmatched": bill.unmatched,
            "foreign_refunds": bill.foreign_refunds,
            "stray_refunds": bill.stray_refunds,
        },
        "not_settled": {
            "open_windows": settled.open_windows,
            "from_current_value": settled.from_current_value,
            **{line.flag.value: line.orders for line in settled.lines},
        },
    }


def _rows(side: Attribution) -> dict[str, object]:
    return {f"by_{name}": _keyed(name, rows(side)) for name, rows in BREAKDOWNS.items() if name != "agent"}


def _keyed(name: str, rows: Iterable[Row]) -> list[dict[str, object]]:
    return [{name: row.key, **row_json(row)} for row in rows]

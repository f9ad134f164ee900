"""Which tickets can take an order at all (step 4), and which of them the report is about (step 8)."""

from __future__ import annotations

from simulator.projection.values import Params, Ticket


def is_eligible(ticket: Ticket, params: Params) -> bool:
    """Created by as_of, with a customer, no spam, not merged away, not trashed at as_of.

    A ticket that an agent began counts unless `include_outbound` is off. Status, snooze, channel, tags and the
    number of replies are of no concern.
    """
    return (
        ticket.created_datetime <= params.as_of
        and ticket.customer_id is not None
        and not ticket.spam
        and ticket.merged_into is None
        and (ticket.trashed_datetime is None or ticket.trashed_datetime > params.as_of)
        and (params.include_outbound or not ticket.from_agent)
    )


def in_report(ticket: Ticket, params: Params) -> bool:
    """Created in [start, end) and in one of the channels. Asked only after the join, or the wrong ticket wins."""
    return (
        (params.period_start is None or ticket.created_datetime >= params.period_start)
        and (params.period_end is None or ticket.created_datetime < params.period_end)
        and (params.channels is None or ticket.channel in params.channels)
    )

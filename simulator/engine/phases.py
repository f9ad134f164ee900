"""The names of the phases, and which an event of each kind runs."""

from __future__ import annotations

from simulator.rules.model import Trigger

CREATED, MESSAGE, UPDATED = Trigger.TICKET_CREATED.value, Trigger.MESSAGE_CREATED.value, Trigger.TICKET_UPDATED.value
ASSIGNED, UNSNOOZED, SURVEY = (
    Trigger.TICKET_ASSIGNED.value,
    Trigger.SELF_UNSNOOZED.value,
    Trigger.SURVEY_RESPONDED.value,
)

REPLY = (MESSAGE, UPDATED)
WITHOUT_MESSAGE = (CREATED, UPDATED)
"""The phases of a ticket's creation without any message."""

CASCADE = (UPDATED, ASSIGNED)
"""The phases that any event may run beside its own, when a rule changes something."""

"""What of an explanation is text that people wrote or that names a person, and is left out unless it is asked for.

Numbers, money, instants, flags, ids, levels, tags and intents are shown. Of texts only those that say a kind of thing
(a channel, a language, a status) are; a custom field of a ticket too, since in a replay only rules write it.
"""

from __future__ import annotations

from simulator.facts.values import Value
from simulator.rules.fields import Type, field_of
from simulator.rules.model import Test

_TEXTS = ("ticket.channel", "ticket.via", "ticket.language", "message.channel", "message.via", "event.type")
_ENDS = (
    ".customer.language", ".last_order.financial_status", ".last_order.fulfillment_status", ".vip_tier.name",
    ".recharge.customer.status", ".last_subscription.status", ".last_order.currency", "_address.country",
    "_address.country_code", ".cancel_reason",
)  # fmt: skip
_STATE = "ticket.custom_fields."

PERSONAL_FIELDS = ("subject", "replies", "customer.custom_fields.")
"""How the fields of a ticket begin that hold such text; a value that a rule set writes out itself is none."""


def is_shown(test: Test, value: Value) -> bool:
    """Whether a value that a test saw is shown as it is: by its field, or since the rule set writes it out itself."""
    path, field = test.path, field_of(test.path)
    if path in _TEXTS or path.endswith(_ENDS) or path.startswith(_STATE):
        return True
    if test.operator == "eq" and value == test.operand:
        return True
    if field is None or field.type is Type.ANY:  # what an account defines: a number may be that of a telephone
        return not isinstance(value, str | tuple) and test.reads in ("number", "bool", "datetime")
    return field.type is not Type.TEXT


def is_personal(field: str) -> bool:
    """Whether what stands in a field of a ticket is such text."""
    return field.startswith(PERSONAL_FIELDS)

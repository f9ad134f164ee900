"""The actions of rules: one table, from which loading, schema and docs are made."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Argument(StrEnum):
    """What stands beside an action."""

    TAGS = "a tag or a list of tags"
    TAGS_OR_NONE = "a list of tags; [] takes all away"
    PRIORITY = "low, normal, high or critical"
    STATUS = "open or closed"
    TEXT = "a text"
    USER = "an id, an e-mail address or null"
    TEAM = "an id, a team name or null"
    DURATION = "a duration such as 2d"
    FIELD_VALUE = "{id, value}"
    MESSAGE = "a text, or {body_text, body_html}"
    EMAIL = "{to, cc, bcc, subject, body_text, body_html}"
    MACRO = "an id or a name"
    FLAG = "nothing, or true"


class ActionKind(NamedTuple):
    """An action as an admin writes it. `label`: what Gorgias' rule page calls it."""

    name: str
    argument: Argument
    label: str


ACTIONS: dict[str, ActionKind] = {
    kind.name: kind
    for kind in (
        ActionKind("addTags", Argument.TAGS, "Add tags"),
        ActionKind("removeTags", Argument.TAGS, "Remove tags"),
        ActionKind("setTags", Argument.TAGS_OR_NONE, "Reset tags: replaces all of them"),
        ActionKind("setPriority", Argument.PRIORITY, "Set priority"),
        ActionKind("setStatus", Argument.STATUS, "Set status"),
        ActionKind("setSubject", Argument.TEXT, "Set subject"),
        ActionKind("setAssignee", Argument.USER, "Assign an agent"),
        ActionKind("setTeamAssignee", Argument.TEAM, "Assign a team"),
        ActionKind("snoozeTicket", Argument.DURATION, "Snooze for"),
        ActionKind("setCustomFieldValue", Argument.FIELD_VALUE, "Set ticket field"),
        ActionKind("setCustomerCustomFieldValue", Argument.FIELD_VALUE, "Set customer field"),
        ActionKind("replyToTicket", Argument.MESSAGE, "Reply to customer"),
        ActionKind("addInternalNote", Argument.MESSAGE, "Add internal note"),
        ActionKind("sendEmail", Argument.EMAIL, "Send email"),
        ActionKind("applyMacro", Argument.MACRO, "Apply macro"),
        ActionKind("trashTicket", Argument.FLAG, "Delete ticket"),
        ActionKind("excludeFromAutoMerge", Argument.FLAG, "Exclude ticket from auto-merge"),
        ActionKind("excludeFromCSAT", Argument.FLAG, "Exclude ticket from CSAT"),
        ActionKind("facebookHideComment", Argument.FLAG, "Hide Facebook comment"),
        ActionKind("facebookLikeComment", Argument.FLAG, "Like Facebook comment"),
    )
}

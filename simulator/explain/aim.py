"""AIM: what is asked about: a field of a ticket or one tag, and which actions and changes are about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from simulator.diagnostics import did_you_mean
from simulator.errors import input_error
from simulator.explain.fate import tags, turned
from simulator.facts.directory import Directory
from simulator.facts.open_values import parse_open
from simulator.outcome import Change, Refusal
from simulator.rules.fields import canonical
from simulator.rules.gorgias_code import actions_from_macro
from simulator.rules.model import Action, FieldValue, RuleSet
from simulator.rules.walk import actions_of, tests_of

WRITERS: dict[str, tuple[str, ...]] = {
    "tags": ("addTags", "removeTags", "setTags"),
    "priority": ("setPriority",),
    "status": ("setStatus",),
    "assignee": ("setAssignee",),
    "team": ("setTeamAssignee",),
    "subject": ("setSubject",),
    "snooze": ("snoozeTicket",),
    "spam": (),
    "trashed": ("trashTicket",),
    "replies": ("replyToTicket", "addInternalNote", "sendEmail"),
    "excludeFromAutoMerge": ("excludeFromAutoMerge",),
    "excludeFromCSAT": ("excludeFromCSAT",),
    "facebookHideComment": ("facebookHideComment",),
    "facebookLikeComment": ("facebookLikeComment",),
}
"""Field, as trails and reports name it -> the actions that write it."""

FAMILIES: dict[str, str] = {
    "custom_fields.": "setCustomFieldValue",
    "customer.custom_fields.": "setCustomerCustomFieldValue",
}
"""Fields that an account defines: how they begin, and the action that writes them."""

PATHS: dict[str, str] = {
    "ticket.tags.name": "tags",
    "ticket.priority": "priority",
    "ticket.status": "status",
    "ticket.assignee_user_id": "assignee",
    "ticket.assignee_user.email": "assignee",
    "ticket.assignee_team_id": "team",
    "ticket.subject": "subject",
    "ticket.snooze_datetime": "snooze",
    "ticket.spam": "spam",
}
"""Path of the rule language -> field."""


class Aim(NamedTuple):
    """A field, or one tag of the field `tags`."""

    field: str
    tag: str | None = None

    @property
    def name(self) -> str:
        """As it is printed: `tag VIP`, or the field."""
        return self.field if self.tag is None else f"tag {self.tag}"

    def written_by(self, action: Action) -> bool:
        """Whether an action could write it. A tag can be written by adding, removing or replacing."""
        if isinstance(action.argument, FieldValue):
            return any(self.field == family + action.argument.id and action.kind == kind for family, kind in _FAMILIES)
        if action.kind not in WRITERS.get(self.field, ()):
            return False
        return self.tag is None or action.kind == "setTags" or self.tag in tags(action.argument)

    def puts(self, action: Action) -> bool:
        """Of actions that could write a tag, those that would put it there; of a field, all."""
        return self.tag is None or (action.kind != "removeTags" and self.tag in tags(action.argument))

    def about(self, deed: Change | Refusal) -> bool:
        """Whether a change or a refusal is about it."""
        return deed.field == self.field and (self.tag is None or self.tag in turned(deed))


_FAMILIES = tuple(FAMILIES.items())


def aim_at(name: str) -> Aim:
    """The field that a name stands for, in the words of reports or of the rule language.

    Raises InputError U008 for a name that is no field that rules or the outside world change on a ticket.
    """
    path = canonical(name)
    for long, short in (
        ("ticket.customer.custom_fields.", "customer.custom_fields."),
        ("ticket.custom_fields.", "custom_fields."),
    ):
        if path.startswith(long):
            path = short + path.removeprefix(long)
    field = PATHS.get(path, path)
    if field in WRITERS or any(field.startswith(family) and field != family for family in FAMILIES):
        return Aim(field)
    known = (*WRITERS, *(family + "ID" for family in FAMILIES), *PATHS)
    help = did_you_mean(name[:100], known) or f"fields: {', '.join((*WRITERS, *(f + 'ID' for f in FAMILIES)))}"
    raise input_error("U008", f'"{name[:100]}" is no field of a ticket that can be asked about', help=help)


def aim_at_tag(name: str, known: Iterable[str]) -> Aim:
    """A tag. Raises InputError U008 for one that nothing knows: neither the snapshot, nor a rule, nor the ticket."""
    names = frozenset(known)
    if name in names:
        return Aim("tags", name)
    help = did_you_mean(name[:100], names) or "neither the snapshot nor a rule of the two sides has it"
    raise input_error("U008", f'there is no tag "{name[:100]}"', help=help)


def known_tags(directory: Directory, rulesets: Iterable[RuleSet]) -> frozenset[str]:
    """The tags that the snapshot names, and those that rules (and macros of the snapshot) write or ask for."""
    names = set(directory.tags.values())
    for ruleset in rulesets:
        for rule in ruleset.rules:
            for action in actions_of(rule):
                names.update(tags(action.argument) if action.kind in WRITERS["tags"] else ())
            for test in tests_of(rule):
                names.update(tags(test.operand) if test.path == "ticket.tags.name" else ())
    for macro in directory.macros.values():
        for action in actions_from_macro(parse_open(macro.actions)).actions:
            names.update(tags(action.argument) if action.kind in WRITERS["tags"] else ())
    return frozenset(names)

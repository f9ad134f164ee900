"""Cautions: rules that read what the snapshot lacks, said above the numbers. Never a silent zero.

One row of the table for each thing that a snapshot may lack. Only enabled rules count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from simulator.diagnostics import Diagnostic, Severity
from simulator.rules.fields import ALIASES
from simulator.rules.joined import EXTERNAL, columns_read, lacks, nearest_column
from simulator.rules.model import Rule, RuleSet, Trigger
from simulator.rules.walk import actions_of, tests_of
from simulator.snapshot.holdings import Holdings

_SHOP = "ticket.customer.integrations.shopify."
_EVENT_TRIGGERS = (Trigger.TICKET_UPDATED, Trigger.TICKET_ASSIGNED, Trigger.SELF_UNSNOOZED)
_Reads = Callable[[Rule], Sequence[str]]


def _paths(*prefixes: str, but: tuple[str, ...] = ()) -> _Reads:
    """The paths that a rule names and that start with one of `prefixes`."""

    def reads(rule: Rule) -> list[str]:
        named = (test.path for test in tests_of(rule))
        return [path for path in named if path.startswith(prefixes) and not (but and path.startswith(but))]

    return reads


def _triggers(*triggers: Trigger) -> _Reads:
    return lambda rule: [trigger.value for trigger in rule.on if trigger in triggers]


def _actions(kind: str) -> _Reads:
    """The action, where it names its target by text."""
    return lambda rule: [a.kind for a in actions_of(rule) if a.kind == kind and isinstance(a.argument, str)]


@dataclass(frozen=True, slots=True)
class _Lack:
    """Something that may be lacking: `verb` + what a rule reads, then what the snapshot lacks and what follows."""

    code: str
    lacking: Callable[[Holdings], bool]
    reads: _Reads
    verb: tuple[str, str]
    says: Callable[[Holdings], str]


_READ = ("reads", "read")


def _say(text: str) -> Callable[[Holdings], str]:
    return lambda _: text


def _lists(holdings: Holdings) -> str:
    whole = holdings.tickets
    return f"{holdings.lists:,} of {whole:,} tickets have no event history: what agents changed there is not replayed"


_LACKS: tuple[_Lack, ...] = (
    _Lack(
        "C001",
        lambda h: not h.messages,
        _paths(
            "message.",
            "ticket.last_message_datetime",
            "ticket.last_received_message_datetime",
            but=("message.intents.", "message.sentiments."),
        ),
        _READ,
        _say("this snapshot has no messages: they cannot match"),
    ),
    _Lack(
        "C002",
        lambda h: not h.intents,
        _paths("message.intents.", "message.sentiments."),
        _READ,
        _say("this snapshot has no intents or sentiments: they cannot match"),
    ),
    _Lack(
        "C003",
        lambda h: not h.orders and not h.shop_profiles,
        _paths(_SHOP),
        _READ,
        _say("this snapshot has no Shopify data: they cannot match"),
    ),
    _Lack(
        "C004",
        lambda h: not h.orders and bool(h.shop_profiles),
        _paths(_SHOP),
        _READ,
        _say("this snapshot has no orders: they see today's values, not those of the time"),
    ),
    _Lack(
        "C005",
        lambda h: bool(h.lists),
        _triggers(*_EVENT_TRIGGERS),
        ("runs on", "run on"),
        _lists,
    ),
    _Lack(
        "C006",
        lambda h: not h.users,
        _paths("ticket.assignee_user.email"),
        _READ,
        _say("this snapshot has no agents: they cannot match"),
    ),
    _Lack(
        "C007",
        lambda h: not h.users,
        _actions("setAssignee"),
        ("uses", "use"),
        _say("this snapshot has no agents: e-mail addresses cannot be found, the assignment is refused"),
    ),
    _Lack(
        "C008",
        lambda h: not h.teams,
        _actions("setTeamAssignee"),
        ("uses", "use"),
        _say("this snapshot has no teams: their names cannot be found, the assignment is refused"),
    ),
    _Lack(
        "C009",
        lambda h: not h.surveys,
        _paths("ticket.satisfaction_survey."),
        _READ,
        _say("this snapshot has no surveys: they cannot match"),
    ),
    _Lack(
        "C010",
        lambda h: not h.surveys,
        _triggers(Trigger.SURVEY_RESPONDED),
        ("runs on", "run on"),
        _say("this snapshot has no surveys: that never happens"),
    ),
    _Lack(
        "C011",
        lambda h: not h.loyalty,
        _paths("ticket.customer.integrations.smile."),
        _READ,
        _say("this snapshot has no Smile data: they cannot match"),
    ),
    _Lack(
        "C012",
        lambda h: not h.subscriptions,
        _paths("ticket.customer.integrations.recharge."),
        _READ,
        _say("this snapshot has no Recharge data: they cannot match"),
    ),
)

CODES: dict[str, str] = {
    "C001": "Rules read messages and the snapshot has none. Import the messages (or tickets with their messages).",
    "C002": "Rules read intents or sentiments and no message has any.",
    "C003": "Rules read shop data and the snapshot has neither orders nor shop profiles. `simulator import shopify`.",
    "C004": "Rules read shop data and the snapshot has profiles of today only. `simulator import shopify` dates them.",
    "C005": "Rules run on changes of tickets, and some tickets have no event history. Import the events.",
    "C006": "Rules read the e-mail address of the assignee and the snapshot has no agents. Import the users.",
    "C007": "Rules assign by e-mail address and the snapshot has no agents. Import the users.",
    "C008": "Rules assign by the name of a team and the snapshot has no teams. Import the teams.",
    "C009": "Rules read survey scores and the snapshot has no surveys. Import the satisfaction surveys.",
    "C010": "Rules run on survey answers and the snapshot has no surveys. Import the satisfaction surveys.",
    "C011": "Rules read Smile profiles and no customer has one.",
    "C012": "Rules read Recharge profiles and no customer has one.",
    "C013": "Rules read a joined table and the snapshot does not hold it. `simulator import table NAME FILE`.",
    "C014": "Rules read a column that a joined table does not have. The nearest name is shown; else import it again.",
    "C015": "One day, customer or channel has most of the changed tickets, and far more than its share of all tickets. "
    "Look at its tickets first: the change may come from a single case.",
    "C016": "What the helpdesk leaves open was assumed other than usual (--assume): all numbers rest on it. "
    "docs/assumptions.md has the choices.",
    "C017": "Rules change hundreds of things on each ticket: causes, by edit and by rule are not looked for. "
    "`--deep` looks, however long it takes.",
}
"""Code -> meaning, in plain words, and what mends it."""


class _Hit(NamedTuple):
    """How many of a side's rules meet a lack, and what they name."""

    rules: int
    of: int
    names: frozenset[str]


def cautions(before: RuleSet, after: RuleSet, holdings: Holdings) -> tuple[Diagnostic, ...]:
    """One caution for each lack that a rule of either side meets, with the numbers of both sides where they differ."""
    sides = [[rule for rule in rules.rules if rule.enabled] for rules in (before, after)]
    found = []
    for lack in (*_LACKS, *_tables(sides, holdings)):
        baseline, candidate = (_hit(rules, lack.reads) for rules in sides)
        if lack.lacking(holdings) and (baseline.rules or candidate.rules):
            found.append(Diagnostic(lack.code, Severity.WARNING, _sentence(lack, baseline, candidate, holdings)))
    return tuple(found)


def _hit(rules: Sequence[Rule], reads: _Reads) -> _Hit:
    named = [names for rule in rules if (names := reads(rule))]
    return _Hit(len(named), len(rules), frozenset(short(name) for names in named for name in names))


def _tables(sides: Sequence[Sequence[Rule]], holdings: Holdings) -> list[_Lack]:
    """A lack for each joined table, and each column of one, that a rule names and the snapshot does not hold."""
    read = columns_read([rule for rules in sides for rule in rules])
    tables = sorted({table for table, _ in read} - set(holdings.external))
    columns = [(table, column) for table, column in read if lacks(holdings.columns, table, column)]
    return [
        *(_lack("C013", f"{table}.", f"this snapshot has no table {table}: they cannot match") for table in tables),
        *(_lack("C014", f"{table}.{column}", _no_column(holdings, table, column)) for table, column in columns),
    ]


def _lack(code: str, path: str, says: str) -> _Lack:
    """Of something joined that is known to be lacking."""
    return _Lack(code, lambda h: True, _paths(EXTERNAL + path), _READ, _say(says))


def _no_column(holdings: Holdings, table: str, column: str) -> str:
    help = nearest_column(holdings.columns, table, column)
    return f"table {table} has no column {column}: they cannot match; {help}"


def _sentence(lack: _Lack, baseline: _Hit, candidate: _Hit, holdings: Holdings) -> str:
    """`14 of 30 rules read message.text; this snapshot has no messages: they cannot match`."""
    if baseline == candidate:
        who, number = _part(baseline, ""), baseline.rules
    else:
        parts = ((baseline, " of the baseline"), (candidate, " of the candidate"))
        who = " and ".join(_part(hit, whose) for hit, whose in parts if hit.rules)
        number = baseline.rules + candidate.rules
    what = _enumerated(sorted(baseline.names | candidate.names))
    return f"{who} {lack.verb[number > 1]} {what}; {lack.says(holdings)}"


def _part(hit: _Hit, whose: str) -> str:
    return f"{hit.rules:,} of {hit.of:,} {'rule' if hit.of == 1 else 'rules'}{whose}"


def _enumerated(words: Sequence[str]) -> str:
    if len(words) > 3:
        return f"{', '.join(words[:3])} or {len(words) - 3} more"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def short(path: str) -> str:
    """The shortest name that an admin may write for a canonical path."""
    names = [path]
    for alias, full in ALIASES:
        if alias.endswith(".") and path.startswith(full):
            names.append(alias + path[len(full) :])
        elif path == full and alias != "message.body":
            names.append(alias)
    return min(names, key=lambda name: (len(name), name))

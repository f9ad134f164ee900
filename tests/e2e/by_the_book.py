"""The replay once more, straight from the sentences of its documentation: exports in, trail lines out.

It shares nothing with the program: it reads the JSON of a `Desk` and a rule set as written, one ticket event at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.e2e.desk import ALL_TRIGGERS, Desk, Json

CREATED, MESSAGE, UPDATED, ASSIGNED, UNSNOOZED, SURVEY = ALL_TRIGGERS
FLAGS = {"excludeFromCSAT", "excludeFromAutoMerge"}
SILENT = FLAGS | {"replies"}
ALWAYS_OUTSIDE = {"ticket-marked-spam", "ticket-unmarked-spam", "ticket-customer-updated", "ticket-merged"}
SPANS = {"30m": timedelta(minutes=30), "1h": timedelta(hours=1), "2h": timedelta(hours=2)}
Refused = tuple[Any, ...]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def written(instant: datetime | None) -> str | None:
    return instant.isoformat().replace("+00:00", "Z") if instant else None


@dataclass
class Happening:
    """An outside event of one ticket; `change` does to the state what the world did."""

    at: datetime
    ticket: int
    rank: tuple[int, int]
    name: str
    phases: list[str]
    change: Callable[[Standing], bool] = lambda standing: True
    message: Json | None = None


@dataclass
class Standing:
    """What stands on one ticket of the replay; `rule_snooze` says that a rule's snooze stands."""

    id: int
    customer: int | None
    values: Json
    message: Json | None = None
    rule_snooze: bool = False
    ends: int = 0
    trail: list[Json] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    writers: dict[Any, str] = field(default_factory=dict)
    sent: list[tuple[Json, str]] = field(default_factory=list)

    def moved(self, change: Callable[[Standing], bool]) -> bool:
        """Let the world change something: where it changed a value, no rule is its writer any more."""
        before = dict(self.values)
        happened = change(self)
        for name, value in self.values.items():
            if name == "tags":
                for tag in before[name] ^ value:
                    self.writers.pop(("tag", tag), None)
            elif before[name] != value:
                self.writers.pop(name, None)
        return happened


def happenings(desk: Desk) -> list[Happening]:
    """All outside events, in replay order."""
    found = [one for ticket in desk.records["tickets"] for one in of_ticket(desk, ticket)]
    return sorted(found, key=lambda one: (one.at, one.ticket, one.rank))


def of_ticket(desk: Desk, ticket: Json) -> Iterator[Happening]:
    id, born = ticket["id"], moment(ticket["created_datetime"])
    events = desk.records.get("events", [])
    own = [event for event in events if event["object_type"] == "Ticket" and event["object_id"] == id]
    ran = {event["context"] for event in events if event["type"] == "rule-executed"}
    recorded = {(e["object_type"], e["object_id"]): e["id"] for e in events if e["object_type"] != "Ticket"}
    messages = [m for m in desk.records.get("messages", []) if m["ticket_id"] == id and m["rule_id"] is None]
    messages.sort(key=lambda m: (moment(m["created_datetime"]), m["id"]))
    phases = [CREATED, MESSAGE, UPDATED] if messages else [CREATED, UPDATED]
    yield Happening(born, id, (0, 0), f"ticket:{id}", phases, message=messages[0] if messages else None)
    for m in messages[1:]:
        event = recorded.get(("TicketMessage", m["id"]))
        rank = (1, event) if event else (2, m["id"])
        change = (lambda s: True) if m["from_agent"] else customer_wrote
        yield Happening(
            max(born, moment(m["created_datetime"])), id, rank, f"message:{m['id']}", [MESSAGE, UPDATED], change, m
        )
    for survey in desk.records.get("satisfaction_surveys", []):
        if survey["ticket_id"] == id and survey["scored_datetime"]:
            event = recorded.get(("SatisfactionSurvey", survey["id"]))
            rank = (1, event) if event else (3, survey["id"])
            yield Happening(moment(survey["scored_datetime"]), id, rank, f"survey:{survey['id']}", [SURVEY])
    if not own and ticket["closed_datetime"]:
        yield Happening(
            moment(ticket["closed_datetime"]), id, (4, 0), f"closed:{id}", [UPDATED], put("status", "closed")
        )
    names = {tag["id"]: tag["name"] for tag in desk.records.get("tags", [])}
    last_snooze_by_rule = False
    for event in sorted(own, key=lambda e: (moment(e["created_datetime"]), e["id"])):
        by_rule = event["user_id"] is None and event["context"] in ran
        type = event["type"]
        if type in ALWAYS_OUTSIDE:
            by_rule = False
        if type == "ticket-self-unsnoozed":
            by_rule = last_snooze_by_rule and event["user_id"] is None
        if type == "ticket-snoozed":
            last_snooze_by_rule = by_rule
        if (
            by_rule
            or (type == "ticket-reopened" and event["user_id"] is None)
            or type in ("ticket-created", "rule-executed")
        ):
            continue
        then = {"ticket-assigned": [UPDATED, ASSIGNED], "ticket-self-unsnoozed": [UNSNOOZED, UPDATED]}.get(
            type, [UPDATED]
        )
        yield Happening(
            moment(event["created_datetime"]),
            id,
            (1, event["id"]),
            f"event:{event['id']}",
            then,
            change_of(event, names),
        )


def customer_wrote(s: Standing) -> bool:
    s.values["status"] = "open"
    s.values["snooze"], s.rule_snooze = None, False
    return True


def put(name: str, value: Any, only_if_empty: bool = False) -> Callable[[Standing], bool]:
    def change(s: Standing) -> bool:
        if only_if_empty and s.values[name] is not None:
            return False
        s.values[name] = value
        if name == "snooze":
            s.rule_snooze = False
        return True

    return change


def change_of(event: Json, names: dict[int, str]) -> Callable[[Standing], bool]:
    data, auto = event["data"], event["user_id"] is None

    def tags(s: Standing) -> bool:
        added = {names[tag] for tag in data.get("tags_added", [])}
        s.values["tags"] = (s.values["tags"] | added) - {names[tag] for tag in data.get("tags_removed", [])}
        return True

    match event["type"]:
        case "ticket-tags-added" | "ticket-tags-removed":
            return tags
        case "ticket-closed":
            return put("status", "closed")
        case "ticket-reopened":
            return put("status", "open")
        case "ticket-assigned":
            return put("assignee", data["assignee_user_id"], auto)
        case "ticket-unassigned":
            return put("assignee", None)
        case "ticket-team-assigned":
            return put("team", data["assignee_team_id"], auto)
        case "ticket-snoozed":
            return put("snooze", moment(data["snooze_datetime"]))
        case "ticket-self-unsnoozed":
            return put("snooze", None)
        case "ticket-subject-updated":
            return put("subject", data["subject"])
        case "ticket-marked-spam" | "ticket-unmarked-spam":
            return put("spam", event["type"] == "ticket-marked-spam")
        case "ticket-trashed" | "ticket-untrashed":
            return put("trashed", event["type"] == "ticket-trashed")
    return lambda s: True


class Book:
    """One side's replay: `trail` and `refused` by ticket once `replay` is done."""

    def __init__(self, desk: Desk, rules: Json, max_cascade: int = 5) -> None:
        self.desk, self.max = desk, max_cascade
        enabled = [rule for rule in rules["rules"] if rule.get("enabled", True)]
        self.rules = sorted(enabled, key=lambda r: (-r.get("priority", 0), r["name"], r["id"]))
        self.tickets = {ticket["id"]: self._start(ticket) for ticket in desk.records["tickets"]}
        self.customers: dict[Any, Any] = {}
        self.last_reply: dict[Any, datetime] = {}
        self.asked: Counter[str] = Counter()
        self.matched: Counter[str] = Counter()
        self.tickets_of: dict[str, set[int]] = {}

    def _start(self, ticket: Json) -> Standing:
        first = next((one.message for one in of_ticket(self.desk, ticket)), None)
        subject = (first and first["subject"]) or ticket["subject"]
        events = self.desk.records.get("events", [])
        spam_told = any(e["object_id"] == ticket["id"] and "spam" in e["type"] for e in events)
        values: Json = {
            "tags": set(),
            "priority": "normal",
            "status": "open",
            "assignee": None,
            "team": None,
            "snooze": None,
        }
        values |= {
            "subject": subject,
            "spam": False if spam_told else ticket["spam"],
            "trashed": False,
            "custom_fields.3": None,
        }
        return Standing(
            ticket["id"], ticket["customer"] and ticket["customer"]["id"], values | dict.fromkeys(FLAGS, False)
        )

    def replay(self) -> None:
        outside = happenings(self.desk)
        for one in outside:
            self._ends_until(one.at)
            standing = self.tickets[one.ticket]
            standing.ends = 0
            if standing.moved(one.change):
                standing.message = one.message or standing.message
                self._event(standing, one.name, one.at, one.phases, 0)

    def _ends_until(self, instant: datetime) -> None:
        while due := sorted(
            (s.values["snooze"], s.id) for s in self.tickets.values() if s.rule_snooze and s.values["snooze"] <= instant
        ):
            at, id = due[0]
            standing = self.tickets[id]
            standing.moved(put("snooze", None))
            if standing.ends < self.max:
                standing.ends += 1
                self._event(standing, f"unsnooze:{id}@{written(at)}", at, [UNSNOOZED, UPDATED], 0)

    def _event(self, s: Standing, name: str, at: datetime, phases: list[str], start: int) -> None:
        self.replies: list[str] = []
        self.gave = assigned = pending = False
        for trigger in phases:
            changed = self._phase(s, name, at, trigger, start)
            pending = changed if trigger == UPDATED else pending or changed
            assigned = assigned or trigger == ASSIGNED
        depth = start
        while True:
            if self.gave and not assigned:
                assigned = True
                pending = self._phase(s, name, at, ASSIGNED, depth) or pending
            elif pending and depth < self.max:
                depth += 1
                pending = self._phase(s, name, at, UPDATED, depth)
            else:
                break
        for number, text in enumerate(self.replies, 1):
            s.message = {"from_agent": True, "stripped_text": text}
            self._event(s, f"{name}/reply:{number}", at, [MESSAGE, UPDATED], start + 1)

    def _phase(self, s: Standing, name: str, at: datetime, trigger: str, depth: int) -> bool:
        self.line = {"ticket": s.id, "event": name, "at": written(at), "trigger": trigger, "depth": depth}
        self.at, changed = at, False
        for rule in self.rules:
            if trigger in rule["on"]:
                branch = "then" if holds(rule.get("if"), s) else "else"
                self.asked[rule["id"]] += 1
                if branch == "then":
                    self.matched[rule["id"]] += 1
                    self.tickets_of.setdefault(rule["id"], set()).add(s.id)
                changed = self._branch(s, rule["id"], branch, rule.get(branch, [])) or changed
        return changed

    def _branch(self, s: Standing, rule: str, branch: str, items: list[Any]) -> bool:
        changed = False
        for place, item in enumerate(items):
            if isinstance(item, dict) and "then" in item:
                chosen = "then" if holds(item.get("if"), s) else "else"
                changed = self._branch(s, rule, f"{branch}.{place}.{chosen}", item.get(chosen, [])) or changed
            else:
                action, argument = (item, True) if isinstance(item, str) else next(iter(item.items()))
                changed = self._act(s, rule, branch, action, argument) or changed
        return changed

    def _act(self, s: Standing, rule: str, branch: str, action: str, argument: Any) -> bool:
        where, after = self._wanted(s, action, argument)
        if (
            where.startswith("customer.") and s.customer is None
        ):  # the documentation is silent: there is nobody to write to
            return False
        reason = self._refusal(s, action)
        if reason:
            s.refused.append(
                (s.id, self.line["event"], self.line["trigger"], self.line["depth"], rule, branch, action, reason)
            )
            return False
        if where == "customer.custom_fields.3":
            before, self.customers[s.customer] = self.customers.get(s.customer), after
        elif where == "replies":
            before = None
        else:
            before, s.values[where] = s.values[where], after
        if before == after:
            return False
        if where == "snooze":
            s.rule_snooze = True
        if action == "replyToTicket":
            self.replies.append(after)
            self.last_reply[self._who(s)] = self.at
        for name in [("tag", tag) for tag in before ^ after] if where == "tags" else [where]:
            s.writers[name] = rule
        if where == "replies":
            s.sent.append(({"action": action, "at": written(self.at), "text": after}, rule))
        if where.startswith("customer."):
            s.values[where] = after
        self.gave = self.gave or (where == "assignee" and after is not None)
        s.trail.append(
            self.line
            | {
                "rule": rule,
                "branch": branch,
                "action": action,
                "field": where,
                "before": shown(before),
                "after": shown(after),
            }
        )
        return where not in SILENT and not where.startswith("customer.")

    def _wanted(self, s: Standing, action: str, argument: Any) -> tuple[str, Any]:
        match action:
            case "addTags":
                return "tags", s.values["tags"] | set(argument)
            case "removeTags":
                return "tags", s.values["tags"] - set(argument)
            case "setTags":
                return "tags", set(argument)
            case "snoozeTicket":
                return "snooze", self.at + SPANS[argument]
            case "trashTicket":
                return "trashed", True
            case "setCustomFieldValue":
                return "custom_fields.3", argument["value"]
            case "setCustomerCustomFieldValue":
                return "customer.custom_fields.3", argument["value"]
            case "replyToTicket" | "addInternalNote":
                return "replies", argument.replace("{{ticket.status}}", s.values["status"])
            case "setTeamAssignee":
                return "team", argument
            case "setAssignee" | "setPriority" | "setStatus" | "setSubject":
                return action.removeprefix("set").lower(), argument
        return action, True

    def _refusal(self, s: Standing, action: str) -> str | None:
        if action == "snoozeTicket" and s.values["status"] == "closed":
            return "no-snooze-closed-ticket"
        if action != "replyToTicket":
            return None
        if s.values["spam"]:
            return "spam-ticket"
        last = self.last_reply.get(self._who(s))
        return "recent-auto-reply" if last and self.at - last < timedelta(minutes=5) else None

    def _who(self, s: Standing) -> tuple[str, int]:
        return ("customer", s.customer) if s.customer is not None else ("ticket", s.id)


def edits(before: Book, after: Book, changed: set[str]) -> Iterator[Json]:
    """The frozen edits between two sides; `changed` are the rules that are not the same on both."""
    for id in sorted(before.tickets):
        one, other = before.tickets[id], after.tickets[id]
        found: dict[str, tuple[Any, Any, set[str], set[str]]] = {}
        for name in (one.values.keys() | other.values.keys()) - FLAGS - {"tags"}:
            if one.values.get(name) != other.values.get(name):
                sides = [{s.writers[name]} if name in s.writers else set() for s in (one, other)]
                found[name] = (shown(one.values.get(name)), shown(other.values.get(name)), sides[0], sides[1])
        if differ := one.values["tags"] ^ other.values["tags"]:
            sides = [{s.writers["tag", tag] for tag in differ if ("tag", tag) in s.writers} for s in (one, other)]
            found["tags"] = (sorted(one.values["tags"]), sorted(other.values["tags"]), sides[0], sides[1])
        lists = [[message for message, _ in s.sent] for s in (one, other)]
        if lists[0] != lists[1]:
            sides = [_only_here(s.sent, lists[1 - n]) for n, s in enumerate((one, other))]
            found["replies"] = (lists[0], lists[1], sides[0], sides[1])
        for name, (old, new, olds, news) in sorted(found.items()):
            yield {
                "ticket": id,
                "customer": one.customer,
                "field": name,
                "before": old,
                "after": new,
                "direct": bool((olds | news) & changed),
                "rules": {"before": sorted(olds), "after": sorted(news)},
            }


def _only_here(sent: list[tuple[Json, str]], others: list[Json]) -> set[str]:
    """The senders of what only this side has; of equal messages, as many as the other side has are on both."""
    left = list(others)
    senders = set()
    for message, rule in sent:
        if message in left:
            left.remove(message)
        else:
            senders.add(rule)
    return senders


def shown(value: Any) -> Any:
    if isinstance(value, set):
        return sorted(value)
    return written(value) if isinstance(value, datetime) else value


def holds(condition: Any, s: Standing) -> bool:
    """The few conditions that the random rules use."""
    if condition is None:
        return True
    if isinstance(condition, list):
        return all(holds(one, s) for one in condition)
    return all(_holds(path, test, s) for path, test in condition.items())


def _holds(path: str, test: Any, s: Standing) -> bool:
    if path in ("all", "any", "not"):
        if path == "not":
            return not holds(test, s)
        return (all if path == "all" else any)(holds(one, s) for one in test)
    if path.startswith("message."):
        if s.message is None:
            return False
        if path == "message.from_agent":
            return bool(s.message["from_agent"] == test)
        return any(word.lower() in s.message["stripped_text"].lower() for word in test["containsAny"])
    if path == "ticket.tags":
        ((op, tags),) = test.items()
        return bool(bool(s.values["tags"] & set(tags)) == (op == "containsAny"))
    value = s.values[{"ticket.assignee_user_id": "assignee", "ticket.snooze_datetime": "snooze"}.get(path, path[7:])]
    if isinstance(test, dict):
        return bool((value is None) == ("isEmpty" in test))
    return bool(value == test)

"""LIVE RULES -> RULESET, from `code_ast` or `code`; what cannot be simulated is named, never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulator.diagnostics import Diagnostic, Severity, nearest
from simulator.hours import NEVER
from simulator.rules.gorgias import tree
from simulator.rules.gorgias.findings import Finding, Findings
from simulator.rules.gorgias.records import LiveRuleRecord
from simulator.rules.gorgias.source import read_source
from simulator.rules.gorgias.statements import branch_of, steps_of
from simulator.rules.gorgias.tree import Statement, UnreadableError, quoted, quoted_bare, shown_name
from simulator.rules.model import ALWAYS, Rule, RuleSet, Trigger, View, in_running_order
from simulator.rules.walk import reads_business_hours

LARGEST_PRIORITY = 10**9
MAX_CODE = 2_000_000
"""Characters of code in one list of rules; a full account of 70 rules has some hundred thousand."""


@dataclass(frozen=True, slots=True)
class UnsupportedRule:
    """A rule that cannot be simulated, and every reason found. `rule` is the id that it would have in YAML."""

    rule: str
    name: str
    active: bool
    reasons: tuple[Finding, ...]

    @property
    def reason(self) -> str:
        """All reasons in one line."""
        return "; ".join(str(reason) for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class GorgiasRules:
    """What came of a list of live rules; `unsupported` is in running order, and so are the diagnostics of each kind."""

    ruleset: RuleSet
    unsupported: tuple[UnsupportedRule, ...]
    diagnostics: tuple[Diagnostic, ...]


def rules_from_gorgias(
    records: Iterable[LiveRuleRecord], name: str = "live", views: Sequence[View] = ()
) -> GorgiasRules:
    """The rule set of live rules. Those that cannot be simulated stand in `unsupported` and in `ruleset.not_simulated`.

    Business hours are not part of an export of rules: they are never, with a warning where a rule reads them.
    """
    listed = list(records)
    ids = rule_ids(listed)
    rules: list[Rule] = []
    unsupported: list[UnsupportedRule] = []
    found: list[Diagnostic] = []
    code_size = 0
    for record, id in sorted(
        zip(listed, ids, strict=True), key=lambda pair: (-pair[0].priority, pair[0].name, pair[1])
    ):
        findings = Findings()
        code_size += len(record.code)
        rule = _rule(record, id, findings, code_size > MAX_CODE)
        if findings.problems:
            refused = UnsupportedRule(id, rule.name, rule.enabled, tuple(findings.problems))
            unsupported.append(refused)
            found.append(_warning("G001", f"rule {quoted(rule.name)} is not simulated: {refused.reason}", id))
        else:
            rules.append(rule)
            found.extend(_warning(code, f"rule {quoted(rule.name)}: {note}", id) for code, note in findings.notes)
    found.extend(_hours_unknown(rules))
    ruleset = RuleSet(
        name, in_running_order(rules), NEVER, tuple(views), tuple((rule.name, rule.reason) for rule in unsupported)
    )
    return GorgiasRules(ruleset, tuple(unsupported), tuple(found))


def _warning(code: str, message: str, rule: str) -> Diagnostic:
    return Diagnostic(code, Severity.WARNING, message, rule=rule)


def _hours_unknown(rules: Iterable[Rule]) -> list[Diagnostic]:
    message = "reads business hours, which an export of rules does not hold: taken as never open"
    help = "write the hours into the rule set as `business_hours`, with its `timezone`"
    readers = (rule for rule in in_running_order(list(rules)) if reads_business_hours(rule))
    return [
        Diagnostic("G002", Severity.WARNING, f"rule {quoted(rule.name)} {message}", help=help, rule=rule.id)
        for rule in readers
    ]


_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def rule_ids(records: Sequence[LiveRuleRecord]) -> list[str]:
    """For each record an id made of its name: unique, and the same whatever rules are added later.

    The rule with the lowest Gorgias id keeps the bare name; later ones of the same name have `-ID` at the end.
    """
    ids = [""] * len(records)
    taken: set[str] = set()
    for place in sorted(range(len(records)), key=lambda place: (records[place].id, place)):
        slug = slug_of(records[place].name) or f"rule-{records[place].id}"
        candidate, again = slug, 1
        while candidate in taken:
            candidate = f"{slug}-{records[place].id}" + (f"-{again}" if again > 1 else "")
            again += 1
        taken.add(candidate)
        ids[place] = candidate
    return ids


def slug_of(name: str) -> str:
    """`[Tag] Über-VIP` as `tag-uber-vip`: no accents, at most 60 characters; empty without a Latin letter or digit."""
    plain = unicodedata.normalize("NFKD", name[:1000]).encode("ascii", "ignore").decode().lower()
    return _NOT_SLUG.sub("-", plain).strip("-")[:60].strip("-")


def _rule(record: LiveRuleRecord, id: str, findings: Findings, too_much: bool) -> Rule:
    """The rule, its code unread after `too_much`; where `findings` has problems afterwards, not to be used."""
    name = shown_name(record.name) or f"rule {record.id}"
    triggers = _triggers(record.event_types, findings)
    if abs(record.priority) > LARGEST_PRIORITY:
        findings.problems.append(Finding(f"priority {record.priority} is out of range"))
    rule = Rule(id, name, triggers, record.priority, record.active, ALWAYS, (), ())
    why_not = _not_code(record) or (f"more than {MAX_CODE} characters of code in all" if too_much else "")
    if why_not:
        findings.problems[:] = [Finding(why_not)]
        return rule
    try:
        source = read_source(record.code, record.code_ast)
    except UnreadableError as error:
        findings.problems.append(Finding(error.reason, error.place))
        return rule
    if source.differ:
        findings.notes.append(("G004", Finding("code and code_ast say different things: code_ast is used")))
    if not source.statements:
        findings.problems.append(Finding("its code holds no statement"))
    return _with_body(rule, source.statements, findings)


def _with_body(rule: Rule, statements: tuple[Statement, ...], findings: Findings) -> Rule:
    """One `if` is the rule's own; several statements are a list under a condition that is always true."""
    if len(statements) == 1 and isinstance(statements[0], tree.If):
        branch = branch_of(statements[0], findings)
        test, then, otherwise = branch.condition, branch.then, branch.otherwise
    else:
        test, then, otherwise = ALWAYS, steps_of(statements, findings), ()
    return Rule(rule.id, rule.name, rule.on, rule.priority, rule.enabled, test, then, otherwise)


def _triggers(event_types: str, findings: Findings) -> tuple[Trigger, ...]:
    names = list(dict.fromkeys(name.strip() for name in event_types.split(",") if name.strip()))
    known = [trigger.value for trigger in Trigger]
    for name in names:
        if name not in known:
            near = nearest(name[:80], known)
            findings.problems.append(
                Finding(f"unknown trigger {quoted(name)}" + (f", the nearest known is {quoted(near)}" if near else ""))
            )
    if not names:
        findings.problems.append(Finding("no trigger (event_types is empty)"))
    return tuple(Trigger(name) for name in names if name in known)


def _not_code(record: LiveRuleRecord) -> str:
    """Why a rule has no code of its own to simulate, or nothing."""
    if record.type in ("managed", "system"):
        which = f" ({quoted_bare(record.slug)})" if record.slug else ""
        return f"a {record.type} rule{which}: Gorgias runs it by code of its own"
    return "" if record.code.strip() or record.code_ast is not None else "it has no code"

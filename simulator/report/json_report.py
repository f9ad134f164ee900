"""The JSON report: the contract that other programs rely on. Same input, same bytes."""

from __future__ import annotations

from simulator.diagnostics import Diagnostic
from simulator.diff.values import Edit, Pair, RuleDiff, RuleSide, Summary, TagCount
from simulator.instants import format_instant
from simulator.report.json_text import document
from simulator.report.values import Report, RuleSetInfo, SnapshotInfo
from simulator.report.values_json import edit_value

FORMAT_VERSION = "1.0"


def json_report(report: Report) -> str:
    """The whole document as text, ending in a line's end."""
    return document(report_json(report))


def report_json(report: Report) -> dict[str, object]:
    """The document as a value, its keys in the order of the contract."""
    return {
        "format_version": FORMAT_VERSION,
        "tool": report.tool,
        "command": report.command,
        "snapshot": _snapshot(report.snapshot),
        "baseline": _rule_set(report.baseline),
        "candidate": _rule_set(report.candidate),
        "settings": report.settings,
        "summary": _summary(report.diff.summary),
        "rules": [_rule(rule) for rule in report.diff.rules],
        "edits": [_edit(edit) for edit in report.diff.edits],
        "findings": [_finding(finding) for finding in report.findings],
        "fidelity": report.fidelity,
        "projection": report.projection,
        "gate": report.gate,
        "views": report.views,
        "causes": report.causes,
        "assumptions": report.choices,
    }


def _instant(at: int | None) -> str | None:
    return None if at is None else format_instant(at)


def _snapshot(info: SnapshotInfo) -> dict[str, object]:
    return {
        "fingerprint": info.fingerprint,
        "tickets": info.tickets,
        "events": info.events,
        "since": _instant(info.since),
        "until": _instant(info.until),
        "history": {"full": info.full, "lists": info.lists},
    }


def _rule_set(info: RuleSetInfo) -> dict[str, object]:
    return {"name": info.name, "digest": info.digest, "rules": info.rules}


def _summary(summary: Summary) -> dict[str, object]:
    priority, status, assignee = summary.priority, summary.status, summary.assignee
    return {
        "tickets": summary.tickets,
        "events": summary.events,
        "tickets_changed": summary.tickets_changed,
        "customers_changed": summary.customers_changed,
        "tags": {tag: _tag(count) for tag, count in summary.tags.items()},
        "priority": {"matrix": priority.matrix, "raised": priority.raised, "lowered": priority.lowered},
        "status": {"matrix": status.matrix, "closed": status.closed, "reopened": status.reopened},
        "assignee": {
            "changed": assignee.changed,
            "assigned": assignee.assigned,
            "unassigned": assignee.unassigned,
        },
        "replies": _pair(summary.replies),
    }


def _tag(count: TagCount) -> dict[str, object]:
    return {**count._asdict()}


def _pair(pair: Pair[object]) -> dict[str, object]:
    return {"before": pair.before, "after": pair.after}


def _rule(rule: RuleDiff) -> dict[str, object]:
    old, new = rule.before, rule.after
    return {
        "id": rule.id,
        "change": rule.change.value,
        "events": _pair(Pair(old.events, new.events)),
        "matched": _pair(Pair(old.matched, new.matched)),
        "tickets": _pair(Pair(old.tickets, new.tickets)),
        "edits": {"direct": rule.direct, "indirect": rule.indirect},
        "name": rule.name,
        "changes": _pair(Pair(old.changes, new.changes)),
        "overwritten": _pair(Pair(old.overwritten, new.overwritten)),
        "only_here": _pair(Pair(old.only_here, new.only_here)),
        "last_match": _pair(Pair(_instant(old.last_match), _instant(new.last_match))),
        "rests_on": {"before": _rests_on(old), "after": _rests_on(new)},
        "refusals": _pair(Pair(old.refusals, new.refusals)),
    }


def _rests_on(side: RuleSide) -> dict[str, object]:
    return {"today": side.on_today, "missing": side.on_missing}


def _edit(edit: Edit) -> dict[str, object]:
    return {
        "ticket": edit.ticket,
        "customer": edit.customer,
        "field": edit.field,
        "before": edit_value(edit.field, edit.before),
        "after": edit_value(edit.field, edit.after),
        "direct": edit.direct,
        "rules": {"before": edit.rules_before, "after": edit.rules_after},
    }


def _finding(finding: Diagnostic) -> dict[str, object]:
    place = finding.location
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "rule": finding.rule,
        "location": None if place is None else {"file": place.file, "line": place.line, "column": place.column},
    }

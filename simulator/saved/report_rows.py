"""REPORT <-> rows: the tables `run`, `rule_set`, `rule`, `rule_side`, `edit`, `timing` and `finding`.

Writing and reading of a table stand side by side. What is only carried along is one column of JSON a field.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, NamedTuple, cast, get_type_hints

from simulator.diagnostics import Diagnostic, Location, Severity
from simulator.diff.values import (
    Diff,
    Edit,
    EditValue,
    Pair,
    RuleChange,
    RuleDiff,
    RuleSide,
    Summary,
    Timing,
    Who,
)
from simulator.outcome import FieldState, Sent
from simulator.report.build import examples_of
from simulator.report.values import Report, RuleSetInfo
from simulator.rules.canonical import canonical_json
from simulator.rules.model import RuleSet
from simulator.saved.exact import from_json, from_state, from_text, strings, to_json, to_state, to_text
from simulator.saved.plain import plain, restored
from simulator.saved.rows import SIDES, Cell, Row, insert, maybe_from_text, maybe_text, select


class Names(NamedTuple):
    """What a saved run names: paths from its own folder (or `live`, `none`), and the seal of the snapshot."""

    snapshot: str
    baseline: str
    candidate: str
    snapshot_digest: str | None


_TEXTS = ("command", "verdict")
_CARRIED = (
    "tool", "snapshot", "settings", "assumptions", "rests_on", "money", "projection", "fidelity", "believed",
    "views", "queues", "causes", "reasons", "choices", "gate",
)  # fmt: skip
"""Fields of a report that are a column of `run` each: texts, and JSON."""

_OF_DIFF: Mapping[str, Any] = {"summary": Summary, "open_time": Pair[Mapping[str, int]], "who": Who | None}
"""The same, of its diff."""


def write_report(connection: sqlite3.Connection, report: Report, rules: tuple[RuleSet, RuleSet], names: Names) -> None:
    """Everything but the tickets and the money behind the report."""
    diff = report.diff
    told: dict[str, Cell] = {name: to_text(getattr(report, name)) for name in _TEXTS}
    told |= {name: _carried(getattr(report, name)) for name in _CARRIED}
    told |= {name: _carried(getattr(diff, name)) for name in _OF_DIFF}
    told |= {"id": 1, "snapshot_path": to_text(names.snapshot), "snapshot_digest": names.snapshot_digest}
    places = ", ".join(f":{name}" for name in told)
    connection.execute(f"INSERT INTO run ({', '.join(told)}) VALUES ({places})", told)  # noqa: S608 our own names
    insert(connection, "rule_set", _rule_sets(report, rules, names))
    insert(connection, "rule", (_rule(place, rule) for place, rule in enumerate(diff.rules)))
    insert(connection, "rule_side", (row for rule in diff.rules for row in _rule_sides(rule)))
    insert(connection, "edit", (_edit(place, edit) for place, edit in enumerate(diff.edits)))
    insert(connection, "timing", (_timing(place, one) for place, one in enumerate(diff.timings)))
    insert(connection, "finding", _findings(report))


def read_report(connection: sqlite3.Connection) -> tuple[Report, Names]:
    """The report again, and what it names. Raises KeyError, TypeError or ValueError where it is none."""
    cursor = connection.execute("SELECT * FROM run WHERE id = 1")
    told: dict[str, Any] = dict(zip((one[0] for one in cursor.description), cursor.fetchone(), strict=True))
    infos, paths = _read_rule_sets(connection)
    hints: dict[str, Any] = get_type_hints(Report)
    carried: dict[str, Any] = {name: from_text(told[name]) for name in _TEXTS}
    carried |= {name: _read_carried(hints[name], told[name]) for name in _CARRIED}
    edits, rules = tuple(_read_edits(connection)), tuple(_read_rules(connection))
    diff = Diff(
        changes={rule.id: rule.change for rule in rules},
        edits=edits,
        rules=rules,
        timings=tuple(_read_timings(connection)),
        **{name: _read_carried(kind, told[name]) for name, kind in _OF_DIFF.items()},
    )
    findings, cautions = _read_findings(connection)
    report = Report(
        baseline=infos["baseline"],
        candidate=infos["candidate"],
        diff=diff,
        findings=findings,
        cautions=cautions,
        examples=examples_of(edits),
        **carried,
    )
    return report, Names(
        from_text(told["snapshot_path"]), paths["baseline"], paths["candidate"], told["snapshot_digest"]
    )


def tool_version(connection: sqlite3.Connection) -> str:
    """The version of the program that saved the run. Raises as `read_report` does."""
    (text,) = connection.execute("SELECT tool FROM run WHERE id = 1").fetchone()
    return str(restored(dict[str, str], from_json(text))["version"])


def _carried(value: object) -> str | None:
    return None if value is None else to_json(plain(value))


def _read_carried(kind: Any, text: str | None) -> Any:
    return None if text is None else restored(kind, from_json(text))


def _rule_sets(report: Report, rules: tuple[RuleSet, RuleSet], names: Names) -> Iterator[Row]:
    infos, paths = (report.baseline, report.candidate), (names.baseline, names.candidate)
    for side, info, path, ruleset in zip(SIDES, infos, paths, rules, strict=True):
        yield side, to_text(info.name), to_text(path), info.digest, info.rules, canonical_json(ruleset)


def _read_rule_sets(connection: sqlite3.Connection) -> tuple[dict[str, RuleSetInfo], dict[str, str]]:
    rows: list[Any] = list(select(connection, "rule_set", "side, name, path, digest, rules", "side"))
    infos = {side: RuleSetInfo(from_text(name), digest, rules) for side, name, _, digest, rules in rows}
    return infos, {side: from_text(path) for side, _, path, _, _ in rows}


def _rule(place: int, rule: RuleDiff) -> Row:
    return to_text(rule.id), place, to_text(rule.name), rule.change.value, rule.direct, rule.indirect


_OF_SIDE = tuple(one.name for one in fields(RuleSide))
_MAPPINGS = ("overwritten", "refusals")


def _rule_sides(rule: RuleDiff) -> Iterator[Row]:
    for name, side in zip(SIDES, (rule.before, rule.after), strict=True):
        values = {one: getattr(side, one) for one in _OF_SIDE}
        cells = [to_json(value) if one in _MAPPINGS else value for one, value in values.items()]
        yield to_text(rule.id), name, *cells


def _read_rules(connection: sqlite3.Connection) -> Iterator[RuleDiff]:
    sides = {}
    found: Iterator[Any] = select(connection, "rule_side", f"rule, side, {', '.join(_OF_SIDE)}", "rule, side")
    for rule, side, *cells in found:
        values = {n: from_json(cell) if n in _MAPPINGS else cell for n, cell in zip(_OF_SIDE, cells, strict=True)}
        sides[rule, side] = restored(RuleSide, values)
    rows: Iterator[Any] = select(connection, "rule", "id, name, change, direct_edits, indirect_edits", "place")
    for id, name, change, direct, indirect in rows:
        before, after = (sides[id, side] for side in SIDES)
        yield RuleDiff(from_text(id), from_text(name), RuleChange(change), before, after, direct, indirect)


def _edit(place: int, edit: Edit) -> Row:
    return (
        place, edit.ticket, edit.customer, to_text(edit.field), _value(edit.before), _value(edit.after),
        int(edit.direct), to_json(edit.rules_before), to_json(edit.rules_after),
    )  # fmt: skip


def _read_edits(connection: sqlite3.Connection) -> Iterator[Edit]:
    columns = "ticket, customer, field, before, after, direct, rules_before, rules_after"
    rows: Iterator[Any] = select(connection, "edit", columns, "place")
    for ticket, customer, field, before, after, direct, old, new in rows:
        values = (_read_value(field, before), _read_value(field, after))
        yield Edit(ticket, customer, from_text(field), *values, bool(direct), _names(old), _names(new))


def _names(text: str) -> tuple[str, ...]:
    return strings(from_json(text))


def _value(value: EditValue) -> str | None:
    """Of replies the messages, as objects; of any other field what it holds."""
    if isinstance(value, tuple) and any(isinstance(one, Sent) for one in value):
        return to_json(plain(value))
    return to_state(cast(FieldState, value))


def _read_value(field: str, text: str | None) -> EditValue:
    if field != "replies" or text is None:
        return from_state(text)
    return restored(tuple[Sent, ...], from_json(text))


def _timing(place: int, one: Timing) -> Row:
    return (
        place, one.ticket, one.customer, one.field, to_text(one.value), one.before, one.after,
        to_json(one.rules_before), to_json(one.rules_after),
    )  # fmt: skip


def _read_timings(connection: sqlite3.Connection) -> Iterator[Timing]:
    columns = "ticket, customer, field, value, before_at, after_at, rules_before, rules_after"
    rows: Iterator[Any] = select(connection, "timing", columns, "place")
    for ticket, customer, field, value, before, after, old, new in rows:
        yield Timing(ticket, customer, field, from_text(value), before, after, _names(old), _names(new))


def _findings(report: Report) -> Iterator[Row]:
    """Each once, with its place in either list."""
    every = dict.fromkeys((*report.findings, *report.cautions))
    places, cautions = ({one: place for place, one in enumerate(some)} for some in (report.findings, report.cautions))
    for id, one in enumerate(every):
        at = one.location
        where = (None, None, None) if at is None else (to_text(at.file), at.line, at.column)
        yield (
            id, places.get(one), cautions.get(one), one.code, one.severity.value, to_text(one.message),
            maybe_text(one.rule), *where, maybe_text(one.help), maybe_text(one.source),
        )  # fmt: skip


def _read_findings(connection: sqlite3.Connection) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    rows: list[Any] = list(select(connection, "finding", "*", "id"))
    placed = [(row[1], row[2], _finding(*row[3:])) for row in rows]
    findings = sorted(((place, one) for place, _, one in placed if place is not None), key=lambda pair: pair[0])
    cautions = sorted(((place, one) for _, place, one in placed if place is not None), key=lambda pair: pair[0])
    return tuple(one for _, one in findings), tuple(one for _, one in cautions)


def _finding(
    code: str, severity: str, message: str, rule: str | None, file: str | None, line: int, column: int,
    help: str | None, source: str | None,
) -> Diagnostic:  # fmt: skip
    place = None if file is None else Location(from_text(file), line, column)
    texts = (maybe_from_text(text) for text in (help, rule, source))
    return Diagnostic(code, Severity(severity), from_text(message), place, *texts)

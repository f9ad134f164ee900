"""Every count again from the JSON Lines trail and the JSON report, by plain code, on the demo shop."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from simulator.bundled import build_demo
from simulator.diff.changes import rule_changes
from simulator.pipeline import Run, RunOptions, Sourced, resolve_side, run
from simulator.report.json_report import json_report
from simulator.report.trail import trail_lines
from simulator.rules.model import RuleSet, in_running_order
from simulator.snapshot.store import open_snapshot

RULES = Path(__file__).parents[2] / "rulesets"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo shop as a snapshot."""
    path = tmp_path_factory.mktemp("shop") / "demo.db"
    build_demo(path)
    return path


def replayed(shop: Path, candidate: RuleSet | None = None) -> Run:
    """The demo's baseline against its candidate, or against another set."""
    with closing(open_snapshot(shop)) as connection:
        sides = [resolve_side(str(RULES / name), connection) for name in ("baseline", "candidate")]
        new = sides[1] if candidate is None else Sourced(candidate, ())
        return run(connection, sides[0], new, RunOptions(), "", {})


@pytest.fixture(scope="module")
def done(shop: Path) -> Run:
    """The demo's own comparison."""
    return replayed(shop)


@pytest.fixture(scope="module")
def trail(done: Run) -> list[dict[str, Any]]:
    """Its trail, line by line."""
    return [json.loads(line) for line in trail_lines(done.before.outcome, done.after.outcome, done.reported)]


@pytest.fixture(scope="module")
def report(done: Run) -> dict[str, Any]:
    """Its JSON report."""
    found: dict[str, Any] = json.loads(json_report(done.report))
    return found


def items(edit: dict[str, Any]) -> Iterator[str]:
    """What an edit of the report changes: each tag that comes or goes, or its field."""
    if edit["field"] != "tags":
        yield edit["field"]
        return
    yield from (f"gain tag {tag}" for tag in set(edit["after"]) - set(edit["before"]))
    yield from (f"lose tag {tag}" for tag in set(edit["before"]) - set(edit["after"]))


def slot_of(what: str) -> str:
    """The tag or field that a group of a cause is about."""
    if " tag " in what:
        return what.partition(" tag ")[2]
    return "replies" if " message" in what else what.removeprefix("another ").split()[0]


def test_causes_add_up_to_the_edits_of_the_report(report: dict[str, Any]) -> None:
    """Over all causes, direct and knock-on, each tag and field is counted as often as the edits have it."""
    counted = Counter[str]()
    for cause in report["causes"]["causes"]:
        groups = [*cause["direct"], *cause["knock_on"]]
        assert cause["changes"] == sum(group["tickets"] for group in groups)
        for group in groups:
            what = group["what"]
            counted[what if " tag " in what else slot_of(what)] += group["tickets"]
    assert report["edits"]
    assert counted == Counter(item for edit in report["edits"] for item in items(edit))


def test_what_a_cause_says_of_a_rule_stands_in_the_trail(report: dict[str, Any], trail: list[dict[str, Any]]) -> None:
    """A group is no larger than the tickets on which its rules wrote that tag or field, on some side."""
    wrote: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for line in trail:
        tags = line["field"] == "tags"
        for slot in (set(line["before"]) ^ set(line["after"])) if tags else {line["field"]}:
            wrote[line["rule"], slot].add(line["ticket"])
    for cause in report["causes"]["causes"]:
        for group in (*cause["direct"], *cause["knock_on"]):
            by_trail = set[int]().union(*(wrote[rule, slot_of(group["what"])] for rule in group["rules"]))
            assert group["tickets"] <= len(by_trail), group
        assert {sample["ticket"] for sample in cause["samples"]} <= {edit["ticket"] for edit in report["edits"]}


def test_what_rules_act_on_is_the_trail(report: dict[str, Any], trail: list[dict[str, Any]]) -> None:
    """`acts`: the tickets with a line of the rule, on that side."""
    for side, name in (("before", "baseline"), ("after", "candidate")):
        acts: defaultdict[str, set[int]] = defaultdict(set)
        for line in trail:
            if line["side"] == name:
                acts[line["rule"]].add(line["ticket"])
        rules = report["causes"]["by_rule"][side]["rules"]
        assert {id: one["acts"] for id, one in rules.items()} == {id: len(acts[id]) for id in rules}


def test_an_edit_alone_is_a_run_of_the_baseline_with_that_edit(shop: Path, done: Run, report: dict[str, Any]) -> None:
    """The tickets of `alone` are those of a run whose candidate has only that rule of the candidate's."""
    before, after = done.before.rules, done.after.rules
    edited = {one["rules"][0]: one for one in report["causes"]["by_edit"]["edits"]}
    assert set(edited) == {id for id, change in rule_changes(before, after).items() if change != "same"}
    for id in sorted(edited)[::3]:
        rules = [rule for rule in before.rules if rule.id != id] + [rule for rule in after.rules if rule.id == id]
        alone = replayed(shop, replace(before, rules=in_running_order(rules))).report.diff.summary
        assert alone.tickets_changed == edited[id]["alone"]


def test_weeks_add_up_to_the_summary(report: dict[str, Any]) -> None:
    """All tickets and all changed tickets are in some week."""
    weeks = report["causes"]["stability"]["weeks"]
    assert sum(week["tickets"] for week in weeks) == report["summary"]["tickets"]
    assert sum(week["changed"] for week in weeks) == report["summary"]["tickets_changed"]

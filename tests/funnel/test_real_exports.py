"""On real exports: every rule of the candidate as it is told over the whole history, against the report of a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.program import CHECKOUT, run_inside

pytestmark = pytest.mark.real


def test_numbers_are_those_of_run(real_snapshot: Path) -> None:
    """Counts, rivals and last match; the last step of each funnel; every near miss is found again on its ticket."""
    rules = CHECKOUT / "rulesets" / "candidate"
    sides = ("--snapshot", real_snapshot, "--baseline", rules, "--candidate", rules)
    ran = run_inside("run", *sides, "--format", "json", folder=real_snapshot.parent)
    assert ran.code == 0, ran.err
    reported = {rule["id"]: rule for rule in json.loads(ran.out)["rules"]}
    asked = [part for id in reported for part in ("--rule", id)]
    ran = run_inside("explain", *asked, *sides, "--format", "json", folder=real_snapshot.parent)
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)["rules"]
    assert [one["rule"] for one in told] == list(reported)
    for one in told:
        report = reported[one["rule"]]
        assert (one["asked"], one["overwritten_by"]) == (report["events"]["after"], report["overwritten"]["after"])
        for name in ("matched", "tickets", "changes", "only_here", "last_match", "refusals"):
            assert one[name] == report[name]["after"], (one["rule"], name)
        assert all(part["steps"][-1]["passed"] == part["true"] for part in one["conditions"])
        assert all(part["true"] == one["matched"] for part in one["conditions"][:1])
        assert all(miss["gaps"] for kind in one["near_misses"] for miss in kind["nearest"])

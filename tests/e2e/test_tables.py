"""A table of one's own, from the file to the rule: what it saw, as of when, and what is said where it is not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.instants import parse_instant
from tests.cli.program import run_inside
from tests.twin.snapshots import write_snapshot

from .desk import at, rule, rule_set

CSV = (
    "E-mail;Loyalty Tier;points;since\n"
    "Ann@X.com;silver;99,5;\n"
    "ann@x.com;gold;99.50;2026-03-02T10:30:00Z\n"
    "12;;100000000000000000000000000;\n"
)


def _instant(clock: str) -> int:
    return int(parse_instant(at(clock)))


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Ann writes at ten and at eleven, Bob at ten; their loyalty levels are joined."""
    write_snapshot(
        tmp_path / "desk.db",
        {
            "ticket": [{"id": 1, "customer_id": 11, "created_at": _instant("10:00")},
                       {"id": 2, "customer_id": 11, "created_at": _instant("11:00")},
                       {"id": 3, "customer_id": 12, "created_at": _instant("10:00")}],
            "customer": [{"id": 11, "email": "ann@x.com"}, {"id": 12, "email": "bob@x.com"}],
            "customer_address": [{"customer_id": 11, "address": "ann@x.com"}],
        },
    )  # fmt: skip
    (tmp_path / "loyalty.csv").write_text(CSV, encoding="utf-8")
    return tmp_path


def _joined(desk: Path, *options: object) -> str:
    ran = run_inside("import", "table", "loyalty", "loyalty.csv", "--snapshot", "desk.db", *options, folder=desk)
    assert ran.code == 0, ran.text
    return ran.out


def _tagged(desk: Path, when: object) -> dict[int, list[str]]:
    """The tags that one rule with this condition leaves, by ticket."""
    rules = rule_set(rule("r", "ticket-created", [{"addTags": ["seen"]}], when))
    (desk / "r.yaml").write_text(json.dumps(rules), encoding="utf-8")
    ran = run_inside(
        "run", "--snapshot", "desk.db", "--baseline", "none", "--candidate", "r.yaml", "--format", "json", folder=desk
    )
    assert ran.code == 0, ran.text
    return {edit["ticket"]: edit["after"] for edit in json.loads(ran.out)["edits"]}


PATH = "ticket.customer.external.loyalty."


@pytest.mark.parametrize(
    ("condition", "tickets"),
    [
        ({PATH + "Loyalty_Tier": "gold"}, [2]),
        ({PATH + "Loyalty_Tier": "silver"}, [1]),
        ({PATH + "Loyalty_Tier": {"isEmpty": True}}, [3]),
        ({PATH + "Loyalty_Tier": {"neq": "gold"}}, [1, 3]),
        ({PATH + "points": {"gte": 99.5}}, [2, 3]),
        ({PATH + "points": {"lt": 1000}}, [2]),
        ({PATH + "points": {"isNotEmpty": True}}, [1, 2, 3]),
        ({PATH + "since": {"lteTimedelta": "1h"}}, [2]),
        ({PATH + "nothing": {"isNotEmpty": True}}, []),
    ],
)
def test_rules_see_the_row_of_their_time(desk: Path, condition: object, tickets: list[int]) -> None:
    """Before its date a row does not hold; an empty cell is missing; a number is read exactly, or not at all."""
    _joined(desk, "--date", "since")
    assert sorted(_tagged(desk, condition)) == tickets


def test_explain_says_as_of_when(desk: Path) -> None:
    """A dated row as of then; one without a date, or a whole table without one, as today's."""
    levels = {"any": [{PATH + "Loyalty_Tier": level} for level in ("gold", "silver")]}
    rules = rule_set(rule("r", "ticket-created", [{"addTags": ["seen"]}], levels))
    (desk / "r.yaml").write_text(json.dumps(rules), encoding="utf-8")

    def explained(ticket: int) -> str:
        sides = ("--snapshot", "desk.db", "--baseline", "none", "--candidate", "r.yaml")
        ran = run_inside("explain", ticket, *sides, "--include-text", folder=desk)
        return " ".join(word for word in ran.out.split() if word not in "+-")  # the margin that tells the sides

    assert "as of each event" in _joined(desk, "--date", "since")
    assert 'saw "gold" (as of then)' in explained(2)
    assert 'saw "silver" (today\'s value)' in explained(1)
    assert "as of today" in _joined(desk)
    assert 'saw "gold" (today\'s value)' in explained(1)


def test_what_was_read_is_told(desk: Path) -> None:
    """Columns as rules name them, rows that belong to somebody, and a doubt where none does."""
    told = _joined(desk)
    assert f"{PATH}COLUMN: E-mail, Loyalty_Tier, points, since" in told
    assert 'column "Loyalty Tier" is Loyalty_Tier in rules' in told
    assert "3 of 3 rows belong to a customer" in told
    (desk / "loyalty.csv").write_text("email\nnobody@x.com\n", encoding="utf-8")
    assert "is the key column the right one" in _joined(desk)


def test_a_mistyped_column_gets_the_nearest_name(desk: Path) -> None:
    """With its place by check, above the numbers by run."""
    _joined(desk)
    _tagged(desk, {PATH + "Loyalty_Teir": "gold", "ticket.customer.external.loialty.x": "y"})
    ran = run_inside("check", "r.yaml", "--snapshot", "desk.db", folder=desk)
    assert ran.code == 0
    assert "warning[C014]: table loyalty has no column Loyalty_Teir" in ran.out
    assert 'did you mean "Loyalty_Tier"?' in ran.out and 'did you mean "loyalty"?' in ran.out
    assert "--> r.yaml:1:" in ran.out
    assert "C01" not in run_inside("check", "r.yaml", folder=desk).out
    said = " ".join(
        run_inside(
            "run", "--snapshot", "desk.db", "--baseline", "none", "--candidate", "r.yaml", folder=desk
        ).out.split()
    )
    assert 'table loyalty has no column Loyalty_Teir: they cannot match; did you mean "Loyalty_Tier"?' in said

"""`explain CODE`: every code of the program has its words, and every example is true."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.cli.code_examples import EXAMPLES
from simulator.cli.explain_code import FAMILIES, TABLES, meanings
from simulator.errors import InputError
from simulator.rules.load import load_text
from simulator.settings import read_settings
from tests.cli.program import run_inside
from tests.docs.pages import script

reference = script("make_reference")
TOP = ("version", "timezone", "business_hours", "holidays", "rules")


def test_every_code_that_is_documented_can_be_explained() -> None:
    """The tables are those that docs/codes.md is made from."""
    assert {name for family in reference.FAMILIES.values() for name in family} == set(TABLES)
    assert {code[0] for code in meanings()} == set(FAMILIES)
    assert all(one.says and one.about and one.does for one in meanings().values())
    assert set(EXAMPLES) <= set(meanings())


def _rule_codes(text: str) -> set[str]:
    """What reading these lines finds, wherever in a rule file they belong."""
    key = text.partition(":")[0]
    if key in TOP:
        head = "" if text.startswith(("version", "rules: []")) else "version: 1\n"
        text = f"{head}{text}\n" + ("" if "rules:" in text else "rules: []\n")
    else:
        on = "" if key == "on" else "on: [ticket-created]\n"
        rule = f"id: one\n{on}{text}".replace("\n", "\n    ")
        text = f"version: 1\nrules:\n  - {rule}\n"
    try:
        return {one.code for one in load_text(text, "example")[1]}
    except InputError as error:
        return {one.code for one in error.diagnostics}


@pytest.mark.parametrize("code", [code for code in EXAMPLES if code[0] == "R"])
def test_examples_of_rule_sets_are_true(code: str) -> None:
    """The wrong lines have this code; the right ones have none at all."""
    wrong, right = EXAMPLES[code]
    assert code in _rule_codes(wrong)
    assert _rule_codes(right) == set()


@pytest.mark.parametrize("code", [code for code in EXAMPLES if code[0] == "T"])
def test_examples_of_settings_are_true(code: str, tmp_path: Path) -> None:
    """The wrong lines have this code; what stands right of it, where it is a line of the file, has none."""
    path = tmp_path / "simulator.toml"
    path.write_text(EXAMPLES[code][0])
    with pytest.raises(InputError) as raised:
        read_settings(path)
    assert raised.value.diagnostics[0].code == code
    if " = " in EXAMPLES[code][1]:
        path.write_text(EXAMPLES[code][1])
        read_settings(path)


def test_a_code_needs_no_snapshot_and_no_rules(tmp_path: Path) -> None:
    """In an empty folder, in any case, several at once."""
    ran = run_inside("explain", "r012", "E001", folder=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("error[R012]: an unknown field\n") and "\n\nwarning[E001]: " in ran.out
    assert "customer.total_spend:" in ran.out and "customer.total_spent:" in ran.out


def test_as_json(tmp_path: Path) -> None:
    """What there is not is null."""
    (told,) = json.loads(run_inside("explain", "U007", "--format", "json", folder=tmp_path).out)["codes"]
    assert told == {
        "code": "U007", "severity": "error", "about": "the command itself", "does": "It stops the command.",
        "says": "There is no such ticket in the snapshot. The nearest numbers are named.",
        "mend": None, "wrong": None, "right": None,
    }  # fmt: skip


@pytest.mark.parametrize(("code", "near"), [("R33", "R033"), ("R999", "R112"), ("Q1", "C001"), ("U02", "U002")])
def test_an_unknown_code_is_an_error_with_the_nearest(code: str, near: str, tmp_path: Path) -> None:
    """Exit code 2."""
    ran = run_inside("explain", code, folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "error[U009]" in ran.err and f"did you mean {near}?" in ran.err

"""One file a fault: what is found in it, and where, stands at its end as `# expect: CODE LINE:COLUMN`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator.diagnostics import Diagnostic
from simulator.errors import InputError
from simulator.rules.codes import CODES
from simulator.rules.load import load_ruleset

CASES = Path(__file__).parent / "cases"
FILES = sorted(CASES.glob("*/*.yaml"))
# what a text file cannot show: links, sizes, bytes, folders; they have tests of their own
ELSEWHERE = {"R001", "R002", "R003", "R004", "R008", "R034", "R110"}


def _found(path: Path) -> tuple[Diagnostic, ...]:
    try:
        return load_ruleset(path)[1]
    except InputError as error:
        return error.diagnostics


def _expected(path: Path) -> list[str]:
    return re.findall(r"# expect: (.*)", path.read_text("utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_each_fault_is_found_once_at_its_place(path: Path) -> None:
    """Codes and places are exactly those that the file states, in the order of places."""
    found = [f"{one.code} {one.location.line}:{one.location.column}" for one in _found(path) if one.location]
    assert found == _expected(path)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_folder_says_whether_a_set_loads(path: Path) -> None:
    """`refused` sets do not load, `warned` ones do with findings, `clean` ones without."""
    try:
        _, warnings = load_ruleset(path)
        outcome = "warned" if warnings else "clean"
    except InputError:
        outcome = "refused"
    assert outcome == path.parent.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_line_quoted_is_that_of_the_place(path: Path) -> None:
    """A finding quotes the very line that its place names, and names the file as it was given."""
    lines = path.read_text("utf-8").split("\n")
    for one in _found(path):
        assert one.location is not None
        assert one.location.file == path.as_posix()
        assert one.source == (lines[one.location.line - 1] if one.location.line else None)


def test_every_code_has_a_case() -> None:
    """No code stands in the table without a file that brings it up."""
    shown = {line.split()[0] for path in FILES for line in _expected(path)}
    assert {entry.code for entry in CODES} - shown == ELSEWHERE | {"R111"} - shown


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("customer.total_spend", "customer.total_spent"),
        (
            "ticket.customer.integrations.shopify.customer.total_spend",
            "ticket.customer.integrations.shopify.customer.total_spent",
        ),
        ("last_order.shiping_address.country", "last_order.shipping_address.country"),
        ("ticket.tag", "ticket.tags"),
        ("message.txt", "message.text"),
    ],
)
def test_the_nearest_field_is_suggested_in_the_form_that_was_written(tmp_path: Path, written: str, meant: str) -> None:
    """A short name is answered by a short name, a full path by a full path."""
    path = tmp_path / "set.yaml"
    path.write_text(
        f"version: 1\nrules:\n  - id: a\n    on: ticket-created\n    if: {{{written}: {{isEmpty: true}}}}\n"
    )
    (one,) = _found(path)
    assert (one.code, one.help, one.rule) == ("R012", f'did you mean "{meant}"?', "a")

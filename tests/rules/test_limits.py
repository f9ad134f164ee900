"""Files made to cost time or memory: each ends as one short list of findings."""

from __future__ import annotations

import pytest

from simulator.diagnostics import Diagnostic
from simulator.errors import InputError
from simulator.rules.load import load_text
from simulator.rules.page import MAX_ERRORS

RULE = "version: 1\nrules:\n  - id: a\n    on: ticket-created\n    "


def refused(text: str) -> tuple[Diagnostic, ...]:
    """What is found in a text that must not load."""
    with pytest.raises(InputError) as caught:
        load_text(text, "f.yaml")
    return caught.value.diagnostics


@pytest.mark.parametrize(
    "text",
    [
        "{" + ",".join(f"k{number}: 1" for number in range(20_000)) + "}",
        "{" + ",".join(["k: 1"] * 20_000) + "}",
        RULE + "if:\n" + "".join(f"      customer.total_spent{number}: 1\n" for number in range(5_000)),
        RULE + "if:\n" + "".join(f"      - last_order.total_prise: {number}\n" for number in range(3_000)),
    ],
)  # fmt: skip
def test_any_number_of_errors_ends_at_a_thousand(text: str) -> None:
    """The first thousand of a file are kept, and that there were more is said once, on top."""
    found = refused(text)
    assert len([one for one in found if one.severity == "error"]) == MAX_ERRORS + 1
    assert [one.code for one in found if one.location and not one.location.line] == ["R008"]


def test_a_long_list_used_often_is_bounded() -> None:
    """Named lists are no way to blow a set up: what their uses bring in is counted."""
    words = ",".join(f"w{number}" for number in range(20_000))
    uses = "".join("      - message.text: {containsAny: {list: w}}\n" for _ in range(2_000))
    (found,) = refused(f"{RULE}if:\n{uses}lists: {{w: [{words}]}}\n")
    assert found.code == "R008"
    assert found.location is not None
    assert found.location.line == 18


@pytest.mark.parametrize("digits", ["9" * 60_000, "0" * 60_000, "1." + "0" * 60_000])
def test_numbers_of_any_length_are_refused_unread(digits: str) -> None:
    """Thousands of digits never reach a conversion."""
    found = refused(f"{RULE}priority: {digits}\n    if: {{customer.total_spent: {{gte: {digits}}}}}\n")
    assert [one.code for one in found] == ["R024", "R024"]


def test_braces_without_end_are_plain_text() -> None:
    """Texts full of braces are read in one pass."""
    for text in ("{{" * 15_000, "{{ " * 15_000, "{{{" * 10_000, "}}" * 15_000):
        load_text(f"{RULE}then: [{{replyToTicket: '{text}'}}]", "f.yaml")


def test_accents_without_end_are_compared_only_up_to_a_tags_length() -> None:
    """Runs of marks, slow to normalise, do not hold up the comparison of tags."""
    tags = ", ".join('"a' + "\u0301\u0316" * 7_000 + f'{number}"' for number in range(5))
    load_text(f"{RULE}then: [{{addTags: [{tags}]}}]", "f.yaml")

"""Every reason why a rule did not act, one case each, in the words of the explanation."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from simulator.cli.explain_rules import verdicts_of
from simulator.explain.reasons import MEANING, NEARNESS, SHORT, Reason
from simulator.explain.why import words_of_why
from simulator.explain.words import Words
from tests.docs.pages import DOCS
from tests.explain.told import Case, line_of

CASES: list[Case] = yaml.safe_load((Path(__file__).parent / "cases" / "reasons.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_reason_is_told(case: Case) -> None:
    """The verdict on each rule that the case names, and the reason that the case is about is among them."""
    line = line_of(case)
    verdicts = verdicts_of(line)
    why = case["why"]
    assert isinstance(why, dict)
    assert {id: words_of_why(verdicts[id], line.deeds, Words()) for id in why} == why
    assert case["reason"] in {verdicts[id].reason.value for id in why}


def test_every_reason_has_a_case() -> None:
    """But for a rule of the other side only, which has tests of its own."""
    assert {case["reason"] for case in CASES} == {reason.value for reason in Reason} - {"absent"}


def test_every_reason_is_documented() -> None:
    """In the table of the code and on the page, in the same words and order."""
    assert list(MEANING) == list(SHORT) == list(Reason) and set(NEARNESS) == set(Reason)
    page = (DOCS / "explain.md").read_text("utf-8")
    rows = "".join(f"| `{reason.value}` | {MEANING[reason]} |\n" for reason in Reason)
    assert rows in page

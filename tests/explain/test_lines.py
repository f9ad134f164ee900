"""Lines: wrapped by the columns of a terminal, and two sides laid over each other."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.cli.explain_lines import WIDTH, Line, columns, merged, printed, wrapped

TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(" a漢\u0301\u202e\x1b"), max_size=300)


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.integers(0, 200), st.integers(0, 12), st.booleans())
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, indent: int, hanging: int, two: bool) -> None:
    """Whatever the text; only blanks at breaks are dropped."""
    for line in printed([(" ", Line(indent, text, None, hanging))], two):
        assert columns(line) <= WIDTH
        assert not {"\x1b", "\u202e", "\n"} & set(line)
    kept = "".join(wrapped(text.replace("\n", "?"), 0, 0, WIDTH))
    assert kept.replace(" ", "") == text.replace("\n", "?").replace(" ", "") or any(map(str.isspace, text))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from("abcd")), st.lists(st.sampled_from("abcd")))
def test_laying_sides_over_each_other_keeps_both(left: list[str], right: list[str]) -> None:
    """Without the marks of one side, the lines of the other stand in order; equal sides have no marks."""
    found = list(merged([Line(0, one) for one in left], [Line(0, one) for one in right]))
    assert [line.text for mark, line in found if mark != "+"] == left
    assert [line.text for mark, line in found if mark != "-"] == right
    assert left != right or {mark for mark, _ in found} <= {" "}


def test_a_place_that_moved_is_no_difference() -> None:
    """The key decides, and the candidate's line is shown."""
    assert list(merged([Line(0, "a  x:1", "a")], [Line(0, "a  x:2", "a")])) == [(" ", Line(0, "a  x:2", "a"))]

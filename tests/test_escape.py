"""Hostile text is inert in every sink."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.escape import (
    for_annotation,
    for_annotation_property,
    for_csv_cell,
    for_markdown_cell,
    for_terminal,
)  # fmt: skip

HOSTILE = (
    "\x1b]52;c;aGk=\x07", "\x1b[2J", "\x9b31m", "a\rb", "a\nb", "\x00", "\x7f", "\u202egnp.exe", "\u2066x\u2069",
    "\u061c",
    "\U000e0041\U000e007f", "\u200b", "\ufeff", "\u2028", "\ud800", "=1+1", "@SUM(A1)", "+1", "-1+1", "\t=1", "\uff1d1",
    "a;=1", "=cmd|' /C calc'!A0", "@octocat", "#1", "fixes #12", "GH-12", "owner/repo#3",
    "[x](http://e.com)", "![x](x)",
    "<script>alert(1)</script>", "<img src=x>", "www.example.com", "https://example.com", "a@example.com",
    "`x`", "``` x",
    "&commat;octocat", "a|b", "\\|", "**b**", "::error::x", "%0A::warning::", "a,b:c%", "$x$", ":tada:", "~~x~~", "- x",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("VIP \u00e9 \U0001f469\u200d\U0001f467 \u200c", "VIP \u00e9 \U0001f469\u200d\U0001f467 \u200c"),
        ("\x1b[31m", "^[[31m"),
        ("a\r\n\tb\x7f", "a^M^J^Ib^?"),
        ("\x9b", "<U+009B>"),
        ("\u202e", "<U+202E>"),
        ("\U000e0041", "<U+E0041>"),
        ("\ud800", "<U+D800>"),
        ("\ufffd\u2764\ufe0f", "\ufffd\u2764\ufe0f"),
    ],
)
def test_terminal(text: str, shown: str) -> None:
    """Controls in caret notation, invisible characters as code points, all else as it is."""
    assert for_terminal(text) == shown


@given(st.text(st.characters()))
def test_nothing_commands_a_terminal(text: str) -> None:
    """Whatever the text, no control, bidi mark or surrogate is left, and it stays as it is the second time."""
    shown = for_terminal(text)
    assert not re.search(
        "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e0fff]", shown
    )
    assert for_terminal(shown) == shown


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("VIP", "VIP"), ("12", "12"), ("-12.50", "-12.50"), ("=1", "'=1"), (" =1", " '=1"), ("\uff0b1", "'\uff0b1"),
        ("-1+1", "'-1+1"), ("a;=1", "a;'=1"), ("a\n@b", "a\n'@b"), ("\t=1", "^I=1"), ("a=b", "a=b"), ("1e5", "1e5"),
    ],
)  # fmt: skip
def test_csv(text: str, cell: str) -> None:
    """An apostrophe before what would start a formula; plain numbers stay."""
    assert for_csv_cell(text) == cell


@given(st.text(st.sampled_from("=+-@;,\t\n\r\"' 1a|\uff1d")))
def test_no_cell_of_any_reader_is_a_formula(text: str) -> None:
    """Read back with commas, semicolons or tabs: no cell begins as a formula does."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(["1", for_csv_cell(text), "2"])
    for delimiter in ",;\t":
        for row in csv.reader(io.StringIO(written.getvalue(), newline=""), delimiter=delimiter):
            for cell in row:
                inner = cell.lstrip(' \n\r"')
                assert not inner.startswith(("=", "+", "@", "\uff1d")) and not re.match(r"-(?!\d)", inner)


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown(text: str) -> None:
    """Rendered with GitHub's extensions, a cell holds text alone; nothing is left that GitHub would link afterwards."""
    rendering = pytest.importorskip("markdown_it")
    cell = for_markdown_cell(text)
    html = rendering.MarkdownIt("gfm-like", {"linkify": False}).render(f"| a | b |\n|---|---|\n| {cell} | end |\n")
    assert re.findall(r"<(\w+)", html) == ["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td"]
    assert not re.search(r"[@#]\w|GH-\d", html.replace("&#", ""))


def test_markdown_is_cut() -> None:
    """Two hundred characters, then three dots."""
    assert for_markdown_cell("x" * 201) == "x" * 199 + "\u2026"


@pytest.mark.parametrize(
    ("text", "message", "value"),
    [
        ("100%\r\n::x", "100%25%0D%0A::x", "100%25%0D%0A%3A%3Ax"),
        ("a,b:c\x1b", "a,b:c^[", "a%2Cb%3Ac^["),
    ],
)
def test_annotations(text: str, message: str, value: str) -> None:
    """One line; in a property colons and commas are escaped as well."""
    assert for_annotation(text) == message
    assert for_annotation_property(text) == value

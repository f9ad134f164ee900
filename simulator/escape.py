"""One escaper for each place that text ends in. Text from exports and rule sets is hostile until it went through one.

All are pure; what they take away they show (`^[`, `<U+202E>`), so that nothing is hidden. HTML has its own:
the templates escape by themselves.
"""

from __future__ import annotations

import re
from typing import NewType

Terminal = NewType("Terminal", str)
"""One line without controls, bidi marks or invisible characters."""

CsvCell = NewType("CsvCell", str)
"""Text that no spreadsheet reads as a formula."""

MarkdownCell = NewType("MarkdownCell", str)
"""Text that a GFM renderer shows as it is, in a table's cell too: no mention, link, image, HTML or reference."""

AnnotationText = NewType("AnnotationText", str)
"""The message of a GitHub workflow command: one line."""

AnnotationProperty = NewType("AnnotationProperty", str)
"""The value of a property of a GitHub workflow command."""

CELL_LIMIT = 200
"""Characters that a cell of Markdown shows before the text is cut."""

_INVISIBLE = (
    "\x80-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff"
)
"""C1, soft hyphen, fillers, bidi marks, line separators, surrogates, variation selectors but the two of emoji, tags."""

_UNSHOWN = re.compile(f"[\x00-\x1f\x7f{_INVISIBLE}]")
_UNSHOWN_BUT_LINES = re.compile(f"[\x00-\x09\x0b-\x1f\x7f{_INVISIBLE}]")


def _show(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20 or code == 0x7F:
        return f"^{chr(code ^ 0x40)}"
    return f"<U+{code:04X}>"


def for_terminal(text: str) -> Terminal:
    """One line: controls in caret notation, invisible and turning characters as code points; ZWJ and ZWNJ stay."""
    return Terminal(_UNSHOWN.sub(_show, text))


_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)
_FORMULA = re.compile(r"(^[\s\u3000'\"]*|[;\t\n|][\s\u3000'\"]*)(?=[=+\-@%\t\uff1d\uff0b\uff0d\uff20\u2212])")


def for_csv_cell(text: str) -> CsvCell:
    """An apostrophe before whatever starts a formula: first, or after what a lenient reader takes for a new cell.

    Plain numbers stay numbers; line breaks stay, other controls are shown.
    """
    if _NUMBER.fullmatch(text):
        return CsvCell(text)
    shown = _UNSHOWN_BUT_LINES.sub(_show, text.replace("\r\n", "\n"))
    return CsvCell(_FORMULA.sub(r"\1'", shown))


_PUNCTUATION = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|@~$:/&])")
_REFERENCE = re.compile(r"(\\[@#]|(?i:gh)\\-(?=\d))")
_BREAK = "\u200b"


def for_markdown_cell(text: str, limit: int = CELL_LIMIT) -> MarkdownCell:
    """Punctuation of Markdown behind a backslash, a zero-width space in what mentions or refers, one line, cut."""
    flat = " ".join(text.split("\n"))
    shown = _UNSHOWN.sub(_show, flat if len(flat) <= limit else flat[: limit - 1] + "\u2026")
    escaped = _PUNCTUATION.sub(r"\\\1", shown)
    return MarkdownCell(_REFERENCE.sub(rf"\1{_BREAK}", escaped))


def for_annotation(text: str) -> AnnotationText:
    """The message of a workflow command: percent signs and line breaks escaped, other controls shown."""
    kept = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return AnnotationText(_UNSHOWN.sub(_show, kept))


def for_annotation_property(text: str) -> AnnotationProperty:
    """A property of a workflow command: as the message, and colons and commas."""
    return AnnotationProperty(for_annotation(text).replace(":", "%3A").replace(",", "%2C"))

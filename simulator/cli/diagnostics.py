"""DIAGNOSTICS -> text: what is wrong, where, the line, a caret under the place, and what would mend it.

Every piece of text goes through the terminal's escaper, since messages and lines quote hostile files. At most 100
findings are printed, the rest are counted.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

import click

from simulator.diagnostics import Diagnostic, Location, Severity
from simulator.escape import Terminal, for_terminal

MAX_PRINTED = 100
MAX_WIDTH = 120
FORMATS = ("full", "concise", "json")

_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def print_diagnostics(found: Iterable[Diagnostic], format: str = "full", color: str = "auto") -> None:
    """Print findings on stderr, with their count as the last line: what every command does with its errors."""
    click.echo(render(tuple(found), format, is_colored(color, sys.stderr)), file=sys.stderr, nl=False, color=True)


def render(found: Sequence[Diagnostic], format: str = "full", color: bool = False) -> str:
    """The findings, sorted by place, in one of FORMATS, ending in a line break; colour is never part of JSON."""
    ordered = sorted(found, key=_place)
    if format == "json":
        return json.dumps(as_json(ordered), indent=2, ensure_ascii=True) + "\n"
    one = _concise if format == "concise" else _full
    shown = [one(diagnostic, color) for diagnostic in ordered[:MAX_PRINTED]]
    gap = "\n" if format == "concise" else "\n\n"
    return gap.join([*shown, summary(ordered)]) + "\n"


def as_json(found: Iterable[Diagnostic]) -> dict[str, object]:
    """All findings as data: places as file, line and column, absent ones null."""
    ordered = sorted(found, key=_place)
    return {
        "format_version": "1.0",
        "errors": _count(ordered, Severity.ERROR),
        "warnings": _count(ordered, Severity.WARNING),
        "findings": [
            {
                "code": one.code,
                "severity": one.severity.value,
                "message": one.message,
                "rule": one.rule,
                "location": str(one.location) if one.location else None,
                "help": one.help,
            }
            for one in ordered
        ],
    }


def summary(found: Sequence[Diagnostic]) -> str:
    """The last line: `3 errors, 1 warning`, and how many of them were not printed."""
    counts = [_counted(_count(found, severity), severity.value) for severity in Severity if _count(found, severity)]
    line = ", ".join(counts) or "nothing found"
    hidden = len(found) - MAX_PRINTED
    return f"{line} ({hidden} more not shown)" if hidden > 0 else line


def is_colored(choice: str, stream: TextIO) -> bool:
    """Whether to colour: `always`, `never`, or by FORCE_COLOR, NO_COLOR and whether the stream is a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


def _place(found: Diagnostic) -> tuple[Location, str, str]:
    return found.location or Location(""), found.code, found.message


def _count(found: Iterable[Diagnostic], severity: Severity) -> int:
    return sum(one.severity is severity for one in found)


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _concise(found: Diagnostic, color: bool) -> str:
    """One line: place, severity and code, message, help."""
    place = f"{for_terminal(str(found.location))}: " if found.location else ""
    help = f" ({for_terminal(found.help)})" if found.help else ""
    return f"{place}{_heading(found, color)}: {for_terminal(found.message)}{help}"


def _full(found: Diagnostic, color: bool) -> str:
    """`error[R012]: ...`, the place, the line with a caret, the help."""
    lines = [f"{_heading(found, color)}: {_styled(for_terminal(found.message), color, bold=True)}"]
    place = found.location
    gutter = " " * len(str(place.line)) if place and place.line else " "
    if place is not None:
        lines.append(f"{gutter}--> {for_terminal(str(place))}")
    if place is not None and place.line and found.source is not None:
        text, caret = _window(found.source, place.column)
        bar = _styled("|", color, fg="blue")
        lines += [f"{gutter} {bar}", f"{_styled(str(place.line), color, fg='blue')} {bar} {text}"]
        lines.append(f"{gutter} {bar} {' ' * caret}{_styled('^', color, fg=_COLORS[found.severity], bold=True)}")
    if found.help:
        lines.append(f"{gutter} {_styled('help', color, bold=True)}: {for_terminal(found.help)}")
    return "\n".join(lines)


def _window(source: str, column: int) -> tuple[str, int]:
    """A line cut to what fits, around the place, and where its caret stands once the text is escaped."""
    at = max(column - 1, 0)
    start = 0 if at < MAX_WIDTH * 3 // 4 else at - MAX_WIDTH // 2
    before = for_terminal(source[start:at])
    after = for_terminal(source[at : start + MAX_WIDTH])
    lead = "..." if start else ""
    tail = "..." if len(source) > start + MAX_WIDTH else ""
    return f"{lead}{before}{after}{tail}", len(lead) + _columns(before)


def _columns(text: Terminal) -> int:
    """Columns that a text takes in a terminal: wide letters two, combining marks and joiners none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    wide = sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
    return wide - sum(1 for letter in text if combining(letter) or letter in "\u200c\u200d\ufe0e\ufe0f")


def _heading(found: Diagnostic, color: bool) -> str:
    return _styled(f"{found.severity}[{found.code}]", color, fg=_COLORS[found.severity], bold=True)


def _styled(text: str, color: bool, fg: str | None = None, bold: bool = False) -> str:
    return click.style(text, fg=fg, bold=bold) if color else text

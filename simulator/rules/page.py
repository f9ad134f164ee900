"""PAGE: one text being read, with its places, its lines to quote, and what was found wrong in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from simulator.diagnostics import Diagnostic, Location, Severity, did_you_mean
from simulator.rules.codes import BY_CODE

_LINE_END = re.compile(r"\r\n|\r|\n")
MAX_ERRORS = 1_000
_LONGEST_TO_COMPARE = 100
_SUGGESTIONS = 100
_QUOTED = 60


class Placed(Protocol):
    """Anything with a line and a column, both from 1; 0 is the whole file."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


class Page:
    """Collects diagnostics on one text. `rule` is the id of the rule being read, if any."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.rule: str | None = None
        self.found: list[Diagnostic] = []
        self._lines: list[str] | None = None
        self._suggestions = _SUGGESTIONS
        self._errors = 0

    def at(self, node: Placed) -> Location:
        """The place of a node in this text."""
        return Location(self.file, node.line, node.column)

    def report(self, code: str, message: str, node: Placed | None = None, help: str | None = None) -> None:
        """Add a finding; how badly it counts stands in the table of codes."""
        severity = BY_CODE[code].severity
        if severity is Severity.ERROR:
            self._errors += 1
            if self._errors > MAX_ERRORS:
                self._too_many()
                return
        where = self.at(node) if node is not None else Location(self.file)
        self.found.append(Diagnostic(code, severity, message, where, help, self.rule, self._line(where.line)))

    def _too_many(self) -> None:
        """Say once that further errors are left out: nobody reads them, and a hostile file may hold any number."""
        if self._errors == MAX_ERRORS + 1:
            message = f"more than {MAX_ERRORS:,} errors: the others are left out"
            self.found.append(Diagnostic("R008", Severity.ERROR, message, Location(self.file)))

    def nearest(self, word: str, known: Iterable[str]) -> str | None:
        """`did you mean "..."?` or None. Bounded: comparing costs time, and a file may hold any number of errors."""
        return did_you_mean(word, known) if len(word) <= _LONGEST_TO_COMPARE and self.may_suggest() else None

    def may_suggest(self) -> bool:
        """Whether there is still time to look for what was meant: once for each finding that is printed."""
        self._suggestions -= 1
        return self._suggestions >= 0

    def _line(self, number: int) -> str | None:
        if not number:
            return None
        if self._lines is None:
            self._lines = _LINE_END.split(self.text)
        return self._lines[number - 1] if number <= len(self._lines) else None


def quoted(text: str) -> str:
    """A user's text in double quotes, cut where it is long."""
    return f'"{text}"' if len(text) <= _QUOTED else f'"{text[:_QUOTED]}..."'


def choice(names: Iterable[str]) -> str:
    """`one of a, b, c` in the order given."""
    return "one of " + ", ".join(names)

"""What is wrong, where, how badly, and what would mend it: the values that every stage reports with.

Nothing here prints or raises, and this module imports nothing of ours.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: an error stops the run, a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file that the user gave. `line` and `column` count from 1; 0 means the whole file."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `code` is stable (R012, I003 ...) and documented; `help` names the nearest right thing.

    `source` is the line of the file that `location` points at, when it may be quoted (only files
    that the user gave); `rule` is the id of the rule concerned, if one is.
    """

    code: str
    severity: Severity
    message: str
    location: Location | None = None
    help: str | None = None
    rule: str | None = None
    source: str | None = None


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name closest to `word`, or None where nothing is close: ties go to the first by code point."""
    names = sorted(set(known))
    found = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if found:
        return found[0]
    folded = {name.casefold(): name for name in reversed(names)}
    return folded.get(word.casefold())


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The help line `did you mean "..."?` for the nearest known name, or None."""
    name = nearest(word, known)
    return f'did you mean "{name}"?' if name is not None else None

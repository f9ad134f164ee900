"""`explain CODE`: what a diagnostic means, how badly it counts, what mends it, and an example where there is one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import NamedTuple

from simulator.cli.code_examples import EXAMPLES
from simulator.cli.explain_lines import BOTH, Line, Marked
from simulator.diagnostics import nearest
from simulator.errors import input_error
from simulator.rules.codes import CODES

TABLES = (
    "simulator.snapshot.codes",
    "simulator.sources.codes",
    "simulator.report.cautions",
    "simulator.report.findings",
    "simulator.facts.macros",
    "simulator.rules.gorgias.findings",
    "simulator.fidelity.codes",
    "simulator.views.codes",
    "simulator.projection.codes",
    "simulator.saved.codes",
    "simulator.report.files",
    "simulator.settings",
    "simulator.cli.codes",
)
"""The modules whose `CODES` tell of a code in a sentence or two; those of rule sets stand in `rules/codes.py`."""

FAMILIES: Mapping[str, tuple[str, str]] = {
    "R": ("rule sets", "`simulator check RULES` shows all of them with their places."),
    "S": ("snapshots", "It stops the command."),
    "I": ("imports", "It stops the import, and nothing is imported."),
    "G": ("rules from Gorgias", "It does not stop the command; what is named is left out or read as said."),
    "C": ("what the snapshot lacks", "It stands above the numbers of `run` and does not stop it."),
    "E": ("the replay", "It stands among the findings of `run`; E004 stops it."),
    "F": (
        "the live rules against the record",
        "It stands above the numbers; with `--min-fidelity` the exit code is 1.",
    ),
    "W": ("views", "It stands among the findings of `run` and does not stop it."),
    "P": ("money", "It stops `run`."),
    "O": ("reports that cannot be written", "It stops the command before anything is written."),
    "T": ("simulator.toml", "It stops every command."),
    "V": ("saved runs", "It stops the command."),
    "U": ("the command itself", "It stops the command."),
}
"""First letter -> what the family is about, and what such a code does."""

LOOKS_LIKE_A_CODE = re.compile(r"[A-Za-z]{1,2}\d{1,4}", re.ASCII)


class Meaning(NamedTuple):
    """A code in words. `mend`, `wrong` and `right` are empty where there is nothing more to say."""

    code: str
    severity: str
    about: str
    says: str
    mend: str
    does: str
    wrong: str = ""
    right: str = ""


def meanings() -> dict[str, Meaning]:
    """Every code of the program, sorted."""
    found = {code: _plain(code, says) for name in TABLES for code, says in _table(name).items()}
    for one in CODES:
        about = FAMILIES["R"]
        found[one.code] = Meaning(one.code, one.severity.value, about[0], one.title, one.mend, about[1])
    return {code: _with_example(found[code]) for code in sorted(found)}


def meaning_of(code: str) -> Meaning:
    """One code, in any case. Raises InputError U009 with the nearest code for one that does not exist."""
    known = meanings()
    found = known.get(code.upper())
    if found is None:
        help = f"did you mean {nearest(code.upper(), known) or nearest_number(code.upper(), known)}?"
        raise input_error("U009", f"there is no code {code.upper()[:20]}", help=help)
    return found


def nearest_number(code: str, known: Iterable[str]) -> str:
    """The code with the nearest number, of the same letter where it has codes."""
    own = [one for one in known if one[0] == code[0]] or list(known)
    number = int(re.sub(r"\D", "", code) or 0)
    return min(own, key=lambda one: (abs(int(one[1:]) - number), one))


def code_lines(one: Meaning) -> Iterator[Marked]:
    """The code as lines."""
    said = [Line(0, f"{one.severity}[{one.code}]: {one.says}"), Line(2, f"about: {one.about}. {one.does}", None, 7)]
    if one.mend:
        said.append(Line(2, f"mend:  {one.mend}", None, 7))
    for name, text in (("wrong:", one.wrong), ("right:", one.right)):
        if text:
            said += [Line(2, name), *(Line(4, line, None, 2) for line in text.splitlines())]
    said.append(Line(2, "docs/codes.md lists all codes.", None, 7))
    return ((BOTH, line) for line in said)


def code_json(one: Meaning) -> Mapping[str, str | None]:
    """The code as data; what there is not is null."""
    return {name: value or None for name, value in one._asdict().items()}


def _table(name: str) -> Mapping[str, str]:
    table: Mapping[str, str] = import_module(name).CODES
    return table


def _plain(code: str, says: str) -> Meaning:
    about, does = FAMILIES.get(code[0], ("", ""))
    return Meaning(code, _severity(code), about, says, "", does)


def _with_example(one: Meaning) -> Meaning:
    wrong, right = EXAMPLES.get(one.code, ("", ""))
    return one._replace(wrong=wrong, right=right)


def _severity(code: str) -> str:
    """Of the tables without severities: what is found of a replay, a snapshot or live rules stops nothing."""
    return "warning" if code[0] in "CEFG" and code not in ("E004", "F002") else "error"

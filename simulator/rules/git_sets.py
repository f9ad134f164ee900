"""`git:REV[:PATH]`: a rule set as a git repository holds it at a revision, wherever a rule set is named.

PATH is a file or a folder, relative to the working folder, as in any other name of a rule set; the working folder
itself where it is left out. The files of the working folder are not looked at.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from simulator.diagnostics import Diagnostic, Location, Severity
from simulator.errors import InputError, input_error
from simulator.rules.load import load_files, load_ruleset
from simulator.rules.model import RuleSet
from simulator.rules.rule_files import MAX_FILE, MAX_FILES, MAX_SET, SUFFIX, RuleFile, shown_path
from simulator.sources.git import Entry, Repository

PREFIX = "git:"
_LINK = "120000"


class Place(NamedTuple):
    """A revision and a path, as written."""

    revision: str
    path: str


def is_git(spec: str) -> bool:
    """Whether a rule set is named by a revision."""
    return spec.startswith(PREFIX)


def load_named(spec: str) -> tuple[RuleSet, tuple[Diagnostic, ...]]:
    """The rule set of a file, a folder or `git:REV[:PATH]`. As `load_ruleset`; InputError U010 where git has it not."""
    if not is_git(spec):
        return load_ruleset(Path(spec))
    place, shown = place_of(spec), shown_path(Path(spec))
    try:
        repository = Repository(Path())
        commit, path = repository.commit_of(place.revision), repository.whole_path(place.path)
        return load_at(repository, commit, path, shown)
    except InputError as error:
        raise InputError(replace(one, location=one.location or Location(shown)) for one in error.diagnostics) from None


def place_of(spec: str) -> Place:
    """The parts of `git:REV[:PATH]`. Raises InputError U010 where there is no revision."""
    revision, _, path = spec.removeprefix(PREFIX).partition(":")
    if not revision:
        raise input_error("U010", f'"{spec[:60]}" names no revision', help="write git:REV:PATH, such as git:main:rules")
    return Place(revision, path or ".")


def load_at(repository: Repository, commit: str, path: str, shown: str) -> tuple[RuleSet, tuple[Diagnostic, ...]]:
    """The rule set that stood at a whole path of the repository; `shown` stands for the path in places."""
    found = repository.find(commit, path)
    default = path.rpartition("/")[2].removesuffix(".yaml").removesuffix(".rules") or "rules"
    if found.kind != "tree":
        return load_files(_read(repository, [(shown, found)]), default)
    inside = [entry for entry in repository.inside(found) if entry.name.endswith(SUFFIX)]
    if not inside:
        raise InputError(_error("R002", shown, f"the folder holds no *{SUFFIX} files"))
    if len(inside) > MAX_FILES:
        raise InputError(_error("R004", shown, f"more than {MAX_FILES:,} rule files in one folder"))
    inside.sort(key=lambda entry: entry.name)
    return load_files(_read(repository, [(f"{shown}/{_plain(entry.name)}", entry) for entry in inside]), default)


def _read(repository: Repository, named: list[tuple[str, Entry]]) -> list[RuleFile]:
    """The files, none of them a link or too large. Raises InputError with all faults."""
    wrong = [fault for name, entry in named if (fault := _fault(name, entry)) is not None]
    if sum(entry.size for _, entry in named) > MAX_SET:
        wrong.append(_error("R004", named[0][0], f"the rule set has more than {MAX_SET:,} bytes"))
    if wrong:
        raise InputError(wrong)
    return [RuleFile(name, repository.read(entry)) for name, entry in named]


def _fault(name: str, entry: Entry) -> Diagnostic | None:
    if entry.mode == _LINK:
        return _error("R003", name, "the file is a link: links are not followed")
    if entry.kind != "blob":
        return _error("R001", name, "not a regular file")
    if entry.size > MAX_FILE:
        return _error("R004", name, f"the file has more than {MAX_FILE:,} bytes")
    return None


def _plain(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _error(code: str, name: str, message: str) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, Location(name))

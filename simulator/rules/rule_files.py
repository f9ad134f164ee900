"""PATH -> the rule files under it: their names as the user gave them, and their bytes. Links are refused unread."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from simulator.diagnostics import Diagnostic, Location, Severity, did_you_mean
from simulator.errors import InputError
from simulator.rules.yaml_tree import place_of

SUFFIX = ".rules.yaml"
MAX_FILE = 1_000_000
MAX_SET = 10_000_000
MAX_FILES = 1_000


class RuleFile(NamedTuple):
    """A file of a rule set: its POSIX path as the user gave it, and its bytes (None: it could not be read)."""

    name: str
    content: bytes | None


def read_rule_files(path: Path) -> tuple[tuple[RuleFile, ...], tuple[Diagnostic, ...]]:
    """The file itself, or the `*.rules.yaml` of a folder sorted by name, and what was wrong with any of them.

    Raises InputError where there is nothing at the path at all, or a folder without rule files.
    """
    if not os.path.lexists(path):
        raise InputError(_error("R001", path, "there is no such file or folder", _neighbour(path)))
    if not path.is_dir():
        return _read((path,))
    try:
        names = sorted(entry.name for entry in path.iterdir())
    except OSError as error:
        raise InputError(_error("R001", path, f"the folder cannot be read: {error.strerror}")) from None
    inside = [path / name for name in names if name.endswith(SUFFIX)]
    left_out = tuple(
        _not_read(path / name) for name in names if name.endswith((".rules.yml", ".rule.yaml", ".rules.yaml.txt"))
    )
    if not inside:
        raise InputError((*left_out, _error("R002", path, f"the folder holds no *{SUFFIX} files")))
    if len(inside) > MAX_FILES:
        raise InputError(_error("R004", path, f"more than {MAX_FILES:,} rule files in one folder"))
    read, found = _read(inside)
    return read, (*left_out, *found)


def _read(paths: Iterable[Path]) -> tuple[tuple[RuleFile, ...], tuple[Diagnostic, ...]]:
    read: list[RuleFile] = []
    found: list[Diagnostic] = []
    total = 0
    for path in paths:
        content: bytes | None = None
        try:
            content = _content(path)
            total += len(content)
            if total > MAX_SET:
                raise InputError(_error("R004", path, f"the rule set has more than {MAX_SET:,} bytes"))
        except InputError as error:
            found.extend(error.diagnostics)
            if total > MAX_SET:
                break
        read.append(RuleFile(shown_path(path), content))
    return tuple(read), tuple(found)


def _content(path: Path) -> bytes:
    """The bytes of a regular file that is no link and not too large; reads at most one byte more than the limit."""
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            raise InputError(_error("R003", path, "the file is a link: links are not followed"))
        if not stat.S_ISREG(mode):
            raise InputError(_error("R001", path, "not a regular file"))
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except OSError as error:
        raise InputError(_error("R001", path, f"the file cannot be read: {error.strerror}")) from None
    if len(content) > MAX_FILE:
        raise InputError(_error("R004", path, f"the file has more than {MAX_FILE:,} bytes"))
    return content


def shown_path(path: Path) -> str:
    """A path with forward slashes; bytes of a name that are not UTF-8 are escaped, so that it can be printed."""
    return path.as_posix().encode("utf-8", "backslashreplace").decode("utf-8")


def relative(location: Location, root: Path) -> Location:
    """The place as a path relative to the rule set: the name of the file inside the folder, or of the file itself."""
    base = shown_path(root)
    inside = location.file.removeprefix(base + "/") if location.file != base else location.file.rpartition("/")[2]
    return Location(inside, location.line, location.column)


def text_of_file(file: RuleFile) -> tuple[str, Diagnostic | None]:
    """The text of a file, strictly UTF-8 (a byte order mark is fine), or an empty text and what is wrong with it."""
    content = file.content or b""
    try:
        return content.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig", "replace")
        place = place_of(before, len(before))
        where = Location(file.name, place.line, place.column)
        message = f"the file is not UTF-8: byte 0x{content[error.start]:02X}"
        return "", Diagnostic("R005", Severity.ERROR, message, where, "save the file as UTF-8")


def _error(code: str, path: Path, message: str, help: str | None = None) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, Location(shown_path(path)), help)


def _not_read(path: Path) -> Diagnostic:
    help = f"rule files of a folder end in {SUFFIX}"
    return Diagnostic("R110", Severity.WARNING, "this file is not read", Location(shown_path(path)), help)


def _neighbour(path: Path) -> str | None:
    """The nearest name in the same folder, where it can be listed."""
    try:
        return did_you_mean(path.name, [entry.name for entry in path.parent.iterdir()])
    except OSError:
        return None

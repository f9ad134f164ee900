"""SETTINGS: `simulator.toml` (or `[tool.simulator]` of pyproject.toml): defaults for the options of every command.

A flag beats the environment (SIMULATOR_NAME), which beats the file, which beats the default. Paths in the file are
relative to it and stay below it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from simulator.diagnostics import Diagnostic, Location, Severity, did_you_mean
from simulator.errors import InputError, input_error

SettingValue = str | int | bool | list[str]

KEYS: Mapping[str, str] = {
    "snapshot": "path",
    "baseline": "side",
    "candidate": "side",
    "since": "text",
    "until": "text",
    "where": "text",
    "sample": "text",
    "seed": "number",
    "who": "text",
    "facts": "choice",
    "max-cascade": "number",
    "assume": "list",
    "assume-check": "flag",
    "as-of": "text",
    "window": "text",
    "channel": "list",
    "exclude-outbound": "flag",
    "verify-delta": "flag",
    "deep": "flag",
    "jobs": "number",
    "cache": "flag",
    "min-fidelity": "text",
    "format": "choice",
    "report": "outputs",
    "save": "path",
    "color": "choice",
    "allow-empty": "flag",
    "detailed-exitcode": "flag",
}
"""Every key and what its value is: a path below the file, a rule set (path, git:REV:PATH, live, none), outputs."""

CHOICES: Mapping[str, tuple[str, ...]] = {
    "facts": ("as-of", "current"),
    "format": ("full", "concise", "json", "markdown"),
    "color": ("auto", "always", "never"),
}
"""The values that a choice has in any command; a command that lacks one keeps its own default."""

CODES: dict[str, str] = {
    "T001": "The settings file cannot be read, is too large, or is not TOML in UTF-8.",
    "T002": "An unknown setting; the nearest right name is shown. Settings are named as the options are.",
    "T003": "A secret in the settings file. Secrets belong in the environment.",
    "T004": "A setting of the wrong kind, such as a word for a number.",
    "T005": "A path in the settings file that leaves the project's folder. Give it as an option instead.",
}
"""Code -> meaning, in plain words, and what mends it."""

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "path": str, "side": str, "text": str, "choice": str, "number": int, "flag": bool, "list": list, "outputs": list,
}  # fmt: skip
_KINDS: Mapping[str, str] = {
    "path": "a path", "side": "a path, git:REV:PATH, live or none", "text": "a text in quotes",
    "choice": "a text in quotes",
    "number": "a whole number", "flag": "true or false", "list": "a list of texts",
    "outputs": "a list of FORMAT=PATH",
}  # fmt: skip
_MAX_BYTES = 1 << 18
_SECRET = re.compile(r"token|secret|password|api.?key|credential", re.IGNORECASE)
_PART = r"""(?:[\w-]++|"[^"\n]*"|'[^'\n]*')[ \t]*+\.[ \t]*+"""
_MAX_PARTS = 64
_LONG_KEY = re.compile(rf"""(?<![\w"'-])(?:{_PART}){{{_MAX_PARTS}}}""")
"""A key of very many parts: the TOML reader's memory grows with their square."""

_TABLE = ("tool", "simulator")
_AT_LINE = re.compile(r"at line (\d+), column (\d+)")


@dataclass(frozen=True)
class Settings:
    """What the file says, by option name, and where; `path` is None where there is no file."""

    path: Path | None = None
    values: Mapping[str, SettingValue] = field(default_factory=dict)
    places: Mapping[str, Location] = field(default_factory=dict)


def find_settings(folder: Path) -> Path | None:
    """The nearest simulator.toml, or pyproject.toml with a [tool.simulator] table, in `folder` or above it."""
    for place in (folder, *folder.parents):
        own = place / "simulator.toml"
        if own.is_file():
            return own
        project = place / "pyproject.toml"
        if project.is_file() and b"[tool.simulator]" in _head(project):
            return project
    return None


def read_settings(path: Path | None) -> Settings:
    """Read the file. Raises InputError with every unknown key, wrong type and path that leaves the project."""
    if path is None:
        return Settings()
    text = _text(path)
    table = _table(path, text)
    found: list[Diagnostic] = []
    values: dict[str, SettingValue] = {}
    places: dict[str, Location] = {}
    for key, value in table.items():
        name = key.replace("_", "-")
        place = _place(path, text, key)
        wrong = _wrong(key, name, value, place)
        if wrong is not None:
            found.append(wrong)
        else:
            values[name], places[name] = _resolved(path.parent, KEYS[name], value, place, found), place
    if found:
        raise InputError(found)
    return Settings(path, values, places)


def _table(path: Path, text: str) -> dict[str, SettingValue]:
    """The settings as TOML has them: of a pyproject.toml, only our table."""
    long = _LONG_KEY.search(text)
    if long:
        place = Location(path.name, text.count("\n", 0, long.start()) + 1)
        raise input_error("T001", f"a key of more than {_MAX_PARTS} parts", place)
    try:
        table: object = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _not_toml(path, error) from None
    for name in _TABLE if path.name == "pyproject.toml" else ():
        table = table.get(name, {}) if isinstance(table, dict) else None
    if not isinstance(table, dict):
        raise input_error("T004", "tool.simulator is not a table", Location(path.name))
    return table


def _not_toml(path: Path, error: Exception) -> InputError:
    """What the TOML reader says, at its place; a number of thousands of digits and endless brackets have none."""
    at = _AT_LINE.search(str(error))
    place = Location(path.name, int(at[1]), int(at[2])) if at else Location(path.name)
    what = {RecursionError: "brackets nested too deeply", ValueError: "a number of thousands of digits"}
    return input_error("T001", f"not TOML: {what.get(type(error), str(error))}", place)


def _wrong(key: str, name: str, value: object, place: Location) -> Diagnostic | None:
    """What is wrong with a setting, whatever folder it stands in."""
    if _SECRET.search(key):
        return _error("T003", f'"{key}": secrets do not belong in a file', place, "give it in the environment")
    if name not in KEYS:
        return _error("T002", f'unknown setting "{key}"', place, did_you_mean(name, KEYS))
    if not _fits(value, KEYS[name]):
        return _error("T004", f'"{key}" takes {_KINDS[KEYS[name]]}', place, None)
    if name in CHOICES and value not in CHOICES[name]:
        help = did_you_mean(str(value), CHOICES[name]) or f"one of {', '.join(CHOICES[name])}"
        return _error("T004", f'"{key}" cannot be "{value}"', place, help)
    return None


def _head(path: Path) -> bytes:
    """The bytes of a file, at most one more than may be."""
    with path.open("rb") as file:
        return file.read(_MAX_BYTES + 1)


def _text(path: Path) -> str:
    try:
        data = _head(path)
        if len(data) > _MAX_BYTES:
            raise input_error("T001", f"longer than {_MAX_BYTES} bytes", Location(path.name))
        return data.decode("utf-8")
    except OSError as error:
        raise input_error("T001", f"cannot be read: {error.strerror}", Location(path.name)) from None
    except UnicodeDecodeError:
        raise input_error("T001", "not UTF-8", Location(path.name)) from None


def _fits(value: object, kind: str) -> bool:
    if kind in ("list", "outputs"):
        sign = "=" if kind == "outputs" else ""
        return isinstance(value, list) and all(isinstance(item, str) and sign in item for item in value)
    return isinstance(value, _TYPES[kind]) and isinstance(value, bool) is (kind == "flag")


def _resolved(folder: Path, kind: str, value: SettingValue, place: Location, found: list[Diagnostic]) -> SettingValue:
    if kind == "path" and isinstance(value, str):
        return _below(folder, value, place, found)
    if kind == "side" and isinstance(value, str):
        return value if value in ("live", "none") or value.startswith("git:") else _below(folder, value, place, found)
    if kind == "outputs" and isinstance(value, list):
        pairs = [item.partition("=") for item in value]
        return [f"{name}={_below(folder, target, place, found)}" for name, _, target in pairs]
    return value


def _below(folder: Path, value: str, place: Location, found: list[Diagnostic]) -> str:
    """The path, if it and whatever it links to lie below the folder."""
    try:
        inside = (folder / value).resolve().is_relative_to(folder.resolve())
    except (ValueError, OSError, RuntimeError):  # a NUL, a name too long, links in a circle
        found.append(_error("T005", f'"{value[:80]}" is no path', place, None))
        return value
    if not inside:
        found.append(_error("T005", f'"{value}" lies outside the project', place, "give it as a flag instead"))
    return str(folder / value)


def _place(path: Path, text: str, key: str) -> Location:
    """Where a key stands: in a pyproject.toml, below the head of our table."""
    inside = path.name != "pyproject.toml"
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("["):
            inside = line.strip().startswith("[tool.simulator")
        elif inside and line.split("=")[0].strip().strip("\"'") == key:
            return Location(path.name, number, line.index(key) + 1)
    return Location(path.name)


def _error(code: str, message: str, place: Location, help: str | None) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, place, help)

"""SETTINGS: `simulator.toml` (or `[tool.simulator]` of pyproject.toml): defaults for the options of every command.

A flag beats the environment (SIMULATOR_NAME), which beats the file, which beats the default. Paths in the file are
relative to it and stay below it.
"""

from __future__ import annotations

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
    "facts": "text",
    "max-cascade": "number",
    "as-of": "text",
    "window": "text",
    "channel": "list",
    "exclude-outbound": "flag",
    "format": "text",
    "report": "outputs",
    "color": "text",
    "allow-empty": "flag",
    "detailed-exitcode": "flag",
}
"""Every key and what its value is: a path below the file, a rule set (path, live, none), outputs FORMAT=PATH."""

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "path": str, "side": str, "text": str, "number": int, "flag": bool, "list": list, "outputs": list,
}  # fmt: skip
_MAX_BYTES = 1 << 20


@dataclass(frozen=True)
class Settings:
    """What the file says, by option name; `path` is None where there is no file."""

    path: Path | None = None
    values: Mapping[str, SettingValue] = field(default_factory=dict)


def find_settings(folder: Path) -> Path | None:
    """The nearest simulator.toml, or pyproject.toml with a [tool.simulator] table, in `folder` or above it."""
    for place in (folder, *folder.parents):
        own = place / "simulator.toml"
        if own.is_file():
            return own
        project = place / "pyproject.toml"
        if project.is_file() and "[tool.simulator]" in project.read_text("utf-8", "replace"):
            return project
    return None


def read_settings(path: Path | None) -> Settings:
    """Read the file. Raises InputError with every unknown key, wrong type and path that leaves the project."""
    if path is None:
        return Settings()
    text = _text(path)
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise input_error("T001", f"not TOML: {error}", Location(path.name)) from None
    if path.name == "pyproject.toml":
        table = table.get("tool", {}).get("simulator", {})
    found: list[Diagnostic] = []
    values: dict[str, SettingValue] = {}
    for key, value in table.items():
        name = key.replace("_", "-")
        place = _place(path, text, key)
        if name not in KEYS:
            found.append(_error("T002", f'unknown setting "{key}"', place, did_you_mean(name, KEYS)))
        elif "token" in key or "secret" in key:
            found.append(_error("T003", "secrets do not belong in a file", place, "use the environment"))
        elif not _fits(value, KEYS[name]):
            found.append(_error("T004", f'"{key}" takes a {KEYS[name]}', place, None))
        else:
            values[name] = _resolved(path.parent, KEYS[name], value, place, found)
    if found:
        raise InputError(found)
    return Settings(path, values)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        if len(data) > _MAX_BYTES:
            raise input_error("T001", f"longer than {_MAX_BYTES} bytes", Location(path.name))
        return data.decode("utf-8")
    except OSError as error:
        raise input_error("T001", f"cannot be read: {error.strerror}", Location(path.name)) from None
    except UnicodeDecodeError:
        raise input_error("T001", "not UTF-8", Location(path.name)) from None


def _fits(value: object, kind: str) -> bool:
    if kind in ("list", "outputs"):
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, _TYPES[kind]) and isinstance(value, bool) is (kind == "flag")


def _resolved(folder: Path, kind: str, value: SettingValue, place: Location, found: list[Diagnostic]) -> SettingValue:
    if kind == "path" and isinstance(value, str):
        return _below(folder, value, place, found)
    if kind == "side" and isinstance(value, str):
        return value if value in ("live", "none") else _below(folder, value, place, found)
    if kind == "outputs" and isinstance(value, list):
        pairs = [item.partition("=") for item in value]
        return [f"{name}={_below(folder, target, place, found)}" if sign else name for name, sign, target in pairs]
    return value


def _below(folder: Path, value: str, place: Location, found: list[Diagnostic]) -> str:
    target = (folder / value).resolve()
    if not target.is_relative_to(folder.resolve()):
        found.append(_error("T005", f'"{value}" lies outside the project', place, "give it as a flag instead"))
    return str(folder / value)


def _place(path: Path, text: str, key: str) -> Location:
    for number, line in enumerate(text.splitlines(), 1):
        if line.split("=")[0].strip().strip("\"'") == key:
            return Location(path.name, number, line.index(key) + 1)
    return Location(path.name)


def _error(code: str, message: str, place: Location, help: str | None) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, place, help)

"""Where an option gets its value when no flag gives it: SIMULATOR_NAME, then simulator.toml, then its own default.

Both go by the option's long flag: `--max-cascade` is SIMULATOR_MAX_CASCADE and `max-cascade`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

import click

from simulator.settings import CHOICES, Settings


def key_of(option: click.Option) -> str:
    """The name of an option in files: its long flag, without the dashes."""
    return next((flag[2:] for flag in option.opts if flag.startswith("--")), option.name or "")


def variable_of(key: str) -> str:
    """The environment variable of an option."""
    return f"SIMULATOR_{key.upper().replace('-', '_')}"


def read_environment(command: click.Command) -> None:
    """Let every option be set by its variable as well; one that is meant for another command is passed over."""
    for option in _options(command):
        variable = variable_of(key_of(option))
        option.envvar = variable if _takes(option, os.environ.get(variable)) else None


def defaults_of(command: click.Command, settings: Settings) -> Mapping[str, object]:
    """The defaults that the file gives to a command and its subcommands, by click's name of the option."""
    given = ((option, settings.values.get(key_of(option))) for option in _options(command))
    return {
        option.name: value for option, value in given if option.name and value is not None and _takes(option, value)
    }


def _options(command: click.Command) -> Iterator[click.Option]:
    yield from (parameter for parameter in command.params if isinstance(parameter, click.Option))
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            yield from _options(inner)


def _takes(option: click.Option, value: object) -> bool:
    """Whether a value is meant for this option: not a format that only other commands have."""
    known_elsewhere = value in CHOICES.get(key_of(option), ())
    return not (known_elsewhere and isinstance(option.type, click.Choice) and value not in option.type.choices)

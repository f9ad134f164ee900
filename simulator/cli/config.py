"""`config show`: every setting, its value, and where that came from."""

from __future__ import annotations

import os
from pathlib import Path

import click

from simulator.escape import for_terminal
from simulator.settings import KEYS, Settings


@click.group("config")
def command() -> None:
    """Settings: flag > environment > simulator.toml > default."""


@command.command("show")
@click.pass_obj
def show(settings: Settings) -> None:
    """Show the settings that are in force, and where each came from."""
    from simulator.cli.options import key_of, variable_of
    from simulator.cli.run import command as run

    defaults = {key_of(option): option.default for option in run.params if isinstance(option, click.Option)}
    name = settings.path.name if settings.path else ""
    for key in KEYS:
        variable = variable_of(key)
        if os.environ.get(variable):
            value, source = os.environ[variable], variable
        elif key in settings.values:
            value, source = _shown(settings.values[key]), name
        else:
            value, source = _shown(defaults.get(key)), "default"
        click.echo(f"{key:<18} {for_terminal(value):<40} {source}")


def _shown(value: object) -> str:
    """A value as it would be written after its flag; what has none, and click's mark for that, is empty."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value) if isinstance(value, str | int | Path) else ""

"""`config show`: every setting, its value, and where that came from."""

from __future__ import annotations

import os

import click

from simulator.settings import KEYS, Settings


@click.group("config")
def command() -> None:
    """Settings: flag > environment > simulator.toml > default."""


@command.command("show")
@click.pass_obj
def show(settings: Settings) -> None:
    """Show the settings that are in force, and where each came from."""
    from simulator.cli.run import command as run

    defaults = {(option.name or "").replace("_", "-"): option.default for option in run.params}
    defaults |= {"report": (), "format": "full"}
    name = settings.path.name if settings.path else None
    for key in KEYS:
        variable = f"SIMULATOR_{key.replace('-', '_').upper()}"
        if variable in os.environ:
            value, source = os.environ[variable], variable
        elif key in settings.values:
            value, source = str(settings.values[key]), name or ""
        else:
            value, source = _shown(defaults.get(key)), "default"
        click.echo(f"{key:<18} {value:<40} {source}")


def _shown(value: object) -> str:
    return "" if value is None or value == () or not isinstance(value, (str, int, bool, tuple)) else str(value)

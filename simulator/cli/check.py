"""`check RULES...`: every error and warning of rule sets, with places. Findings are the result: they go to stdout."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from simulator.cli.diagnostics import FORMATS, as_json, is_colored, render
from simulator.diagnostics import Diagnostic, Severity
from simulator.errors import InputError

if TYPE_CHECKING:
    from simulator.rules.joined import Tables


@click.command("check")
@click.argument("rules", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--snapshot",
    "tables",
    type=click.Path(path_type=Path),
    help="Also hold the joined tables that rules read against this snapshot (only where this flag names it).",
)
@click.option("--format", "format", type=click.Choice(FORMATS), default="full", help="How findings are printed.")
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", help="Whether to colour.")
@click.pass_context
def command(ctx: click.Context, rules: tuple[Path, ...], tables: Path | None, format: str, color: str) -> int:
    """Check rule sets: errors and warnings with their places.

    RULES are files, folders of *.rules.yaml read as one set, or git:REV[:PATH] (as git has
    them). Exits with 2 if a rule set does not load.
    """
    found: list[Diagnostic] = []
    loaded: list[int] = []
    named = ctx.get_parameter_source("tables") is ParameterSource.COMMANDLINE  # rules are checked without one, too
    columns = _columns(tables) if tables is not None and named else None
    for path in dict.fromkeys(rules):
        count, diagnostics = _load(path) if columns is None else _load(path, columns)
        found.extend(diagnostics)
        loaded.extend(() if count is None else (count,))
    if format == "json":
        data = {**as_json(found), "rule_sets": len(dict.fromkeys(rules)), "rules": sum(loaded)}
        click.echo(json.dumps(data, indent=2, ensure_ascii=True))
    else:
        if found:
            click.echo(render(found, format, is_colored(color, sys.stdout)), nl=False, color=True)
        if loaded or not found:
            click.echo(_counted(len(loaded), sum(loaded)))
    return 2 if any(one.severity is Severity.ERROR for one in found) else 0


def _columns(snapshot: Path) -> Tables:
    from contextlib import closing

    from simulator.snapshot.joined import joined_columns
    from simulator.snapshot.store import open_snapshot

    with closing(open_snapshot(snapshot)) as connection:
        return joined_columns(connection)


def _load(path: Path, columns: Tables | None = None) -> tuple[int | None, tuple[Diagnostic, ...]]:
    """The number of rules, None if the set does not load, and what was found."""
    from simulator.rules.git_sets import load_named
    from simulator.rules.joined import unknown_in_tables

    try:
        ruleset, warnings = load_named(str(path))
    except InputError as error:
        return None, error.diagnostics
    more = () if columns is None else unknown_in_tables(ruleset, columns)
    return len(ruleset.rules), (*warnings, *more)


def _counted(sets: int, rules: int) -> str:
    return f"{sets:,} rule set{'' if sets == 1 else 's'} loaded, {rules:,} rule{'' if rules == 1 else 's'}"

"""`schema KIND`: the JSON Schema of a file format, for editors and other programs."""

from __future__ import annotations

import click


@click.command("schema")
@click.argument("kind", type=click.Choice(("ruleset",)))
def command(kind: str) -> None:
    """Print the JSON Schema (2020-12) of a file format."""
    from simulator.rules.schema import schema_text

    click.echo(schema_text(), nl=False)

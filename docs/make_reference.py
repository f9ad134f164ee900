"""Bring the pages of reference up to date: what stands between `<!-- NAME -->` and `<!-- end -->` comes from the code.

`python docs/make_reference.py` writes them; the tests compare, so no table, code, command or option can drift.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click

from simulator.cli.main import COMMANDS, cli
from simulator.rules.reference import BLOCKS as RULE_BLOCKS

DOCS = Path(__file__).parent
PAGES = ("rule-language.md", "codes.md", "commands.md")
_WIDTH = 80

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "snapshot-codes": ("simulator.snapshot.codes",),
    "import-codes": ("simulator.sources.codes",),
    "caution-codes": ("simulator.report.cautions",),
    "replay-codes": ("simulator.report.findings", "simulator.facts.macros"),
    "gorgias-codes": ("simulator.rules.gorgias.findings",),
    "fidelity-codes": ("simulator.fidelity.codes",),
    "view-codes": ("simulator.views.codes",),
    "money-codes": ("simulator.projection.codes",),
    "saved-run-codes": ("simulator.saved.codes",),
    "output-codes": ("simulator.report.files",),
    "settings-codes": ("simulator.settings",),
    "usage-codes": ("simulator.cli.codes",),
}
"""A block of codes, and the modules whose `CODES` stand in it."""


def codes_of(family: str) -> dict[str, str]:
    """Code -> meaning of one family."""
    found: dict[str, str] = {}
    for name in FAMILIES[family]:
        found.update(importlib.import_module(name).CODES)
    return found


def _codes_table(family: str) -> str:
    rows = [f"| {code} | {meaning} |\n" for code, meaning in sorted(codes_of(family).items())]
    return "".join(["| code | says |\n", "|---|---|\n", *rows])


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command and subcommand by its full name, in the order of --help."""
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {sub}", child) for sub, child in sorted(command.commands.items()))


def _help(name: str, command: click.Command) -> str:
    settings = cli.context_settings
    parent: click.Context | None = None
    for word in ("simulator", *name.split()[:-1]):
        parent = click.Context(cli, parent=parent, info_name=word, help_option_names=settings["help_option_names"])
    context = click.Context(command, parent=parent, info_name=name.split()[-1], terminal_width=_WIDTH)
    return f"```text\n{command.get_help(context).strip()}\n```\n"


def _blocks() -> dict[str, Callable[[], str]]:
    made: dict[str, Callable[[], str]] = dict(RULE_BLOCKS)
    made |= {family: lambda family=family: _codes_table(family) for family in FAMILIES}  # type: ignore[misc]
    made |= {
        f"command {name}": lambda name=name, command=command: _help(name, command)  # type: ignore[misc]
        for name, command in commands()
    }
    return made


BLOCKS = _blocks()
_BLOCK = re.compile(rf"<!-- ({'|'.join(BLOCKS)}) -->.*?<!-- end -->", re.DOTALL)


def refreshed(text: str) -> str:
    """The page with each block made anew."""
    return _BLOCK.sub(lambda found: f"<!-- {found[1]} -->\n\n{BLOCKS[found[1]]()}\n<!-- end -->", text)


def main() -> None:
    """Write the pages that changed."""
    for page in PAGES:
        path = DOCS / page
        old = path.read_text("utf-8")
        if (new := refreshed(old)) != old:
            path.write_text(new, "utf-8", newline="\n")
            print(f"docs/{page}")


if __name__ == "__main__":
    main()

"""`init`: a working project in one command, on the bundled demo shop."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

from simulator.diagnostics import Location
from simulator.errors import input_error

_FILES = {
    "simulator.toml": "simulator.toml",
    "rulesets/live.rules.yaml": "live.rules.yaml",
    "rulesets/next.rules.yaml": "next.rules.yaml",
    "README.md": "README.md",
    ".gitignore": "gitignore",
}
"""Where each file goes, and its name in the package."""


@click.command("init")
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False))
def command(folder: Path) -> None:
    """Start a project in FOLDER: settings, a rule set and a change of it, the demo shop. `simulator run` works at once.

    Files that are already there are never replaced.
    """
    from simulator.bundled import build_demo

    taken = [name for name in (*_FILES, "demo.db") if (folder / name).exists()]
    if taken:
        raise input_error(
            "U006", f"there already is {', '.join(taken)}", Location(folder.as_posix()), "name an empty folder"
        )
    starter = files("simulator") / "starter"
    for name, source in _FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text((starter / source).read_text("utf-8"), "utf-8", newline="\n")
    build_demo(folder / "demo.db")
    where = "" if folder == Path() else f"cd {folder.as_posix()} && "
    click.echo(f"{len(_FILES)} files and the demo snapshot are in {folder.as_posix()}/")
    click.echo(f"Next: {where}simulator run")

"""`init`: a working project in one command, on the bundled demo shop."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path

import click

from simulator.diagnostics import Location
from simulator.errors import input_error
from simulator.escape import for_terminal

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

    taken = [name for name in (*_FILES, "demo.db") if os.path.lexists(folder / name)]
    if taken:
        raise input_error(
            "U006", f"there already is {', '.join(taken)}", Location(folder.as_posix()), "name an empty folder"
        )
    with _all_or_nothing() as made:
        _make_folder(folder, made)
        for name, source in _FILES.items():
            _make_file(folder / name, (files("simulator") / "starter" / source).read_text("utf-8"), made)
        made.append(folder / "demo.db")
        build_demo(folder / "demo.db")
    where = "" if folder == Path() else f"cd {for_terminal(folder.as_posix())} && "
    click.echo(f"{len(_FILES)} files and the demo snapshot are in {for_terminal(folder.as_posix())}/")
    click.echo(f"Next: {where}simulator run")


@contextmanager
def _all_or_nothing() -> Iterator[list[Path]]:
    """Takes the files and folders that the block made away again where it fails or is interrupted."""
    made: list[Path] = []
    try:
        yield made
    except BaseException:
        for path in reversed(made):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        raise


def _make_folder(folder: Path, made: list[Path]) -> None:
    for place in reversed((folder, *folder.parents)):
        if not place.exists():
            made.append(place)
            place.mkdir(exist_ok=True)


def _make_file(path: Path, text: str, made: list[Path]) -> None:
    """A new file; one that appeared meanwhile is not replaced."""
    _make_folder(path.parent, made)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        made.append(path)
        file.write(text)

"""`demo`: the bundled shop, a rule change, and what it would do; needs no data of one's own."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import click

from simulator.cli.run import replay_and_report, run_options


@click.command("demo")
@run_options
def command(**options: Any) -> int:
    """Replay the bundled demo shop under its baseline and its candidate rules.

    The shop, its customers and its tickets are invented. Takes every option of `run`.
    """
    from simulator.bundled import build_demo, demo_folder

    rulesets = demo_folder() / "rulesets"
    with tempfile.TemporaryDirectory(prefix="simulator-") as folder:
        snapshot = Path(folder) / "demo.db"
        build_demo(snapshot)
        code = replay_and_report(snapshot, str(rulesets / "baseline"), str(rulesets / "candidate"), options)
    if options["style"] in ("full", "concise") and not options["quiet"]:
        click.echo("\nThis snapshot is gone again: simulator init FOLDER starts a project with one.")
    return code

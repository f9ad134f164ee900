"""`report`: any report again from a saved run, byte for byte what the run itself would have written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from simulator.cli.run import exit_code, printing_options
from simulator.settings import Settings

_GIVEN = ("snapshot", "baseline", "candidate")


@click.command("report")
@click.argument("saved", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--snapshot", type=click.Path(path_type=Path), help="Refuse a run that is not of this snapshot.")
@click.option("--baseline", metavar="RULES", help="Refuse a run with another baseline than these rules.")
@click.option("--candidate", metavar="RULES", help="Refuse a run with another candidate than these rules.")
@click.option("--allow-stale", is_flag=True, help="Report a run whose own snapshot or rules have changed since.")
@printing_options
def command(saved: Path, allow_stale: bool, **options: Any) -> int:
    """Write reports of a saved run again, in any format.

    RUN is a file that `run --save` wrote. The reports are those that the run itself would have written. A run is
    refused where the snapshot or the rules that it names have changed since.
    """
    from simulator.cli.outputs import parse_outputs, print_report, write_outputs
    from simulator.saved.fits import Given, check_fit
    from simulator.saved.store import open_run

    settings = click.get_current_context().find_object(Settings)
    inputs = (saved, *(() if settings is None or settings.path is None else (settings.path,)))
    outputs = parse_outputs(options["reports"], inputs)
    with open_run(saved) as found:
        check_fit(saved, found, Given(**_on_the_command_line(options)), allow_stale)
        write_outputs(found.run, outputs)
        print_report(found.run, options)
    return exit_code(found.run, options)


def _on_the_command_line(options: dict[str, Any]) -> dict[str, Any]:
    """What a run is said to be of. Settings name what is to be run next: they say nothing of a run that is done."""
    source = click.get_current_context().get_parameter_source
    return {name: options[name] for name in _GIVEN if source(name) is ParameterSource.COMMANDLINE}

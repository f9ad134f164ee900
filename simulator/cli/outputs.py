"""Where results go: reports asked for by FORMAT=PATH, and what is printed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click

from simulator.diagnostics import Location, did_you_mean
from simulator.errors import input_error
from simulator.pipeline import Run
from simulator.report.files import check_output, write_report
from simulator.rules.git_sets import is_git
from simulator.rules.rule_files import SUFFIX

Lines = Callable[[Run], Iterable[str]]


def _json(run: Run) -> Iterable[str]:
    from simulator.report.json_report import json_report

    return (json_report(run.report),)


def _trail(run: Run) -> Iterable[str]:
    from simulator.report.trail import trail_lines

    return trail_lines(run.before.outcome, run.after.outcome, run.reported)


def _refusals(run: Run) -> Iterable[str]:
    from simulator.report.refusals import refusal_lines

    return refusal_lines(run.before.outcome, run.after.outcome, run.reported)


def _attribution(run: Run) -> Iterable[str]:
    from simulator.report.attribution_lines import attribution_lines

    if run.projection is None:
        click.echo("the snapshot has no orders: the attribution report is empty", err=True)
        return ()
    return attribution_lines(run.projection)


def _csv(run: Run) -> Iterable[str]:
    from simulator.report.csv_edits import csv_lines

    return csv_lines(run.report.diff.edits)


def _html(run: Run) -> Iterable[str]:
    from simulator.report.html import html_report
    from simulator.report.page.tickets import facts_of

    return (html_report(run.report, run.before, run.after, run.projection, facts_of(run.tickets)),)


def _markdown(run: Run) -> Iterable[str]:
    from simulator.report.markdown import markdown

    return (markdown(run.report),)


FORMATS: dict[str, Lines] = {
    "json": _json,
    "trail": _trail,
    "refusals": _refusals,
    "attribution": _attribution,
    "csv": _csv,
    "html": _html,
    "markdown": _markdown,
}
"""Every format of --report."""


class Output(NamedTuple):
    """A report that was asked for; `inputs` are the files that it must not replace."""

    format: str
    path: Path
    inputs: tuple[Path, ...]

    @classmethod
    def parse(cls, text: str, inputs: tuple[Path, ...]) -> Output:
        """FORMAT=PATH. Raises InputError before any work is done where it cannot be written."""
        format, sign, path = text.partition("=")
        if not sign or not path:
            raise input_error("U004", f'--report takes FORMAT=PATH, not "{text}"')
        if format not in FORMATS:
            raise input_error("U004", f'unknown report format "{format}"', help=did_you_mean(format, FORMATS))
        check_output(Path(path), inputs)
        return cls(format, Path(path), inputs)


def parse_outputs(texts: Sequence[str], inputs: tuple[Path, ...]) -> list[Output]:
    """Every --report; two of them cannot have one file."""
    outputs = [Output.parse(text, inputs) for text in texts]
    files = [output.path.absolute() for output in outputs]
    for index, output in enumerate(outputs):
        if files[index] in files[:index] and not output.path.is_char_device():
            raise input_error("U004", "two reports have the same file", Location(str(output.path)))
    return outputs


class Target(NamedTuple):
    """Where a run is to be saved, and the files that it must not replace."""

    path: Path
    inputs: tuple[Path, ...]

    def save(self, run: Run, snapshot: Path, sides: tuple[str, str], seal: str | None) -> None:
        """Save the run, with the way from there to the files that it was made of; `seal` is that of the snapshot."""
        from simulator.saved.fits import names_of
        from simulator.saved.store import save_run

        save_run(self.path, run, names_of(self.path.parent, snapshot, sides, seal), self.inputs)


def parse_target(path: Path | None, outputs: Sequence[Output], inputs: tuple[Path, ...]) -> Target | None:
    """The --save, if there is one. Raises InputError before any work is done where it cannot be written."""
    if path is None:
        return None
    from simulator.saved.store import check_target

    if path.absolute() in [output.path.absolute() for output in outputs]:
        raise input_error("U004", "a report and the saved run have the same file", Location(str(path)))
    check_target(path, inputs)
    return Target(path, inputs)


def inputs_of(snapshot: Path, baseline: str, candidate: str, settings: Path | None) -> tuple[Path, ...]:
    """The files that a run reads: snapshot, rule files, settings."""
    files = (spec for spec in (baseline, candidate) if spec not in ("live", "none") and not is_git(spec))
    sides = [Path(spec) for spec in files if "\0" not in spec]
    rules = [file for side in sides for file in (sorted(side.glob(f"*{SUFFIX}")) if side.is_dir() else (side,))]
    return (snapshot, *rules, *(() if settings is None else (settings,)))


def write_outputs(run: Run, outputs: Sequence[Output]) -> None:
    """Write each report whole."""
    for output in outputs:
        write_report(output.path, FORMATS[output.format](run), output.inputs)


def print_report(run: Run, options: dict[str, Any]) -> None:
    """The result on stdout, in the style asked for."""
    from simulator.cli.diagnostics import is_colored
    from simulator.report.terminal import terminal

    if options["quiet"] > 1:
        return
    style = options["style"]
    if style in FORMATS:
        click.echo("".join(FORMATS[style](run)), nl=False)
    else:
        concise = style == "concise" or options["quiet"] == 1
        colour = is_colored(options["color"], sys.stdout)
        click.echo(terminal(run.report, "concise" if concise else "full", colour), nl=False, color=True)

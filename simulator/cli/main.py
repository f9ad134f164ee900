"""The command line: finds the command, applies the settings, and turns every outcome into its exit code."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn, TextIO

import click
from click.core import ParameterSource

from simulator import __version__
from simulator.cli.options import defaults_of, key_of, read_environment
from simulator.diagnostics import Diagnostic, Location, Severity, did_you_mean
from simulator.errors import SimulatorError
from simulator.settings import Settings, find_settings, read_settings

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("simulator.cli.demo", "Replay the bundled demo shop and show what a rule change would do."),
    "init": ("simulator.cli.init", "Start a project: settings, two rules, a README."),
    "import": ("simulator.cli.import_", "Read exports of Gorgias, Shopify or a table into a snapshot."),
    "snapshot": ("simulator.cli.snapshot", "Look into a snapshot, check that it is whole, cut a smaller one."),
    "check": ("simulator.cli.check", "Check rule sets: errors and warnings with their places."),
    "rules": ("simulator.cli.rules", "Turn Gorgias rules into YAML."),
    "run": ("simulator.cli.run", "Replay two rule sets on a snapshot and show the difference."),
    "report": ("simulator.cli.report", "Write reports of a saved run again, in any format."),
    "fidelity": ("simulator.cli.fidelity", "Replay the live rules and compare with what they really did."),
    "labels": ("simulator.cli.labels", "Score the tags that rules put against tags that people set."),
    "explain": ("simulator.cli.explain", "Say why, on one ticket: every event, rule and condition."),
    "bisect": ("simulator.cli.bisect", "Find the commit at which the result of a ticket changed."),
    "schema": ("simulator.cli.schema", "Print the JSON Schema of a file format."),
    "config": ("simulator.cli.config", "Show the settings and where each came from."),
}
"""Name, module that holds its `command`, and the line of --help. Modules are imported only when called for."""

INTERRUPTED, TERMINATED, PIPE_CLOSED, BUG = 130, 143, 141, 3


class Commands(click.Group):
    """The lazy group: --help imports no command, and each command's options take their defaults from the settings."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command = importlib.import_module(COMMANDS[name][0]).command
        assert isinstance(command, click.Command)
        read_environment(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            help = did_you_mean(args[0], COMMANDS)
            raise click.UsageError(f'no such command "{args[0]}"' + (f": {help}" if help else ""), ctx)
        return super().resolve_command(ctx, args)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="simulator", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Try helpdesk rules on past tickets before they go live.

    Replays two rule sets on a snapshot of your helpdesk and shows which tickets would have carried
    other tags, another priority, status or assignee, which rule did it, and what revenue they carried.
    """
    settings = read_settings(find_settings(Path.cwd()))
    ctx.obj = settings
    name = ctx.invoked_subcommand
    command = None if name is None else cli.get_command(ctx, name)
    if name is not None and command is not None:
        ctx.default_map = {name: defaults_of(command, settings)}


def main() -> NoReturn:
    """Run the command line and exit."""
    signal.signal(signal.SIGTERM, _terminated)
    _ready_streams()
    code = _flushed(_run())
    sys.exit(code)


def _ready_streams() -> None:
    """Text that the terminal's encoding lacks is escaped; a stream that was closed before the start leads nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - till the end
        stream = getattr(sys, name)
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _flushed(code: int) -> int:
    """Send the last of the output; the exit code, which is another where that fails."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _silenced()
    except OSError as error:
        _lead_nowhere(sys.stdout)
        return _said(f"cannot write the output: {error.strerror}") if code == 0 else code
    return code


def _run() -> int:
    try:
        result = cli.main(standalone_mode=False, prog_name="simulator")
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except click.ClickException as error:
        return _usage(error)
    except SimulatorError as error:
        return _diagnosed(error)
    except BrokenPipeError:
        return _silenced()
    except OSError as error:
        name = f"{Path(os.fsdecode(error.filename)).name}: " if isinstance(error.filename, str | bytes) else ""
        return _said(f"{name}{error.strerror or error}")
    except MemoryError:
        return _said("not enough memory")
    except SystemExit as stop:
        if stop.code == 1:  # what click makes of a closed pipe, and of nothing else
            return _silenced()
        raise
    except Exception as error:  # noqa: BLE001 - the last door: a bug of ours, exit 3
        return _bug(error)


def _terminated(signal_number: int, frame: FrameType | None) -> NoReturn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one must not cut the tidying short
    raise SystemExit(TERMINATED)


def _silenced() -> int:
    """A reader that closed the pipe wants no more."""
    _lead_nowhere(sys.stdout)
    return PIPE_CLOSED


def _lead_nowhere(stream: TextIO) -> None:
    """Point a stream that fails elsewhere, so that the last flush is quiet."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _usage(error: click.ClickException) -> int:
    if isinstance(error, click.UsageError) and error.ctx is not None:
        with suppress(OSError):
            click.echo(error.ctx.get_usage(), err=True)
    return _said(error.format_message(), _place_of(error))


def _place_of(error: click.ClickException) -> Location | None:
    """Where in simulator.toml the value stands that an option does not take."""
    if not isinstance(error, click.BadParameter) or error.ctx is None or not isinstance(error.param, click.Option):
        return None
    source = error.ctx.get_parameter_source(error.param.name or "")
    settings = error.ctx.find_object(Settings)
    if source is not ParameterSource.DEFAULT_MAP or settings is None:
        return None
    return settings.places.get(key_of(error.param))


def _said(message: str, place: Location | None = None) -> int:
    return _diagnosed(SimulatorError(Diagnostic("U001", Severity.ERROR, message, place)))


def _diagnosed(error: SimulatorError) -> int:
    from simulator.cli.diagnostics import print_diagnostics

    try:
        print_diagnostics(error.diagnostics)
    except OSError:  # nobody reads stderr, or its disk is full: the exit code still tells
        _lead_nowhere(sys.stderr)
    return error.exit_code


def _bug(error: Exception) -> int:
    """Our fault: one line, and the traceback (code places only, no values) in a private file."""
    import tempfile
    import traceback

    where = ""
    with suppress(OSError):
        handle, where = tempfile.mkstemp(prefix="simulator-", suffix=".log")
        with os.fdopen(handle, "w", encoding="utf-8") as log:
            log.write(f"simulator {__version__}\npython {sys.version}\n")
            log.writelines(traceback.format_tb(error.__traceback__))
            log.write(f"{type(error).__name__}\n")
    with suppress(OSError):
        click.echo(f"internal error: {type(error).__name__}; please report it with {where or 'the command'}", err=True)
    return BUG

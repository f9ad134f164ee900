"""`run`: replay two rule sets on a snapshot, compare, and write the reports that were asked for."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.cli.selecting import assumed_of, instant_of, least_of, sample_of
from simulator.errors import NothingToReplay, input_error
from simulator.instants import SECOND, parse_duration
from simulator.settings import Settings

if TYPE_CHECKING:
    from simulator.pipeline import Run, RunOptions

DIFFERS = 4
"""The exit code of --detailed-exitcode where there is a difference."""


def side_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--snapshot, --baseline and --candidate, which several commands share."""
    return known_side_options(_CANDIDATE(command))


def known_side_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--snapshot and --baseline alone, for commands that do not always need a candidate."""
    return _SNAPSHOT(_BASELINE(command))


_RULES = "a file, a folder of *.rules.yaml, git:REV[:PATH], live (the rules in the snapshot) or none"
_SNAPSHOT = click.option(
    "--snapshot",
    type=click.Path(path_type=Path),
    default="simulator.db",
    show_default=True,
    help="The snapshot to replay.",
)
_BASELINE = click.option(
    "--baseline", metavar="RULES", default="live", show_default=True, help=f"The rules to compare with: {_RULES}."
)
_CANDIDATE = click.option("--candidate", metavar="RULES", required=True, help=f"The rules to try: {_RULES}.")


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Everything that `run` and `demo` take beside the snapshot and the rule sets."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def printing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What `run` and `report` share: the reports that are written, and what is printed."""
    for option in reversed(_PRINTING):
        command = option(command)
    return command


_SELECTION = (
    click.option(
        "--since", metavar="INSTANT", help="Report tickets created from here on (a date is its midnight UTC)."
    ),
    click.option("--until", metavar="INSTANT", help="Report tickets created before this."),
    click.option("--where", metavar="COND", help="Report tickets that start so, such as 'ticket.channel: email'."),
    click.option("--sample", metavar="N|P%", help="Report a sample of customers: a number, or a share."),
    click.option("--seed", type=int, default=0, show_default=True, help="Which sample."),
    click.option("--who", metavar="TAG", help="List the customers who would gain or lose this tag."),
)
_REPLAY = (
    click.option(
        "--facts",
        type=click.Choice(["as-of", "current"]),
        default="as-of",
        show_default=True,
        help="Facts as they were at the time, or as they are today.",
    ),
    click.option(
        "--max-cascade",
        type=click.IntRange(0, 100),
        default=5,
        show_default=True,
        help="How deep rules may trigger rules.",
    ),
    click.option(
        "--assume",
        multiple=True,
        metavar="KEY=VALUE",
        help="Replay a choice that the helpdesk's documentation leaves open in another way: missing, case, ties, "
        "max_cascade or throttle; repeatable.",
    ),
    click.option("--assume-check", is_flag=True, help="Try every such choice the other way, however long it takes."),
    click.option(
        "--min-fidelity",
        metavar="P%",
        help="Exit 1 where the live rules, replayed, do what they really did on a smaller share of tickets.",
    ),
    click.option("--deep", is_flag=True, help="Replay every ticket for each edit and rule, not a sample of many."),
    click.option(
        "--verify-delta",
        is_flag=True,
        help="Replay the candidate whole, too: it must equal the replay of what its edits can touch.",
    ),
)
_MONEY = (
    click.option("--as-of", metavar="INSTANT", help="Cut-off for money (default: the newest instant recorded)."),
    click.option("--window", metavar="SPAN", default="3d", show_default=True, help="How long an order may follow."),
    click.option("--channel", multiple=True, metavar="C", help="Money of tickets of this channel only; repeatable."),
    click.option("--exclude-outbound", is_flag=True, help="Money: leave out tickets that agents started."),
)
_PRINTING = (
    click.option(
        "--report",
        "reports",
        multiple=True,
        metavar="FORMAT=PATH",
        help="Also write a file: json, trail, refusals, attribution, csv, html or markdown; repeatable.",
    ),
    click.option(
        "--format",
        "style",
        type=click.Choice(["full", "concise", "json", "markdown"]),
        default="full",
        show_default=True,
        help="What is printed.",
    ),
    click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Whether to colour."),
    click.option("--detailed-exitcode", is_flag=True, help="Exit 4 when there is a difference."),
    click.option("-q", "--quiet", count=True, help="Print less; -qq prints nothing."),
)
_RUNNING = (
    click.option(
        "--jobs",
        type=click.IntRange(1, 256),
        default=1,
        show_default=True,
        metavar="N",
        help="Replay in so many processes; the result is the same.",
    ),
    click.option(
        "--save",
        type=click.Path(path_type=Path),
        metavar="RUN",
        help="Also save the run itself, for `simulator report` and for SQL. It holds ticket data.",
    ),
    click.option(
        "--cache/--no-cache",
        default=True,
        show_default=True,
        help="Keep what was worked out from the snapshot in SNAPSHOT.cache, for the next run.",
    ),
    click.option("--allow-empty", is_flag=True, help="Exit 0, not 5, when there is no ticket to replay."),
    click.option("-v", "--verbose", is_flag=True, help="Tell on stderr how long each stage took."),
)
_OPTIONS = (*_SELECTION, *_REPLAY, *_MONEY, *_PRINTING, *_RUNNING)


@click.command("run")
@side_options
@run_options
def command(snapshot: Path, baseline: str, candidate: str, **options: Any) -> int:
    """Replay two rule sets on a snapshot and show what differs.

    Nothing is sent and the snapshot is never written to. RULES is a file, a folder of *.rules.yaml, git:REV[:PATH]
    (as git has it), `live` (the rules in the snapshot) or `none`.
    """
    return replay_and_report(snapshot, baseline, candidate, options)


def replay_and_report(snapshot: Path, baseline: str, candidate: str, options: dict[str, Any]) -> int:
    """The whole of a run; the exit code."""
    from simulator.cli.outputs import inputs_of, parse_outputs, parse_target, print_report, write_outputs
    from simulator.cli.stages import Stages
    from simulator.pipeline import resolve_side, run
    from simulator.snapshot.cache import open_cache
    from simulator.snapshot.digest import KEY as DIGEST
    from simulator.snapshot.store import meta_value, open_snapshot

    settings = click.get_current_context().find_object(Settings)
    inputs = inputs_of(snapshot, baseline, candidate, settings.path if settings else None)
    outputs = parse_outputs(options["reports"], inputs)
    target = parse_target(options["save"], outputs, inputs)
    chosen = _run_options(options)
    stages = Stages(options["verbose"])
    with closing(open_snapshot(snapshot)) as connection, open_cache(snapshot, connection, options["cache"]) as cache:
        sides = resolve_side(baseline, connection), resolve_side(candidate, connection)
        try:
            said = _command(snapshot, baseline, candidate, options)
            done = run(connection, *sides, chosen, said, _settings(options), stages, cache)
        except NothingToReplay:
            if options["allow_empty"]:
                click.echo("no ticket to replay", err=True)
                return 0
            raise
        seal = meta_value(connection, DIGEST)
    write_outputs(done, outputs)
    if target is not None:
        stages("saving")
        target.save(done, snapshot, (baseline, candidate), seal)
    stages()
    print_report(done, options)
    return _fell_short(done, chosen) or exit_code(done, options)


def _fell_short(run: Run, chosen: RunOptions) -> int:
    """Exit code 1, with the reason on stderr, where the run is less faithful than --min-fidelity asks for."""
    from simulator.cli.fidelity import exit_of
    from simulator.report.fidelity import shortfall

    return 0 if run.fidelity is None else exit_of(shortfall(run.fidelity, chosen.min_fidelity))


def exit_code(run: Run, options: dict[str, Any]) -> int:
    """The exit code of a run that is done, or that was saved."""
    return DIFFERS if options["detailed_exitcode"] and run.report.diff.edits else 0


def _run_options(options: dict[str, Any]) -> RunOptions:
    from simulator.engine.selection import Selection
    from simulator.pipeline import RunOptions
    from simulator.projection.project import MoneyOptions
    from simulator.rules.load import parse_condition

    since, until = instant_of(options, "since"), instant_of(options, "until")
    where = options["where"]
    assumed = assumed_of(options)
    return RunOptions(
        selection=Selection(since, until, parse_condition(where) if where else None, sample_of(options)),
        facts=options["facts"],
        max_cascade=assumed.depth,
        assumed=assumed,
        assume_check=options["assume_check"],
        who=options["who"],
        verify_delta=options["verify_delta"],
        deep=options["deep"],
        seed=options["seed"],
        jobs=options["jobs"],
        min_fidelity=least_of(options),
        money=MoneyOptions(
            as_of=instant_of(options, "as_of"),
            window_seconds=_window(options["window"]),
            period_start=since,
            period_end=until,
            channels=frozenset(options["channel"]) or None,
            include_outbound=not options["exclude_outbound"],
        ),
    )


def _window(text: str) -> int:
    try:
        return parse_duration(text) // SECOND
    except ValueError as error:
        raise input_error("U002", f"--window: {error}") from None


def _command(snapshot: Path, baseline: str, candidate: str, options: dict[str, Any]) -> str:
    """The command as the report names it: file names only, so that the same input gives the same bytes anywhere.

    Of the options those that decide what is in the report, where they are not as usual.
    """
    sides = (shlex.quote(spec) if spec.startswith("git:") else Path(spec).name for spec in (baseline, candidate))
    said = ["simulator run --snapshot {} --baseline {} --candidate {}".format(snapshot.name, *sides)]
    for name in (*_RECORDED, "who", "min_fidelity"):
        value, flag = options[name], "--" + name.replace("_", "-")
        if value is True:
            said.append(flag)
        elif value != _USUAL.get(name) and value not in (None, False, ()):
            said += [f"{flag} {shlex.quote(str(one))}" for one in (value if isinstance(value, tuple) else (value,))]
    return " ".join(said)


_RECORDED = (
    "since", "until", "where", "sample", "seed", "facts", "max_cascade", "as_of", "window", "channel",
    "exclude_outbound", "deep", "assume", "assume_check",
)  # fmt: skip
_USUAL: dict[str, object] = {"seed": 0, "facts": "as-of", "max_cascade": 5, "window": "3d"}


def _settings(options: dict[str, Any]) -> dict[str, object]:
    """What was asked for, as the report records it: nothing that only says where or how to print."""
    values = {name: options[name] for name in _RECORDED}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

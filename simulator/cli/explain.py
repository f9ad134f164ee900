"""`explain TICKET`: why, on one ticket: every event, phase, rule and condition, both sides laid over each other.

`--tag` and its kind ask who wrote one thing; `--rule ID` asks what became of a rule over the whole history;
`explain CODE` says what a diagnostic means.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from simulator.cli.explain_code import LOOKS_LIKE_A_CODE, code_lines, meaning_of
from simulator.cli.explain_histories import check_rules, rule_options, show_histories
from simulator.cli.run import known_side_options
from simulator.cli.selecting import assumed_of
from simulator.diagnostics import Diagnostic, Severity
from simulator.errors import InputError

if TYPE_CHECKING:
    from simulator.explain.aim import Aim
    from simulator.explain.timeline import Explained
    from simulator.facts.history import History

NEAREST = 5
"""How many ids are offered for one that is not there."""

SIDES = {"both": ("baseline", "candidate"), "baseline": ("baseline",), "candidate": ("candidate",)}

ASKED = ("priority", "status", "assignee", "team", "replies")
"""Fields that have a flag of their own; every other is named by --field."""


def _field_options(command: Any) -> Any:
    for name in reversed(ASKED):
        help = f"Who set the {name}." if name != "replies" else "Which messages would go out, and whose."
        command = click.option(f"--{name}", is_flag=True, help=help)(command)
    return command


@click.command("explain")
@click.argument("what", nargs=-1, metavar="TICKET...|CODE...")
@known_side_options
@click.option("--candidate", metavar="RULES", help="The rules to try, as above. Needed for tickets.")
@rule_options
@click.option(
    "--side",
    type=click.Choice(list(SIDES)),
    default="both",
    show_default=True,
    help="Show one side only; the rules of the other are then not needed. With --rule, both means candidate.",
)
@click.option(
    "--tag",
    "tags",
    multiple=True,
    metavar="TAG",
    help="Who put this tag, over whom, who took it off, who could have; repeatable.",
)
@_field_options
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="NAME",
    help="The same of any field: subject, snooze, custom_fields.ID ...; repeatable.",
)
@click.option("--all", "every", is_flag=True, help="Every rule that was asked with every condition, and whole states.")
@click.option(
    "--include-text", is_flag=True, help="With what people wrote, names and addresses, and messages filled in."
)
@click.option(
    "--facts",
    type=click.Choice(["as-of", "current"]),
    default="as-of",
    show_default=True,
    help="Facts as they were then, or as they are today.",
)
@click.option(
    "--max-cascade", type=click.IntRange(0, 100), default=5, show_default=True, help="How deep rules may trigger rules."
)
@click.option("--assume", multiple=True, metavar="KEY=VALUE", help="Replay tickets as `run --assume` does; repeatable.")
@click.option(
    "--cache/--no-cache",
    default=True,
    show_default=True,
    help="Use what a run kept in SNAPSHOT.cache; nothing is added.",
)
@click.option(
    "--format", "style", type=click.Choice(["full", "json"]), default="full", show_default=True, help="What is printed."
)
def command(what: tuple[str, ...], **options: Any) -> int:
    """Say why, on one ticket; what a rule does over the whole history; or what a code means.

    Prints the ticket's time line: each event, each phase, the rules that matched with every condition and the value
    it saw (as of then, today's, or missing), the actions and what became of them, and the state before and after;
    then, rule by rule, why the others did not act. A - in the first column is of the baseline alone, a + of the
    candidate alone. Texts of people are left out unless --include-text is given.

    With --rule ID, prints how many of the events at which the rule is asked each of its conditions lets through,
    its near misses, the words of its lists, what it overwrites and what overwrites it, and its matches by week.

    CODE is that of a diagnostic, such as R012.
    """
    check_rules(what, options)
    codes = [one for one in what if LOOKS_LIKE_A_CODE.fullmatch(one)]
    if codes and len(codes) == len(what):
        return _codes(codes, options["style"])
    tickets = _tickets(what)
    if options["candidate"] is None and options["side"] != "baseline":
        raise click.UsageError("Missing option '--candidate'.", click.get_current_context())
    if options["rules"]:
        show_histories(options)
        return 0
    _show(_explained(tickets, options), options)
    return 0


def _codes(codes: Sequence[str], style: str) -> int:
    from simulator.cli.explain_lines import printed

    found = _each(codes, meaning_of)
    if style == "json":
        from simulator.cli.explain_json import codes_json

        click.echo(codes_json(found), nl=False)
        return 0
    for place, one in enumerate(found):
        click.echo("\n".join([*([""] if place else []), *printed(code_lines(one), two=False)]))
    return 0


def _tickets(what: Sequence[str]) -> list[int]:
    """The numbers, each once. Raises a usage error for anything else."""
    for one in what:
        if not (one.isascii() and one.isdigit() and len(one) <= 18):
            raise click.BadParameter(
                f"{one[:40]!r} is neither the number of a ticket nor a code.", param_hint="'TICKET'"
            )
    return list(dict.fromkeys(map(int, what)))


def _each(asked: Sequence[Any], find: Any) -> list[Any]:
    """What is found for each; the errors of all that is not there together."""
    found, wrong = [], list[Diagnostic]()
    for one in asked:
        try:
            found.append(find(one))
        except InputError as error:
            wrong += error.diagnostics
    if wrong:
        raise InputError(wrong)
    return found


def _explained(tickets: Sequence[int], options: dict[str, Any]) -> list[tuple[Explained, tuple[Aim, ...]]]:
    """Both sides of each ticket, and what is asked about. Raises InputError for what is not there."""
    from simulator.explain.aim import known_tags
    from simulator.explain.timeline import Explained, time_line
    from simulator.facts.directory import read_directory
    from simulator.facts.facts import read_facts
    from simulator.facts.read_history import read_history
    from simulator.pipeline import resolve_side
    from simulator.rules.walk import tests_of
    from simulator.snapshot.cache import open_cache
    from simulator.snapshot.store import open_snapshot

    path, assumed = options["snapshot"], assumed_of(options)
    with closing(open_snapshot(path)) as connection, open_cache(path, connection, options["cache"]) as cache:
        cache.keeps = False  # what one ticket needs is not worth keeping
        history = read_history(connection, cache)
        look_up(tickets, history)
        sides = [assumed.rules(resolve_side(spec, connection).ruleset) for spec in _specs(options)]
        facts, directory = read_facts(connection, history, options["facts"], cache), read_directory(connection)
        facts.prepare(test.path for side in sides for rule in side.rules for test in tests_of(rule))
        aims = _aims(options, known_tags(directory, sides))
        return [
            (
                Explained(ticket, *(time_line(side, facts, directory, ticket, assumed.depth) for side in sides)),
                aims,
            )
            for ticket in tickets
        ]


def _specs(options: dict[str, Any]) -> tuple[str, str]:
    """Both rule sets; where one side is shown, it stands for the other too, which is not read."""
    baseline, candidate = options["baseline"], options["candidate"]
    return {"both": (baseline, candidate), "baseline": (baseline, baseline)}.get(
        options["side"], (candidate, candidate)
    )


def look_up(tickets: Sequence[int], history: History) -> None:
    """Raises InputError for tickets that are not in the snapshot, with the nearest ids."""
    ids = [start.id for start in history.tickets]
    wrong = []
    for ticket in tickets:
        if ticket not in ids:
            near = sorted(sorted(ids, key=lambda one: (abs(one - ticket), one))[:NEAREST])
            offered = f"nearest: {', '.join(map(str, near))}" if near else "the snapshot has no tickets"
            message = f"there is no ticket {ticket} in the snapshot"
            wrong.append(Diagnostic("U007", Severity.ERROR, message, help=offered))
    if wrong:
        raise InputError(wrong)


def _aims(options: dict[str, Any], tags: frozenset[str]) -> tuple[Aim, ...]:
    """What is asked about, tags first."""
    from simulator.explain.aim import aim_at, aim_at_tag

    fields = [*(name for name in ASKED if options[name]), *options["fields"]]
    found = [
        *_each(options["tags"], lambda name: aim_at_tag(name, tags)),
        *_each(fields, aim_at),
    ]
    return tuple(dict.fromkeys(found))


def _show(explained: Sequence[tuple[Explained, tuple[Aim, ...]]], options: dict[str, Any]) -> None:
    sides = SIDES[options["side"]]
    if options["style"] == "json":
        from simulator.cli.explain_json import explain_json

        click.echo(explain_json(explained, sides, options["include_text"]), nl=False)
        return
    from simulator.cli.explain_ticket import ticket_text

    for place, (one, aims) in enumerate(explained):
        texts = ticket_text(one, sides, aims, options["every"], options["include_text"])
        click.echo("\n".join([*([""] if place else []), *texts]))

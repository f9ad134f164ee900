"""`explain --rule ID`: its options, what it reads, and what it prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from simulator.cli.selecting import assumed_of, instant_of, sample_of
from simulator.diagnostics import Diagnostic, Severity, nearest
from simulator.errors import InputError, NothingToReplay

if TYPE_CHECKING:
    from simulator.engine.selection import Selection
    from simulator.rules.model import RuleSet

_OPTIONS = (
    click.option(
        "--rule",
        "rules",
        multiple=True,
        metavar="ID",
        help="Instead of a ticket: a rule over the whole history; repeatable.",
    ),
    click.option("--since", metavar="INSTANT", help="With --rule: tickets created from here on."),
    click.option("--until", metavar="INSTANT", help="With --rule: tickets created before this."),
    click.option(
        "--where", metavar="COND", help="With --rule: tickets that start so, such as 'ticket.channel: email'."
    ),
    click.option("--sample", metavar="N|P%", help="With --rule: a sample of customers: a number, or a share."),
    click.option("--seed", type=int, default=0, show_default=True, help="Which sample."),
)
SELECTING = ("since", "until", "where", "sample")
"""The options that only go with --rule."""

ABOUT_TICKETS = ("tags", "priority", "status", "assignee", "team", "replies", "fields", "every")
"""The options that do not go with --rule."""


def rule_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--rule, and which tickets it counts."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def check_rules(what: Sequence[str], options: Mapping[str, Any]) -> None:
    """Raises a usage error where what is given does not go together."""
    context = click.get_current_context()
    if options["rules"]:
        given = [name for name in ABOUT_TICKETS if options[name]]
        if what or given:
            named = "a TICKET or CODE" if what else f"--{_FLAGS.get(given[0], given[0])}"
            raise click.UsageError(f"--rule does not go with {named}.", context)
    elif not what:
        raise click.UsageError("Missing a TICKET, a CODE or --rule.", context)
    else:
        for name in SELECTING:
            if options[name] is not None:
                raise click.UsageError(f"--{name} only goes with --rule.", context)


_FLAGS = {"tags": "tag", "fields": "field", "every": "all"}


def show_histories(options: Mapping[str, Any]) -> None:
    """The rules of one side over the history, printed. Raises InputError and NothingToReplay."""
    from simulator.cli.explain_history import history_text
    from simulator.cli.explain_history_json import histories_json
    from simulator.facts.directory import read_directory
    from simulator.facts.facts import read_facts
    from simulator.facts.read_history import read_history
    from simulator.funnel.excerpts import excerpt
    from simulator.funnel.study import study
    from simulator.pipeline import resolve_side
    from simulator.rules.model import Test
    from simulator.snapshot.cache import open_cache
    from simulator.snapshot.store import open_snapshot

    side = "baseline" if options["side"] == "baseline" else "candidate"
    path, selection, text = options["snapshot"], _selection(options), options["include_text"]
    assumed = assumed_of(options)
    with closing(open_snapshot(path)) as connection, open_cache(path, connection, options["cache"]) as cache:
        cache.keeps = False  # the truth of single words is of no use to a run
        ruleset = assumed.rules(resolve_side(options[side], connection).ruleset)
        ids = _known(options["rules"], ruleset, side)
        history = read_history(connection, cache)
        facts, directory = read_facts(connection, history, options["facts"], cache), read_directory(connection)
        told, tickets = study(ruleset, ids, facts, directory, selection, assumed.depth)
        if not tickets:
            raise NothingToReplay(Diagnostic("U005", Severity.ERROR, "no ticket to replay"))

        def around(test: Test, word: str, row: int) -> str | None:
            return excerpt(facts, test, word, row) if text else None

        if options["style"] == "json":
            click.echo(histories_json(side, tickets, told, around, text), nl=False)
            return
        for place, one in enumerate(told):
            click.echo("\n".join([*([""] if place else []), *history_text(side, tickets, one, around, text)]))


def _selection(options: Mapping[str, Any]) -> Selection:
    from simulator.engine.selection import Selection
    from simulator.rules.load import parse_condition

    where = options["where"]
    return Selection(
        instant_of(options, "since"),
        instant_of(options, "until"),
        parse_condition(where) if where else None,
        sample_of(options),
    )


def _known(ids: Sequence[str], ruleset: RuleSet, side: str) -> list[str]:
    """The ids, each once. Raises InputError U008 for those that the rule set does not have."""
    names = {rule.name: rule.id for rule in ruleset.rules}
    known = {rule.id for rule in ruleset.rules}
    wrong = []
    for id in dict.fromkeys(ids):
        if id not in known:
            near = names.get(id) or nearest(id[:100], known)
            help = f'did you mean "{near}"?' if near else f"the {side} has {len(known):,} rules, none with a like id"
            message = f'there is no rule "{id[:100]}" in the {side}'
            wrong.append(Diagnostic("U008", Severity.ERROR, message, help=help))
    if wrong:
        raise InputError(wrong)
    return list(dict.fromkeys(ids))

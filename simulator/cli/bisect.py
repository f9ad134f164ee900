"""`bisect TICKET`: the first commit of a rule set at which the result of the ticket changed."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.cli.selecting import assumed_of

if TYPE_CHECKING:
    from simulator.bisect import Turned


@click.command("bisect")
@click.argument("ticket", type=click.IntRange(0))
@click.option("--good", metavar="REV", required=True, help="A revision whose rules give the result of before.")
@click.option("--bad", metavar="REV", required=True, help="A later one whose rules give another.")
@click.option("--path", "rules", metavar="PATH", default=".", help="The rule file or folder. [default: this folder]")
@click.option(
    "--snapshot",
    type=click.Path(path_type=Path),
    default="simulator.db",
    show_default=True,
    help="The snapshot that holds the ticket.",
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
@click.option("--assume", multiple=True, metavar="KEY=VALUE", help="Replay as `run --assume` does; repeatable.")
@click.option(
    "--format", "style", type=click.Choice(["full", "json"]), default="full", show_default=True, help="How it is told."
)
def command(ticket: int, **options: Any) -> int:
    """Find the first commit of a rule set at which the result of a ticket changed.

    Halves the commits between two revisions that touch PATH, along first parents, and replays the ticket under the
    rules of each. The working folder must be in the git repository; nothing is checked out.
    """
    found = _turned(ticket, options)
    click.echo(_json(ticket, found) if options["style"] == "json" else "\n".join(_lines(ticket, found)))
    return 0


def _turned(ticket: int, options: dict[str, Any]) -> Turned:
    from simulator.bisect import Bench, bisect
    from simulator.cli.explain import look_up
    from simulator.errors import input_error
    from simulator.facts.directory import read_directory
    from simulator.facts.facts import read_facts
    from simulator.facts.read_history import read_history
    from simulator.rules.git_sets import load_at
    from simulator.snapshot.store import open_snapshot
    from simulator.sources.git import Repository

    assumed, repository = assumed_of(options), Repository(Path())
    good, bad = (repository.commit_of(options[end]) for end in ("good", "bad"))
    path = repository.whole_path(options["rules"])
    if not repository.is_ancestor(good, bad):
        raise input_error("U011", "the good revision is not part of the history of the bad one")
    with closing(open_snapshot(options["snapshot"])) as connection:
        history = read_history(connection)
        look_up([ticket], history)
        facts, directory = read_facts(connection, history, options["facts"]), read_directory(connection)
        bench = Bench(
            facts, directory, ticket, assumed,
            lambda commit: load_at(repository, commit, path, f"git:{commit[:12]}:{options['rules']}")[0],
        )  # fmt: skip
        return bisect(bench, good, repository.commits(good, bad, path), bad)


def _lines(ticket: int, found: Turned) -> list[str]:
    from simulator.escape import for_terminal
    from simulator.report.numbers import counted
    from simulator.report.values_text import edit_phrase, why

    commit = found.commit
    lines = [
        f"the result of ticket {ticket} changed at commit {commit.hash}",
        for_terminal(f"  {commit.date}  {_plain(commit.subject)}"),
        f"  {found.tried:,} of {counted(found.commits, 'commit')} between were replayed",
    ]
    lines += [f"  commit {hash[:12]} was left out: its rules do not load" for hash in found.skipped]
    lines += ["", "rules that it changed", *(f"  {id} {change.value}" for id, change in found.rules.items())]
    lines += ["", "what that does to the ticket"]
    for edit in found.edits:
        lines += [for_terminal(f"  {edit_phrase(edit)}"), for_terminal(f"    {why(edit)}")]
    return [str(line) for line in lines]


def _plain(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _json(ticket: int, found: Turned) -> str:
    from simulator.report.values_json import edit_value

    told = {
        "ticket": ticket,
        "commit": found.commit.hash,
        "date": found.commit.date,
        "subject": _plain(found.commit.subject),
        "commits": found.commits,
        "tried": found.tried,
        "skipped": list(found.skipped),
        "rules": {id: change.value for id, change in found.rules.items()},
        "edits": [
            {
                "field": edit.field,
                "before": edit_value(edit.field, edit.before),
                "after": edit_value(edit.field, edit.after),
                "direct": edit.direct,
                "rules": {"before": edit.rules_before, "after": edit.rules_after},
            }
            for edit in found.edits
        ],
    }
    return json.dumps(told, indent=2, ensure_ascii=True)

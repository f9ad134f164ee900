"""`labels`: the tags that rules put against those that people set, in a snapshot or in a file of labelled texts."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.cli.selecting import instant_of, sample_of
from simulator.errors import NothingToReplay, input_error

if TYPE_CHECKING:
    from simulator.cli.stages import Stages
    from simulator.labels.by_hand import Labelled
    from simulator.labels.messages import Part
    from simulator.report.labels import LabelsReport
    from simulator.rules.model import RuleSet


@click.command("labels")
@click.argument("rules", type=click.Path(path_type=Path))
@click.option(
    "--snapshot",
    type=click.Path(path_type=Path),
    default="simulator.db",
    show_default=True,
    help="Against the tags that agents set by hand in it.",
)
@click.option(
    "--messages", type=click.Path(path_type=Path), metavar="FILE", help="Against a file of texts with a label each."
)
@click.option("--text", metavar="NAME", help="The field of FILE that holds the text (default: text, message, body).")
@click.option("--label", metavar="NAME", help="The field that holds the label (default: label, category, tag).")
@click.option("--part", metavar="K/N", default="1/1", show_default=True, help="Of FILE every N-th, from the K-th.")
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="Score this tag; repeatable (default: all set).")
@click.option("--since", metavar="INSTANT", help="Compare tickets created from here on (a date is its midnight UTC).")
@click.option("--until", metavar="INSTANT", help="Compare tickets created before this.")
@click.option("--where", metavar="COND", help="Compare tickets that start so, such as 'ticket.channel: email'.")
@click.option("--sample", metavar="N|P%", help="Compare a sample of customers: a number, or a share.")
@click.option("--seed", type=int, default=0, show_default=True, help="Which sample.")
@click.option(
    "--facts",
    type=click.Choice(["as-of", "current"]),
    default="as-of",
    show_default=True,
    help="Facts as they were at the time, or as they are today.",
)
@click.option(
    "--max-cascade", type=click.IntRange(0, 100), default=5, show_default=True, help="How deep rules may trigger rules."
)
@click.option("--trail", type=click.Path(path_type=Path), metavar="PATH", help="Also write the trail of the replay.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["full", "concise", "json", "markdown"]),
    default="full",
    show_default=True,
    help="What is printed.",
)
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Whether to colour.")
@click.option("--allow-empty", is_flag=True, help="Exit 0, not 5, when there is nothing to compare.")
@click.option("-q", "--quiet", count=True, help="Print less; -qq prints nothing.")
@click.option("-v", "--verbose", is_flag=True, help="Tell on stderr how long each stage took.")
def command(rules: Path, snapshot: Path, messages: Path | None, **options: Any) -> int:
    """Score the tags that a rule set puts against tags that people set.

    By tag: precision, recall and F1, the tickets it missed, those it tagged wrongly, and with what it confused them.
    Tags that agents set by hand are withheld from the replay. RULES is a file, a folder of
    *.rules.yaml or git:REV[:PATH].
    """
    from simulator.cli.stages import Stages
    from simulator.report.files import check_output
    from simulator.rules.git_sets import load_named

    source = snapshot if messages is None else messages
    if options["trail"] is not None:
        check_output(options["trail"], (source, rules))
    ruleset, _ = load_named(str(rules))
    stages = Stages(options["verbose"])
    try:
        if messages is not None:
            found = _of_messages(messages, ruleset, options, stages)
        else:
            found = _of_snapshot(snapshot, ruleset, options, stages)
    except NothingToReplay:
        if options["allow_empty"]:
            click.echo("nothing to compare", err=True)
            return 0
        raise
    _write_trail(found, options["trail"], (source, rules))
    stages()
    _print(_report(found, ruleset, rules, source, messages is not None, options), options)
    return 0


def _of_messages(file: Path, ruleset: RuleSet, options: Mapping[str, Any], stages: Stages) -> Labelled:
    from simulator.labels.messages import measure_messages, read_messages

    stages("reading messages")
    read = read_messages(file, options["text"], options["label"], _part(options["part"]))
    return measure_messages(read, ruleset, frozenset(options["tags"]), stages)


def _part(text: str) -> Part:
    from simulator.labels.messages import Part

    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text, re.ASCII)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise input_error("U002", f'--part takes K/N such as 2/2, with K from 1 to N, not "{text[:20]}"')
    return Part(int(found[1]), int(found[2]))


def _of_snapshot(snapshot: Path, ruleset: RuleSet, options: Mapping[str, Any], stages: Stages) -> Labelled:
    from simulator.engine.selection import Selection
    from simulator.labels.by_hand import Asked, measure_by_hand
    from simulator.rules.load import parse_condition
    from simulator.snapshot.store import open_snapshot

    where = parse_condition(options["where"]) if options["where"] else None
    selection = Selection(instant_of(options, "since"), instant_of(options, "until"), where, sample_of(options))
    asked = Asked(selection, frozenset(options["tags"]), options["facts"], options["max_cascade"])
    with closing(open_snapshot(snapshot)) as connection:
        return measure_by_hand(connection, ruleset, asked, stages)


def _write_trail(found: Labelled, path: Path | None, inputs: tuple[Path, ...]) -> None:
    """The trail of the one side that there is, as a run writes that of its candidate."""
    from simulator.report.files import write_report
    from simulator.report.json_text import line
    from simulator.report.trail import entry

    def lines() -> Iterable[str]:
        for ticket in sorted(found.tickets):
            for change in found.outcome.deeds(ticket).changes:
                if change.rule is not None:
                    yield line(entry("candidate", change))

    if path is not None:
        write_report(path, lines(), inputs)


_OF_FILE: Mapping[str, object] = {"text": None, "label": None, "part": "1/1", "tags": ()}
_OF_SNAPSHOT: Mapping[str, object] = {
    "tags": (), "since": None, "until": None, "where": None, "sample": None, "seed": 0, "facts": "as-of",
    "max_cascade": 5,
}  # fmt: skip
"""The options that decide what is in the report, and what they are as usual."""


def _report(
    found: Labelled, ruleset: RuleSet, rules: Path, source: Path, is_file: bool, options: Mapping[str, Any]
) -> LabelsReport:
    from simulator.report.labels import LabelsReport
    from simulator.report.values import RuleSetInfo
    from simulator.rules.canonical import digest

    usual = _OF_FILE if is_file else _OF_SNAPSHOT
    settings = {name: list(v) if isinstance(v := options[name], tuple) else v for name in usual}
    said = [f"simulator labels {rules.name} --{'messages' if is_file else 'snapshot'} {source.name}"]
    for name in usual:
        value, flag = options[name], "--tag" if name == "tags" else "--" + name.replace("_", "-")
        if value != usual[name]:
            said += [f"{flag} {shlex.quote(str(one))}" for one in (value if isinstance(value, tuple) else (value,))]
    info = RuleSetInfo(ruleset.name, digest(ruleset), len(ruleset.rules))
    return LabelsReport(" ".join(said), source.name, info, settings, found.labels)


def _print(report: LabelsReport, options: Mapping[str, Any]) -> None:
    from simulator.cli.diagnostics import is_colored
    from simulator.report.labels import labels_json_text, labels_markdown, labels_text
    from simulator.report.terminal import paint_of

    if options["quiet"] > 1:
        return
    if options["style"] == "json":
        click.echo(labels_json_text(report), nl=False)
    elif options["style"] == "markdown":
        click.echo("\n".join(labels_markdown(report)))
    else:
        concise = options["style"] == "concise" or options["quiet"] == 1
        paint = paint_of(is_colored(options["color"], sys.stdout))
        click.echo("\n".join(labels_text(report, paint, concise=concise)), color=True)

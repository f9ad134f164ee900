"""`simulator rules`: the way between Gorgias' own rules and YAML rule sets."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.diagnostics import Diagnostic, Location
from simulator.errors import InputError, input_error
from simulator.escape import for_terminal
from simulator.report.files import check_output, write_report
from simulator.rules.gorgias_code import GorgiasRules, LiveRuleRecord, rule_record, rules_from_gorgias
from simulator.rules.load import load_text
from simulator.rules.write_yaml import yaml_of
from simulator.sources.json_text import JsonReader
from simulator.sources.pages import Found, records
from simulator.sources.paths import Entry, entries

ENVELOPES = ("data", "rules")
MAX_ERRORS = 100
STDOUT = Path("-")


@click.group()
def command() -> None:
    """Turn Gorgias rules into YAML."""


@command.command("import", short_help="Gorgias rules JSON to a rule set in YAML.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="JSON...")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=STDOUT,
    metavar="YAML",
    help="File to write; - (the default) prints.",
)
@click.option("--name", default="", help="Name of the rule set (default: the stem of the output).")
def import_(files: tuple[Path, ...], output: Path, name: str) -> None:
    """Read rules as GET /api/rules gives them (a page, an array, JSON Lines; .gz) and write them as YAML.

    A rule that cannot be simulated is named, with the reason; it is never guessed.
    """
    printed = output == STDOUT
    if not printed:
        check_output(output, files)
    read = rules_from_gorgias(read_records(files), name or _stem(output))
    text = yaml_of(read.ruleset, ", ".join(path.name for path in files))
    _, warnings = load_text(text, "standard output" if printed else str(output))
    if printed:
        click.echo(text, nl=False)
    else:
        write_report(output, (text,), files)
    click.echo(summary(read), err=printed, nl=False)
    _print_warnings([note for note in read.diagnostics if note.code != "G001"] + list(warnings))


def _stem(output: Path) -> str:
    return (
        "live"
        if output == STDOUT
        else output.name.removesuffix(".yaml").removesuffix(".yml").removesuffix(".rules") or "live"
    )


def _print_warnings(warnings: list[Diagnostic]) -> None:
    if warnings:
        from simulator.cli.diagnostics import print_diagnostics

        print_diagnostics(tuple(warnings))


def read_records(files: tuple[Path, ...]) -> list[LiveRuleRecord]:
    """The rules of the files, each Gorgias id once: the last one stands. Raises InputError with all that is wrong."""
    found: dict[int, LiveRuleRecord] = {}
    wrong: list[Diagnostic] = []
    read = 0
    for entry in entries(files):
        read += 1
        try:
            for item in _items(entry):
                record = _record(item, entry.name, wrong)
                if record is not None:
                    found[record.id] = record
        except InputError as error:
            wrong.extend(error.diagnostics)
    if wrong:
        raise InputError(wrong[:MAX_ERRORS])
    if not read:
        raise input_error("I014", "no file was found", Location(", ".join(map(str, files))))
    return list(found.values())


def _items(entry: Entry) -> list[Found]:
    reader = JsonReader()
    with entry.open(lambda read: None) as stream:
        return list(records(stream, entry.name, ENVELOPES, reader, by_line=entry.suffix not in (".json", "")))


def _record(item: Found, file: str, wrong: list[Diagnostic]) -> LiveRuleRecord | None:
    """One rule; None, and what is wrong with it, where it is none."""
    try:
        if "name" not in item.record or not {"code", "code_ast"} & set(item.record):
            raise ValueError("not a rule: it has no name or no code")
        return rule_record(item.record)
    except ValueError as error:
        where = f"{item.path}: " if item.path else ""
        wrong.extend(input_error("I008", f"{where}{error}", Location(file, item.line)).diagnostics)
        return None


def summary(read: GorgiasRules) -> str:
    """How many rules came through, and each of the others with its reasons; foreign text is made harmless."""
    through, left = len(read.ruleset.rules), len(read.unsupported)
    lines = [f"{through} of {through + left} rules came through."]
    if left:
        lines.append("Not simulated:")
    for rule in read.unsupported:
        off = "" if rule.active else " (not active)"
        lines.append(f"  {rule.name[:120]}{off}")
        lines += [f"    {reason}" for reason in map(str, rule.reasons)]
    return "".join(for_terminal(line) + "\n" for line in lines)

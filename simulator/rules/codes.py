"""The codes of everything that can be wrong with a rule set: one table, from which the documentation is checked.

A code never changes its meaning; a code that is no longer used is never given to something else.
"""

from __future__ import annotations

from typing import NamedTuple

from simulator.diagnostics import Severity


class Code(NamedTuple):
    """A code, how badly it counts, and in one sentence what it says and what mends it."""

    code: str
    severity: Severity
    title: str
    mend: str


_E, _W = Severity.ERROR, Severity.WARNING

CODES: tuple[Code, ...] = (
    Code("R001", _E, "the file cannot be read", "check the path and its permissions"),
    Code("R002", _E, "the folder holds no rule files", "rule files of a folder end in `.rules.yaml`"),
    Code("R003", _E, "the file is a link", "links are not followed: put the file itself there"),
    Code(
        "R004",
        _E,
        "a file or the rule set is too large",
        "1 MB a file, 10 MB and 1,000 files a set: split it or shorten its lists",
    ),
    Code(
        "R005",
        _E,
        "a character that may not stand in a rule file",
        "save as UTF-8; no NUL, no tab, no control characters or Unicode line separators",
    ),
    Code("R006", _E, "not YAML", "mend the layout at the place shown"),
    Code(
        "R007",
        _E,
        "a part of YAML that the language leaves out",
        "no anchors, aliases, tags, merge keys, directives, second documents or keys that are not words",
    ),
    Code(
        "R008",
        _E,
        "a limit on nesting, nodes, text length, words or errors is passed",
        "64 levels, 250,000 nodes a file, 64 KB a text",
    ),
    Code("R009", _E, "a key is written twice in one mapping", "keep one of the two"),
    Code("R010", _E, "the wrong shape: a list, mapping or word was expected", "write the shape that the message names"),
    Code("R011", _E, "an unknown key", "use one of the keys that the message names"),
    Code("R012", _E, "an unknown field", "use a full path or one of the short names of the field table"),
    Code("R013", _E, "an unknown operator", "use one of the operators of the table"),
    Code("R014", _E, "the operator does not fit the field", "use an operator that the field's type takes"),
    Code("R015", _E, "an unknown trigger", "use one of the six triggers"),
    Code("R016", _E, "an unknown action", "use one of the actions of the table"),
    Code("R017", _E, "an unknown list", "name a list that stands under `lists`"),
    Code(
        "R018",
        _E,
        "not one of the values that the field or action takes",
        "use one of the values that the message names",
    ),
    Code("R019", _E, "an unknown version of the language", "this program reads version 1"),
    Code("R020", _E, "something required is missing", "add the key that the message names"),
    Code(
        "R021",
        _E,
        "an id with characters other than a-z, 0-9 and -",
        "use lower-case letters, digits and hyphens, at most 100",
    ),
    Code("R022", _E, "a rule, a view or a list is defined twice", "give one of the two another name"),
    Code(
        "R023",
        _E,
        "a value of the wrong kind",
        "write the kind of value that the message names (no quotes around numbers)",
    ),
    Code("R024", _E, "a number that cannot be used", "plain decimal digits, at most 15 before and 9 after the point"),
    Code("R025", _E, "not an instant", "ISO 8601, such as 2026-03-01 or 2026-03-01T09:00:00Z"),
    Code("R026", _E, "not a duration", "one whole number and one of w d h m s, such as 7d; at most 100 years"),
    Code(
        "R027",
        _E,
        "an empty word, an empty list of words or a null",
        "write a word, or use isEmpty: true for missing values",
    ),
    Code("R028", _E, "a tag with a comma", "Gorgias joins tags by commas: write two tags"),
    Code("R029", _E, "addTags or removeTags without a tag", "name a tag (setTags: [] takes all tags away)"),
    Code(
        "R030",
        _E,
        "business hours that cannot be read",
        "days mon to sun or ranges such as mon-fri; spans such as 09:00-18:00, none over midnight",
    ),
    Code("R031", _E, "a day named twice in the business hours", "name each day once; several spans a day are a list"),
    Code("R032", _E, "an unknown time zone", "use an IANA name such as Europe/Paris"),
    Code(
        "R033",
        _E,
        "an unknown holiday calendar or date",
        "a country (FR), a country and subdivision (DE-BY) or a date (2026-12-24)",
    ),
    Code(
        "R034",
        _E,
        "a setting of the whole set stands in two files",
        "timezone, business_hours and holidays may stand in one file only",
    ),
    Code(
        "R035", _E, "an argument that the action does not take", "write the argument as the table of actions shows it"
    ),
    Code("R036", _E, "an item that mixes if/then/else with actions", "give the nested if an item of its own"),
    Code("R101", _W, "an empty condition", "an empty `all` is always true, an empty `any` never"),
    Code("R102", _W, "a deprecated operator", "use the operator that the message names"),
    Code(
        "R103",
        _W,
        "an unknown {{path}} in a text",
        "it is left as written; use a field or {{ticket.customer.firstname}}",
    ),
    Code("R104", _W, "invisible or direction-changing characters", "take them out unless they are meant"),
    Code("R105", _W, "look-alike letters", "write a word in one script; tags that look the same are two tags"),
    Code("R106", _W, "two tags that differ only in how their accents are encoded", "write both the same way"),
    Code("R107", _W, "something is written twice", "keep one of the two"),
    Code("R108", _W, "the version of the language is not stated", "write `version: 1`"),
    Code(
        "R109",
        _W,
        "a field that this version does not know below an open path",
        "check its spelling: if the export lacks it, it counts as missing",
    ),
    Code("R110", _W, "a file of the folder is not read", "rule files of a folder end in `.rules.yaml`"),
    Code("R111", _W, "spans of one day overlap", "they are read as one span"),
    Code("R112", _W, "a view reads event.type", "a view is asked between events: ask for state and facts"),
)

BY_CODE: dict[str, Code] = {entry.code: entry for entry in CODES}


def markdown_table() -> str:
    """The table of codes as it stands in the documentation."""
    rows = [f"| {one.code} | {one.severity} | {one.title} | {one.mend} |\n" for one in CODES]
    return "".join(["| code | counts as | says | what mends it |\n", "|---|---|---|---|\n", *rows])

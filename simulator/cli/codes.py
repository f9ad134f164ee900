"""The diagnostic codes of the command line, U001 and on: something about the command itself is not as it should be."""

from __future__ import annotations

CODES: dict[str, str] = {
    "U001": "The command or an option is unknown, incomplete or out of range; or the system refused a file. "
    "`simulator COMMAND --help` shows what it takes.",
    "U002": "The value of an option cannot be read. Instants look like 2026-03-01, spans like 3d, samples like 5%.",
    "U004": "A `--report` is not FORMAT=PATH, names an unknown format, or the same file as another one.",
    "U005": "No ticket is left to replay: the snapshot has none, or the selection fits none (exit 5).",
    "U006": "`init` never replaces files, and some of its files are there already. Name an empty folder.",
    "U007": "There is no such ticket in the snapshot. The nearest numbers are named.",
    "U008": "`explain` was asked about a tag, a field or a rule that nothing knows. The nearest name is shown.",
    "U009": "`explain` was asked about a code that does not exist. The nearest code is shown.",
    "U010": "A rule set git:REV:PATH cannot be read: git is not installed, the working folder is in no repository, or "
    "there is no such revision or path. The nearest name is shown.",
    "U011": "`bisect` needs a good revision that is part of the history of the bad one, and another result at each.",
}
"""Code -> meaning, in plain words, and what mends it."""

"""The diagnostic codes of snapshots, S001 and on: what each means and what mends it."""

from __future__ import annotations

CODES: dict[str, str] = {
    "S001": "There is no such snapshot. `simulator import gorgias PATH` makes one.",
    "S002": "The file is not a snapshot: empty, a folder, or not a SQLite file.",
    "S003": "A journal lies beside the snapshot: another program had it open and did not finish. "
    "Close that program, or open and close the file with it once more.",
    "S004": "A SQLite file, but not one that this tool made.",
    "S005": "The snapshot has a format that this version does not know: a newer version made it.",
    "S006": "The tables are not those of a snapshot: something was added, removed or changed.",
    "S007": "The content is not what was written: the file is damaged, or another program changed it. Import again.",
    "S008": "Another import is writing this snapshot. Wait until it has ended.",
    "S009": "The snapshot cannot be read or written: disk full, no permission, or a failing disk.",
    "S010": "What was built did not pass its own checks. The old snapshot is untouched.",
    "S011": "A slice was to replace the snapshot it is cut from. Name another file with --to.",
}
"""Code -> meaning, in plain words."""

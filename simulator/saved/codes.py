"""The diagnostic codes of saved runs, V001 and on: what each means and what mends it."""

from __future__ import annotations

CODES: dict[str, str] = {
    "V001": "There is no such saved run. `simulator run ... --save FILE` makes one.",
    "V002": "The file is not a saved run: empty, a folder, or not a SQLite file.",
    "V003": "A journal lies beside the saved run: another program had it open and did not finish. "
    "Close that program, or open and close the file with it once more.",
    "V004": "A SQLite file, but not a run that this tool saved.",
    "V005": "The saved run has a format that this version does not know. Run again, or use the version that made it.",
    "V006": "The tables are not those of a saved run: something was added, removed or changed.",
    "V007": "The content is not what was written: the file is damaged, or another program changed it. Run again.",
    "V008": "The saved run cannot be read or written: disk full, no permission, or a failing disk. "
    "An old one is untouched.",
    "V009": "What was built did not pass its own checks. An old saved run is untouched.",
    "V010": "Another version of the program saved the run: it would not have written the same reports. Run again.",
    "V011": "The saved run does not fit the snapshot that was given, or the one that it names was changed since. "
    "`--allow-stale` reports a run whose own snapshot or rules have changed.",
    "V012": "The saved run does not fit the rules that were given, or those that it names were changed since.",
    "V013": "`--save` never replaces a file that is not a saved run. Name another one.",
}
"""Code -> meaning, in plain words."""

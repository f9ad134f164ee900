"""The diagnostic codes of fidelity, F001 and on: how far a replay of the live rules does what really happened."""

from __future__ import annotations

CODES: dict[str, str] = {
    "F001": "The replay of the live rules does not do what the record says on as many tickets as it should. `simulator "
    "fidelity` lists the tickets and the reasons. With `--min-fidelity` an error (exit 1).",
    "F002": "`--min-fidelity` is set and there is no record to compare with. Not measured is not passed (exit 1).",
}
"""Code -> meaning, in plain words, and what mends it."""

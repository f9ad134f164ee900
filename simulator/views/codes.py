"""The diagnostic codes of views, W001 and on."""

from __future__ import annotations

CODES: dict[str, str] = {
    "W001": "A view reads a field that no reported ticket has: what it asks of it is answered as for a missing value. "
    "The snapshot may lack it, or the selection leave out the tickets that have it.",
    "W002": "A view of the helpdesk asks for business hours, which an export of views does not have, and neither rule "
    "set states any: never inside them.",
}
"""Code -> meaning, in plain words, and what mends it."""

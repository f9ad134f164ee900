"""The kind of record that a file name tells: `tickets`, `tickets_1`, `Tickets-0007`, `tickets.page-3` hold tickets."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NUMBERED = re.compile(r"[\W_]*(?:page|part)?[\W_]*\d+$", re.ASCII)


def kind_of(stem: str, kinds: Mapping[str, str]) -> str | None:
    """The kind for a file's stem (name without suffixes), None where it tells nothing."""
    plain = re.sub(r"[\W]+", "_", _NUMBERED.sub("", stem.lower()))
    return kinds.get(plain)

"""TEXT -> PARTS: where a text holds `{{paths}}`. Filling them in is the engine's; nothing is ever evaluated."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from simulator.rules.fields import canonical, field_of, known_paths, near_miss

_SLOT = re.compile(r"\{\{ *([^{}\s]{1,300}) *\}\}")
_NAMES = {
    "ticket.customer.firstname": "ticket.customer.firstname",
    "ticket.customer.lastname": "ticket.customer.lastname",
    "customer.firstname": "ticket.customer.firstname",
    "customer.lastname": "ticket.customer.lastname",
}
"""Paths that only texts know, and their full names."""


class Slot(NamedTuple):
    """A place to fill in: the canonical path, and the text as written."""

    path: str
    written: str


Part = str | Slot


@lru_cache(maxsize=1024)
def parse_template(text: str) -> tuple[Part, ...]:
    """The text as literals and slots, in order. A `{{path}}` that names no field stays part of its literal."""
    parts: list[Part] = []
    literal: list[str] = []
    done = 0
    for match in _SLOT.finditer(text):
        path = path_of(match[1])
        if path is None:
            continue
        literal.append(text[done : match.start()])
        _flush(literal, parts)
        parts.append(Slot(path, match[0]))
        done = match.end()
    literal.append(text[done:])
    _flush(literal, parts)
    return tuple(parts)


def _flush(literal: list[str], parts: list[Part]) -> None:
    text = "".join(literal)
    if text:
        parts.append(text)
    literal.clear()


def path_of(written: str) -> str | None:
    """The canonical path that a name between braces stands for, or None."""
    if written in _NAMES:
        return _NAMES[written]
    path = canonical(written)
    return path if field_of(path) is not None and near_miss(path) is None else None


def paths_in(text: str) -> tuple[str, ...]:
    """The canonical paths that a text reads, sorted, each once."""
    return tuple(sorted({part.path for part in parse_template(text) if isinstance(part, Slot)}))


def unknown_in(text: str) -> tuple[str, ...]:
    """What stands between double braces and names no field, as written, in the order written, each once."""
    return tuple(
        dict.fromkeys(name for name in re.findall(r"\{\{([^{}]{0,300})\}\}", text) if path_of(name.strip(" ")) is None)
    )


def template_names() -> tuple[str, ...]:
    """Every name that may stand between braces, sorted."""
    return tuple(sorted({*known_paths(), *_NAMES}))

"""DIRECTORY: who and what the helpdesk knows by name: agents, teams, tags, macros."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from simulator.addresses import normal_address


class Macro(NamedTuple):
    """A macro as the export has it; `actions` is the JSON list of its actions."""

    id: int
    name: str
    actions: str


@dataclass(frozen=True)
class Directory:
    """Agents, teams, tags and macros of a snapshot. Where two share a name, the lowest id has it."""

    emails: Mapping[int, str]  # agent id -> e-mail as written
    teams: Mapping[int, str]  # team id -> name
    tags: Mapping[int, str]  # tag id -> name
    macros: Mapping[int, Macro]

    def agent_email(self, agent: int | None) -> str | None:
        """The e-mail of an agent, as written in the export."""
        return None if agent is None else self.emails.get(agent)

    def agent_id(self, email: str) -> int | None:
        """The agent with this e-mail, in any case."""
        return self._by_email.get(normal_address(email))

    def team_id(self, name: str) -> int | None:
        """The team of exactly this name."""
        return self._by_team_name.get(name)

    def macro(self, wanted: int | str) -> Macro | None:
        """The macro of this id, or of exactly this name."""
        id = wanted if isinstance(wanted, int) else self._by_macro_name.get(wanted)
        return None if id is None else self.macros.get(id)

    @cached_property
    def _by_email(self) -> dict[str, int]:
        return _first((normal_address(email), id) for id, email in self.emails.items())

    @cached_property
    def _by_team_name(self) -> dict[str, int]:
        return _first((name, id) for id, name in self.teams.items())

    @cached_property
    def _by_macro_name(self) -> dict[str, int]:
        return _first((macro.name, macro.id) for macro in self.macros.values())


def read_directory(connection: sqlite3.Connection) -> Directory:
    """The directory of a snapshot; archived macros and inactive agents are in it, as rules may still name them."""
    return Directory(
        emails=dict(connection.execute("SELECT id, email FROM agent WHERE email IS NOT NULL ORDER BY id")),
        teams=dict(connection.execute("SELECT id, name FROM team ORDER BY id")),
        tags=dict(connection.execute("SELECT id, name FROM tag ORDER BY id")),
        macros={row[0]: Macro(*row) for row in connection.execute("SELECT id, name, actions FROM macro ORDER BY id")},
    )


def _first(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    lowest: dict[str, int] = {}
    for name, id in pairs:
        lowest[name] = min(id, lowest.get(name, id))
    return lowest

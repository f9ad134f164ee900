"""Names and ids of agents, teams and macros."""

from __future__ import annotations

from contextlib import closing

from simulator.facts.directory import Directory, read_directory
from tests.twin.snapshots import Row, open_snapshot


def directory() -> Directory:
    """Two of everything under one name."""
    agents: list[Row] = [{"id": 9, "email": "jo@x.com"}, {"id": 4, "email": "Jo@X.com"}, {"id": 5, "email": None}]
    macros = [{"id": i, "name": "hello", "actions": [{"name": "setStatus"}]} for i in (8, 3)]
    teams = [{"id": 2, "name": "Sales"}, {"id": 1, "name": "sales"}]
    with closing(open_snapshot({"agent": agents, "team": teams, "macro": macros})) as connection:
        return read_directory(connection)


def test_agents_are_found_by_e_mail_in_any_case() -> None:
    """The lowest id wins; an agent's own e-mail is given as written."""
    found = directory()
    assert (found.agent_id(" JO@x.COM "), found.agent_id("no@x.com")) == (4, None)
    assert (found.agent_email(4), found.agent_email(5), found.agent_email(77), found.agent_email(None)) == (
        "Jo@X.com", None, None, None,
    )  # fmt: skip


def test_teams_are_found_by_exact_name() -> None:
    """Case counts."""
    assert (directory().team_id("sales"), directory().team_id("Sales"), directory().team_id("SALES")) == (1, 2, None)


def test_macros_are_found_by_id_or_exact_name() -> None:
    """The lowest id of a name."""
    found = directory()
    by_name, by_id = found.macro("hello"), found.macro(8)
    assert by_name is not None and by_name.id == 3 and by_name.actions == '[{"name": "setStatus"}]'
    assert by_id is not None and by_id.id == 8
    assert (found.macro("Hello"), found.macro(77)) == (None, None)

"""The commands `import` and `snapshot`: what they say, where, and what they leave."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from simulator.cli.import_ import command as import_command
from simulator.cli.snapshot import command as snapshot_command

from .exports import detail, event, order, write


def _run(*arguments: str) -> Result:
    group = import_command if arguments[0] == "import" else snapshot_command
    return CliRunner().invoke(group, list(arguments[1:]), catch_exceptions=False)


@pytest.fixture
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a ticket, two events and an order; the working folder is above it."""
    folder = tmp_path / "export"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    write(folder / "ticket_details.jsonl", [detail(), detail(2, created_datetime="2026-04-02T09:00:00Z")])
    write(folder / "events.jsonl", [event(1, "ticket-created", "Ticket", 1), event(2, "ticket-closed", "Ticket", 404)])
    write(folder / "orders.jsonl", [order(shipping_address={"address1": "Canary Street 1", "zip": "1"})])
    (folder / "notes.md").write_text("x")
    return folder


def test_import_reports(export: Path) -> None:
    """Counts, doubts and fingerprint on stdout; what was read, what was left out and what to do next on stderr."""
    done = _run("import", "gorgias", "export")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert "tickets                2" in lines
    assert "  - 1 events of tickets that are not in the snapshot: not replayed (such as 2)" in lines
    assert "Snapshot     simulator.db" in lines
    assert "Read 2 files: 2 events, 2 tickets." in done.stderr
    assert "Left out 2 files of another kind: notes.md, orders.jsonl" in done.stderr
    assert "Next: simulator import shopify PATH" in done.stderr
    again = _run("import", "gorgias", "export")
    assert "Nothing new: the snapshot already held all of this." in again.stdout
    assert again.stdout.splitlines()[-1] == lines[-1]
    shop = _run("import", "shopify", "export")
    assert "Next: simulator run" in shop.stderr
    assert (export.parent / "simulator.db").exists()


def test_info(export: Path) -> None:
    """Counts, period, gap, histories, personal data, doubts and missing parts; no personal data itself."""
    _run("import", "gorgias", "export", "--snapshot", "s.db")
    _run("import", "shopify", "export", "--snapshot", "s.db")
    done = _run("snapshot", "info", "s.db")
    for expected in (
        "tickets created 2026-03-02T09:00:00Z to 2026-04-02T09:00:00Z",
        "2026-03-02T09:00:00Z to 2026-04-02T09:00:00Z (31 days)",
        "orders in EUR (1)",
        "1 tickets with their events",
        "1 tickets from lists only",
        "2 e-mail addresses",
        "2 message texts",
        "1 orders with a postal address",
        "1 events of tickets that are not in the snapshot",
        "no live rules",
    ):
        assert expected in done.stdout, expected
    assert "no orders" not in done.stdout
    assert not any(word in done.stdout for word in ("Canary", "Ann", "ann@", "Hello"))


def test_verify(export: Path) -> None:
    """Quick and full; the snapshot may also be given as an option."""
    _run("import", "gorgias", "export", "--snapshot", "s.db")
    before = Path("s.db").stat().st_mtime_ns
    assert "is whole: every byte and the tables checked" in _run("snapshot", "verify", "s.db").stdout
    assert "every row checked" in _run("snapshot", "verify", "--full", "--snapshot", "s.db").stdout
    assert Path("s.db").stat().st_mtime_ns == before


def test_settings_reach_the_subcommands(export: Path) -> None:
    """A default from simulator.toml for `snapshot`, and the environment above it."""
    runner = CliRunner()
    defaults = {"snapshot": "from-file.db"}
    runner.invoke(import_command, ["gorgias", "export"], default_map=defaults, catch_exceptions=False)
    assert Path("from-file.db").exists()
    environment = {"SIMULATOR_SNAPSHOT": "from-environment.db"}
    runner.invoke(import_command, ["gorgias", "export"], default_map=defaults, env=environment, catch_exceptions=False)
    assert Path("from-environment.db").exists()


def test_import_table(export: Path) -> None:
    """A table of one's own is listed with its name."""
    Path("loyalty.csv").write_text("email,tier\nann@example.com,gold\n")
    done = _run("import", "table", "loyalty", "loyalty.csv", "--key", "email")
    assert "table loyalty          1" in done.stdout

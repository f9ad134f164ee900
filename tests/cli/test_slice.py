"""`snapshot slice` from outside: what it chooses, says and refuses; a run on the slice is the run on the whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .program import run_inside


def _slice(folder: Path, *options: object, to: str = "small.db") -> tuple[int, str]:
    ran = run_inside("snapshot", "slice", "--to", to, *options, folder=folder)
    return ran.code, ran.text


def _run(folder: Path, snapshot: str, *options: object) -> tuple[dict[str, Any], list[str]]:
    """The JSON report of the project's run, and the lines of its trail."""
    reports = ("--report", "json=out.json", "--report", "trail=out.jsonl")
    ran = run_inside("run", "--snapshot", snapshot, *reports, *options, "-qq", folder=folder)
    assert ran.code == 0, ran.text
    report = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    return report, (folder / "out.jsonl").read_text(encoding="utf-8").splitlines()


def _tickets(folder: Path, snapshot: str) -> int:
    report, _ = _run(folder, snapshot)
    return int(report["snapshot"]["tickets"])


def _paid(report: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = report["projection"]["attribution"]["candidate"]
    return found


def _ids(report: dict[str, Any]) -> list[int]:
    return sorted({edit["ticket"] for edit in report["edits"]})


@pytest.mark.parametrize(
    "options", [("--sample", "20%", "--seed", 3), ("--sample", 40), ("--since", "2025-12-01", "--until", "2025-12-08")]
)
def test_a_run_on_the_slice_is_the_run_on_the_whole(project: Path, options: tuple[object, ...]) -> None:
    """The selection of a run, cut out: the same edits, money and trail of its tickets, with less of a snapshot."""
    code, text = _slice(project, *options)
    assert code == 0 and "Left out" in text
    whole, lines = _run(project, "demo.db", *options)
    small, fewer = _run(project, "small.db", *(() if "--sample" in options else options))
    assert small["edits"] == whole["edits"] != []
    for name in ("tickets_changed", "tags", "priority", "status", "replies"):
        assert small["summary"][name] == whole["summary"][name]
    for name in ("tickets", "converted", "by_currency", "by_agent"):
        assert _paid(small)[name] == _paid(whole)[name]
    assert set(fewer) <= set(lines)
    assert small["snapshot"]["tickets"] < whole["snapshot"]["tickets"]
    assert small["snapshot"]["until"] == whole["snapshot"]["until"]


def test_tickets_by_name(project: Path) -> None:
    """One after the other, or the option again; their customers come whole, and explain says the same."""
    report, _ = _run(project, "demo.db")
    one, other, *_ = _ids(report)
    assert _slice(project, "--ticket", one, other)[0] == 0
    small, _ = _run(project, "small.db")
    of = [edit for edit in report["edits"] if edit["ticket"] in (one, other)]
    assert [edit for edit in small["edits"] if edit["ticket"] in (one, other)] == of
    assert _slice(project, "--ticket", one, "--ticket", other, to="same.db")[0] == 0
    assert (project / "same.db").read_bytes() == (project / "small.db").read_bytes()
    for ticket in (one, other):
        whole, part = (
            run_inside("explain", ticket, "--snapshot", db, folder=project) for db in ("demo.db", "small.db")
        )
        assert (part.code, part.out) == (0, whole.out)


def test_it_opens_like_any_snapshot(project: Path) -> None:
    """It can be looked into, verified, cut again, and every report on it says that it is a slice."""
    assert _slice(project, "--sample", "10%")[0] == 0
    assert run_inside("snapshot", "verify", "small.db", "--full", folder=project).code == 0
    info = run_inside("snapshot", "info", "small.db", folder=project).out
    assert "tickets left out: a slice of a larger snapshot" in info
    assert _slice(project, "--snapshot", "small.db", "--sample", 1, to="tiny.db")[0] == 0
    assert 0 < _tickets(project, "tiny.db") < _tickets(project, "small.db")
    assert (project / "small.db").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ((), 2, "nothing is chosen"),
        (("--ticket", 99_999_999), 2, "nearest: "),
        (("--ticket", "x"), 2, "'x' is not a valid integer"),
        ((5,), 2, "name tickets with --ticket"),
        (("--since", "soon"), 2, "--since"),
        (("--sample", "0"), 5, "no ticket fits"),
        (("--sample", "200%"), 2, "cannot be more than 100%"),
        (("--since", "2100-01-01"), 5, "no ticket fits"),
        (("--snapshot", "missing.db", "--sample", 5), 2, "does not exist"),
    ],
)
def test_what_it_refuses(project: Path, options: tuple[object, ...], code: int, said: str) -> None:
    """Nothing is written, not even in part."""
    before = sorted(path.name for path in project.iterdir())
    found = _slice(project, *options)
    assert found[0] == code and said in found[1]
    assert sorted(path.name for path in project.iterdir()) == before


def test_every_unknown_ticket_is_told(project: Path) -> None:
    """All at once, each with its nearest."""
    code, text = _slice(project, "--ticket", 1, 2)
    assert (code, text.count("error[U007]"), text.count("nearest: ")) == (2, 2, 2)


@pytest.mark.parametrize("target", ["demo.db", "./rulesets/../demo.db", "simulator.toml", "rulesets", "no/small.db"])
def test_what_it_never_replaces(project: Path, target: str) -> None:
    """Its own input, a file that is no snapshot, a folder."""
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    code, text = _slice(project, "--sample", "10%", to=target)
    assert code == 2 and "Traceback" not in text
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before

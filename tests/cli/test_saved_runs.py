"""`run --save` and `report`: the same bytes again, refused where the run no longer fits what it names."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from simulator.cli.outputs import FORMATS

from .program import Ran, run_inside

LIVE, NEXT = "rulesets/live.rules.yaml", "rulesets/next.rules.yaml"
Program = Callable[..., Ran]


@pytest.fixture
def program(project: Path) -> Program:
    """The program in the project's folder."""
    return lambda *arguments: run_inside(*arguments, folder=project)


def _reports(folder: Path) -> list[str]:
    folder.mkdir(exist_ok=True)
    return [part for name in FORMATS for part in ("--report", f"{name}={folder / name}")]


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--who", "VIP", "--window", "5d", "--since", "2025-11-15"),
        ("--candidate", "none"),
        ("--baseline", "live", "--sample", "50%", "--seed", "7"),
        ("--where", "ticket.channel: email", "--channel", "email", "--exclude-outbound"),
    ],
)
def test_every_format_again(program: Program, tmp_path: Path, options: tuple[str, ...]) -> None:
    """Files and what is printed, whatever the run's options."""
    first, second = tmp_path / "first", tmp_path / "second"
    ran = program("run", *options, *_reports(first), "--save", "run.sqlite")
    again = program("report", "run.sqlite", *_reports(second))
    assert ran.code == again.code == 0, ran.text + again.text
    assert again.out == ran.out
    assert _contents(second) == _contents(first)
    assert set(_contents(first)) == set(FORMATS)


@pytest.mark.parametrize("printed", [("--format", "concise"), ("--format", "markdown"), ("-qq",)])
def test_what_is_printed_again(program: Program, printed: tuple[str, ...]) -> None:
    """In the form asked for."""
    ran = program("run", *printed, "--save", "run.sqlite")
    assert program("report", "run.sqlite", *printed).out == ran.out


def test_exit_codes_are_those_of_the_run(program: Program) -> None:
    """With --detailed-exitcode 4 where there is a difference."""
    assert program("run", "--save", "run.sqlite", "--detailed-exitcode").code == 4
    assert program("report", "run.sqlite", "--detailed-exitcode").code == 4
    assert program("report", "run.sqlite").code == 0
    assert program("run", "--candidate", LIVE, "--save", "run.sqlite", "-qq").code == 0
    assert program("report", "run.sqlite", "--detailed-exitcode").code == 0


def _edited(project: Path, name: str = NEXT) -> None:
    path = project / name
    path.write_text(path.read_text("utf-8").replace("priority: ", "priority: 1", 1), "utf-8")


def _other_snapshot(project: Path) -> None:
    with closing(sqlite3.connect(project / "demo.db")) as connection:
        (text,) = connection.execute("SELECT value FROM meta WHERE key = 'fingerprint'").fetchone()
        connection.execute("UPDATE meta SET value = ? WHERE key = 'fingerprint'", (text[::-1],))
        connection.commit()
    from simulator.snapshot.digest import seal

    seal(project / "demo.db")


def _damaged(project: Path) -> None:
    path = project / "demo.db"
    path.write_bytes(path.read_bytes()[:-1])


def _not_yaml(project: Path) -> None:
    (project / LIVE).write_text("rules: [", "utf-8")


@pytest.mark.parametrize(
    ("change", "code"), [(_edited, "V012"), (_not_yaml, "V012"), (_other_snapshot, "V011"), (_damaged, "V011")]
)
def test_what_it_names_has_changed(program: Program, project: Path, change: Callable[[Path], None], code: str) -> None:
    """Refused, unless it is to be reported as it was saved."""
    ran = program("run", "--save", "run.sqlite")
    change(project)
    refused = program("report", "run.sqlite", "--report", "json=out.json")
    assert (refused.code, refused.out) == (2, "")
    assert f"error[{code}]" in refused.err
    assert "--allow-stale" in refused.err
    assert not (project / "out.json").exists()
    assert program("report", "run.sqlite", "--allow-stale").out == ran.out


def test_what_changes_nothing_in_the_rules_fits(program: Program, project: Path) -> None:
    """Comments and layout are not part of a rule set."""
    program("run", "--save", "run.sqlite")
    with (project / NEXT).open("a", encoding="utf-8") as file:
        file.write("\n# a comment\n")
    assert program("report", "run.sqlite").code == 0


def test_what_is_no_longer_there_cannot_differ(program: Program, project: Path, tmp_path: Path) -> None:
    """The saved run alone is enough, and it may be moved with all that it names."""
    ran = program("run", "--save", "run.sqlite")
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(project / "run.sqlite", alone)
    assert run_inside("report", "run.sqlite", folder=alone).out == ran.out
    moved = tmp_path / "moved"
    project.rename(moved)
    assert run_inside("report", moved / "run.sqlite", folder=alone).out == ran.out
    _edited(moved)
    assert run_inside("report", moved / "run.sqlite", folder=alone).code == 2


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("--candidate", LIVE), "V012"),
        (("--baseline", "none"), "V012"),
        (("--baseline", "live"), "V012"),
        (("--snapshot", "no.db"), "S001"),
        (("--candidate", "no.rules.yaml"), "R001"),
        (("--snapshot", "run.sqlite"), "S004"),
    ],
)
def test_what_is_given_must_fit(program: Program, given: tuple[str, str], code: str) -> None:
    """Also with --allow-stale: that is about what the run itself names."""
    program("run", "--save", "run.sqlite")
    for more in ((), ("--allow-stale",)):
        refused = program("report", "run.sqlite", *given, *more)
        assert (refused.code, refused.out) == (2, "")
        assert f"error[{code}]" in refused.err


def test_what_is_given_and_fits(program: Program, project: Path) -> None:
    """By content, whatever it is called; live rules are those of the snapshot."""
    ran = program("run", "--baseline", "live", "--save", "run.sqlite")
    shutil.copy(project / "demo.db", project / "copy.db")
    shutil.copy(project / NEXT, project / "copy.rules.yaml")
    given = ("--snapshot", "copy.db", "--candidate", "copy.rules.yaml", "--baseline", "live")
    assert program("report", "run.sqlite", *given).out == ran.out
    (project / "demo.db").unlink()
    refused = program("report", "run.sqlite", "--baseline", "live")
    assert refused.code == 2
    assert "name the snapshot as well" in refused.err


def test_settings_say_nothing_of_a_run_that_is_done(program: Program, project: Path) -> None:
    """simulator.toml names what is to be run next; where to write it names for both."""
    ran = program("run", "--baseline", "none", "--save", "run.sqlite")
    text = (project / "simulator.toml").read_text("utf-8")
    (project / "simulator.toml").write_text(f'{text}\nreport = ["json=out.json"]\nformat = "concise"\n', "utf-8")
    again = program("report", "run.sqlite")
    assert again.code == 0, again.err
    assert again.out != ran.out
    assert (project / "out.json").exists()


def test_targets_are_checked_before_the_run(program: Program, project: Path) -> None:
    """An input, another file, the file of a report, and a saved run that is reported on."""
    (project / "notes").write_text("mine", "utf-8")
    for options, code in (
        (("--save", "demo.db"), "O002"),
        (("--save", NEXT), "O002"),
        (("--save", "notes"), "V013"),
        (("--save", "x.sqlite", "--report", "json=x.sqlite"), "U004"),
    ):
        refused = program("run", *options)
        assert (refused.code, refused.out) == (2, "")
        assert f"error[{code}]" in refused.err
    program("run", "--save", "run.sqlite")
    assert "error[O002]" in program("report", "run.sqlite", "--report", "json=run.sqlite").err
    assert (project / "notes").read_text("utf-8") == "mine"


def test_saving_leaves_the_inputs_alone(program: Program, project: Path) -> None:
    """And the same run saves the same bytes, for its owner only."""
    inputs = [path for path in project.rglob("*") if path.is_file() and path.suffix != ".cache"]
    before = {path: path.read_bytes() for path in inputs}
    program("run", "--save", "run.sqlite")
    first = (project / "run.sqlite").read_bytes()
    program("run", "--save", "run.sqlite")
    assert (project / "run.sqlite").read_bytes() == first
    assert {path: path.read_bytes() for path in before} == before
    assert not list(project.rglob("*.partial"))
    if os.name == "posix":
        assert (project / "run.sqlite").stat().st_mode & 0o777 == 0o600


def test_a_run_can_be_saved_by_setting(program: Program, project: Path) -> None:
    """`save` stands in simulator.toml as any option does."""
    text = (project / "simulator.toml").read_text("utf-8")
    (project / "simulator.toml").write_text(f'{text}\nsave = "run.sqlite"\n', "utf-8")
    assert program("run").code == 0
    assert program("report", "run.sqlite").code == 0

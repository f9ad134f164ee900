"""The committed schema is that of the tables, and saving or opening a run needs no SQLModel."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from pathlib import Path

from simulator.diff.values import Diff, RuleSide
from simulator.report.values import Report
from simulator.saved.ddl import schema_text
from simulator.saved.store import schema_sql
from simulator.saved.tables import ALL_TABLES, APPLICATION_ID, FORMAT_VERSION, SavedRuleSide, SavedRun
from simulator.snapshot.schema import marks, marks_of

from .runs import NAMES, example_run

OWN_TABLES = {"baseline", "candidate", "diff", "findings", "cautions", "examples"}
"""Fields of a report that are rows of other tables, or made of them."""


def test_committed_schema_is_that_of_the_tables() -> None:
    """schema.sql is what `python -m simulator.saved.ddl` writes."""
    assert schema_sql().rstrip() == schema_text().rstrip()


def test_a_saved_run_is_no_snapshot() -> None:
    """The header tells them apart."""
    assert marks_of(schema_sql()) == {"application_id": APPLICATION_ID, "user_version": FORMAT_VERSION}
    assert marks()["application_id"] != APPLICATION_ID
    assert str(ALL_TABLES[0].__tablename__) == "meta"


def test_every_field_of_a_report_has_its_column() -> None:
    """What is added to a report is saved, or this fails."""
    columns = set(SavedRun.model_fields)
    assert {one.name for one in fields(Report)} - columns == OWN_TABLES
    assert {one.name for one in fields(Diff) if one.compare} - columns == {"changes", "edits", "rules", "timings"}
    assert [one.name for one in fields(RuleSide)] == list(SavedRuleSide.model_fields)[2:]


def test_no_sqlmodel_is_imported(tmp_path: Path) -> None:
    """`run` and `report` start fast."""
    from simulator.saved.store import save_run

    path = tmp_path / "run.sqlite"
    save_run(path, example_run(), NAMES)
    code = (
        "import sys; from pathlib import Path; from simulator.saved.store import open_run\n"
        f"with open_run(Path({str(path)!r})): pass\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('sqlmodel', 'sqlalchemy', 'pydantic')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""`simulator fidelity`, and the fidelity block of `run`: what they print, and how they end."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ..cli.program import Ran, run_inside
from ..e2e.desk import Desk, at

RULES = Path(__file__).parents[2] / "rulesets"


@pytest.fixture(scope="module")
def less(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo shop imported without its orders: fidelity is below 100 %."""
    folder = tmp_path_factory.mktemp("less")
    export = folder / "export"
    shutil.copytree(RULES.parent / "fixtures", export, ignore=shutil.ignore_patterns("orders*", "shop", "*.py", ".*"))
    done = run_inside("import", "gorgias", "export", "--snapshot", "less.db", folder=folder)
    assert done.code == 0, done.text
    return folder / "less.db"


def fidelity(snapshot: Path, *options: object, folder: Path | None = None, **environment: str) -> Ran:
    """The command on a snapshot."""
    return run_inside("fidelity", "--snapshot", snapshot, *options, folder=folder or snapshot.parent, **environment)


def document(done: Ran) -> dict[str, Any]:
    """What was printed, as JSON."""
    found = json.loads(done.out)
    assert isinstance(found, dict)
    return found


def test_it_prints_the_number_with_its_denominator(shop: Path) -> None:
    """100 % of how many tickets, by field and by rule, and what has no record."""
    done = fidelity(shop)
    assert done.code == 0, done.text
    assert done.out.startswith("Fidelity 100%")
    assert "tickets that rules touched" in done.out
    assert "no record" in done.out and "priority" in done.out
    assert max(map(len, done.out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("limit", "code"), [("100%", 1), ("96%", 1), ("0.96", 1), ("95%", 0), ("0.95", 0), ("0", 0), ("0%", 0)]
)
def test_a_limit_gates(less: Path, limit: str, code: int) -> None:
    """Exit 1 and the reason on stderr below the limit; the result is printed either way."""
    done = fidelity(less, "--min-fidelity", limit)
    assert done.code == code
    assert ("error[F001]" in done.err) == bool(code)
    assert done.out.startswith("Fidelity 95.")


@pytest.mark.parametrize("limit", ["101%", "2", "-1", "x", "", "98 %", "1e0", "٩٨%", "1000000%"])
def test_a_limit_that_is_no_share_is_refused(shop: Path, limit: str) -> None:
    """Exit 2 before any work."""
    done = fidelity(shop, f"--min-fidelity={limit}")
    assert done.code == 2 and "U002" in done.err


def test_the_setting_of_a_project_counts(less: Path, tmp_path: Path) -> None:
    """`min-fidelity` in simulator.toml, and the environment before it."""
    (tmp_path / "simulator.toml").write_text('min-fidelity = "99%"\n', encoding="utf-8")
    assert fidelity(less, folder=tmp_path).code == 1
    assert fidelity(less, folder=tmp_path, SIMULATOR_MIN_FIDELITY="50%").code == 0


def test_nothing_to_compare_with_is_said_and_passes_no_limit(shop: Path, tmp_path: Path) -> None:
    """Without an event history there is no number: exit 0 when only asked, 1 when a limit is set."""
    folder = tmp_path / "export"
    shutil.copytree(RULES.parent / "fixtures", folder, ignore=shutil.ignore_patterns("events*", "shop", "*.py", ".*"))
    assert run_inside("import", "gorgias", "export", "--snapshot", "s.db", folder=tmp_path).code == 0
    asked = fidelity(tmp_path / "s.db")
    assert asked.code == 0 and asked.out.startswith("Fidelity is not measured: the snapshot has no event history")
    gated = fidelity(tmp_path / "s.db", "--min-fidelity", "1%")
    assert gated.code == 1 and "error[F002]" in gated.err
    block = document(fidelity(tmp_path / "s.db", "--format", "json"))["fidelity"]
    assert block["measured"] is False and block["why"] and block["agreement"] is None


def test_the_block_of_a_run_is_that_of_the_command(less: Path, tmp_path: Path) -> None:
    """Whatever the baseline is, the live rules are compared; the same bytes with the same options."""
    alone = document(fidelity(less, "--format", "json", "--min-fidelity", "90%"))["fidelity"]
    for baseline in ("live", "none"):
        done = run_inside(
            "run", "--snapshot", less, "--baseline", baseline, "--candidate", RULES / "candidate", "--format", "json",
            "--min-fidelity", "90%", folder=tmp_path,
        )  # fmt: skip
        assert done.code == 0, done.text
        assert document(done)["fidelity"] == alone
    assert 0 < alone["tickets"]["same"] < alone["tickets"]["touched"]


def test_a_run_without_live_rules_has_no_block(tmp_path: Path) -> None:
    """Null for programs, a sentence for people; a record without the rules is no record."""
    desk = Desk()
    desk.customer()
    desk.story()
    desk.event("rule-executed", 1, at("10:00:01"), data={"id": 1, "name": "gone"})
    snapshot = desk.snapshot(tmp_path)
    said = ["--snapshot", snapshot, "--baseline", "none", "--candidate", RULES / "candidate"]
    done = run_inside("run", *said, "--report", "json=r.json", folder=tmp_path)
    assert done.code == 0, done.text
    assert "Fidelity is not measured: the snapshot has no live rules" in done.out
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["fidelity"] is None


def test_a_run_below_the_limit_says_so_on_top_and_fails(less: Path, tmp_path: Path) -> None:
    """Exit 1 beats 4; the caution stands above the numbers, in every format for people."""
    said = ["--snapshot", less, "--baseline", "live", "--candidate", RULES / "candidate", "--min-fidelity", "99%"]
    reports = [word for name in ("markdown", "html", "json") for word in ("--report", f"{name}={name}")]
    done = run_inside("run", *said, "--detailed-exitcode", *reports, folder=tmp_path)
    assert done.code == 1, done.text
    assert "! caution: fidelity is 95." in done.out and "error[F001]" in done.err
    report = json.loads((tmp_path / "json").read_text(encoding="utf-8"))
    assert "F001" in {finding["code"] for finding in report["findings"]}
    assert report["fidelity"]["min"] == 0.99
    for name in ("markdown", "html"):
        text = (tmp_path / name).read_text(encoding="utf-8").replace("\\", "")
        assert "Fidelity 95." in text and "todays-value" in text


def test_the_selection_applies(less: Path) -> None:
    """A period and single tickets: fewer are compared, and their disagreements are those of the whole."""
    whole = document(fidelity(less, "--format", "json"))["fidelity"]
    part = document(fidelity(less, "--format", "json", "--since", "2025-12-01", "--until", "2026-01-01"))["fidelity"]
    assert 0 < part["tickets"]["selected"] < whole["tickets"]["selected"]
    own = {one["ticket"] for one in part["disagreements"]}
    assert part["disagreements"] == [one for one in whole["disagreements"] if one["ticket"] in own]
    first = whole["disagreements"][0]["ticket"]
    single = document(fidelity(less, "--format", "json", "--ticket", first))
    assert single["fidelity"]["tickets"] == {"selected": 1, "compared": 1, "touched": 1, "same": 0}
    assert single["command"] == f"simulator fidelity --snapshot less.db --ticket {first}"


def test_an_unknown_ticket_is_an_error_with_the_nearest(shop: Path) -> None:
    """Exit 2 and the number that was perhaps meant."""
    done = fidelity(shop, "--ticket", 4)
    assert done.code == 2 and "U007" in done.err and "nearest" in done.err


def test_no_ticket_selected_is_exit_5(shop: Path) -> None:
    """As in a run."""
    assert fidelity(shop, "--since", "2040-01-01").code == 5
    assert fidelity(shop, "--since", "2040-01-01", "--allow-empty").code == 0


def test_the_same_bytes_again(less: Path) -> None:
    """Nothing of the clock or of chance in it; concise and quiet give the one sentence."""
    assert fidelity(less, "--format", "json").out == fidelity(less, "--format", "json").out
    assert fidelity(less, "--format", "markdown").out == fidelity(less, "--format", "markdown").out
    concise = fidelity(less, "--format", "concise").out
    assert concise == fidelity(less, "-q").out and "  fields" not in concise
    assert fidelity(less, "-qq").out == ""

"""`check` and `schema` from outside: what they print, where, and how they exit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.cli.diagnostics import MAX_PRINTED, render
from simulator.diagnostics import Diagnostic, Location, Severity

CASES = Path(__file__).parents[1] / "rules" / "cases"
GOOD = "version: 1\nrules: [{id: a, on: ticket-created}]\n"


def simulator(*arguments: str | Path, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a folder, without colour unless the environment asks for it."""
    kept = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}
    return subprocess.run(
        [sys.executable, "-m", "simulator", *map(str, arguments)],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUTF8": "1", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_a_diagnostic_is_printed_as_documented(tmp_path: Path) -> None:
    """Code, message, place as given, line, caret, help; the last line counts; the findings are on stdout."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "vip.rules.yaml").write_text(
        "version: 1\nrules:\n  - id: vip\n    on: [ticket-created]\n    if: {customer.total_spend: {gte: 500}}\n"
    )
    done = simulator("check", "rules/vip.rules.yaml", folder=tmp_path)
    assert (done.returncode, done.stderr) == (2, "")
    assert done.stdout == (
        'error[R012]: unknown field "customer.total_spend"\n'
        " --> rules/vip.rules.yaml:5:10\n"
        "  |\n"
        "5 |     if: {customer.total_spend: {gte: 500}}\n"
        "  |          ^\n"
        '  help: did you mean "customer.total_spent"?\n'
        "\n"
        "1 error\n"
    )


def test_good_sets_are_counted_and_warnings_do_not_fail(tmp_path: Path) -> None:
    """Exit 0 where everything loads; the last line is a count."""
    (tmp_path / "a.yaml").write_text(GOOD)
    done = simulator("check", "a.yaml", CASES / "warned" / "empty-groups.yaml", "--format", "concise", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line.split(": ")[1] for line in lines[:5]] == ["warning[R101]"] * 5
    assert lines[5:] == ["5 warnings", "2 rule sets loaded, 4 rules"]


def test_all_sets_are_checked_whatever_is_wrong_with_one(tmp_path: Path) -> None:
    """Errors of every set named are listed together; any error exits with 2."""
    for name in "ab":
        (tmp_path / f"{name}.yaml").write_text(f"version: 1\nrules: [{{id: {name.upper()}, on: nope}}]\n")
    (tmp_path / "c.yaml").write_text(GOOD)
    done = simulator("check", "b.yaml", "a.yaml", "c.yaml", "nothing.yaml", "--format=concise", folder=tmp_path)
    assert done.returncode == 2
    assert [line.split(": ")[:2] for line in done.stdout.splitlines()[:-2]] == [
        ["a.yaml:2:14", "error[R021]"],
        ["a.yaml:2:21", "error[R015]"],
        ["b.yaml:2:14", "error[R021]"],
        ["b.yaml:2:21", "error[R015]"],
        ["nothing.yaml", "error[R001]"],
    ]
    assert done.stdout.splitlines()[-2:] == ["5 errors", "1 rule set loaded, 1 rule"]


def test_json_holds_every_finding(tmp_path: Path) -> None:
    """For programs: all findings, ASCII only."""
    (tmp_path / "a.yaml").write_text("version: 1\nrules:\n" + "  - {id: É, on: ticket-created}\n" * 150, "utf-8")
    done = simulator("check", "a.yaml", "--format", "json", folder=tmp_path)
    data = json.loads(done.stdout)
    assert done.returncode == 2
    assert done.stdout.isascii()
    assert (data["errors"], data["warnings"], len(data["findings"]), data["rule_sets"]) == (150, 0, 150, 1)
    assert data["findings"][0] == {
        "code": "R021",
        "severity": "error",
        "message": 'the id "É" has other characters than a-z, 0-9 and -',
        "rule": None,
        "location": "a.yaml:3:10",
        "help": None,
    }


def test_at_most_a_hundred_are_printed_and_the_rest_counted(tmp_path: Path) -> None:
    """A hostile file does not fill the terminal."""
    (tmp_path / "a.yaml").write_text("version: 1\nrules:\n" + "  - {id: X, on: ticket-created}\n" * 150)
    lines = simulator("check", "a.yaml", "--format", "concise", folder=tmp_path).stdout.splitlines()
    assert len(lines) == MAX_PRINTED + 1
    assert lines[-1] == "150 errors (50 more not shown)"


def test_colour_only_when_asked_for(tmp_path: Path) -> None:
    """Pipes get none; FORCE_COLOR and --color=always do, NO_COLOR and --color=never do not."""
    (tmp_path / "a.yaml").write_text("version: 1\nrules: 5\n")
    colored = {
        (choice, variable): "\x1b["
        in simulator("check", "a.yaml", "--color", choice, folder=tmp_path, **environment).stdout
        for choice in ("auto", "always", "never")
        for variable, environment in (("", {}), ("NO_COLOR", {"NO_COLOR": "1"}), ("FORCE_COLOR", {"FORCE_COLOR": "1"}))
    }
    assert {key for key, value in colored.items() if value} == {
        ("auto", "FORCE_COLOR"),
        ("always", ""),
        ("always", "NO_COLOR"),
        ("always", "FORCE_COLOR"),
    }


def test_check_starts_without_the_heavy_libraries(tmp_path: Path) -> None:
    """Neither SQLModel nor numpy, Jinja or, where no calendar is named, holidays is imported."""
    (tmp_path / "a.yaml").write_text(GOOD)
    code = (
        "import sys\nfrom pathlib import Path\nfrom simulator.cli.check import command\n"
        "command.main(['a.yaml'], standalone_mode=False)\n"
        "print(sorted({'sqlmodel', 'sqlalchemy', 'numpy', 'jinja2', 'holidays', 'tree_sitter'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_schema_is_printed(tmp_path: Path) -> None:
    """`schema ruleset` is JSON of the 2020-12 dialect."""
    done = simulator("schema", "ruleset", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


HOSTILE = "\x1b]52;c;x\x07 \x9b31m \r \n \u202e \u200b \U000e0041 \x00 <script> {{7*7}}"


@pytest.mark.parametrize("format", ["full", "concise"])
def test_nothing_raw_reaches_the_terminal(format: str) -> None:
    """Messages, lines, help and file names are escaped: no control, bidi or tag character is left."""
    found = Diagnostic("R012", Severity.ERROR, HOSTILE, Location(HOSTILE, 1, 5), HOSTILE, source=HOSTILE)
    text = render([found], format)
    assert not set(text) & set("\x1b\x07\x9b\r\u202e\u200b\U000e0041\x00")


def test_long_lines_are_cut_around_the_place() -> None:
    """The caret stays under its place, and wide letters and escapes are counted as they are shown."""
    for source, column in (("x" * 5_000 + "HERE" + "y" * 5_000, 5_001), ("漢字\u202e: HERE", 6), ("é: HERE", 4)):
        lines = render([Diagnostic("R012", Severity.ERROR, "m", Location("f", 1, column), source=source)]).splitlines()
        shown, caret = lines[3].removeprefix("1 | "), lines[4].removeprefix("  | ")
        width = sum(2 if letter in "漢字" else 1 for letter in shown[: shown.index("HERE")])
        assert (len(caret) - 1, len(shown) < 200) == (width, True)

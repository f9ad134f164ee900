"""`rules import`: files in, YAML out, every rule through or named; nothing half-written, no traceback."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.cli.rules import command
from simulator.errors import SimulatorError
from simulator.rules.load import load_ruleset

HOURS = "duringBusinessHours(ticket.created_datetime)"
COMMON: dict[str, object] = {"event_types": "ticket-created", "type": "user", "deactivated_datetime": None}
RULES: list[dict[str, object]] = [
    {
        **COMMON, "id": 2, "name": "[Tag] refund", "priority": 5,
        "code": "if (containsAny(message.text, ['refund'])) { Action('addTags', {tags: 'refund'}) }",
    },
    {
        **COMMON, "id": 3, "name": "Late", "priority": 1,
        "code": f"if ({HOURS}) {{ }} else {{ Action('addTags', {{tags: 'late'}}) }}",
    },
    {
        **COMMON, "id": 4, "name": "Wismo\u001b[31m\nx", "code": "", "type": "managed",
        "settings": {"slug": "auto-reply-wismo"}, "deactivated_datetime": "2026-01-01T00:00:00Z",
    },
]  # fmt: skip

SUMMARY = """\
2 of 3 rules came through.
Not simulated:
  Wismo\ufffd[31m^Jx (not active)
    a managed rule (auto-reply-wismo): Gorgias runs it by code of its own
"""


def run(*arguments: str | Path) -> Result:
    """The command, in this process."""
    return CliRunner().invoke(command, ["import", *map(str, arguments)])


@pytest.mark.parametrize("form", ["array", "page", "lines", "gz"])
def test_every_form_of_export_is_read(form: str, tmp_path: Path) -> None:
    """A bare array, a page with its envelope, JSON Lines and gzip give the same file."""
    path = tmp_path / {"array": "rules.json", "page": "rules.json", "lines": "rules.jsonl", "gz": "rules.json.gz"}[form]
    text = json.dumps({"data": RULES, "meta": {"next_cursor": None}} if form == "page" else RULES)
    if form == "lines":
        text = "\n".join(map(json.dumps, RULES))
    path.write_bytes(gzip.compress(text.encode()) if form == "gz" else text.encode())
    result = run(path, "-o", tmp_path / "live.rules.yaml")
    assert (result.exit_code, result.stdout) == (0, SUMMARY)
    assert "warning[G002]" in result.stderr
    ruleset, warnings = load_ruleset(tmp_path / "live.rules.yaml")
    assert (ruleset.name, [rule.id for rule in ruleset.rules], warnings) == ("live", ["tag-refund", "late"], ())
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([path.name, "live.rules.yaml"])


def test_on_stdout_the_yaml_stands_alone(tmp_path: Path) -> None:
    """With -o - the YAML is the result, and what came through is told on stderr."""
    path = tmp_path / "rules.json"
    path.write_text(json.dumps(RULES))
    result = run(path, "-o", "-", "--name", "shop")
    assert result.stdout.startswith("# Imported from rules.json.\n# Not simulated, and so not in this file:\n")
    assert "\nname: shop\n" in result.stdout
    assert result.stderr.startswith(SUMMARY)


def test_pages_are_one_set_and_the_last_record_of_an_id_stands(tmp_path: Path) -> None:
    """Several files are one list of rules."""
    first, second = tmp_path / "rules_1.json", tmp_path / "rules_2.json"
    first.write_text(json.dumps(RULES[:2]))
    second.write_text(json.dumps([{**RULES[0], "name": "Renamed"}]))
    assert "id: renamed" in run(first, second).stdout
    assert "id: tag-refund" not in run(first, second).stdout


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the file is empty"),
        ("[", "the file ends in the middle"),
        ("<html>", "an HTML or XML page"),
        ('[{"id": 1, "name": "n", "code": NaN}]', "NaN"),
        ("[" * 5000, "nested too deeply"),
        ("[1]", "not a record"),
        ('[{"id": 1, "subject": "a ticket"}]', "[0]: not a rule: it has no name or no code"),
        ('[{"id": null, "name": "n", "code": ""}]', "[0]: id is not a whole number"),
    ],
)
def test_what_is_no_export_of_rules_is_refused(content: str, message: str, tmp_path: Path) -> None:
    """The file and what is wrong with it are named; the old output stays."""
    path, output = tmp_path / "rules.json", tmp_path / "out.yaml"
    path.write_text(content)
    output.write_text("old")
    result = run(path, "-o", output)
    assert isinstance(result.exception, SimulatorError)
    assert result.exception.exit_code == 2
    assert message in result.exception.diagnostics[0].message
    assert str(result.exception.diagnostics[0].location).startswith(str(path))
    assert output.read_text() == "old"


def test_the_export_is_never_overwritten(tmp_path: Path) -> None:
    """The output may not be one of the files read, nor a folder."""
    path = tmp_path / "rules.json"
    path.write_text(json.dumps(RULES))
    for output in (path, tmp_path):
        assert isinstance(run(path, "-o", output).exception, SimulatorError)
    assert json.loads(path.read_text()) == RULES


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_bytes_bring_a_traceback(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Whatever a file holds, it is read or refused."""
    path = tmp_path_factory.mktemp("any") / "rules.json"
    path.write_bytes(content)
    result = run(path)
    assert result.exception is None or isinstance(result.exception, SimulatorError)


@pytest.mark.real
@pytest.mark.parametrize("name", ["rules.json", "pages/rules_1.json"])
def test_a_real_export_comes_through(real_data: Path, name: str, tmp_path: Path) -> None:
    """Of real exports every rule comes through or is named, from both forms of the code alike, and the YAML loads."""
    from simulator.rules.gorgias_code import rule_record, rules_from_gorgias
    from simulator.rules.write_yaml import yaml_of

    loaded = json.loads((real_data / name).read_text())
    items = loaded if isinstance(loaded, list) else loaded["data"]
    read = rules_from_gorgias([rule_record(item) for item in items])
    assert [rule.reasons[0].reason.split(" (")[0] for rule in read.unsupported] in ([], ["a managed rule"])
    assert len(read.ruleset.rules) + len(read.unsupported) == len(items)
    for left_out, empty in (("code", ""), ("code_ast", None)):
        assert rules_from_gorgias([rule_record({**item, left_out: empty}) for item in items]).ruleset == read.ruleset
    (tmp_path / "live.yaml").write_text(yaml_of(read.ruleset), encoding="utf-8")
    assert load_ruleset(tmp_path / "live.yaml")[0].rules == read.ruleset.rules


def test_nothing_heavy_is_imported() -> None:
    """Reading live rules needs neither the snapshot's tables nor the column library."""
    import subprocess

    ours = "import sys, simulator.rules.gorgias_code, simulator.rules.write_yaml"
    script = f"{ours}; print('sqlmodel' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"

"""Commands, options, exit codes, settings and streams, as a script that calls the program sees them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.desk import Desk, at, probe, put_rules, replay, rule, rule_set, simulator

CREATED = "ticket-created"
VIP = rule_set(rule("vip", CREATED, [{"addTags": ["VIP"]}]))
NOTHING = rule_set(rule("vip", CREATED, [{"addTags": ["VIP"]}], {"ticket.status": "closed"}))


def three_customers() -> Desk:
    """Customer 1 with two tickets, 2 and 3 with one each; chat and e-mail."""
    desk = Desk()
    for id in (1, 2, 3):
        desk.customer(id)
    desk.story(1, "2026-03-01T00:00:00Z", 1)
    desk.story(2, "2026-03-02T00:00:00Z", 1, channel="chat")
    desk.story(3, "2026-03-03T00:00:00Z", 2)
    desk.story(4, "2026-03-03T00:00:01Z", 3, channel="chat")
    return desk


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return three_customers().snapshot(tmp_path_factory.mktemp("desk"))


def run(snapshot: Path, folder: Path, candidate: Any, *options: object, baseline: Any = "none") -> Any:
    rules = put_rules(folder / "c.rules.yaml", candidate)
    old = put_rules(folder / "b.rules.yaml", baseline)
    return simulator("run", "--snapshot", snapshot, "--baseline", old, "--candidate", rules, *options)


def test_exit_codes_of_run(snapshot: Path, tmp_path: Path) -> None:
    """0 done; 4 only with `--detailed-exitcode`: done, and there is a diff; 2 input error; 5 nothing to replay, unless
    `--allow-empty`.
    """
    assert run(snapshot, tmp_path, VIP).code == 0
    assert run(snapshot, tmp_path, VIP, "--detailed-exitcode").code == 4
    assert run(snapshot, tmp_path, NOTHING, "--detailed-exitcode").code == 0
    assert run(snapshot, tmp_path, VIP, "--since", "2027-01-01").code == 5
    assert run(snapshot, tmp_path, VIP, "--since", "2027-01-01", "--allow-empty").code == 0
    assert run(snapshot, tmp_path, VIP, "--since", "2027-01-01", "--detailed-exitcode").code == 5, "5 beats 4"
    assert run(snapshot, tmp_path, rule_set() | {"version": 3}).code == 2
    assert run(tmp_path / "missing.db", tmp_path, VIP).code == 2
    assert simulator("run", "--snapshot", snapshot, "--baseline", "none").code == 2, "a candidate is required"


@pytest.mark.parametrize(
    "words",
    [
        ("rum",),
        ("run", "--sinse", "2026-01-01"),
        ("run", "--candidate"),
        ("import", "gorgia", "x"),
        ("explain",),
        ("snapshot", "inf"),
        ("run", "--candidate", "none", "--max-cascade", "-1"),
        ("run", "--candidate", "none", "--facts", "today"),
        ("run", "--candidate", "none", "--format", "xml"),
        ("schema", "rules"),
    ],
    ids=" ".join,
)
def test_usage_errors(words: tuple[str, ...]) -> None:
    """2: usage error, all on stderr, nothing on stdout, no traceback."""
    done = simulator(*words)
    assert done.code == 2 and done.out == "" and "error" in done.err.lower() and "Traceback" not in done.err


@pytest.mark.parametrize(
    "options",
    [
        ("--since", "yesterday"),
        ("--until", "2026-13-01"),
        ("--sample", "101%"),
        ("--sample", "many"),
        ("--where", "ticket.chanel: email"),
        ("--where", "ticket.channel: ["),
        ("--as-of", "soon"),
        ("--window", "3 days"),
        ("--report", "pdf=x.pdf"),
        ("--report", "json"),
        ("--max-cascade", "x"),
    ],
    ids=" ".join,
)
def test_wrong_values_of_options(options: tuple[str, ...], snapshot: Path, tmp_path: Path) -> None:
    """2: usage or input error, with what was wrong."""
    done = run(snapshot, tmp_path, VIP, *options)
    assert done.code == 2 and done.out == "" and "error" in done.err.lower() and "Traceback" not in done.err


def test_nearest_names(snapshot: Path, tmp_path: Path) -> None:
    """With the nearest name: commands, options, formats, fields."""
    assert "run" in simulator("rum").err and "--since" in simulator("run", "--sinse", "x").err
    assert "ticket.channel" in run(snapshot, tmp_path, VIP, "--where", "ticket.chanel: email").err


def test_results_on_stdout_all_else_on_stderr(snapshot: Path, tmp_path: Path) -> None:
    """Results on stdout, all else on stderr; `-qq` prints nothing."""
    done = run(snapshot, tmp_path, VIP)
    assert "VIP" in done.out and done.err == ""
    silent = run(snapshot, tmp_path, VIP, "-qq")
    assert (silent.out, silent.err, silent.code) == ("", "", 0)
    broken = run(snapshot, tmp_path, "version: 9\n")
    assert broken.out == "" and "error" in broken.err


@pytest.mark.parametrize("format", ["full", "concise", "json", "markdown"])
def test_formats(format: str, snapshot: Path, tmp_path: Path) -> None:
    """`--format full|concise|json|markdown`: each says that four tickets change, none carries colour when piped."""
    done = run(snapshot, tmp_path, VIP, "--format", format)
    assert done.code == 0 and "4" in done.out and "\x1b" not in done.out
    if format == "json":
        assert json.loads(done.out)["summary"]["tickets_changed"] == 4


def test_colour(snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--color auto|always|never`, NO_COLOR, FORCE_COLOR."""
    assert "\x1b[" in run(snapshot, tmp_path, VIP, "--color", "always").out
    assert "\x1b[" not in run(snapshot, tmp_path, VIP, "--color", "never").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run(snapshot, tmp_path, VIP).out
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("FORCE_COLOR")
    assert "\x1b[" not in run(snapshot, tmp_path, VIP).out


def reported(snapshot: Path, folder: Path, *options: object) -> list[int]:
    made = replay(folder, snapshot, VIP, "none", *options)
    assert made.report["summary"]["tickets"] == len(made.report["edits"])
    return made.edits("ticket")


def test_since_until(snapshot: Path, tmp_path: Path) -> None:
    """`--since/--until` ([since, until), a date = midnight UTC) choose the tickets *reported*."""
    assert reported(snapshot, tmp_path, "--since", "2026-03-02") == [2, 3, 4]
    assert reported(snapshot, tmp_path, "--until", "2026-03-03") == [1, 2]
    assert reported(snapshot, tmp_path, "--since", "2026-03-02T00:00:01Z", "--until", "2026-03-03T00:00:01Z") == [3]


def test_where(snapshot: Path, tmp_path: Path) -> None:
    """`--where` (a condition on state and facts before the first phase)."""
    assert reported(snapshot, tmp_path, "--where", "ticket.channel: chat") == [2, 4]
    assert reported(
        snapshot, tmp_path, "--where", "{any: [{ticket.subject: Subject 1}, {customer.email: {startsWith: c3}}]}"
    ) == [1, 4]
    assert reported(snapshot, tmp_path, "--where", "ticket.tags: {notContainsAny: [VIP]}") == [1, 2, 3, 4], (
        "before the first phase"
    )


def test_sample_is_of_whole_customers(snapshot: Path, tmp_path: Path) -> None:
    """`--sample N|P%` (of customers): every ticket of a customer or none; the same seed, the same sample."""
    of = {1: 1, 2: 1, 3: 2, 4: 3}
    for size in (1, 2, 3):
        chosen = reported(snapshot, tmp_path, "--sample", size)
        assert len({of[id] for id in chosen}) == size
        assert (1 in chosen) == (2 in chosen)
        assert chosen == reported(snapshot, tmp_path, "--sample", size)
    assert reported(snapshot, tmp_path, "--sample", "100%") == [1, 2, 3, 4]


def test_every_ticket_of_the_reported_customers_is_replayed_whole(tmp_path: Path) -> None:
    """Every ticket of their customers is replayed, whole, because customers carry throttles and fields."""
    desk = Desk()
    desk.customer()
    desk.story(1, at("10:00"))
    desk.story(2, at("10:04"))
    snapshot = desk.snapshot(tmp_path)
    rules = rule_set(rule("reply", CREATED, [{"replyToTicket": "hi"}]))
    made = replay(tmp_path / "r", snapshot, rules, "none", "--since", at("10:03"))
    assert made.report["summary"]["tickets"] == 1 and made.report["edits"] == []
    assert [r["ticket"] for r in made.refusals] == [2], "ticket 1's reply holds 2's back, though 1 is not reported"
    assert {line["ticket"] for line in made.trail} <= {2}


def test_who(snapshot: Path, tmp_path: Path) -> None:
    """`--who TAG` lists the customers who would gain or lose it."""
    chat = rule_set(rule("vip", CREATED, [{"addTags": ["VIP"]}], {"ticket.channel": "chat"}))
    done = run(snapshot, tmp_path, chat, "--who", "VIP")
    assert done.code == 0
    assert "2 customers would gain it" in done.out and "0 would lose it" in done.out


def test_a_folder_of_settings(snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every option may stand in `simulator.toml`: flag > environment > file > default; `config show` says where each
    came from.
    """
    shutil.copy(snapshot, tmp_path / "mine.db")
    put_rules(tmp_path / "c.rules.yaml", VIP)
    (tmp_path / "simulator.toml").write_text(
        'snapshot = "mine.db"\nbaseline = "none"\ncandidate = "c.rules.yaml"\nsince = "2026-03-02"\nformat = "json"\n'
    )
    monkeypatch.chdir(tmp_path)
    first = simulator("run")
    assert first.code == 0 and json.loads(first.out)["summary"]["tickets"] == 3
    monkeypatch.setenv("SIMULATOR_SINCE", "2026-03-03")
    assert json.loads(simulator("run").out)["summary"]["tickets"] == 2
    assert json.loads(simulator("run", "--since", "2026-03-01").out)["summary"]["tickets"] == 4
    shown = {line.split()[0]: line for line in simulator("config", "show").out.splitlines() if line.strip()}
    assert "2026-03-03" in shown["since"] and "SIMULATOR_SINCE" in shown["since"]
    assert "simulator.toml" in shown["format"] and "default" in shown["facts"]


@pytest.mark.parametrize(
    "line",
    [
        'since = "2026-03-01"',
        'until = "2027-01-01"',
        'where = "ticket.channel: chat"',
        'sample = "2"',
        "seed = 3",
        'who = "VIP"',
        'facts = "current"',
        "max-cascade = 3",
        'as-of = "2026-03-20"',
        'window = "5d"',
        'channel = ["chat"]',
        "exclude-outbound = true",
        'report = ["json=r.json"]',
        'format = "concise"',
        'color = "never"',
        "detailed-exitcode = true",
        "allow-empty = true",
    ],
)
def test_every_option_may_stand_in_the_file(
    line: str, snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every option may stand in `simulator.toml`, and `config show` lists it with its value."""
    shutil.copy(snapshot, tmp_path / "mine.db")
    put_rules(tmp_path / "c.rules.yaml", VIP)
    (tmp_path / "simulator.toml").write_text(
        f'snapshot = "mine.db"\nbaseline = "none"\ncandidate = "c.rules.yaml"\n{line}\n'
    )
    monkeypatch.chdir(tmp_path)
    done = simulator("run")
    assert done.code == (4 if "detailed" in line else 0), done.err
    key = line.split()[0]
    shown = {row.split()[0]: row for row in simulator("config", "show").out.splitlines() if row.strip()}
    assert "simulator.toml" in shown[key]
    if key == "who":
        assert "3 customers would gain it" in done.out
    if key == "report":
        assert (tmp_path / "r.json").exists()


def test_an_unknown_setting_is_an_error_with_the_nearest_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown key is an error with the nearest name; the place is said."""
    (tmp_path / "simulator.toml").write_text('snapshot = "s.db"\nsinse = "2026-01-01"\n')
    monkeypatch.chdir(tmp_path)
    done = simulator("run", "--candidate", "none")
    assert done.code == 2 and "since" in done.err and "simulator.toml:2" in done.err
    (tmp_path / "simulator.toml").write_text("snapshot = \n")
    assert simulator("run", "--candidate", "none").code == 2


def test_settings_of_pyproject(snapshot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`[tool.simulator]` in pyproject.toml too."""
    shutil.copy(snapshot, tmp_path / "mine.db")
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\n[tool.simulator]\nsnapshot = "mine.db"\nbaseline = "none"\ncandidate = "none"\n'
    )
    monkeypatch.chdir(tmp_path)
    assert simulator("run").code == 0


def test_init_then_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`init [DIR]`: a working project; `simulator run` works in it at once; what is there is never replaced."""
    monkeypatch.chdir(tmp_path)
    assert simulator("init", "shop").code == 0
    assert {"simulator.toml", "README.md"} <= {path.name for path in (tmp_path / "shop").iterdir()}
    monkeypatch.chdir(tmp_path / "shop")
    done = simulator("run")
    assert done.code == 0, done.err
    assert "tickets" in done.out
    (tmp_path / "shop" / "README.md").write_text("mine")
    simulator("init", ".")
    assert (tmp_path / "shop" / "README.md").read_text() == "mine"


def test_the_snapshot_is_never_written_to(snapshot: Path, tmp_path: Path) -> None:
    """The snapshot itself is never written to; `snapshot verify` finds a changed byte (exit 2)."""
    copy = tmp_path / "copy.db"
    shutil.copy(snapshot, copy)
    before = copy.read_bytes()
    run(copy, tmp_path, VIP)
    assert simulator("explain", 1, "--snapshot", copy, "--baseline", "none", "--candidate", "none").code == 0
    assert copy.read_bytes() == before
    assert simulator("snapshot", "verify", copy).code == 0
    middle = len(before) // 2
    copy.write_bytes(before[:middle] + bytes([before[middle] ^ 1]) + before[middle + 1 :])
    assert simulator("snapshot", "verify", copy).code == 2
    copy.write_bytes(b"not a database")
    assert run(copy, tmp_path, VIP).code == 2


def test_explain_a_ticket(snapshot: Path, tmp_path: Path) -> None:
    """`explain TICKET` prints events, phases, rules, conditions with the value seen, true or false, actions, before and
    after.
    """
    both = rule_set(
        rule("hit", CREATED, [{"addTags": ["VIP"]}], {"ticket.channel": "chat"}),
        rule("miss", CREATED, [{"addTags": ["no"]}], {"ticket.channel": "sms", "ticket.status": "open"}),
    )
    rules = put_rules(tmp_path / "c.rules.yaml", both)
    done = simulator("explain", 2, "--snapshot", snapshot, "--baseline", "none", "--candidate", rules, "--all")
    assert done.code == 0
    for told in ("ticket-created", "hit", "miss", "ticket.channel", "chat", "VIP", "2026-03-02T00:00:00Z"):
        assert told in done.out
    parsed = json.loads(
        simulator(
            "explain", 2, "--snapshot", snapshot, "--baseline", "none", "--candidate", rules, "--format", "json"
        ).out
    )
    assert "VIP" in json.dumps(parsed)
    assert simulator("explain", 404, "--snapshot", snapshot, "--baseline", "none", "--candidate", rules).code in (2, 5)


def cautions(made: Any) -> list[str]:
    return [finding["message"] for finding in made.report["findings"] if finding["code"].startswith("C")]


def test_cautions_name_what_the_snapshot_lacks(tmp_path: Path) -> None:
    """One caution per rule that reads what the snapshot lacks (no messages, no Shopify, lists-only history, no agents);
    never a silent zero diff.
    """
    desk = Desk()
    desk.customer()
    desk.ticket(1)
    rules = rule_set(
        rule("text", "ticket-message-created", [{"addTags": ["x"]}], {"message.text": {"containsAny": ["x"]}}),
        rule("money", CREATED, [{"addTags": ["y"]}], {"customer.total_spent": {"gte": 1}}),
        rule("agent", CREATED, [{"addTags": ["z"]}], {"ticket.assignee_user.email": "a@b.c"}),
        rule("plain", CREATED, [{"addTags": ["p"]}], {"ticket.channel": "sms"}),
    )
    made = replay(tmp_path, desk.snapshot(tmp_path), rules)
    told = cautions(made)
    assert any("1 of 4 rules" in line and "message.text" in line and "no messages" in line for line in told)
    assert any("customer.total_spent" in line for line in told) and any("assignee_user.email" in line for line in told)
    assert not any("ticket.channel" in line for line in told)
    assert all(line.split(";")[0] in made.outcome.out.replace("\n", " ").replace("  ", " ") for line in told)


def test_live_without_rules_is_said(snapshot: Path, tmp_path: Path) -> None:
    """`live` (the rules in the snapshot); where it holds none, that is said: never a silent zero diff."""
    made = replay(tmp_path, snapshot, "live", "live")
    assert [finding["code"] for finding in made.report["findings"]] == ["G007"]
    assert "no rules" in made.outcome.out


def test_a_loop_is_a_finding_of_the_replay(snapshot: Path, tmp_path: Path) -> None:
    """If the run at depth `max_cascade` still changed something, that is a finding, with the rules of the last runs in
    it.
    """
    loop = rule("loop", "ticket-updated", [{"addTags": ["a"]}, {"removeTags": ["a"]}])
    made = replay(tmp_path, snapshot, rule_set(loop, *probe()["rules"]))
    found = [finding for finding in made.report["findings"] if finding["code"].startswith("E")]
    assert found and all("loop" in finding["message"] and "probe" not in finding["message"] for finding in found)


def start(*words: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "simulator", *map(str, words)], capture_output=True, check=False, **options
    )


def test_a_closed_pipe_is_silent(snapshot: Path, tmp_path: Path) -> None:
    """A closed pipe is silent (141 or 0)."""
    rules = put_rules(tmp_path / "c.rules.yaml", VIP)
    command = [
        sys.executable,
        "-m",
        "simulator",
        "run",
        "--snapshot",
        str(snapshot),
        "--baseline",
        "none",
        "--candidate",
        rules,
        "--format",
        "json",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        error = process.stderr.read()
        assert process.wait() in (0, 141) and error == b""


def test_the_module_and_version() -> None:
    """`simulator` and `python -m simulator` are the same."""
    done = start("--version")
    assert done.returncode == 0 and done.stdout.startswith(b"simulator ")


def test_reports_to_places_that_cannot_be_written(snapshot: Path, tmp_path: Path) -> None:
    """2: disk full, lock, permission; the same path twice, too."""
    done = run(snapshot, tmp_path, VIP, "--report", f"json={tmp_path / 'no' / 'such' / 'folder' / 'r.json'}")
    assert done.code in (0, 2) and "Traceback" not in done.err
    twice = run(snapshot, tmp_path, VIP, "--report", f"json={tmp_path / 'r'}", "--report", f"csv={tmp_path / 'r'}")
    assert twice.code in (0, 2) and "Traceback" not in twice.err
    onto = run(snapshot, tmp_path, VIP, "--report", f"json={snapshot}")
    assert onto.code == 2 and simulator("snapshot", "verify", snapshot).code == 0, (
        "the snapshot itself is never written to"
    )


def test_the_csv_is_safe_in_a_spreadsheet(tmp_path: Path) -> None:
    """`csv` (edits, safe in a spreadsheet): a value that would be a formula is text."""
    desk = Desk()
    desk.customer()
    desk.story()
    rules = rule_set(rule("a", CREATED, [{"setSubject": "=1+1"}, {"addTags": ["@x", "+y"]}]))
    made = replay(tmp_path, desk.snapshot(tmp_path), rules)
    cells = [value for row in made.csv for value in row.values()]
    assert "'=1+1" in cells and not any(value[:1] in "=+-@" for value in cells if value)

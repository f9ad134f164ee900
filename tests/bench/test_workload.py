"""The made-up helpdesk of the benchmark: the same each time, readable by all, and with rules that do something."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from bench.export import make_export
from bench.report import write
from bench.rules import BASELINE, CANDIDATE, as_yaml, one_edit
from bench.texts import ANSWERS, FRAMES, PLAIN, TOPICS
from bench.workload import make_world
from simulator.diff.changes import rule_changes
from simulator.diff.values import RuleChange
from simulator.pipeline import RunOptions, resolve_side, run
from simulator.rules.load import load_text
from simulator.snapshot.store import meta_value, open_snapshot
from simulator.sources.gorgias.export import GORGIAS
from simulator.sources.intake import import_paths

TICKETS = 200


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A helpdesk of 200 tickets with its rule sets: the folder."""
    folder = tmp_path_factory.mktemp("world")
    make_world(folder, TICKETS)
    return folder


def _fingerprint(path: Path) -> str | None:
    with closing(open_snapshot(path)) as connection:
        return meta_value(connection, "fingerprint")


def test_the_same_seed_gives_the_same_helpdesk(world: Path, tmp_path: Path) -> None:
    """Made twice it is the same; another seed gives another."""
    again, other = make_world(tmp_path / "again", TICKETS), make_world(tmp_path / "other", TICKETS, seed=5)
    assert _fingerprint(again) == _fingerprint(world / "helpdesk.db") != _fingerprint(other)


def test_its_export_imports_to_the_same_snapshot(world: Path, tmp_path: Path) -> None:
    """What `import gorgias` is measured on says the same as the snapshot that was written directly."""
    records = make_export(world / "helpdesk.db", tmp_path / "export")
    imported = tmp_path / "imported.db"
    import_paths(imported, (tmp_path / "export",), GORGIAS, lambda _count: None)
    assert records > 5 * TICKETS
    assert _fingerprint(imported) == _fingerprint(world / "helpdesk.db")


def test_the_rule_sets_load_without_a_word() -> None:
    """70 rules: 35 on text, 15 on state, 20 on facts; and 8 edits make the candidate."""
    before, found = load_text(as_yaml(BASELINE), "baseline")
    after, more = load_text(as_yaml(CANDIDATE), "candidate")
    kinds = [rule.id.partition("-")[0] for rule in before.rules]
    assert not found
    assert not more
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"text": 35, "state": 15, "fact": 20}
    assert sum(change is not RuleChange.SAME for change in rule_changes(before, after).values()) == 8
    edited, _ = load_text(as_yaml(one_edit()), "one")
    assert [c for c in rule_changes(before, edited).values() if c is not RuleChange.SAME] == [RuleChange.EDITED]


def test_a_word_occurs_only_where_its_topic_is_meant() -> None:
    """So that a topic's share is the hit rate of its rule: from 0.01 to 20 percent, 3 to 20 words."""
    sentences = " ".join(line for pool in (PLAIN, ANSWERS, FRAMES) for lines in pool.values() for line in lines).lower()
    words = [word for topic in TOPICS for word in topic.words]
    assert [word for word in words if word in sentences or word != word.lower()] == []
    assert all(3 <= len(topic.words) <= 20 for topic in TOPICS)
    assert {min(topic.share for topic in TOPICS), max(topic.share for topic in TOPICS)} == {0.0001, 0.20}
    assert sum(topic.share for topic in TOPICS) < 1


def test_a_run_finds_replies_snoozes_and_differences(world: Path) -> None:
    """The rules reach what the benchmark is to measure."""
    with closing(open_snapshot(world / "helpdesk.db")) as connection:
        before, after = (
            resolve_side(str(world / f"{name}.rules.yaml"), connection) for name in ("baseline", "candidate")
        )
        done = run(connection, before, after, RunOptions(), "run", {})
    outcomes = done.before.outcome.tickets.values()
    actions = {change.action for one in outcomes for change in one.changes}
    assert done.report.diff.edits
    assert {"addTags", "setPriority", "snoozeTicket", "snooze-ended", "setTeamAssignee"} <= actions
    assert any(one.sent for one in outcomes)
    assert len({ticket.customer_id for ticket in done.tickets}) < len(done.tickets)


def test_only_the_section_of_the_page_is_written(tmp_path: Path) -> None:
    """What stands outside the markers stays as it is; a page without them gets them at its end."""
    page = tmp_path / "page.md"
    page.write_text("# Page\n\n<!-- bench -->\nold\n<!-- /bench -->\n\nrest\n", encoding="utf-8")
    write(page, "bench", "new")
    assert page.read_text(encoding="utf-8") == "# Page\n\n<!-- bench -->\n\nnew\n\n<!-- /bench -->\n\nrest\n"
    write(page, "bench-large", "more")
    assert page.read_text(encoding="utf-8").endswith("rest\n\n<!-- bench-large -->\n\nmore\n\n<!-- /bench-large -->\n")

"""`git:REV:PATH` as a rule set, and `bisect`, in real repositories."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.program import Ran, run_inside
from tests.cli.repository import RULES, Repository
from tests.twin.snapshots import write_snapshot
from tests.twin.stories import told

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")
OTHER = """version: 1
rules:
  - {id: greet, on: [ticket-created], then: [{addTags: [%s]}]}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Repository:
    """A repository with a snapshot of two tickets beside it."""
    made = Repository(tmp_path / "shop")
    tickets = [{"id": id, "events": [{"at": "09:00", "customer": "hello"}]} for id in (1, 2)]
    write_snapshot(tmp_path / "shop" / "simulator.db", told({"tickets": tickets}))
    (made.folder / ".gitignore").write_text("*.db*\n", encoding="utf-8")
    return made


def run(shop: Repository, *arguments: object) -> Ran:
    """The program in the repository."""
    return run_inside(*arguments, folder=shop.folder)


def test_a_rule_set_of_a_revision_is_what_stood_there(shop: Repository) -> None:
    """Files and folders, on both sides of a run, whatever the working folder holds now."""
    first = shop.commit("one", rules__a=OTHER % "hello", rules__b=RULES % 500)
    shop.commit("two", rules__a=OTHER % "hi")
    (shop.folder / "rules" / "a.rules.yaml").write_text("nonsense", encoding="utf-8")
    ran = run(shop, "run", "--baseline", f"git:{first[:8]}:rules", "--candidate", "git:main:rules", "--format", "json")
    assert ran.code == 0, ran.text
    report = json.loads(ran.out)
    tags = {tag: (count["before"], count["after"]) for tag, count in report["summary"]["tags"].items()}
    assert tags == {"hello": (2, 0), "hi": (0, 2)}
    assert f"--baseline git:{first[:8]}:rules" in report["command"]
    assert [rule["change"] for rule in report["rules"]] == ["edited", "same"]
    one = run(shop, "check", "git:HEAD~1:rules/b.rules.yaml", "git:HEAD:rules")
    assert (one.code, one.out) == (0, "2 rule sets loaded, 3 rules\n")


def test_paths_go_by_the_working_folder(shop: Repository) -> None:
    """In a folder of the repository, the path is relative to it, and nothing above the repository can be named."""
    shop.commit("one", rules__a=OTHER % "hello")
    inside = shop.folder / "rules"
    assert run_inside("check", "git:HEAD:a.rules.yaml", "git:HEAD", "git:HEAD:.", folder=inside).code == 0
    assert run_inside("check", "git:HEAD:../rules", folder=inside).code == 0
    assert run_inside("check", "git:HEAD:../../x", folder=inside).code == 2


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("git:mian:rules", 'did you mean "main"?'),
        ("git:--help:rules", "there is no revision"),
        ("git::rules", "names no revision"),
        ("git:main:rulse", 'did you mean "rules"?'),
        ("git:main:rules/b.rules.yaml", 'did you mean "rules/a.rules.yaml"?'),
        ("git:main:empty", "holds no *.rules.yaml files"),
        ("git:main:link.rules.yaml", "links are not followed"),
        ("git:main:bad.rules.yaml", "git:main:bad.rules.yaml:2"),
    ],
)
def test_what_is_not_there_is_said_with_the_nearest_name(shop: Repository, spec: str, says: str) -> None:
    """Exit 2 each time."""
    (shop.folder / "empty").mkdir()
    (shop.folder / "empty" / "x.txt").write_text("x", encoding="utf-8")
    (shop.folder / "link.rules.yaml").symlink_to("rules/a.rules.yaml")
    shop.commit("one", rules__a=OTHER % "hello", bad="version: 1\nruels: []\n")
    ran = run(shop, "check", spec)
    assert (ran.code, says in ran.text) == (2, True), ran.text


def test_without_a_repository_or_without_git_it_says_so(
    shop: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 2, and why."""
    alone = tmp_path / "alone"
    alone.mkdir()
    ran = run_inside("check", "git:HEAD:rules", folder=alone, GIT_CEILING_DIRECTORIES=str(tmp_path))
    assert (ran.code, "not a git repository" in ran.text) == (2, True), ran.text
    ran = run_inside("check", "git:HEAD:rules", folder=shop.folder, PATH=str(alone))
    assert (ran.code, "git is not installed" in ran.text) == (2, True), ran.text


def test_settings_may_name_a_revision(shop: Repository) -> None:
    """As a baseline that all runs share."""
    shop.commit("one", rules__a=OTHER % "hello")
    (shop.folder / "simulator.toml").write_text('baseline = "git:main:rules"\n', encoding="utf-8")
    ran = run(shop, "run", "--candidate", "none", "--format", "json", "--save", "run.sqlite")
    assert ran.code == 0, ran.text
    again = run(shop, "report", "run.sqlite", "--format", "json")
    assert (again.code, again.out) == (0, ran.out)


def test_bisect_finds_the_commit_that_changed_the_result(shop: Repository) -> None:
    """Of many commits, some of which do not touch the rules or do not load, the one after which the tag is another."""
    good = shop.commit("start", rules__a=OTHER % "hello")
    for number in range(4):
        shop.commit(f"elsewhere {number}", other=OTHER % number)
        shop.commit(f"comment {number}", rules__a=OTHER % "hello" + f"# {number}\n")
    guilty = shop.commit("greet \x1b[31mshorter", rules__a=OTHER % "hi")
    shop.commit("broken", rules__a="nonsense")
    for number in range(5):
        shop.commit(f"more {number}", rules__a=OTHER % "hi" + f"# {number}\n")
    asked = ("bisect", 1, "--good", good, "--bad", "main", "--path", "rules")
    ran = run(shop, *asked, "--format", "json")
    assert ran.code == 0, ran.text
    told = json.loads(ran.out)
    assert (told["commit"], told["commits"], told["rules"]) == (guilty, 11, {"greet": "edited"})
    assert [(edit["field"], edit["before"], edit["after"]) for edit in told["edits"]] == [("tags", ["hello"], ["hi"])]
    assert told["tried"] <= 5
    full = run(shop, *asked)
    assert f"changed at commit {guilty}" in full.out
    assert "tags +hi -hello" in full.out and "\x1b" not in full.out
    assert run(shop, *asked).out == full.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((1, "--good", "main", "--bad", "main"), "the same result"),
        ((1, "--good", "main~1", "--bad", "main"), "the same result"),
        ((1, "--good", "main", "--bad", "main~1"), "not part of the history"),
        ((1, "--good", "mian", "--bad", "main"), 'did you mean "main"?'),
        ((99, "--good", "main~1", "--bad", "main"), "nearest: 1, 2"),
        ((1, "--good", "main~1", "--bad", "main", "--path", "rulse"), 'did you mean "rules"?'),
        ((1, "--good", "main~1", "--bad", "main", "--assume", "tie=name"), 'did you mean "ties"?'),
    ],
)
def test_bisect_says_what_is_wrong(shop: Repository, arguments: tuple[object, ...], says: str) -> None:
    """Exit 2 each time."""
    shop.commit("one", rules__a=OTHER % "hello")
    shop.commit("two", rules__a=OTHER % "hello" + "# the same\n")
    ran = run(shop, "bisect", *arguments, *(() if "--path" in arguments else ("--path", "rules")))
    assert (ran.code, says in ran.text) == (2, True), ran.text

"""Folders read as one set, and files that are links, too large, in other encodings or hostile by name."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from simulator.diagnostics import Diagnostic, Location
from simulator.errors import InputError
from simulator.rules.load import load_ruleset, load_text
from simulator.rules.rule_files import MAX_FILE, relative

RULE = "  - {id: %s, on: ticket-created}\n"


def refused(path: Path) -> tuple[Diagnostic, ...]:
    """What is found in a set that must not load."""
    with pytest.raises(InputError) as caught:
        load_ruleset(path)
    return caught.value.diagnostics


def write(folder: Path, **files: str) -> Path:
    """Write NAME.rules.yaml for each keyword."""
    for name, text in files.items():
        (folder / f"{name}.rules.yaml").write_text(text, "utf-8")
    return folder


def test_a_folder_is_one_set(tmp_path: Path) -> None:
    """Lists, zone and hours of any file hold for all; the first name stands; other files are left alone."""
    write(
        tmp_path,
        b="version: 1\nname: second\nrules: [{id: x, on: ticket-created, if: {message.text: {endsWith: {list: w}}}}]\n",
        a="version: 1\nname: first\nrules:\n" + RULE % "y",
        c="version: 1\ntimezone: Europe/Paris\nlists: {w: [refund]}\n",
    )
    (tmp_path / "notes.txt").write_text("not a rule file: [")
    (tmp_path / "gate.yaml").write_text("not a rule file: [")
    ruleset, warnings = load_ruleset(tmp_path)
    assert (ruleset.name, ruleset.hours.zone, [rule.id for rule in ruleset.rules]) == (
        "first",
        "Europe/Paris",
        ["x", "y"],
    )
    assert warnings == ()


def test_a_set_without_a_name_has_that_of_its_file_or_folder(tmp_path: Path) -> None:
    """`vip.rules.yaml` and `vip.yaml` are called vip."""
    folder = tmp_path / "candidate"
    folder.mkdir()
    write(folder, vip="version: 1\nrules: []\n")
    assert load_ruleset(folder)[0].name == "candidate"
    assert load_ruleset(folder / "vip.rules.yaml")[0].name == "vip"


def test_what_may_stand_once_is_reported_with_both_places(tmp_path: Path) -> None:
    """Settings of the set in two files, ids and list names in two files."""
    one = "version: 1\ntimezone: UTC\nbusiness_hours: {}\nholidays: []\nlists: {w: [a]}\nrules:\n" + RULE % "x"
    write(tmp_path, a=one, b=one)
    first = (tmp_path / "a.rules.yaml").as_posix()
    found = [(one.code, one.location and one.location.line, one.help) for one in refused(tmp_path)]
    assert found == [
        ("R034", 2, f"first written at {first}:2:1"),
        ("R034", 3, f"first written at {first}:3:1"),
        ("R034", 4, f"first written at {first}:4:1"),
        ("R022", 5, f"first defined at {first}:5:9"),
        ("R022", 7, f"first defined at {first}:7:10"),
    ]


def test_a_bad_file_among_good_ones_is_reported_with_all_its_faults(tmp_path: Path) -> None:
    """One unreadable file does not hide what is wrong with the others."""
    write(tmp_path, a="version: 1\nrules: [", b="version: 1\nrules: [{id: X, on: nope}]\n", c="version: 1\nrules: []\n")
    (tmp_path / "d.rules.yaml").write_bytes(b"version: 1\nname: caf\xe9\n")
    found = [(one.code, one.location and one.location.file[-12:]) for one in refused(tmp_path)]
    assert found == [
        ("R006", "a.rules.yaml"),
        ("R021", "b.rules.yaml"),
        ("R015", "b.rules.yaml"),
        ("R005", "d.rules.yaml"),
    ]


def test_missing_paths_and_empty_folders(tmp_path: Path) -> None:
    """A path without anything names its nearest neighbour; a folder needs rule files; near misses are named."""
    (tmp_path / "candidate").mkdir()
    (found,) = refused(tmp_path / "candidat")
    assert (found.code, found.help) == ("R001", 'did you mean "candidate"?')
    assert [one.code for one in refused(tmp_path / "candidate")] == ["R002"]
    (tmp_path / "candidate" / "vip.rules.yml").write_text("")
    assert [one.code for one in refused(tmp_path / "candidate")] == ["R110", "R002"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_are_refused_unread(tmp_path: Path) -> None:
    """Neither a link inside a folder nor one given by itself is followed, and nothing of its target is quoted."""
    secret = tmp_path / "secret"
    secret.write_text("token: hunter2")
    folder = tmp_path / "set"
    folder.mkdir()
    write(folder, a="version: 1\nrules: []\n")
    (folder / "b.rules.yaml").symlink_to(secret)
    (folder / "c.rules.yaml").symlink_to(tmp_path / "nowhere")
    for path in (folder, folder / "b.rules.yaml"):
        found = refused(path)
        assert {one.code for one in found} == {"R003"}
        assert all("hunter2" not in str(one) for one in found)


@pytest.mark.skipif(sys.platform == "win32", reason="no such files there")
def test_pipes_and_folders_are_no_rule_files(tmp_path: Path) -> None:
    """A pipe is not opened (it would block); a folder named like a rule file is not read."""
    os.mkfifo(tmp_path / "a.rules.yaml")
    (tmp_path / "b.rules.yaml").mkdir()
    assert [one.code for one in refused(tmp_path)] == ["R001", "R001"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names themselves")
def test_hostile_file_names_can_be_printed(tmp_path: Path) -> None:
    """Names that are not UTF-8 or hold controls end up as text that any stream can encode."""
    name = os.fsdecode(b"\xff\x1b[31m\n.rules.yaml")
    (tmp_path / name).write_text("version: 1\nrules: [")
    (found,) = refused(tmp_path)
    assert found.location is not None
    found.location.file.encode("utf-8")
    assert "\\udcff" in found.location.file


def test_sizes_are_bounded(tmp_path: Path) -> None:
    """A file of more than 1 MB is refused unread, a set of more than 10 MB at the file that passes it."""
    path = tmp_path / "big.yaml"
    path.write_bytes(b"version: 1\nrules: []\n" + b"#" * MAX_FILE)
    assert [one.code for one in refused(path)] == ["R004"]
    with pytest.raises(InputError):
        load_text("#" * (MAX_FILE + 1), "big.yaml")
    for number in range(11):
        (tmp_path / f"{number:02}.rules.yaml").write_bytes(b"version: 1\nrules: []\n" + b"#" * 950_000)
    found = refused(tmp_path)
    assert [(one.code, one.location and one.location.file[-13:]) for one in found] == [("R004", "10.rules.yaml")]


@pytest.mark.parametrize(
    "text", ["\ufeffversion: 1\nrules: []\n", "version: 1\r\nrules: []\r\n", "version: 1\rrules: []"]
)
def test_byte_order_mark_and_other_line_ends_are_fine(tmp_path: Path, text: str) -> None:
    """What editors on other systems write is read."""
    path = tmp_path / "set.yaml"
    path.write_bytes(text.encode("utf-8"))
    assert load_ruleset(path)[1] == ()


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"version: 1\nname: caf\xe9\n", "2:10"),
        ("version: 1\nrules: []\n".encode("utf-16"), "1:1"),
        ("version: 1\nrules: []\n".encode("utf-16-le"), "1:2"),
        (b"version: 1\r\nname: a\x00b\r\n", "2:8"),
        (b"version: 1\nname: \xed\xa0\x80\n", "2:7"),
        ("version: 1\nname: a\u2028b: c\n".encode(), "2:8"),
        (b"version: 1\nname:\ta\n", "2:6"),
    ],
)
def test_other_encodings_and_characters_are_refused_with_their_line(tmp_path: Path, content: bytes, place: str) -> None:
    """Latin-1, UTF-16, NUL, surrogates, Unicode line separators and tabs."""
    path = tmp_path / "set.yaml"
    path.write_bytes(content)
    assert [(one.code, str(one.location)) for one in refused(path)] == [("R005", f"{path.as_posix()}:{place}")]


def test_places_relative_to_the_set(tmp_path: Path) -> None:
    """Reports name the file inside the folder, or the file itself."""
    inside = Location((tmp_path / "a.rules.yaml").as_posix(), 3, 4)
    assert relative(inside, tmp_path) == Location("a.rules.yaml", 3, 4)
    assert relative(inside, tmp_path / "a.rules.yaml") == Location("a.rules.yaml", 3, 4)

"""Rows J1 to J4: whatever bytes a file holds, the import is whole, or refused with the place and leaves nothing."""

from __future__ import annotations

import gzip
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.sources import limits, pages, paths
from simulator.sources.codes import CODES

from .exports import detail, gorgias, rows, ticket, write

GOOD = json.dumps(ticket())


def _refused(folder: Path, *files: Path) -> tuple[str, str, str]:
    """Code, place and message of the first finding; nothing was made."""
    with pytest.raises(InputError) as caught:
        gorgias(folder / "s.db", *files)
    first = caught.value.diagnostics[0]
    assert first.code in CODES
    assert not [path.name for path in folder.iterdir() if "s.db" in path.name]
    place = str(first.location).replace(str(folder) + os.sep, "")
    return first.code, place, first.message


@pytest.mark.parametrize(
    ("name", "content", "code", "place"),
    [
        ("tickets.json", b"", "I006", "tickets.json"),
        ("tickets.jsonl", b"", "I006", "tickets.jsonl"),
        ("tickets.json", b" \n\n", "I006", "tickets.json"),
        ("tickets.jsonl", b"\t\n", "I006", "tickets.jsonl"),
        ("tickets.json", b'{"data": [{"id": 1', "I006", "tickets.json:1:19"),
        ("tickets.jsonl", f'{GOOD}\n{GOOD}\n{{"id": 3,\n{GOOD}\n'.encode(), "I006", "tickets.jsonl:3:10"),
        ("tickets.json", b"<!DOCTYPE html><html>", "I006", "tickets.json:1"),
        ("tickets.jsonl", b"<html>\n", "I006", "tickets.jsonl:1"),
        ("tickets.json", b'[{"id": NaN}]', "I006", "tickets.json:1"),
        ("tickets.json", b'[{"id": -Infinity}]', "I006", "tickets.json:1"),
        ("tickets.json", b'[{"id": 1e999}]', "I006", "tickets.json:1"),
        ("tickets.json", b'[{"id": ' + b"9" * 5000 + b"}]", "I006", "tickets.json:1"),
        ("tickets.json", b"[" * 100_000 + b"]" * 100_000, "I006", "tickets.json:1"),
        ("tickets.json", b'{"a":' * 100_000, "I006", "tickets.json:1"),
        ("tickets.json", b'[{"id": 1, "subject": "caf\xe9"}]', "I006", "tickets.json:1"),
        ("tickets.json", b'[{}]\n\x00', "I006", "tickets.json:2:1"),
        ("tickets.json", json.dumps([ticket()]).encode("utf-16"), "I006", "tickets.json:1"),
        ("tickets.json", b"7", "I007", "tickets.json"),
        ("tickets.json", b'["x"]', "I007", "tickets.json"),
        ("tickets.json", b'{"data": [1]}', "I007", "tickets.json:1"),
        ("download.json", b'{"a": 1, "b": 2}', "I007", "download.json:1"),
    ],
)  # fmt: skip
def test_not_json(tmp_path: Path, name: str, content: bytes, code: str, place: str) -> None:
    """Cut, empty, HTML, NaN, deep, huge, not UTF-8, wrong shape: refused with the line."""
    (tmp_path / name).write_bytes(content)
    assert _refused(tmp_path, tmp_path / name)[:2] == (code, place)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"id": None}, "I008", "id"),
        ({"id": "x"}, "I008", "id"),
        ({"id": 0}, "I008", "id"),
        ({"id": -1}, "I008", "id"),
        ({"id": 2**63}, "I008", "id"),
        ({"id": True}, "I008", "id"),
        ({"id": 1.5}, "I008", "id"),
        ({"status": None}, "I008", "status"),
        ({"status": {}}, "I008", "status"),
        ({"spam": "yes"}, "I008", "spam"),
        ({"tags": {"a": 1}}, "I008", "tags"),
        ({"tags": [None]}, "I008", "tags[0]"),
        ({"tags": [{"id": 1}]}, "I008", "name"),
        ({"customer": [1]}, "I008", "customer"),
        ({"messages": [{"id": 1}]}, "I009", "messages[0].created_datetime"),
        ({"satisfaction_survey": {"id": 1, "score": "good"}}, "I008", "satisfaction_survey.score"),
        ({"customer": {"id": 4, "integrations": {"x": {}}}}, "I008", "customer.integrations.x"),
        ({"created_datetime": None}, "I009", "created_datetime"),
        ({"created_datetime": "yesterday"}, "I009", "created_datetime"),
        ({"created_datetime": "2026-02-30T00:00:00Z"}, "I009", "created_datetime"),
        ({"created_datetime": "2026-03-02T09:00:00"}, "I009", "created_datetime"),
        ({"created_datetime": 1772442000}, "I009", "created_datetime"),
        ({"created_datetime": "0001-01-01T00:00:00Z"}, "I009", "created_datetime"),
        ({"created_datetime": "9999-12-31T23:59:59-12:00"}, "I009", "created_datetime"),
        ({"created_datetime": "2026-03-02T09:00:00.1234567Z"}, "I009", "created_datetime"),
        ({"created_datetime": "٢٠٢٦-03-02T09:00:00Z"}, "I009", "created_datetime"),
    ],
)
def test_wrong_fields(tmp_path: Path, change: dict[str, Any], code: str, field: str) -> None:
    """A field that is missing or wrong: the line, the record and the path, and nothing is imported."""
    found = _refused(tmp_path, write(tmp_path / "tickets.jsonl", [ticket(1), {**ticket(2), **change}]))
    assert found[:2] == (code, "tickets.jsonl:2")
    assert field in found[2]


def test_all_errors_at_once(tmp_path: Path) -> None:
    """Every file and record is looked at before the import is refused, up to the limit."""
    bad = [ticket(number, status=None) for number in range(1, 4)]
    files = (write(tmp_path / "tickets.jsonl", bad), write(tmp_path / "ticket_details.json", [detail(9, id="x")]))
    with pytest.raises(InputError) as caught:
        gorgias(tmp_path / "s.db", *files)
    assert len(caught.value.diagnostics) == 4
    write(tmp_path / "tickets.jsonl", bad * 1000)
    with pytest.raises(InputError) as caught:
        gorgias(tmp_path / "s.db", *files)
    assert limits.ERRORS <= len(caught.value.diagnostics) <= limits.ERRORS + 1


def test_values_are_not_quoted(tmp_path: Path) -> None:
    """Personal data stays out of messages."""
    message = _refused(tmp_path, write(tmp_path / "tickets.jsonl", [ticket(spam="secret-canary")]))[2]
    assert "canary" not in message


@pytest.mark.parametrize(
    ("text", "stored", "doubt"),
    [
        (r"a\ud800b", "a\ufffdb", "NUL or half a character replaced"),
        (r"a\u0000b", "a\ufffdb", "NUL or half a character replaced"),
        (r"\ud83d\ude00", "\U0001f600", None),
        (r"__proto__", "__proto__", None),
        ("e\u0301" * 1000, "e\u0301" * 1000, None),
    ],
)
def test_odd_texts(tmp_path: Path, text: str, stored: str, doubt: str | None) -> None:
    """Lone surrogates and NUL are replaced and counted; every other text is kept whole (J2, J3)."""
    line = json.dumps(ticket(subject="SUBJECT"), ensure_ascii=False).replace("SUBJECT", text)
    (tmp_path / "tickets.jsonl").write_text(line, encoding="utf-8")
    done = gorgias(tmp_path / "s.db", tmp_path / "tickets.jsonl")
    assert rows(tmp_path / "s.db", "SELECT subject FROM ticket") == [(stored,)]
    assert [one.reason for one in done.doubts] == ([doubt] if doubt else [])


def test_large_bodies_are_kept_whole(tmp_path: Path) -> None:
    """A megabyte of text, of combining marks too."""
    body = "\u0301\u0323" * 500_000
    gorgias(tmp_path / "s.db", write(tmp_path / "tickets.jsonl", [ticket(subject=body)]))
    assert rows(tmp_path / "s.db", "SELECT length(subject) FROM ticket") == [(1_000_000,)]


def test_a_key_given_twice(tmp_path: Path) -> None:
    """The last one counts, and that is said."""
    (tmp_path / "tickets.jsonl").write_text(GOOD[:-1] + ', "subject": "second"}')
    done = gorgias(tmp_path / "s.db", tmp_path / "tickets.jsonl")
    assert rows(tmp_path / "s.db", "SELECT subject FROM ticket") == [("second",)]
    assert [one.reason for one in done.doubts] == ["a key given twice: the last one kept"]


def test_a_ticket_given_twice(tmp_path: Path) -> None:
    """The last updated one stands, and that is said."""
    late = ticket(subject="late", updated_datetime="2026-04-01T00:00:00Z")
    done = gorgias(tmp_path / "s.db", write(tmp_path / "tickets.jsonl", [late, ticket(subject="early")]))
    assert rows(tmp_path / "s.db", "SELECT subject FROM ticket") == [("late",)]
    assert [one[:3] for one in done.doubts] == [("tickets", "given twice in one file: the newest kept", 1)]


def test_deep_values_are_refused_where_they_would_be_stored(tmp_path: Path) -> None:
    """`data` of any shape is kept, but not deeper than can be read again."""
    deep: Any = "x"
    for _ in range(500):
        deep = [deep]
    code, _place, message = _refused(tmp_path, write(tmp_path / "tickets.jsonl", [ticket(custom_fields={"1": deep})]))
    assert (code, "DEPTH" in message) == ("I004", True)


def _zip(path: Path, *members: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def _gzip_bomb(folder: Path) -> Path:
    (folder / "tickets.jsonl.gz").write_bytes(gzip.compress(b" " * (limits.RATIO_FROM * 2)))
    return folder / "tickets.jsonl.gz"


def _zip_bomb(folder: Path) -> Path:
    return _zip(folder / "x.zip", ("tickets.jsonl", b" " * (limits.RATIO_FROM * 2)))


def _blank_lines(folder: Path) -> Path:
    (folder / "tickets.jsonl").write_bytes(b"\n" * (limits.BLANK_LINES + 9))
    return folder / "tickets.jsonl"


def _gzip_bomb_in_zip(folder: Path) -> Path:
    return _zip(folder / "x.zip", ("tickets.jsonl.gz", gzip.compress(b" " * (limits.RATIO_FROM * 2))))


def _zip_slip(folder: Path) -> Path:
    return _zip(folder / "x.zip", ("../tickets.jsonl", GOOD.encode()))


def _zip_absolute(folder: Path) -> Path:
    return _zip(folder / "x.zip", ("/tmp/tickets.jsonl", GOOD.encode()))


def _zip_link(folder: Path) -> Path:
    info = zipfile.ZipInfo("tickets.jsonl")
    info.external_attr = 0o120777 << 16
    return _zip(folder / "x.zip", (info, b"/etc/passwd"))


def _zip_in_zip(folder: Path) -> Path:
    return _zip(folder / "x.zip", ("inner.zip", b"PK"))


def _cut_gzip(folder: Path) -> Path:
    noise = "".join(json.dumps(ticket(number, subject=os.urandom(99).hex())) + "\n" for number in range(1, 99))
    (folder / "tickets.jsonl.gz").write_bytes(gzip.compress(noise.encode())[:-4000])
    return folder / "tickets.jsonl.gz"


def _broken_gzip(folder: Path) -> Path:
    data = bytearray(gzip.compress(GOOD.encode()))
    data[30] ^= 0xFF
    (folder / "tickets.jsonl.gz").write_bytes(data)
    return folder / "tickets.jsonl.gz"


def _not_gzip(folder: Path) -> Path:
    (folder / "tickets.jsonl.gz").write_text(GOOD)
    return folder / "tickets.jsonl.gz"


def _not_zip(folder: Path) -> Path:
    (folder / "x.zip").write_text(GOOD)
    return folder / "x.zip"


def _long_line(folder: Path) -> Path:
    (folder / "tickets.jsonl").write_text(GOOD + "\n" + " " * (limits.LINE_BYTES + 9))
    return folder / "tickets.jsonl"


def _long_page(folder: Path) -> Path:
    (folder / "tickets.json").write_bytes(b"[\n" + b" " * 10_000_000)
    return folder / "tickets.json"


@pytest.mark.parametrize(
    ("form", "code", "word"),
    [
        (_gzip_bomb, "I004", "RATIO"), (_zip_bomb, "I004", "RATIO"), (_gzip_bomb_in_zip, "I004", "RATIO"),
        (_zip_slip, "I005", "leaves"), (_zip_absolute, "I005", "leaves"), (_zip_link, "I005", "link"),
        (_blank_lines, "I004", "BLANK_LINES"), (_zip_in_zip, "I005", "archive"),
        (_cut_gzip, "I005", "cut"), (_broken_gzip, "I005", "damaged"),
        (_not_gzip, "I005", "damaged"), (_not_zip, "I005", "zip"), (_long_line, "I004", "LINE_BYTES"),
        (_long_page, "I004", "PAGE_BYTES"),
    ],
)  # fmt: skip
def test_archives_and_sizes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Callable[[Path], Path], code: str, word: str
) -> None:
    """Bombs, names that leave, links, archives in archives, cut and broken files, lines and pages without end (J4)."""
    monkeypatch.setattr(pages, "PAGE_BYTES", 10_000_000)
    found = _refused(tmp_path, form(tmp_path))
    assert (found[0], word in found[2]) == (code, True), found


def test_many_entries(tmp_path: Path) -> None:
    """An archive of thousands of files."""
    path = _zip(tmp_path / "x.zip", *((f"tickets_{number}.json", b"{}") for number in range(limits.ENTRIES + 1)))
    assert "ENTRIES" in _refused(tmp_path, path)[2]


def test_total_of_a_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sum of what an archive says it holds is bounded before anything is read."""
    monkeypatch.setattr(paths, "TOTAL_BYTES", 1000)
    assert "TOTAL_BYTES" in _refused(tmp_path, _zip(tmp_path / "x.zip", ("tickets.jsonl", b" " * 1001)))[2]


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_links_in_folders(tmp_path: Path) -> None:
    """A link in a folder is refused unread; one named on the command line is the user's own word."""
    secret = write(tmp_path / "secret.jsonl", [ticket()])
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "tickets.jsonl").symlink_to(secret)
    assert _refused(tmp_path, folder)[0] == "I002"
    gorgias(tmp_path / "s.db", folder / "tickets.jsonl")


def test_nothing_there(tmp_path: Path) -> None:
    """A missing path, an empty folder, a file of another kind."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.md").write_text("x")
    assert _refused(tmp_path, tmp_path / "missing")[0] == "I001"
    assert _refused(tmp_path, tmp_path / "empty")[0] == "I014"
    assert _refused(tmp_path, tmp_path / "notes.md")[0] == "I011"


def test_a_bad_file_among_good_ones(tmp_path: Path) -> None:
    """All or nothing: the good ones are not imported either, and an old snapshot stays as it was."""
    good = write(tmp_path / "tickets.jsonl", [ticket()])
    gorgias(tmp_path / "old.db", good)
    before = (tmp_path / "old.db").read_bytes()
    (tmp_path / "messages.jsonl").write_text("{")
    with pytest.raises(InputError):
        gorgias(tmp_path / "old.db", write(tmp_path / "tickets_2.jsonl", [ticket(2)]), tmp_path / "messages.jsonl")
    assert (tmp_path / "old.db").read_bytes() == before


_JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.just("2026-03-02T09:00:00Z"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_ALMOST_JSON = st.text(alphabet='{}[]",:0123456789eE.-\\u \nabnulltrue', max_size=40)
_BYTES = st.binary(max_size=60) | _ALMOST_JSON.map(str.encode)
_STEMS = st.sampled_from(["tickets", "messages", "customers", "events", "rules", "macros", "views", "users", "x"])


@settings(max_examples=60, deadline=None)
@given(stem=_STEMS, key=st.sampled_from(sorted(detail())), value=_JSON, nested=st.booleans())
def test_any_value_anywhere(
    tmp_path_factory: pytest.TempPathFactory, stem: str, key: str, value: Any, nested: bool
) -> None:
    """A record with any value in any field is imported or refused: never another exception (promise 10)."""
    folder = tmp_path_factory.mktemp("any")
    record = detail(messages=[{**detail()["messages"][0], key: value}]) if nested else detail(**{key: value})
    path = folder / f"{stem}.json"
    path.write_text(json.dumps([record]), encoding="utf-8")
    try:
        gorgias(folder / "s.db", path)
    except InputError as error:
        assert error.diagnostics


@settings(max_examples=60, deadline=None)
@given(data=_BYTES, suffix=st.sampled_from([".json", ".jsonl", ".json.gz", ".zip", ""]))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str) -> None:
    """Whatever bytes a file holds: imported or refused (promise 10)."""
    folder = tmp_path_factory.mktemp("bytes")
    (folder / f"tickets{suffix}").write_bytes(data)
    try:
        gorgias(folder / "s.db", folder / f"tickets{suffix}")
    except InputError as error:
        assert error.diagnostics

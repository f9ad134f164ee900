"""Tables of one's own as CSV: however they are written, the same rows; what is wrong is told with its line."""

from __future__ import annotations

import json
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import InputError
from simulator.sources.limits import COLUMNS
from simulator.sources.table import ImportedTable, TableOptions, import_table

from .exports import gorgias, rows, ticket, write


def _table(folder: Path, content: bytes, name: str = "loyalty", **options: Any) -> ImportedTable:
    file = folder / "loyalty.csv"
    file.write_bytes(content)
    return import_table(folder / "s.db", name, file, TableOptions(**options), lambda _count: None)


def _refused(folder: Path, content: bytes, **options: Any) -> tuple[str, str, str]:
    """Code, file and line, message of the first error; nothing was imported."""
    with pytest.raises(InputError) as caught:
        _table(folder, content, **options)
    assert not (folder / "s.db").exists()
    first = caught.value.diagnostics[0]
    return first.code, Path(str(first.location)).name, first.message


def _stored(folder: Path) -> list[tuple[object, ...]]:
    """Key, instant and columns of every row."""
    found = rows(folder / "s.db", "SELECT key, at, columns FROM external_row ORDER BY row")
    return [(key, at, json.loads(str(columns))) for key, at, columns in found]


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        (b"", "I012", "loyalty.csv"),
        (b"email,tier\n", "I012", "loyalty.csv"),
        (b"email,email\na@b,1\n", "I012", "loyalty.csv:1"),
        (b"email,\na@b,1\n", "I012", "loyalty.csv:1"),
        (b"email,tier\na@b,1\na@b\n", "I012", "loyalty.csv:3"),
        (b'email,tier\n"a@b,1\n', "I012", "loyalty.csv:2"),
        (b'email,tier\n"a"b,1\n', "I012", "loyalty.csv:2"),
        (b"email,tier\na@b,\x00\n", "I012", "loyalty.csv:2"),
        ("email,tier\na@b,é\n".encode("latin-1"), "I006", "loyalty.csv:2"),
        ("\ufeffemail,tier\na@b,1\n".encode("utf-16-le")[:-1], "I006", "loyalty.csv:2"),
        (b"email,tier\na@b," + b"x" * 1_100_000 + b"\n", "I012", "loyalty.csv:2"),
        (b"mail box,tier\na@b,1\n", "I012", "loyalty.csv"),
        (b"email,a b,a.b\na@b,1,2\n", "I012", "loyalty.csv"),
        (b"email," + b",".join(b"c%d" % n for n in range(COLUMNS)) + b"\na@b" + b"," * COLUMNS, "I004", "loyalty.csv"),
        (b'email,"t\nier"\na@b,"x\ny"\na@b\n', "I012", "loyalty.csv:5"),
    ],
)
def test_malformed_tables(tmp_path: Path, content: bytes, code: str, place: str) -> None:
    """Empty, named twice, ragged, unclosed, NUL, wrong encoding, cut, endless, no key: refused with the line."""
    assert _refused(tmp_path, content)[:2] == (code, place)


def test_a_table(tmp_path: Path) -> None:
    """Keys as they are compared, every cell as text, dates in UTC, rows without a key left out and counted."""
    content = "\ufeffTier,E-Mail,since\r\n=GOLD, Ann@Example.com ,2026-03-02\r\n\r\nx,,\r\ny,007,\r\n".encode()
    done = _table(tmp_path, content, date="since")
    assert rows(tmp_path / "s.db", "SELECT table_name, row, key, at, columns FROM external_row") == [
        ("loyalty", 1, "ann@example.com", 1_772_409_600_000_000,
         '{"E-Mail":" Ann@Example.com ","Tier":"=GOLD","since":"2026-03-02"}'),
        ("loyalty", 3, "7", None, '{"E-Mail":"007","Tier":"y","since":""}'),
    ]  # fmt: skip
    assert [(doubt.times, doubt.example) for doubt in done.doubts] == [(1, "line 4")]


TEXT = 'email{s}tier{s}note\na@b.com{s}doré{s}"one{s} two\nthree"\n'


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-sig", "utf-16-be-sig"])
def test_however_it_is_written(tmp_path: Path, separator: str, encoding: str) -> None:
    """Separators and encodings that a mark gives away are found; a cell may hold separators and line ends."""
    marked = encoding.endswith("-sig") and encoding != "utf-8-sig"
    text = ("\ufeff" if marked else "") + TEXT.format(s=separator)
    _table(tmp_path, text.encode(encoding.removesuffix("-sig") if marked else encoding))
    note = f"one{separator} two\nthree"
    assert _stored(tmp_path) == [("a@b.com", None, {"email": "a@b.com", "tier": "doré", "note": note})]


def test_an_encoding_without_a_mark_is_named(tmp_path: Path) -> None:
    """As spreadsheets on Windows write it."""
    _table(tmp_path, TEXT.format(s=";").encode("cp1252"), encoding="cp1252")
    assert _stored(tmp_path)[0][2] == {"email": "a@b.com", "tier": "doré", "note": "one; two\nthree"}
    _table(tmp_path, TEXT.format(s=";").encode("utf-16-le"), encoding="utf-16")
    assert _stored(tmp_path)[0][2] == {"email": "a@b.com", "tier": "doré", "note": "one; two\nthree"}


def test_a_separator_can_be_named_or_told(tmp_path: Path) -> None:
    """A header that looks otherwise, and the line that some spreadsheets put above it: lines keep their numbers."""
    _table(tmp_path, b"email|a,b,c\na@b.com|1\n", separator="|")
    assert _stored(tmp_path)[0][2] == {"email": "a@b.com", "a,b,c": "1"}
    _table(tmp_path, b"sep=;\nemail;a,b,c\na@b.com;1\n")
    assert _stored(tmp_path)[0][2] == {"email": "a@b.com", "a,b,c": "1"}
    (tmp_path / "s.db").unlink()
    assert _refused(tmp_path, b"sep=;\nemail;tier\na@b.com\n")[:2] == ("I012", "loyalty.csv:3")


def test_a_table_replaces_itself(tmp_path: Path) -> None:
    """The whole table is the newest file; the same file again is nothing new; others stay, and so do its doubts."""
    gorgias(tmp_path / "s.db", write(tmp_path / "tickets.json", [ticket()]))
    assert _table(tmp_path, b"email,tier\na@b,1\nc@d,2\n,3\n").is_news
    assert not _table(tmp_path, b"email,tier\na@b,1\nc@d,2\n,3\n").is_news
    _table(tmp_path, b"email,x\na@b,1\n", name="warranty")
    assert _table(tmp_path, b"email,tier\na@b,3\n").is_news
    assert rows(tmp_path / "s.db", "SELECT table_name, columns FROM external_row ORDER BY 1") == [
        ("loyalty", '{"email":"a@b","tier":"3"}'), ("warranty", '{"email":"a@b","x":"1"}')
    ]  # fmt: skip
    assert rows(tmp_path / "s.db", "SELECT count(*) FROM ticket") == [(1,)]
    assert rows(tmp_path / "s.db", "SELECT * FROM skipped WHERE kind LIKE 'table%'") == []


@pytest.mark.parametrize(
    ("column", "cell", "key"),
    [
        ("email", "A@b.com", "a@b.com"),
        ("E-mail", "5", "5"),
        ("Customer_Email", "a@b", "a@b"),
        ("customer id", "0005", "5"),
        ("customer id", "123.0", "123"),
        ("Shopify Customer ID", "5", "shopify:5"),
        ("customer id", "0", "0"),
    ],
)
def test_the_key_is_found(tmp_path: Path, column: str, cell: str, key: str) -> None:
    """Known names of the key column, whatever their case and hyphens; ids as spreadsheets spoil them."""
    _table(tmp_path, f"x,{column}\n1,{cell}\n".encode())
    assert rows(tmp_path / "s.db", "SELECT key FROM external_row") == [(key,)]


@pytest.mark.parametrize("cell", ["", "-5", "5e3", "12.5", "٣", "ann", "99999999999999999999", "1_000"])
def test_a_cell_that_is_no_key(tmp_path: Path, cell: str) -> None:
    """Numbers are never guessed: the row is left out and counted."""
    done = _table(tmp_path, f"x,customer id\n1,{cell}\n2,7\n".encode())
    assert rows(tmp_path / "s.db", "SELECT key FROM external_row") == [("7",)]
    assert [(doubt.times, doubt.example) for doubt in done.doubts] == [(1, "line 2")]


def test_a_named_key(tmp_path: Path) -> None:
    """Any column can be the key, by any case; a wrong name gets the nearest right one, or all of them."""
    _table(tmp_path, b"Buyer_Mail,tier\na@b,1\n", key="buyer mail")
    assert rows(tmp_path / "s.db", "SELECT key FROM external_row") == [("a@b",)]
    for wrong, help in (("Buyer_Mial", 'did you mean "Buyer_Mail"?'), ("zzz", "the columns are Buyer_Mail, tier")):
        with pytest.raises(InputError) as caught:
            _table(tmp_path, b"Buyer_Mail,tier\na@b,1\n", key=wrong)
        assert caught.value.diagnostics[0].help == help


def test_every_wrong_date_is_told_with_its_line(tmp_path: Path) -> None:
    """All at once; an empty date means: always."""
    content = b'email,since,n\na@b,2026-03-02,1\na@b,31/03/2026,"x\ny"\na@b,,2\na@b,2026-13-01,3\na@b,1066-01-01,4\n'
    with pytest.raises(InputError) as caught:
        _table(tmp_path, content, date="since")
    found = [(one.code, Path(str(one.location)).name) for one in caught.value.diagnostics]
    assert found == [("I009", "loyalty.csv:3"), ("I009", "loyalty.csv:6"), ("I009", "loyalty.csv:7")]
    assert _refused(tmp_path, content, date="sinse")[0] == "I012"


def test_column_names_in_rules(tmp_path: Path) -> None:
    """What a path cannot hold becomes an underscore; accents are composed, as keyboards write them."""
    done = _table(tmp_path, "email, Loyalty  Tier ,v1.2,{x},fide\u0301lite\u0301\na@b,1,2,3,4\n".encode())
    assert done.columns == {
        "email": "email",
        "Loyalty_Tier": " Loyalty  Tier ",
        "v1_2": "v1.2",
        "_x_": "{x}",
        "fidélité": "fide\u0301lite\u0301",
    }
    assert _stored(tmp_path)[0][2] == {"email": "a@b", "Loyalty_Tier": "1", "v1_2": "2", "_x_": "3", "fidélité": "4"}


def test_keys_given_twice(tmp_path: Path) -> None:
    """Of one date the last row counts, and that is said; of several dates each has its time."""
    done = _table(tmp_path, b"email,at\na@b,2026-01-01\nA@b,2026-01-01\na@b,2026-02-01\nc@d,\nc@d,\nc@d,\n", date="at")
    (doubt,) = done.doubts
    assert (doubt.times, doubt.reason) == (3, "with the key and date of a later row: the last one counts")


def test_whom_the_rows_belong_to(tmp_path: Path) -> None:
    """By address, by customer id; the others wait for their customers."""
    gorgias(tmp_path / "s.db", write(tmp_path / "tickets.json", [ticket()]))
    ((id, email),) = rows(tmp_path / "s.db", "SELECT id, email FROM customer")
    done = _table(tmp_path, f"email\n{str(email).upper()}\n{id}\nnobody@x.com\n".encode())
    assert (done.rows, done.joined, done.customers) == (3, 2, 1)


def test_a_name_that_is_none(tmp_path: Path) -> None:
    """Names of tables are parts of a path."""
    for name in ("../x", "Loyalty", "", "a.b", "1a", "é"):
        assert _refused(tmp_path, b"email\na@b\n", name=name)[0] == "I012"


def test_memory_does_not_grow_with_the_table(tmp_path: Path) -> None:
    """Fifty times the rows, about the same memory."""
    peaks = []
    for count in (2_000, 100_000):
        content = b"email,tier\n" + b"".join(b"user%d@example.com,gold\n" % number for number in range(count))
        (tmp_path / "loyalty.csv").write_bytes(content)
        del content
        tracemalloc.start()
        import_table(tmp_path / "s.db", "loyalty", tmp_path / "loyalty.csv", TableOptions(), lambda _count: None)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2 * peaks[0] + 1_000_000


def test_parquet_needs_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package, the message says how to get it."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    file = tmp_path / "loyalty.parquet"
    file.write_bytes(b"PAR1")
    with pytest.raises(InputError) as caught:
        import_table(tmp_path / "s.db", "loyalty", file, TableOptions(), lambda _count: None)
    (found,) = caught.value.diagnostics
    assert found.code == "I013" and "pip install 'simulator[parquet]'" in str(found.help)

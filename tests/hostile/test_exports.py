"""Rows J1 to J5 and C1: whatever an export holds, every command that reads exports says what and where, in bounds."""

from __future__ import annotations

import gzip
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ..cli.program import Ran, run_inside, run_measured
from ..sources.exports import detail, message, order, ticket

TICKET = json.dumps(ticket())
RULE = {"id": 5, "name": "R", "event_types": "ticket-created", "priority": 1}


def _refused(ran: Ran, place: str, folder: Path, names: set[str]) -> None:
    """Exit 2, the place, no traceback, nothing raw, nothing made."""
    assert ran.code == 2, ran.text[-2_000:]
    assert "error[" in ran.err and f"--> {place}" in ran.err, ran.err[-2_000:]
    assert not set(ran.text) & set("\0\x1b\x07")
    assert len(ran.text) < 100_000
    assert {path.name for path in folder.iterdir()} == names


JSON: dict[str, tuple[bytes, str]] = {
    "empty": (b"", ""),
    "blank": (b"\n \n", ""),
    "cut": (TICKET[:-20].encode(), ":1"),
    "bad third line": (f"{TICKET}\n{TICKET}\n{{,\n".encode(), ":3"),
    "HTML": (b"<!DOCTYPE html><title>Login</title>", ":1"),
    "NaN": (b'[{"id": NaN}]', ":1"),
    "infinite": (b'[{"id": 1e999}]', ":1"),
    "thousands of digits": (b'[{"id": ' + b"9" * 5_000 + b"}]", ":1"),
    "deep list": (b"[" * 200_000, ":1"),
    "deep object": (b'{"data":' * 100_000 + b"1" + b"}" * 100_000, ":1"),
    "a number": (b"5", ""),
    "a text": (b'"hello"', ""),
    "null": (b"null", ""),
    "list of lists": (b"[[1]]", ""),
    "latin-1": (b'[{"id": 1, "name": "caf\xe9"}]', ":1"),
    "utf-16": ('[{"id": 1}]'.encode("utf-16"), ":1"),
    "controls": (b'[{"id": 1, "name": "\x1b[31m"}]', ":1"),
    "id is an object": (b'[{"id": {"$gt": 0}, "name": "x", "code": ""}]', ""),
    "id is huge": (b'[{"id": 9223372036854775808, "name": "x", "code": ""}]', ""),
    "binary": (bytes(range(256)) * 10, ":"),
}  # fmt: skip


@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
@pytest.mark.parametrize("name", JSON)
def test_json_that_is_refused(place: Path, name: str, suffix: str) -> None:
    """`import gorgias`, `import shopify` and `rules import`: the same file, refused by each, in a folder too."""
    content, line = JSON[name]
    folder = place / "bad"
    folder.mkdir()
    for stem, command in (
        ("tickets", ("import", "gorgias")),
        ("customers", ("import", "gorgias")),
        ("rules", ("import", "gorgias")),
        ("orders", ("import", "shopify")),
        ("rules", ("rules", "import")),
    ):
        file = folder / f"{stem}{suffix}"
        file.write_bytes(content)
        names = {path.name for path in place.iterdir()}
        before = (place / "s.db").read_bytes()
        for given in (f"bad/{file.name}", "bad"):
            more = ("-o", "new.yaml") if command[0] == "rules" else ("--snapshot", "s.db")
            ran = run_inside(*command, given, *more, folder=place)
            _refused(ran, f"bad/{file.name}{line}", place, names)
        assert (place / "s.db").read_bytes() == before
        file.unlink()


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("if (" * 20_000, True),
        ("(" * 50_000 + ")" * 50_000, True),
        ("a." * 50_000 + "b", True),
        ("!" * 100_000 + "a", True),
        ("if (a) {" * 5_000 + "}" * 5_000, True),
        ("while (true) {}", True),
        ("for (;;) {}", True),
        ("require('child_process').exec('touch pwned')", True),
        ("process.exit(1)", True),
        ("`${process.env.HOME}`", True),
        ("\0\x1b[31m\u202e", True),
        ("/*", True),
        ("'" * 10_001, True),
        ("{" + '"a": [' * 3_000, True),
        ("a" * 2_000_000, True),
        ("if (eq(ticket.subject, 'a')) { Action('addTags', {tags: 'x'}) }" * 3_000, True),
    ],
)
def test_code_is_only_parsed(place: Path, code: str, named: bool) -> None:
    """J5: what nests, loops or requires is listed as not simulated, and never run; `live` names it as well."""
    (place / "rules.json").write_text(json.dumps([{**RULE, "code": code}]))
    ran = run_inside("rules", "import", "rules.json", "-o", "out.yaml", folder=place)
    assert ran.code in (0, 2), ran.text[-2_000:]
    assert ("R" in ran.text) == named and not set(ran.text) & set("\x1b\0\u202e")
    assert run_inside("import", "gorgias", "rules.json", "--snapshot", "n.db", folder=place).code in (0, 2)
    if (place / "n.db").exists():
        live = run_inside("run", "--snapshot", "n.db", "--candidate", "none", "--allow-empty", folder=place)
        assert live.code in (0, 2, 5), live.text[-2_000:]
    assert not (place / "pwned").exists()
    assert len(ran.text) < 200_000


AST: list[Any] = [
    {}, [], 5, None, "x", {"type": "Program"}, {"type": "Program", "body": 5}, {"type": "Program", "body": [None]},
    {"type": "Program", "body": [{"type": "IfStatement"}]}, {"type": "__proto__", "body": {"constructor": 1}},
    {"type": "Program", "body": [{"type": "ExpressionStatement", "expression": {"type": "CallExpression"}}]},
    {"type": "Program", "body": [{"type": "IfStatement", "test": {"type": "Literal", "value": 1e308}}]},
]  # fmt: skip


def test_trees_of_any_shape(place: Path) -> None:
    """A `code_ast` that is none: named by rule, or refused with its line."""
    for tree in [*AST, json.loads("[" * 300 + "]" * 300), json.loads('{"left":' * 380 + "1" + "}" * 380)]:
        (place / "rules.json").write_text(json.dumps([{**RULE, "code_ast": tree}]))
        ran = run_inside("rules", "import", "rules.json", folder=place)
        assert ran.code in (0, 2), (tree, ran.text[-1_000:])
        ran = run_inside("import", "gorgias", "rules.json", "--snapshot", "n.db", folder=place)
        assert ran.code in (0, 2), (tree, ran.text[-1_000:])
        if ran.code == 0:
            ran = run_inside("run", "--snapshot", "n.db", "--candidate", "none", "--allow-empty", folder=place)
            assert ran.code in (0, 2, 5), (tree, ran.text[-1_000:])


def test_texts_that_are_kept(place: Path) -> None:
    """J2 and J3: half characters and NULs replaced and counted, `__proto__` a key like others, long bodies whole."""
    odd = [
        detail(5, subject="\ud800 \0 \x1b[31m \u202e <script>alert(1)</script> =cmd|x", tags=[{"name": "\ud800=1+1"}]),
        detail(6, messages=[message(60, body_text="a\u0301\u0327" * 300_000, stripped_text="x" * 1_000_000)]),
        detail(7, customer={"id": 40, "email": "ann@example.com", "__proto__": {"a": 1}, "data": {"constructor": 2}}),
    ]
    (place / "ticket_details.jsonl").write_text("".join(json.dumps(one) + "\n" for one in odd))
    ran = run_measured("import", "gorgias", "ticket_details.jsonl", "--snapshot", "n.db", folder=place)
    assert (ran.code, ran.seconds <= 10, ran.megabytes <= 512) == (0, True, True), ran
    assert "replaced" in ran.text and "\x1b" not in ran.text
    (place / "w.rules.yaml").write_text(
        "version: 1\nrules:\n  - id: w\n    on: [ticket-created, ticket-message-created]\n"
        "    if: {message.body: {containsAny: ['\u00e1', zzz]}}\n    then: [{addTags: [w]}]\n"
    )
    reports = [part for kind in ("csv", "html", "json", "trail") for part in ("--report", f"{kind}=out.{kind}")]
    run = run_measured("run", "--snapshot", "n.db", "--candidate", "w.rules.yaml", *reports, folder=place)
    assert (run.code, run.seconds <= 10, run.megabytes <= 512) == (0, True, True), run
    assert "<script>alert" not in (place / "out.html").read_text()
    for number in (5, 6, 7):
        told = run_inside("explain", number, "--snapshot", "n.db", "--candidate", "w.rules.yaml", folder=place)
        assert told.code == 0 and not set(told.text) & set("\x1b\0\u202e"), told.text[-500:]


@pytest.mark.parametrize("kind", ["gzip bomb", "cut gzip", "zip bomb", "slip", "link", "nested", "many", "not a zip"])
def test_archives(place: Path, kind: str) -> None:
    """J4: refused within 512 MB and 10 s, nothing extracted; by both imports and `rules import`."""
    name = "rules.json.gz" if "gzip" in kind else "rules.zip"
    path = place / name
    if kind == "gzip bomb":
        line = gzip.compress(b" " * (64 << 20), 9)
        path.write_bytes(line * 8)
    elif kind == "cut gzip":
        path.write_bytes(gzip.compress(TICKET.encode() * 100)[:-30])
    elif kind == "not a zip":
        path.write_bytes(b"PK\x03\x04" + b"\0" * 100)
    else:
        _zip(path, kind)
    before = {one.name for one in place.iterdir()}
    for command in (["import", "gorgias"], ["import", "shopify"], ["rules", "import"]):
        more = ["-o", "new.yaml"] if command[0] == "rules" else ["--snapshot", "new.db"]
        ran = run_measured(*command, name, *more, folder=place)
        assert ran.code == 2 and "Traceback" not in ran.text, (command, ran)
        assert "error[" in ran.text and f"--> {name}" in ran.text, (command, ran.text)
        assert (ran.seconds <= 10, ran.megabytes <= 512) == (True, True), ran
    assert {one.name for one in place.iterdir()} == before
    assert not (place.parent / "evil.json").exists()


def _zip(path: Path, kind: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        if kind == "zip bomb":
            archive.writestr("rules.json", b" " * (300 << 20))
        elif kind == "slip":
            archive.writestr("../evil.json", "[]")
        elif kind == "nested":
            archive.writestr("rules.zip", b"PK")
        elif kind == "many":
            for number in range(5_001):
                archive.writestr(f"rules_{number}.json", b"[]")
        else:
            link = zipfile.ZipInfo("rules.json")
            link.external_attr = 0o120777 << 16
            archive.writestr(link, "/etc/passwd")


def test_links_and_pipes_in_a_folder(place: Path) -> None:
    """A link is refused unread; a pipe is neither read nor waited for."""
    folder = place / "odd"
    folder.mkdir()
    os.mkfifo(folder / "tickets.json")
    for command in (["import", "gorgias"], ["import", "shopify"], ["rules", "import"]):
        for given in ("odd", "odd/tickets.json"):
            assert run_inside(*command, given, folder=place).code == 2, (command, given)
    (folder / "tickets.json").unlink()
    (folder / "tickets.json").symlink_to("/etc/passwd")
    for command in (["import", "gorgias"], ["import", "shopify"], ["rules", "import"]):
        ran = run_inside(*command, "odd", folder=place)
        assert (ran.code, "root:" in ran.text) == (2, False)
    assert not (place / "simulator.db").exists()


SHOP = ["Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Currency", "Subtotal", "Total", "Id"]
HEAD = "Name,Email,Financial Status,Created at,Currency,Total,Refunded Amount,Id\n"
ROW = "#1,a@example.com,paid,2026-03-02 10:00:00 +0100,EUR,{},0.00,1\n"

TABLES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", ""),
    "open quote": (b'email,tier\na@b.c,"gold\nx\n', ":"),
    "NUL": (b"email,tier\na@b.c,go\0ld\n", ":2"),
    "ragged": (b"email,tier\na@b.c,gold\na@b.c\n", ":3"),
    "header twice": (b"email,tier,tier\na@b.c,x,y\n", ":1"),
    "nameless column": (b"email,,tier\na@b.c,x,y\n", ":1"),
    "latin-1": ("email,tier\na@b.c,café\n".encode("latin-1"), ":2"),
    "huge cell": (b'email,tier\na@b.c,"' + b"x" * 2_000_000 + b'"\n', ""),
    "ragged after lines in a cell": (b'email,tier\na@b.c,"x\ny\nz"\nq\n', ":5"),
    "no key": (b"tier\ngold\n", ""),
}


@pytest.mark.parametrize("name", TABLES)
def test_tables_that_are_refused(place: Path, name: str) -> None:
    """C1, as a table of one's own and as an orders export: the physical line is named, nothing is kept."""
    content, line = TABLES[name]
    (place / "bad.csv").write_bytes(content)
    before = (place / "s.db").read_bytes()
    names = {path.name for path in place.iterdir()}
    _refused(run_inside("import", "table", "t", "bad.csv", "--snapshot", "s.db", folder=place), f"bad.csv{line}", place,
             names)  # fmt: skip
    assert run_inside("import", "shopify", "bad.csv", "--snapshot", "s.db", folder=place).code == 2
    assert run_inside("import", "gorgias", "bad.csv", "--snapshot", "s.db", folder=place).code == 2
    assert (place / "s.db").read_bytes() == before


@pytest.mark.parametrize(
    "amount", ["NaN", "1e5000000", "1_000", "٣٠", "1,5", "--1", "0x10", "9" * 400, "1.999", "=1+1", ""]
)
def test_odd_money(place: Path, amount: str) -> None:
    """Money that does not parse exactly is refused with the line; never guessed."""
    cell = f'"{amount}"' if "," in amount else amount
    (place / "orders_export.csv").write_text(HEAD + ROW.format("10.00") + ROW.format(cell).replace("#1", "#2"))
    ran = run_inside("import", "shopify", "orders_export.csv", "--snapshot", "s.db", folder=place)
    assert (ran.code, "orders_export.csv:3" in ran.err) == (2, True), ran.text
    (place / "orders.json").write_text(json.dumps([order(total_price=amount)]))
    ran = run_inside("import", "shopify", "orders.json", "--snapshot", "s.db", folder=place)
    assert (ran.code, "orders.json" in ran.err) == (2, True), ran.text


def test_cells_are_inert(place: Path) -> None:
    """Formulas, quotes and lines inside a cell come through as text; the edits' CSV has no formula."""
    (place / "t.csv").write_text('email,tier\nann@example.com,"=cmd|\'/c\'!A1\nx ""q"""\n')
    assert run_inside("import", "table", "t", "t.csv", "--snapshot", "s.db", folder=place).code == 0
    assert run_inside("import", "table", "../t", "t.csv", "--snapshot", "s.db", folder=place).code == 2
    assert run_inside("import", "table", "\x1b[31m", "t.csv", "--snapshot", "s.db", folder=place).code == 2
    rule = "version: 1\nrules: [{id: a, on: ticket-created, then: [{addTags: ['=1+1', '@x', '+1']}]}]\n"
    (place / "f.rules.yaml").write_text(rule)
    assert run_inside("run", "-qq", "--snapshot", "s.db", "--candidate", "f.rules.yaml", "--report", "csv=o.csv",
                      folder=place).code == 0  # fmt: skip
    for line in (place / "o.csv").read_text().splitlines():
        assert not any(cell.strip('"').startswith(("=", "+", "@")) for cell in line.split(","))


def test_heavy_files_stay_in_bounds(place: Path) -> None:
    """Millions of empty lines, one endless line, very many keys: refused or read in 10 s and 512 MB."""
    heavy = {
        "tickets.jsonl": b"\n" * 30_000_000,
        "messages.jsonl": b'{"id": 1, "x": "' + b"a" * (40 << 20),
        "customers.json": b'[{"id": 1, ' + b",".join(b'"k%d": 1' % n for n in range(1_000_000)) + b"}]",
        "events.json": b"[" + b"{}," * 3_000_000 + b"{}]",
    }
    for name, content in heavy.items():
        (place / name).write_bytes(content)
        ran = run_measured("import", "gorgias", name, "--snapshot", "new.db", folder=place)
        assert ran.code in (0, 2), (name, ran.text[-500:])
        print(f"{name}: {ran.code} {ran.seconds:.2f} s {ran.megabytes:.0f} MB")
        assert (ran.seconds <= 10, ran.megabytes <= 512) == (True, True), (name, ran.seconds, ran.megabytes)
        (place / name).unlink()

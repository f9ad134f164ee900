"""Rows Y1 to Y9: whatever a rule file holds, every command that reads rule sets says what and where, in bounds."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from ..cli.program import Ran, run_inside, run_measured

HEAD = "version: 1\n"
RULE = "rules:\n  - {id: a, on: ticket-created, then: [{addTags: [x]}]}\n"


def _rule(condition: str = "{}", then: str = "[{addTags: [x]}]", more: str = "") -> str:
    return f"{HEAD}rules:\n  - id: a\n    on: ticket-created\n    if: {condition}\n    then: {then}\n{more}"


LAUGHS = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))

REFUSED: dict[str, tuple[str | bytes, int]] = {
    # Y1
    "laughs": (LAUGHS, 1),
    "alias": (HEAD + "lists: {x: &x [a], y: *x}\n" + RULE, 2),
    "merge": (HEAD + "lists: {x: {<<: {a: 1}}}\n" + RULE, 2),
    "cycle": (HEAD + "rules: &r [*r]\n", 2),
    "merge of itself": (HEAD + "rules: &a {<<: *a}\n", 2),
    # Y2
    "deep flow": (HEAD + "rules: " + "[" * 5_000, 2),
    "deep block": (HEAD + "rules:\n" + "".join(" " * n + "-\n" for n in range(1, 300)), 66),
    "deep all": (_rule("{all: [" * 100 + "{}" + "]}" * 100), 5),
    "long scalar": (HEAD + f"rules: [{{id: {'a' * 70_000}, on: ticket-created}}]\n", 2),
    "too large": ("#" * 1_000_001, 0),
    # Y3
    "key twice": (HEAD + RULE + RULE, 4),
    "id twice": (HEAD + "rules: [{id: a, on: ticket-created},\n {id: a, on: ticket-created}]\n", 3),
    "python tag": (_rule("!!python/object/apply:os.system ['touch pwned']"), 5),
    "own tag": (_rule("!include other.yaml"), 5),
    "directive": ("%YAML 1.1\n---\n" + HEAD + RULE, 1),
    "two documents": (HEAD + RULE + "---\n" + HEAD + RULE, 4),
    # Y4
    "NUL": (HEAD + "name: 'a\0b'\n" + RULE, 2),
    "latin-1": ((HEAD + "name: café\n" + RULE).encode("latin-1"), 2),
    "utf-16": ((HEAD + RULE).encode("utf-16"), 1),
    "half a character": (_rule(then='[{addTags: ["\\ud800"]}]'), 6),
    "tab": (HEAD + "rules:\n\t- id: a\n", 3),
    "line separator": (HEAD + "name: a\u2028b\n" + RULE, 2),
    # Y5
    "infinite": (_rule("{customer.total_spent: {gte: .inf}}"), 5),
    "nan": (_rule("{customer.total_spent: {gte: .nan}}"), 5),
    "huge exponent": (_rule("{customer.total_spent: {gte: 1e5000000}}"), 5),
    "thousands of digits": (_rule("{customer.total_spent: {gte: " + "9" * 5_000 + "}}"), 5),
    "underscores": (_rule("{customer.total_spent: {gte: 1_000}}"), 5),
    "other digits": (_rule("{customer.total_spent: {gte: ٣٠}}"), 5),
    "odd scalar": (_rule("{customer.total_spent: {gte: ._}}"), 5),
    "no such day": (_rule("{ticket.created_datetime: {gte: 2026-13-45}}"), 5),
    "no such duration": (_rule("{ticket.created_datetime: {gteTimedelta: 1e9d}}"), 5),
    "no such priority": (_rule(then="[{setPriority: urgent!}]"), 6),
    # Y6
    "empty": ("", 0),
    "only comments": ("# nothing\n", 0),
    "list": ("- a\n", 1),
    "wrong version": ("version: 99\n" + RULE, 1),
    "unknown field": (_rule("{customer.total_spend: {gte: 5}}"), 5),
    "unknown trigger": (HEAD + "rules: [{id: a, on: ticket-create}]\n", 2),
    "unknown action": (_rule(then="[{addTag: [x]}]"), 6),
    "wrong type": (_rule(then="[{addTags: {x: 1}}]"), 6),
    "rules are text": (HEAD + "rules: hello\n", 2),
    "null rule": (HEAD + "rules: [null, ~]\n", 2),
    "zone is a path": (HEAD + "timezone: ../../etc/passwd\n" + RULE, 2),
    "zone is absolute": (HEAD + "timezone: /etc/localtime\n" + RULE, 2),
    "zone has a NUL": (HEAD + 'timezone: "a\\0b"\n' + RULE, 2),
    "calendar is a module": (HEAD + "holidays: os.path\n" + RULE, 2),
    "calendar is private": (HEAD + "holidays: __builtins__\n" + RULE, 2),
    "key is a list": (HEAD + "? [a]\n: b\n" + RULE, 2),
    # Y7
    "include": (HEAD + "include: other.yaml\n" + RULE, 2),
    "environment": (HEAD + "env: {A: $HOME}\n" + RULE, 2),
}


def _all_readers(folder: Path, file: str) -> list[Ran]:
    """Every command that reads a rule set, with the file as either side and inside a folder."""
    (folder / "set").mkdir(exist_ok=True)
    inside = folder / "set" / "bad.rules.yaml"
    inside.write_bytes((folder / file).read_bytes())
    run = ("run", "-qq", "--snapshot", "s.db")
    return [
        run_inside("check", file, folder=folder),
        run_inside("check", "set", folder=folder),
        run_inside(*run, "--candidate", file, folder=folder),
        run_inside(*run, "--candidate", "none", "--baseline", file, folder=folder),
        run_inside(*run, "--candidate", "set", folder=folder),
        run_inside("explain", 1, "--snapshot", "s.db", "--candidate", file, folder=folder),
    ]


@pytest.mark.parametrize("name", REFUSED)
def test_refused(place: Path, name: str) -> None:
    """Exit 2 everywhere, with the file, the line and a column; little is printed and nothing is made."""
    content, line = REFUSED[name]
    (place / "bad.rules.yaml").write_bytes(content.encode() if isinstance(content, str) else content)
    before = sorted(path.name for path in place.iterdir())
    for ran in _all_readers(place, "bad.rules.yaml"):
        where = re.findall(r"--> (?:set/)?bad\.rules\.yaml:?(\d*):?(\d*)", ran.text)
        assert ran.code == 2, ran.text[:2_000]
        assert str(line or "") in {found[0] for found in where}, ran.text[:2_000]
        assert len(ran.text) < 100_000
        assert not set(ran.text) & set("\0\x1b\r\u2028\ud800")
        assert "Traceback" not in ran.text
    assert sorted(path.name for path in place.iterdir()) == sorted([*before, "set"])


ACCEPTED: dict[str, str | bytes] = {
    "BOM and CRLF": b"\xef\xbb\xbf" + (HEAD + RULE).replace("\n", "\r\n").encode(),
    "templates": _rule(then='[{replyToTicket: {body_text: "{{7*7}} {% x %} ${HOME} $(id) {{ticket.__class__}}"}}]'),
    "regex-like words": _rule('{ticket.subject: {containsAny: ["(a+)+$", ".*", "[", "\\\\"]}}'),
    "payload tags": _rule(
        then='[{addTags: ["=cmd|x", "<script>alert(1)</script>", "@everyone", "](http://x)", "```", "${HOME}"]}]'
    ),
    "bidi tag": _rule(then='[{addTags: ["a\u202eb", "V\u0406P", "VIP"]}]'),
    "NFC twins": _rule(then='[{addTags: ["caf\u00e9", "cafe\u0301"]}]'),
    "endless loop": HEAD
    + "rules:\n"
    + "".join(
        f"  - id: {a}\n    on: [ticket-created, ticket-updated]\n    if: {{ticket.tags: {{notContainsAny: [{b}]}}}}\n"
        f"    then: [{{setTags: [{a}]}}]\n"
        for a, b in ("ab", "bc", "ca")
    ),
    "1,000 joined marks": _rule('{ticket.subject: {containsAny: ["' + "a\u0301\u0327" * 1_000 + '"]}}'),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(place: Path, name: str) -> None:
    """Literal text everywhere: no code is run, nothing raw is printed, every output is inert."""
    content = ACCEPTED[name]
    (place / "bad.rules.yaml").write_bytes(content.encode() if isinstance(content, str) else content)
    reports = [part for kind in ("csv", "html", "json", "markdown") for part in ("--report", f"{kind}=out.{kind}")]
    for ran in _all_readers(place, "bad.rules.yaml")[:1]:
        assert ran.code == 0, ran.text
    for candidate in ("bad.rules.yaml", "set"):
        ran = run_inside("run", "--snapshot", "s.db", "--candidate", candidate, *reports, folder=place)
        assert ran.code == 0, ran.text
        assert not set(ran.text) & set("\x1b\r\u202e")
    assert "<script>alert" not in (place / "out.html").read_text()
    assert "<script>alert" not in (place / "out.markdown").read_text()
    assert not re.search(r"(^|[,\"])=cmd", (place / "out.csv").read_text())
    if name in ("bidi tag", "NFC twins"):
        checked = run_inside("check", "bad.rules.yaml", folder=place)
        assert "warning[R10" in checked.text


def test_bad_files_among_good_ones(place: Path) -> None:
    """Y9: the errors of all files at once; a link is refused unread; hostile names are escaped."""
    folder = place / "set"
    folder.mkdir()
    (place / "secret.txt").write_text("canary: [")
    (folder / "good.rules.yaml").write_text(HEAD + RULE)
    (folder / "bad1.rules.yaml").write_text(HEAD + "rulse: []\n")
    (folder / "bad2.rules.yaml").write_text("version: 99\n")
    (folder / "\x1b[31m\u202e\n.rules.yaml").write_text("- x\n")
    (folder / "link.rules.yaml").symlink_to(place / "secret.txt")
    for arguments in (["check", "set"], ["run", "--snapshot", "s.db", "--candidate", "set"]):
        ran = run_inside(*arguments, folder=place)
        assert ran.code == 2
        for name in ("bad1.rules.yaml:2:1", "bad2.rules.yaml:1:", "link.rules.yaml", "^[[31m<U+202E>^J.rules.yaml:1:1"):
            assert f"--> set/{name}" in ran.text, name
        assert "R003" in ran.text and "canary" not in ran.text


@pytest.mark.parametrize("kind", ["folder", "pipe", "missing", "device", "long", "loop"])
def test_what_is_no_file(place: Path, kind: str) -> None:
    """Refused at once, without waiting for a pipe."""
    path = place / "odd.rules.yaml"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "loop":
        path.symlink_to(path)
    given = {"device": "/dev/zero", "long": "x" * 5_000}.get(kind, "odd.rules.yaml")
    for arguments in (["check", given], ["run", "--snapshot", "s.db", "--candidate", given]):
        ran = run_inside(*arguments, folder=place)
        assert (ran.code, "error[" in ran.text) == (2, True), ran.text


WEIGHTS = {
    "many nodes": HEAD + "lists: {x: [" + "a," * 260_000 + "a]}\n" + RULE,
    "one text of 1 MB": HEAD + f"name: {'a' * 999_000}\n",
    "quotes": HEAD + "lists: {x: [" + '"",' * 200_000 + "]}\n",
    "keys": HEAD + "lists: {" + ",".join(f"k{n}: [a]" for n in range(60_000)) + "}\n" + RULE,
    "errors": HEAD + "rules:\n" + "  - {}\n" * 100_000,
    "marks": _rule(then="[{addTags: ['" + "a\u0301\u0327\u0323" * 9_000 + "']}]"),
    "unknown words": HEAD + "rules:\n" + "".join(f"  - {{id: r{n}, on: t, if: {{x{n}: 1}}}}\n" for n in range(20_000)),
    "conditions": _rule("{any: [" + "{ticket.subject: {containsAny: [abc]}}," * 20_000 + "]}"),
    "look-alike tags": HEAD + "rules:\n"
    + "".join(f"  - {{id: r{n}, on: ticket-created, then: [{{addTags: ['\u0430{n}']}}]}}\n" for n in range(1_000)),
    "50,000 words": _rule("{ticket.subject: {containsAny: [" + ",".join(f"w{n}" for n in range(50_000)) + "]}}"),
}  # fmt: skip


@pytest.mark.parametrize("name", WEIGHTS)
def test_bounds(place: Path, name: str) -> None:
    """At most 10 s of processor and 512 MB for the heaviest file that the limits let in."""
    (place / "heavy.rules.yaml").write_text(WEIGHTS[name])
    ran = run_measured("run", "--snapshot", "s.db", "--candidate", "heavy.rules.yaml", folder=place)
    assert ran.code in (0, 2), ran.text[-2_000:]
    assert (ran.seconds <= 10, ran.megabytes <= 512) == (True, True), (ran.seconds, ran.megabytes)
    print(f"{name}: {ran.code} {ran.seconds:.2f} s {ran.megabytes:.0f} MB")

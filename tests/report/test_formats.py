"""Every format against its gold file, and the JSON report against its schema."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from simulator.diff.compare import compare
from simulator.report.build import verdict
from simulator.report.json_report import report_json
from simulator.report.json_text import document, line
from simulator.report.markdown import LIMIT, markdown
from simulator.report.terminal import terminal
from tests.diff.worlds import rule, ruleset, scope, side, tagged, ticket
from tests.report.example import GOLD, HOSTILE, example, formats

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "schemas" / "report.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(formats()))
def test_gold(name: str) -> None:
    """A format gives, byte for byte, what its gold file holds."""
    assert formats()[name].encode("utf-8") == (GOLD / name).read_bytes()


def test_the_schema_is_one_and_fits() -> None:
    """The example meets the schema, and the schema notices what is missing or too much."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    checker = jsonschema.Draft202012Validator(SCHEMA)
    report = json.loads(formats()["report.json"])
    checker.validate(report)
    for broken in ({**report, "more": 1}, {key: report[key] for key in report if key != "edits"}):
        assert list(checker.iter_errors(broken))


def test_keys_stand_in_the_order_of_the_contract() -> None:
    """The order of the schema's own list, which is that of the documentation."""
    report = report_json(example())
    assert list(report) == SCHEMA["required"]
    assert list(report["summary"]) == SCHEMA["properties"]["summary"]["required"]  # type: ignore[call-overload]


def test_numbers_keep_their_digits() -> None:
    """A decimal is written digit by digit, never by way of a binary float."""
    assert line([Decimal("0.10"), Decimal("12345678901234567890.12"), 10**20, True]) == (
        "[0.10, 12345678901234567890.12, 100000000000000000000, true]\n"
    )
    with pytest.raises(TypeError):
        line({"share": 0.5})
    with pytest.raises(ValueError):
        line(Decimal("NaN"))


@pytest.mark.parametrize("value", [None, [], {}, [[]], {"a": [1, {"b": "\u00e9\x00\x7f\u202e\ud800"}]}, "x"])
def test_any_json_reader_reads_it_back(value: object) -> None:
    """Both spellings are JSON, and ASCII only."""
    for text in (line(value), document(value)):
        assert json.loads(text) == value
        assert text.isascii() and not any(mark in text for mark in "\x00\x7f")


def test_documents_are_spelt_as_everybody_s() -> None:
    """As Python's own with an indent of two."""
    report = report_json(example())
    plain = json.loads(document(report), parse_float=str)
    assert document(plain) == json.dumps(plain, indent=2) + "\n"


@pytest.mark.parametrize("name", ["full.txt", "concise.txt"])
def test_the_terminal_gets_80_columns_of_ascii(name: str) -> None:
    """No line is longer, and nothing of the data reaches it as a control."""
    text = formats()[name]
    assert max(map(len, text.splitlines())) <= 80
    assert text.isascii() and not any(ord(c) < 32 and c != "\n" for c in text)


@pytest.mark.parametrize("width", [1, 20, 40, 200])
def test_any_width(width: int) -> None:
    """A narrow terminal is no error."""
    assert terminal(example(), width=max(width, 10)).startswith("2 of 4")


def test_cautions_stand_above_the_numbers() -> None:
    """The verdict, then the cautions, then everything else."""
    text = formats()["full.txt"]
    assert text.index("end differently") < text.index("! caution: ") < text.index("What was compared")


def test_no_change_is_said_so() -> None:
    """The same rules on both sides."""
    here = side(ruleset(rule("r")), ticket(1, tagged(1, "r", "", "VIP")))
    diff = compare(here, here, scope([1]))
    said = verdict(diff.summary, diff.edits)
    assert said == "No change: all 1 tickets would end as they do under the baseline."
    assert terminal(replace(example(), diff=diff, verdict=said, examples=())).startswith(said)


def test_who_lists_every_customer() -> None:
    """Each with the rules and tickets; money only where some is known."""
    old, new = side(ruleset(rule("r")), ticket(1)), side(ruleset(rule("r")), ticket(1, tagged(1, "r", "", "VIP")))
    text = terminal(replace(example(), diff=compare(old, new, scope([1]), "VIP")), "concise")
    assert "VIP: 1 customer would gain it, 0 would lose it" in text
    assert text.split("---\n")[-1].split("\n")[0].split() == ["1001", "gains", "r", "+1"]


def test_csv_reads_back() -> None:
    """A row an edit; a tag that looks like a formula is inert."""
    rows = list(csv.DictReader(formats()["edits.csv"].splitlines()))
    assert [row["ticket"] for row in rows] == ["9", "9", *["10"] * 6]
    assert all(not value.startswith(tuple("=+-@")) for row in rows for value in row.values())


def test_a_comment_is_never_too_long() -> None:
    """However many and long the tags are, the comment stays below the limit and closes what it opened."""
    tags = sorted(f"{HOSTILE}*_[](){place:04d}" * 40 for place in range(400))
    old = side(ruleset(rule("r")), *(ticket(i) for i in range(1, 401)))
    new = side(
        ruleset(rule("r")), *(ticket(i, tagged(i, "r", "", tags[i - 1].replace(" ", "_"))) for i in range(1, 401))
    )
    text = markdown(replace(example(), diff=compare(old, new, scope(range(1, 401)))))
    assert len(text) < LIMIT
    assert text.count("<details>") == text.count("</details>")


_TWICE = "from tests.report.example import formats; import sys; sys.stdout.buffer.write(repr(formats()).encode())"


def test_the_same_bytes_whatever_the_hash_seed_and_zone() -> None:
    """Two processes with other seeds and zones write the same."""
    outputs = [
        subprocess.run(
            [sys.executable, "-c", _TWICE],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    ]
    assert outputs[0] == outputs[1]

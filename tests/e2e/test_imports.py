"""What goes in: exports of every shape, merged into a snapshot, and Gorgias rules turned into YAML."""

from __future__ import annotations

import csv
import gzip
import json
import zipfile
from pathlib import Path

import pytest

from tests.e2e.desk import D, replay, simulator
from tests.e2e.test_commands import three_customers


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return three_customers().snapshot(tmp_path_factory.mktemp("desk"))


def test_snapshot_info(snapshot: Path) -> None:
    """`snapshot info`: counts, period, history kind per ticket, fingerprint."""
    done = simulator("snapshot", "info", snapshot)
    assert done.code == 0
    assert (
        "2026-03-01T00:00:00Z" in done.out and "4 tickets with their events" in done.out and "Fingerprint" in done.out
    )


def test_import_reads_every_shape(snapshot: Path, tmp_path: Path) -> None:
    """JSON, JSON Lines, `.gz`, `.zip`, a folder of API pages -> the same snapshot; merged into if it exists."""
    desk = three_customers()
    desk.write(tmp_path)
    lines = tmp_path / "desk"
    shapes = tmp_path / "shapes"
    shapes.mkdir()
    pages = desk.records["tickets"]
    for number, part in ((1, pages[:2]), (2, pages[2:])):
        page = {
            "data": part,
            "object": "list",
            "uri": "/api/tickets",
            "meta": {"next_cursor": None, "prev_cursor": None},
        }
        (shapes / f"tickets_{number}.json").write_text(json.dumps(page))
    (shapes / "messages.json").write_text(json.dumps(desk.records["messages"]))
    (shapes / "events.jsonl.gz").write_bytes(gzip.compress((lines / "events.jsonl").read_bytes()))
    with zipfile.ZipFile(shapes / "export.zip", "w") as zipped:
        zipped.write(lines / "customers.jsonl", "customers.jsonl")
    (shapes / "holiday.txt").write_text("not an export")
    target = tmp_path / "other.db"
    for file in sorted(shapes.iterdir()):
        if file.suffix != ".txt":
            assert simulator("import", "gorgias", file, "--snapshot", target).code == 0, file
    again = simulator("import", "gorgias", shapes, "--snapshot", target)
    assert again.code == 0, again.err
    wanted = simulator("snapshot", "info", snapshot).out.split("Fingerprint")[1].split()[0]
    assert simulator("snapshot", "info", target).out.split("Fingerprint")[1].split()[0] == wanted


def test_the_kind_comes_from_the_name_else_from_the_uri(tmp_path: Path) -> None:
    """The kind of record comes from the file name's stem, else from its `uri`."""
    desk = three_customers()
    (tmp_path / "stuff.json").write_text(json.dumps(desk.records["tickets"]))
    done = simulator("import", "gorgias", tmp_path / "stuff.json", "--snapshot", tmp_path / "s.db")
    assert done.code == 0 and "tickets" in done.out


def test_an_import_again_changes_nothing(tmp_path: Path) -> None:
    """Importing again changes nothing: the same fingerprint, the same run."""
    desk = three_customers()
    snapshot = desk.snapshot(tmp_path)
    before = simulator("snapshot", "info", snapshot).out
    assert desk.snapshot(tmp_path) == snapshot
    assert simulator("snapshot", "info", snapshot).out == before


COLUMNS = [
    "Name",
    "Email",
    "Financial Status",
    "Paid at",
    "Fulfillment Status",
    "Fulfilled at",
    "Currency",
    "Subtotal",
    "Shipping",
    "Taxes",
    "Total",
    "Discount Amount",
    "Created at",
    "Lineitem quantity",
    "Lineitem name",
    "Lineitem price",
    "Cancelled at",
    "Refunded Amount",
    "Outstanding Balance",
    "Id",
    "Tags",
    "Source",
    "Shipping Country",
]


def test_the_orders_csv_export(tmp_path: Path) -> None:
    """`import shopify`: the orders CSV export: one row a line item, order columns on its first only."""
    desk = three_customers()
    desk.write(tmp_path)
    first = {
        "Name": "#1001",
        "Email": "C1@x.com ",
        "Financial Status": "partially_refunded",
        "Currency": "EUR",
        "Total": "70.00",
        "Created at": "2026-03-02 01:00:00 +0000",
        "Refunded Amount": "20.00",
        "Id": "5001",
        "Lineitem name": "A",
    }
    second = {"Name": "#1001", "Lineitem quantity": "2", "Lineitem name": "B", "Lineitem price": "1.00"}
    third = {
        "Name": "#1002",
        "Email": "c2@x.com",
        "Financial Status": "pending",
        "Currency": "EUR",
        "Total": "10.00",
        "Created at": "2026-03-03 02:00:00 +0100",
        "Id": "5002",
        "Lineitem name": "C",
    }
    (tmp_path / "shop").mkdir()
    with (tmp_path / "shop" / "orders_export.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows([first, second, third])
    run = replay(tmp_path / "r", desk.snapshot(tmp_path), "none")
    keys = ("order", "ticket", "reason", "gross", "refunded", "net", "currency", "created_at")
    assert [tuple(line[key] for key in keys) for line in run.attribution if line["side"] == "baseline"] == [
        (5001, 2, "attributed", "70.00", "20.00", "50.00", "EUR", "2026-03-02T01:00:00Z"),
        (5002, None, "unpaid", "10.00", "0.00", "10.00", "EUR", "2026-03-03T01:00:00Z"),
    ]


def test_broken_exports_are_input_errors(tmp_path: Path) -> None:
    """2: input error with the place; nothing half-written."""
    for name, text in (
        ("tickets.json", "{not json"),
        ("tickets.jsonl", '{"id": 1}\n{"id": '),
        ("tickets.json", '[{"id": "x"}]'),
    ):
        folder = tmp_path / name.replace(".", "-")
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text)
        done = simulator("import", "gorgias", folder, "--snapshot", tmp_path / "s.db")
        assert done.code == 2 and "Traceback" not in done.err and name in done.err
        assert not (tmp_path / "s.db").exists()
    assert simulator("import", "gorgias", tmp_path / "nowhere", "--snapshot", tmp_path / "s.db").code == 2


GORGIAS_RULES = [
    {
        "id": 1,
        "name": "[VIP] refund",
        "type": "user",
        "priority": 100,
        "event_types": "ticket-created,ticket-message-created",
        "deactivated_datetime": None,
        "created_datetime": D,
        "updated_datetime": D,
        "code": "if (eq(message.from_agent, false) && containsAny(message.text, ['refund', 'money'])) { "
        "Action('addTags', {tags: 'VIP,refund'}); "
        "if (eq(ticket.channel, 'chat')) { Action('setPriority', {priority: 'high'}) } else "
        "{ Action('setStatus', {status: 'closed'}) } }",
    },
    {
        "id": 2,
        "name": "off",
        "type": "user",
        "priority": 5,
        "event_types": "ticket-updated",
        "deactivated_datetime": D,
        "created_datetime": D,
        "updated_datetime": D,
        "code": "Action('setTags', {tags: ''});",
    },
    {
        "id": 3,
        "name": "managed",
        "type": "managed",
        "priority": 1,
        "event_types": "ticket-created",
        "deactivated_datetime": None,
        "created_datetime": D,
        "updated_datetime": D,
        "code": "",
        "settings": {"slug": "auto-reply-wismo"},
    },
]


def test_rules_import_and_live(tmp_path: Path) -> None:
    """`rules import JSON -o YAML`: unsupported parts listed by rule; the YAML and `live` replay alike."""
    desk = three_customers()
    desk.writes(2, "2026-03-02T01:00:00Z", "I want my MONEY")
    desk.writes(3, "2026-03-03T01:00:00Z", "a Refund")
    desk.records["rules"] = GORGIAS_RULES
    snapshot = desk.snapshot(tmp_path)
    (tmp_path / "rules.json").write_text(json.dumps(GORGIAS_RULES))
    done = simulator("rules", "import", tmp_path / "rules.json", "-o", tmp_path / "live.rules.yaml")
    assert done.code == 0 and "managed" in done.out + done.err
    assert simulator("check", tmp_path / "live.rules.yaml").code == 0
    made = replay(tmp_path / "r", snapshot, str(tmp_path / "live.rules.yaml"), "live")
    assert made.report["edits"] == [] and {rule["change"] for rule in made.report["rules"]} == {"same"}
    assert made.steps("ticket", "action", "after", "branch", side="baseline") == [
        (2, "addTags", ["VIP", "refund"], "then"),
        (2, "setPriority", "high", "then.1.then"),
        (3, "addTags", ["VIP", "refund"], "then"),
        (3, "setStatus", "closed", "then.1.else"),
    ]
    assert "managed" in made.outcome.out + made.outcome.err, "what cannot be simulated is said"


def test_rules_import_of_a_page_and_of_nonsense(tmp_path: Path) -> None:
    """The list body as a bare array and as `{"data": [...]}`; code that cannot be read is named."""
    page = {
        "data": [
            *GORGIAS_RULES[:1],
            GORGIAS_RULES[1] | {"id": 9, "name": "strange", "code": "while (true) { fetch('x') }"},
        ],
        "meta": {},
    }
    (tmp_path / "rules.json").write_text(json.dumps(page))
    done = simulator("rules", "import", tmp_path / "rules.json")
    assert "[VIP] refund" in done.out and "strange" in done.err + done.out
    assert "fetch" not in done.out.split("rules:")[1] or "#" in done.out

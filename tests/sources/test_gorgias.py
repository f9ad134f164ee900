"""`import gorgias`: from API objects to rows, in any order, again and again."""

from __future__ import annotations

import gzip
import itertools
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from .exports import CREATED, LATER, customer, detail, event, gorgias, message, rows, ticket, write

AT = 1_772_442_000_000_000
AFTER = AT + 3_600_250_000


def test_a_list_item(tmp_path: Path) -> None:
    """Tags by name, sorted; ids of the customer, user and team; no spam flag; what it mentions is known too."""
    gorgias(tmp_path / "s.db", write(tmp_path / "tickets.json", {"data": [ticket(closed_datetime=LATER)]}))
    columns = "customer_id, assignee_user_id, assignee_team_id, tags, spam, created_at, closed_at, custom_fields"
    assert rows(tmp_path / "s.db", f"SELECT {columns} FROM ticket") == [
        (40, 9, 3, '["VIP","refund"]', None, AT, AFTER, "{}")
    ]
    assert rows(tmp_path / "s.db", "SELECT id, name FROM tag ORDER BY id") == [(20, "VIP"), (21, "refund")]
    assert rows(tmp_path / "s.db", "SELECT * FROM agent") == [(9, "bo@shop.example", "Bo", None)]
    assert rows(tmp_path / "s.db", "SELECT * FROM team") == [(3, "Care")]
    assert rows(tmp_path / "s.db", "SELECT * FROM customer_address") == [(40, "ann@example.com")]


def test_a_detail(tmp_path: Path) -> None:
    """Spam, the messages and survey inside, and the whole customer."""
    gorgias(tmp_path / "s.db", write(tmp_path / "ticket_details.jsonl", [detail()]))
    assert rows(tmp_path / "s.db", "SELECT spam FROM ticket") == [(1,)]
    found = "SELECT id, ticket_id, text, sender_email, source_address, source_name, intents, public FROM message"
    assert rows(tmp_path / "s.db", found) == [
        (10, 1, "Hello", "ann@example.com", "ann@example.com", "Ann", '["shipping/status"]', 1)
    ]
    assert rows(tmp_path / "s.db", "SELECT * FROM survey") == [(70, 1, None, 4, AFTER)]
    assert rows(tmp_path / "s.db", "SELECT address FROM customer_address") == [
        ("ann@example.com",),
        ("ann@work.example",),
    ]
    profile = "SELECT integration_id, shop_customer_id, orders_count, total_spent, currency, tags FROM shop_profile"
    assert rows(tmp_path / "s.db", profile) == [(7, 650, 2, "80.10", "EUR", '["a","b"]')]
    ((embedded,),) = rows(tmp_path / "s.db", "SELECT orders FROM shop_profile")
    assert [order["id"] for order in json.loads(embedded)] == [2, 1]
    ((others,),) = rows(tmp_path / "s.db", "SELECT integrations FROM customer")
    assert json.loads(others)["smile"]["n"] == 8


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"stripped_text": "short", "body_text": "long"}, "short"),
        ({"stripped_text": "", "body_text": "long"}, "long"),
        ({"stripped_text": None, "body_text": "long"}, "long"),
        ({"stripped_text": None, "body_text": None}, None),
    ],
)
def test_text_of_a_message(tmp_path: Path, body: dict[str, Any], expected: str | None) -> None:
    """The stripped text unless it is null or empty, else the body."""
    gorgias(tmp_path / "s.db", write(tmp_path / "messages.jsonl", [message(ticket_id=1, **body)]))
    assert rows(tmp_path / "s.db", "SELECT text FROM message") == [(expected,)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"5": {"id": 5, "value": "x"}}, '{"5":"x"}'),
        ({"5": "x", "6": None}, '{"5":"x"}'),
        ([{"id": 5, "value": 1.50}], '{"5":1.5}'),
        (None, "{}"),
    ],
)
def test_custom_fields(tmp_path: Path, given: Any, expected: str) -> None:
    """Every form that the API gives becomes id -> value."""
    gorgias(tmp_path / "s.db", write(tmp_path / "tickets.jsonl", [ticket(custom_fields=given)]))
    assert rows(tmp_path / "s.db", "SELECT custom_fields FROM ticket") == [(expected,)]


def test_tickets_of_events(tmp_path: Path) -> None:
    """By the object, by the event's data, or through the message or survey it is about, wherever that comes from."""
    events = [
        event(1, "ticket-closed", "Ticket", 1),
        event(2, "ticket-message-created", "TicketMessage", 10, data={"ticket_id": 1}),
        event(3, "ticket-message-created", "TicketMessage", 10),
        event(4, "satisfaction-survey-responded", "SatisfactionSurvey", 70),
        event(5, "ticket-message-created", "TicketMessage", 999),
        event(6, "rule-created", "Rule", 1),
        event(7, "ticket-closed", "Ticket", 404),
    ]
    paths = (write(tmp_path / "events.jsonl", events), write(tmp_path / "ticket_details.jsonl", [detail()]))
    done = gorgias(tmp_path / "s.db", *paths)
    found = rows(tmp_path / "s.db", "SELECT id, ticket_id FROM event ORDER BY id")
    assert found == [(1, 1), (2, 1), (3, 1), (4, 1), (5, None), (6, None), (7, 404)]
    assert list(done.doubts) == [("events", "of tickets that are not in the snapshot: not replayed", 1, "7")]


def test_settings_of_the_helpdesk(tmp_path: Path) -> None:
    """Users, teams, tags, rules, macros, views and surveys from their own files."""
    ast = {"type": "Program", "body": []}
    rule = {"id": 7, "name": "r", "code": "if (", "code_ast": ast, "event_types": "ticket-created", "priority": 5,
            "type": "user", "deactivated_datetime": CREATED}  # fmt: skip
    folder = tmp_path / "export"
    folder.mkdir()
    write(folder / "users.json", {"data": [{"id": 9, "email": "bo@shop.example", "name": "Bo", "active": True}]})
    write(folder / "teams.json", [{"id": 3, "name": "Care"}])
    write(folder / "tags.json", {"data": [{"id": 20, "name": "VIP"}]})
    write(folder / "rules.json", [rule])
    write(folder / "macros_1.json", {"data": [{"id": 1, "name": "m", "actions": [{"name": "addTags"}]}]})
    write(folder / "views-01.json", {"data": [{"id": 1, "name": "v", "filters": "eq(1, 1)", "filters_ast": ast}]})
    write(folder / "satisfaction-surveys.jsonl", [{"id": 70, "ticket_id": 1, "score": None, "scored_datetime": None}])
    done = gorgias(tmp_path / "s.db", folder)
    assert dict(done.read) == dict.fromkeys(("users", "teams", "tags", "rules", "macros", "views", "surveys"), 1)
    found = rows(tmp_path / "s.db", "SELECT id, code, code_ast, event_types, priority, deactivated_at FROM rule")
    assert found == [(7, "if (", '{"body":[],"type":"Program"}', "ticket-created", 5, AT)]
    assert rows(tmp_path / "s.db", "SELECT id, archived, actions FROM macro") == [(1, 0, '[{"name":"addTags"}]')]
    assert rows(tmp_path / "s.db", "SELECT filters, filters_ast FROM view") == [
        ("eq(1, 1)", '{"body":[],"type":"Program"}')
    ]


RECORDS = [ticket(1), ticket(2, subject="two")]


def _as_lines(path: Path) -> Path:
    return write(path / "tickets.jsonl", RECORDS)


def _as_pages(path: Path) -> Path:
    write(path / "tickets_1.json", {"data": RECORDS[:1], "uri": "/api/tickets", "meta": {"next_cursor": "x"}})
    write(path / "tickets_2.json", {"data": RECORDS[1:], "uri": "/api/tickets"})
    return path


def _as_unnamed_pages(path: Path) -> Path:
    bare = [{key: value for key, value in record.items() if key != "uri"} for record in RECORDS]
    write(path / "page-1.json", {"data": bare, "uri": "/api/tickets?limit=2"})
    return path


def _as_unnamed_records(path: Path) -> Path:
    return write(path / "download.jsonl", RECORDS)


def _as_gzip(path: Path) -> Path:
    file = path / "tickets.jsonl.gz"
    file.write_bytes(gzip.compress("".join(json.dumps(record) + "\r\n" for record in RECORDS).encode()))
    return file


def _as_zip(path: Path) -> Path:
    with zipfile.ZipFile(path / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export/tickets_1.json", json.dumps(RECORDS[:1]))
        archive.writestr("export/tickets_2.jsonl.gz", gzip.compress(json.dumps(RECORDS[1]).encode()))
        archive.writestr("export/readme.txt", "hello")
        archive.writestr("__MACOSX/._tickets_1.json", "junk")
    return path / "export.zip"


def _as_pretty_with_bom(path: Path) -> Path:
    file = path / "tickets.json"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(RECORDS, indent=2).replace("\n", "\r\n").encode())
    return file


def _as_single_objects(path: Path) -> Path:
    for record in RECORDS:
        write(path / f"ticket_{record['id']}.json", record)
    return path


def _as_lines_named_json(path: Path) -> Path:
    file = path / "tickets.json"
    file.write_text("".join(json.dumps(record) + "\n" for record in RECORDS))
    return file


@pytest.mark.parametrize(
    "form",
    [_as_lines, _as_pages, _as_unnamed_pages, _as_unnamed_records, _as_gzip, _as_zip, _as_pretty_with_bom,
     _as_single_objects, _as_lines_named_json],
)  # fmt: skip
def test_every_form_gives_the_same_snapshot(tmp_path: Path, form: Any) -> None:
    """Pages, lines, gzip, zip, with and without telling names: one fingerprint."""
    folder = tmp_path / "export"
    folder.mkdir()
    reference = gorgias(tmp_path / "reference.db", write(tmp_path / "tickets.jsonl", RECORDS))
    assert gorgias(tmp_path / "s.db", form(folder)).fingerprint == reference.fingerprint


def test_order_does_not_matter_and_again_changes_nothing(tmp_path: Path) -> None:
    """List items and details, old and new, overlapping, in every order: one fingerprint; again: nothing new."""
    files = [
        write(tmp_path / "tickets.jsonl", [ticket(1), ticket(2)]),
        write(tmp_path / "ticket_details.jsonl", [detail(1, updated_datetime=LATER, subject="later"), detail(3)]),
        write(tmp_path / "customers.jsonl", [customer(), customer(41, email="b@example.com")]),
        write(tmp_path / "messages.jsonl", [message(10, ticket_id=1), message(11, ticket_id=2)]),
    ]
    found = set()
    for number, order in enumerate((*itertools.permutations(files[:3]), files[::-1])):
        snapshot = tmp_path / f"{number}.db"
        for path in order:
            gorgias(snapshot, path)
        found.add(gorgias(snapshot, *reversed(files)).fingerprint)
        assert not gorgias(snapshot, *order).is_news
    assert len(found) == 1
    assert rows(tmp_path / "0.db", "SELECT id, subject FROM ticket ORDER BY id")[0] == (1, "later")


def test_a_file_read_before_is_not_read_again(tmp_path: Path) -> None:
    """By its bytes, whatever it is called now: an older export read once more does not bring old names back."""
    old, new = write(tmp_path / "tags_old_1.json", []), tmp_path / "tags_2.json"
    old = write(tmp_path / "tags_1.json", [{"id": 1, "name": "old"}])
    write(new, [{"id": 1, "name": "new"}])
    gorgias(tmp_path / "s.db", old)
    gorgias(tmp_path / "s.db", new)
    done = gorgias(tmp_path / "s.db", old.rename(tmp_path / "tags_9.json"))
    assert (done.known_files, done.files, done.is_news) == (1, 0, False)
    assert rows(tmp_path / "s.db", "SELECT name FROM tag") == [("new",)]


def test_a_mixed_folder(tmp_path: Path) -> None:
    """What fits is imported; the shop's files, notes and scripts are left out and counted."""
    folder = tmp_path / "export"
    (folder / "deep" / "deeper").mkdir(parents=True)
    write(folder / "deep" / "deeper" / "tickets.jsonl", RECORDS)
    write(folder / "orders.json", {"orders": []})
    write(folder / "package.json", {"name": "x"})
    for name in ("notes.md", "make.py", "orders_export.csv", ".hidden.json"):
        (folder / name).write_text("x")
    done = gorgias(tmp_path / "s.db", folder)
    assert sorted(done.ignored) == ["make.py", "notes.md", "orders.json", "orders_export.csv", "package.json"]
    assert dict(done.read) == {"tickets": 2}


def test_a_newer_record_replaces(tmp_path: Path) -> None:
    """A second export of a later day."""
    write(tmp_path / "tickets.jsonl", [ticket()])
    gorgias(tmp_path / "s.db", tmp_path / "tickets.jsonl")
    write(tmp_path / "tickets.jsonl", [ticket(status="closed", assignee_user=None, updated_datetime=LATER)])
    assert gorgias(tmp_path / "s.db", tmp_path / "tickets.jsonl").is_news
    assert rows(tmp_path / "s.db", "SELECT status, assignee_user_id FROM ticket") == [("closed", None)]

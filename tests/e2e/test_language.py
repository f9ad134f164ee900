"""The rule language as an admin writes it: conditions, missing values, actions, templates, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.desk import D, Desk, Json, Run, at, replay, rule, rule_set, simulator

CREATED = "ticket-created"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One ticket, Monday 10:00 UTC, with known fields; and a stranger's without message."""
    desk = Desk()
    desk.shopper(1, 901, "Jo@X.com", created_at="2024-01-01T00:00:00Z", tags="gold, b2b")
    desk.order(1, at("08:00"), "500.00", status="paid", shipping_address={"country": "France"}, tags="gift, Élite")
    desk.ticket(1, subject="Où est ma COMMANDE?", channel="chat", language="fr")
    desk.event(CREATED, 1, D)
    text = "Hello,\n\nI want a Refund for straße 7. É"
    desk.message(
        1,
        D,
        text,
        intents=[{"name": "refund/request"}, {"name": "order/cancel"}],
        integration_id=44,
        source={"type": "chat", "from": {"name": "Jo", "address": "jo@x.com"}, "to": []},
        sender={"id": 1, "email": "jo@x.com"},
    )
    desk.writes(1, at("11:00"), "", id=9000, body_text="only the body")
    return desk.snapshot(tmp_path_factory.mktemp("language"))


def true_at_creation(folder: Path, snapshot: Path, conditions: dict[str, Any], **more: Any) -> dict[str, bool]:
    rules = [rule(id, CREATED, [{"addTags": [id]}], when) for id, when in conditions.items()]
    run = replay(folder, snapshot, rule_set(*rules, **more))
    return {id: run.of_rule(id)["matched"]["after"] > 0 for id in conditions}


TEXT = "message.text"
TRUE: dict[str, Any] = {
    "eq text exactly": {"ticket.channel": "chat"},
    "neq case": {"ticket.channel": {"neq": "Chat"}},
    "several paths": {"ticket.channel": "chat", "ticket.status": "open"},
    "several operators": {"customer.total_spent": {"gte": 100, "lt": 600}},
    "a list": [{"ticket.channel": "chat"}, {"ticket.status": "open"}],
    "any": {"any": [{"ticket.channel": "sms"}, {"ticket.status": "open"}]},
    "not": {"not": {"ticket.channel": "sms"}},
    "empty all": {"all": []},
    "substring any case": {TEXT: {"containsAny": ["nothing", "refund"]}},
    "containsAll": {TEXT: {"containsAll": ["HELLO", "refund for"]}},
    "e acute": {TEXT: {"containsAny": ["é"]}},
    "nfd e acute": {TEXT: {"containsAny": ["e\u0301"]}},
    "single word": {TEXT: {"containsAny": "refund"}},
    "notContainsAny": {TEXT: {"notContainsAny": ["nothing"]}},
    "notContainsAll": {TEXT: {"notContainsAll": ["refund", "nothing"]}},
    "startsWith": {TEXT: {"startsWith": ["x", "hello"]}},
    "endsWith": {"ticket.subject": {"endsWith": "commande?"}},
    "paragraphs kept": {TEXT: {"containsAny": ["hello,\n\ni want"]}},
    "membership": {"message.intents.name": {"containsAll": ["order/cancel", "refund/request"]}},
    "shopify tags": {"customer.tags": {"containsAny": ["b2b"]}},
    "list not member": {"customer.tags": {"notContainsAny": ["GOLD", "bb"]}},
    "number id": {"message.integration_id": 44},
    "isNotEmpty": {"ticket.subject": {"isNotEmpty": True}},
    "isEmpty list": {"message.sentiments.name": {"isEmpty": True}},
    "isEmpty missing": {"ticket.assignee_user_id": {"isEmpty": True}},
    "priority order": {"ticket.priority": {"gte": "normal", "lt": "high"}},
    "datetime": {"ticket.created_datetime": {"lte": "2026-03-02T11:00:00+01:00"}},
    "at least 7d": {"customer.created_at": {"gteTimedelta": "7d"}},
    "at most 2h": {"last_order.created_at": {"lteTimedelta": "2h"}},
    "exactly 2h": {"last_order.created_at": {"gteTimedelta": "120m"}},
    "country": {"last_order.shipping_address.country": "France"},
    "order tags": {"ticket.customer.integrations.shopify.last_order.tags": {"containsAny": ["Élite"]}},
    "event type": {"event.type": "ticket-created"},
    "source": {"message.source.from.address": "jo@x.com", "message.sender.email": "jo@x.com"},
    "bool": {"message.from_agent": False, "ticket.spam": False, "message.public": True},
    "no if": None,
}
FALSE: dict[str, Any] = {
    "eq case": {"ticket.channel": "Chat"},
    "empty any": {"any": []},
    "sharp s is not ss": {TEXT: {"containsAny": ["strasse"]}},
    "white space is not folded": {TEXT: {"containsAny": ["hello, i want"]}},
    "membership exact": {"customer.tags": {"containsAny": ["Gold"]}},
    "notContainsAny": {TEXT: {"notContainsAny": ["refund"]}},
    "notContainsAll": {TEXT: {"notContainsAll": ["refund", "hello"]}},
    "startsWith": {TEXT: {"startsWith": "refund"}},
    "money": {"customer.total_spent": {"gt": 500}},
    "timedelta": {"last_order.created_at": {"gteTimedelta": "121m"}},
    "gteTimedelta of the future": {"ticket.snooze_datetime": {"gteTimedelta": "0s"}},
}


@pytest.mark.parametrize("expected, conditions", [(True, TRUE), (False, FALSE)], ids=["true", "false"])
def test_operators(expected: bool, conditions: dict[str, Any], snapshot: Path, tmp_path: Path) -> None:
    """The table of operators: equality is exact, words ignore case (NFC, lower), lists are membership, order is by
    kind.
    """
    cases = {name.replace(" ", "-").lower(): when for name, when in conditions.items()}
    assert true_at_creation(tmp_path, snapshot, cases) == dict.fromkeys(cases, expected)


MISSING = "ticket.snooze_datetime"
POSITIVE: dict[str, Any] = {
    "eq": {"message.receiver.email": "x"},
    "gt": {MISSING: {"gt": "2020-01-01"}},
    "gte": {MISSING: {"gte": "2020-01-01"}},
    "lt": {MISSING: {"lt": "2030-01-01"}},
    "lte": {MISSING: {"lte": "2030-01-01"}},
    "gtetd": {MISSING: {"gteTimedelta": "1s"}},
    "ltetd": {MISSING: {"lteTimedelta": "9w"}},
    "any": {"message.receiver.email": {"containsAny": ["x"]}},
    "all": {"message.receiver.email": {"containsAll": ["x"]}},
    "starts": {"message.receiver.email": {"startsWith": "x"}},
    "ends": {"message.receiver.email": {"endsWith": "x"}},
    "not-empty": {"message.receiver.email": {"isNotEmpty": True}},
    "hours": {MISSING: {"duringBusinessHours": True}},
    "out": {MISSING: {"outsideBusinessHours": True}},
}
NEGATIVE: dict[str, Any] = {
    "neq": {"message.receiver.email": {"neq": "x"}},
    "not-any": {"message.receiver.email": {"notContainsAny": ["x"]}},
    "not-all": {"message.receiver.email": {"notContainsAll": ["x"]}},
    "empty": {"message.receiver.email": {"isEmpty": True}},
}


def test_a_missing_value_never_satisfies_a_positive_operator(snapshot: Path, tmp_path: Path) -> None:
    """A missing value never satisfies a positive operator; neq, notContainsAny, notContainsAll, isEmpty are true."""
    hours = {"business_hours": {"mon-sun": "00:00-24:00"}}
    found = true_at_creation(tmp_path, snapshot, POSITIVE | NEGATIVE, **hours)
    assert found == dict.fromkeys(POSITIVE, False) | dict.fromkeys(NEGATIVE, True)


def test_stripped_text_unless_null_or_empty(snapshot: Path, tmp_path: Path) -> None:
    """`message.text` is `stripped_text` unless null or empty, else `body_text`; `message.body` is its alias."""
    run = replay(
        tmp_path, snapshot, rule_set(rule("a", "ticket-message-created", [{"addInternalNote": "{{message.body}}"}]))
    )
    assert run.steps("after", event="message:9000") == ["only the body"]


@pytest.mark.parametrize(
    ("hours", "zone", "holidays", "inside"),
    [
        ({"mon": "10:00-18:00"}, "UTC", [], True),
        ({"mon": "09:00-10:00"}, "UTC", [], False),
        ({"mon": "09:00-10:01"}, "UTC", [], True),
        ({"mon": ["07:00-08:00", "09:30-24:00"]}, "UTC", [], True),
        ({"sat-mon": "09:00-11:00"}, "UTC", [], True),
        ({"tue-sun": "00:00-24:00"}, "UTC", [], False),
        ({"mon-fri": "11:00-12:00"}, "Europe/Paris", [], True),
        ({"mon-fri": "11:00-12:00"}, "UTC", [], False),
        ({"mon-fri": "09:00-18:00"}, "UTC", ["2026-03-02"], False),
        ({"mon-fri": "09:00-18:00"}, "UTC", ["FR"], True),
        ({"mon-sun": "00:00-24:00"}, "Pacific/Auckland", ["2026-03-02"], False),
        ({"mon-sun": "00:00-24:00"}, "Pacific/Auckland", ["2026-03-03"], True),
        (None, "UTC", [], False),
    ],
)
def test_business_hours(
    hours: Any, zone: str, holidays: list[str], inside: bool, snapshot: Path, tmp_path: Path
) -> None:
    """Start included, end excluded, `24:00` allowed, ranges may wrap; holidays by local date count as closed; none =
    never.
    """
    when = {
        "in": {"ticket.created_datetime": {"duringBusinessHours": True}},
        "out": {"ticket.created_datetime": {"outsideBusinessHours": True}},
    }
    more: Json = {"timezone": zone, "holidays": holidays} | ({"business_hours": hours} if hours else {})
    assert true_at_creation(tmp_path, snapshot, when, **more) == {"in": inside, "out": not inside}


def test_an_instant_without_offset_is_in_the_sets_zone(snapshot: Path, tmp_path: Path) -> None:
    """ISO instant (no offset = the set's zone)."""
    when = {
        "a": {"ticket.created_datetime": {"gte": "2026-03-02T11:00:00"}},
        "b": {"ticket.created_datetime": {"gt": "2026-03-02T11:00:00"}},
    }
    assert true_at_creation(tmp_path, snapshot, when, timezone="Europe/Paris") == {"a": True, "b": False}


def test_templates(snapshot: Path, tmp_path: Path) -> None:
    """`{{path}}` by full path or alias; missing = empty, unknown = left as written; money, lists, booleans, instants as
    said.
    """
    text = (
        "{{ticket.customer.firstname}} {{customer.lastname}}|{{customer.total_spent}}|{{customer.tags}}|"
        "{{message.public}}|"
        "{{ticket.created_datetime}}|{{ticket.snooze_datetime}}|{{nonsense.path}}|"
        "{{ ticket.status }}|{{message.intents.name}}|{{ticket.priority}}"
    )
    run = replay(
        tmp_path,
        snapshot,
        rule_set(
            rule(
                "a",
                CREATED,
                [{"setSubject": "{{ticket.status}}"}, {"addTags": ["{{ticket.status}}"]}, {"addInternalNote": text}],
            )
        ),
    )
    subject, tags, note = run.steps("after")
    assert (subject, tags) == ("{{ticket.status}}", ["{{ticket.status}}"]), (
        "rendered: bodies and the subject of sendEmail; nothing else"
    )
    told = note.split("|")
    assert told[:7] == ["First1 Last1", "500.00", "b2b, gold", "true", D, "", "{{nonsense.path}}"]
    assert told[8:] == ["order/cancel, refund/request", "normal"]
    assert any(
        finding["code"] == "R103" and "nonsense.path" in finding["message"] for finding in run.report["findings"]
    )


def test_templates_are_never_evaluated(tmp_path: Path) -> None:
    """Never evaluated: what a customer writes is text, even when it looks like a template."""
    desk = Desk()
    desk.customer()
    desk.story(text="{{ticket.subject}} {{ 7*7 }}")
    run = replay(
        tmp_path, desk.snapshot(tmp_path), rule_set(rule("a", CREATED, [{"addInternalNote": "{{message.text}}"}]))
    )
    assert run.steps("after") == ["{{ticket.subject}} {{ 7*7 }}"]


def test_set_assignee_and_team_forms(tmp_path: Path) -> None:
    """setAssignee (id, e-mail or null), setTeamAssignee (id, name or null)."""
    desk = Desk()
    desk.user(7, "Al@Desk.com")
    desk.team(30, "Care")
    desk.story()
    then = [
        {"setAssignee": "al@desk.com"},
        {"setTeamAssignee": "Care"},
        {"setAssignee": None},
        {"setTeamAssignee": None},
        {"setAssignee": 7},
        {"setTeamAssignee": 30},
    ]
    run = replay(tmp_path, desk.snapshot(tmp_path), rule_set(rule("a", CREATED, then)))
    assert run.steps("field", "after") == [
        ("assignee", 7),
        ("team", 30),
        ("assignee", None),
        ("team", None),
        ("assignee", 7),
        ("team", 30),
    ]


def test_apply_macro_runs_its_actions_under_their_own_names(tmp_path: Path) -> None:
    """Macro actions run under their own names; `setResponseText` is replyToTicket; what cannot be simulated is counted;
    unknown = error.
    """
    desk = Desk()
    desk.customer()
    desk.story()
    actions = [
        {"name": "addTags", "title": "t", "type": "user", "arguments": {"tags": "a,b"}},
        {
            "name": "setResponseText",
            "title": "r",
            "arguments": {"body_text": "Hi {{ticket.customer.firstname}}", "body_html": ""},
        },
        {"name": "setStatus", "title": "s", "arguments": {"status": "closed"}},
        {"name": "http", "title": "h", "arguments": {"url": "https://example.com"}},
    ]
    desk.add("macros", {"id": 5, "uri": "/api/macros/5/", "name": "Bye", "archived": False, "actions": actions})
    snapshot = desk.snapshot(tmp_path)
    run = replay(tmp_path, snapshot, rule_set(rule("a", CREATED, [{"applyMacro": "Bye"}])))
    assert run.steps("action", "after") == [
        ("addTags", ["a", "b"]),
        ("replyToTicket", "Hi First1"),
        ("setStatus", "closed"),
    ]
    unknown = simulator(
        "run",
        "--snapshot",
        snapshot,
        "--baseline",
        "none",
        "--candidate",
        _file(tmp_path, rule_set(rule("a", CREATED, [{"applyMacro": "By"}]))),
    )
    assert unknown.code == 2 and "By" in unknown.err, "unknown macro = error before the replay"


def _file(folder: Path, rules: Json | str, name: str = "checked.rules.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(rules if isinstance(rules, str) else json.dumps(rules), encoding="utf-8")
    return path


def one(then: Any, when: Any = None, **more: Any) -> Json:
    return rule_set(rule("a", CREATED, then if isinstance(then, list) else [then], when), **more)


TAG: list[Any] = [{"addTags": ["x"]}]
REFUSED: dict[str, tuple[Json | str, str]] = {
    "unknown version": (rule_set() | {"version": 2}, "version"),
    "unknown path": (one(TAG, {"customer.total_spend": 5}), "customer.total_spent"),
    "unknown operator": (one(TAG, {TEXT: {"containAny": ["x"]}}), "containsAny"),
    "unknown trigger": (rule_set(rule("a", "ticket-create", TAG)), "ticket-created"),
    "unknown action": (one({"addTag": ["x"]}), "addTags"),
    "unknown list": (one(TAG, {TEXT: {"containsAny": {"list": "word"}}}, lists={"words": ["x"]}), "words"),
    "operator does not fit": (one(TAG, {"ticket.spam": {"gte": True}}), "gte"),
    "a word for a number": (one(TAG, {"customer.orders_count": {"gte": "many"}}), "many"),
    "addTags without a tag": (one({"addTags": []}), "addTags"),
    "removeTags without a tag": (one({"removeTags": []}), "removeTags"),
    "a tag with a comma": (one({"addTags": ["a,b"]}), "a,b"),
    "eq null": (one(TAG, {"ticket.subject": None}), ""),
    "empty word": (one(TAG, {TEXT: {"containsAny": [""]}}), ""),
    "empty list": (one(TAG, {TEXT: {"containsAny": []}}), ""),
    "isEmpty false": (one(TAG, {TEXT: {"isEmpty": False}}), "isEmpty"),
    "two numbers in a duration": (one({"snoozeTicket": "1d2h"}), "1d2h"),
    "over midnight": (one(TAG, business_hours={"mon": "22:00-02:00"}), "22:00"),
    "a day twice": (one(TAG, business_hours={"mon": "09:00-10:00", "mon-fri": "11:00-12:00"}), "mon"),
    "unknown zone": (one(TAG, timezone="Europe/Pariss"), "Europe/Paris"),
    "unknown level": (one({"setPriority": "urgent"}), "urgent"),
    "unknown key": (rule_set() | {"rule": []}, "rules"),
    "duplicate id": (rule_set(rule("a", CREATED, TAG), rule("a", CREATED, TAG)), "a"),
    "bad id": (rule_set(rule("A b", CREATED, TAG)), "A b"),
    "no trigger": (rule_set({"id": "a", "then": TAG}), "on"),
    "duplicate key": ("version: 1\nversion: 1\nname: x\nrules: []\n", "version"),
    "an anchor": ("version: 1\nname: &x y\nrules: []\n", ""),
    "two documents": ("version: 1\nname: y\nrules: []\n---\nversion: 1\n", ""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_when_a_set_is_loaded(name: str, tmp_path: Path) -> None:
    """Types are checked when the rule set is loaded: an error with file, line, column and the nearest valid name; exit
    2.
    """
    rules, told = REFUSED[name]
    done = simulator("check", _file(tmp_path, rules))
    assert done.code == 2, done.out + done.err
    text = done.out + done.err
    assert "error[R0" in text and "checked.rules.yaml:" in text and told in text
    assert "Traceback" not in text


def test_all_errors_of_a_run_are_listed_together(tmp_path: Path) -> None:
    """All errors of a run are listed together, sorted by place, the last line a count."""
    text = (
        "version: 1\nname: x\nrules:\n  - id: a\n    on: [ticket-creatd]\n    if:\n"
        "      customer.total_spend: {gte: 1}\n"
        "    then:\n      - addTag: [x]\n"
    )
    done = simulator("check", _file(tmp_path, text))
    told = done.out + done.err
    places = [line.strip() for line in told.splitlines() if line.strip().startswith("-->")]
    assert [place.split("checked.rules.yaml:")[1] for place in places] == ["5:10", "7:7", "9:9"]
    assert 'error[R012]: unknown field "customer.total_spend"' in told
    assert 'help: did you mean "customer.total_spent"?' in told and "^" in told
    assert told.rstrip().splitlines()[-1].startswith("3 errors")


def test_yaml_1_2_words(snapshot: Path, tmp_path: Path) -> None:
    """YAML 1.2 (`on`, `yes`, `no`, `12:30` are words)."""
    text = """
version: 1
name: words
rules:
  - id: a
    on: [ticket-created]
    then:
      - addTags: [yes, no, on, 12:30]
"""
    assert replay(tmp_path, snapshot, text).steps("after") == [["12:30", "no", "on", "yes"]]


def test_a_folder_is_one_set(snapshot: Path, tmp_path: Path) -> None:
    """A folder of `*.rules.yaml` files is read as one set (sorted by file name); zone and hours may stand in one file
    only.
    """
    folder = tmp_path / "set"
    _file(folder, rule_set(rule("b", CREATED, [{"addTags": ["b"]}]), timezone="Europe/Paris"), "2.rules.yaml")
    _file(folder, rule_set(rule("a", CREATED, [{"addTags": ["a"]}])), "1.rules.yaml")
    _file(folder, "this: is not read\n", "note.yaml")
    run: Run = replay(tmp_path / "r", snapshot, str(folder))
    assert run.steps("rule") == ["a", "b"]
    _file(folder, rule_set(timezone="Europe/Rome"), "3.rules.yaml")
    assert simulator("check", folder).code == 2
    _file(folder, rule_set(rule("a", CREATED, TAG)), "3.rules.yaml")
    assert "a" in (twice := simulator("check", folder)).out + twice.err and twice.code == 2


def test_empty_all_and_any_are_linted(tmp_path: Path) -> None:
    """An empty `all` is true, an empty `any` is false (and the lint says so): warnings, exit 0."""
    done = simulator(
        "check", _file(tmp_path, rule_set(rule("a", CREATED, TAG, {"all": []}), rule("b", CREATED, TAG, {"any": []})))
    )
    assert done.code == 0 and (done.out + done.err).count("R101") == 2


def test_contains_is_read_as_any_with_a_warning(snapshot: Path, tmp_path: Path) -> None:
    """`contains`, `notContains` (deprecated in Gorgias) are read as the `Any` forms of one word, with a warning."""
    when = {"a": {TEXT: {"contains": "refund"}}, "b": {TEXT: {"notContains": "refund"}}}
    assert true_at_creation(tmp_path, snapshot, when) == {"a": True, "b": False}
    done = simulator("check", _file(tmp_path, one(TAG, when["a"])))
    assert done.code == 0 and "R102" in done.out + done.err

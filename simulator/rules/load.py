"""FILES -> RULESET: a rule file, or a folder of them read as one set, with every fault of it reported at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import NamedTuple, TypeVar

from simulator.diagnostics import Diagnostic, Location, Severity
from simulator.errors import InputError
from simulator.hours import BusinessHours
from simulator.hours import zone_of as zone_named
from simulator.rules.conditions import condition_of
from simulator.rules.hours_of import holidays_of, spans_of, zone_of
from simulator.rules.model import Condition, Rule, RuleSet, View, in_running_order
from simulator.rules.page import Page, quoted
from simulator.rules.rule_files import MAX_FILE, RuleFile, read_rule_files, text_of_file
from simulator.rules.rule_of import rule_of, view_of
from simulator.rules.scope import NamedLists, Scope, TagUse, entries_of, known_entries, text_of, words_of
from simulator.rules.suspicious import look_at_tags
from simulator.rules.yaml_tree import Items, Kind, Node, Scalar, look_at_escapes, read_tree, shape_of

VERSION = "1"
KEYS: tuple[str, ...] = ("version", "name", "timezone", "business_hours", "holidays", "lists", "rules", "views")

_Found = TypeVar("_Found", Rule, View)


class Sheet(NamedTuple):
    """One file of a set: its page, and its entries by key."""

    page: Page
    entries: dict[str, tuple[Scalar, Node]]


class Setting(NamedTuple):
    """A value that may stand in one file only, with the page it stands on."""

    page: Page
    node: Node


def load_ruleset(path: Path) -> tuple[RuleSet, tuple[Diagnostic, ...]]:
    """The rule set of a file or a folder of `*.rules.yaml`, and the warnings on it, sorted by place.

    Places carry the path as the user gave it (`rule_files.relative` makes them relative to the set).
    Raises InputError with all diagnostics, warnings included, if there is any error.
    """
    files, found = read_rule_files(path)
    default = path.name.removesuffix(".yaml").removesuffix(".rules") or "rules"
    return load_files(files, default, found)


def load_text(text: str, name: str) -> tuple[RuleSet, tuple[Diagnostic, ...]]:
    """The rule set of one text; `name` stands for the file in places. As `load_ruleset`."""
    if len(text) > MAX_FILE:
        raise InputError(
            Diagnostic("R004", Severity.ERROR, f"the text has more than {MAX_FILE:,} characters", Location(name))
        )
    return _assemble([Page(name, text)], name, ())


def load_files(
    files: Sequence[RuleFile], name: str, found: Iterable[Diagnostic] = ()
) -> tuple[RuleSet, tuple[Diagnostic, ...]]:
    """The rule set of files that were read already, in this order. As `load_ruleset`.

    `found` is what reading them brought up; `name` is that of a set that states none.
    """
    pages: list[Page] = []
    before = list(found)
    for file in files:
        if file.content is not None:
            text, fault = text_of_file(file)
            before.extend((fault,) if fault else ())
            pages.extend(() if fault else (Page(file.name, text),))
    return _assemble(pages, name, before)


def parse_condition(text: str, name: str = "--where", zone: tzinfo = UTC) -> Condition:
    """A condition on its own, as for `--where`: a YAML mapping or list such as `ticket.channel: email`.

    Raises InputError with every fault of it; `zone` is that of instants without an offset.
    """
    page = Page(name, text)
    node = read_tree(page)
    if node is None and not page.found:
        page.report("R010", "the condition is empty", None, "such as ticket.channel: email")
    condition = condition_of(node, Scope(page, zone=zone)) if node is not None else None
    _raise_if_wrong(page.found)
    assert condition is not None
    return condition


def _assemble(pages: Sequence[Page], name: str, found: Iterable[Diagnostic]) -> tuple[RuleSet, tuple[Diagnostic, ...]]:
    sheets = [sheet for page in pages if (sheet := _sheet(page)) is not None]
    hours = _hours(sheets)
    scopes = _scopes(sheets, hours)
    rules = _each(sheets, scopes, "rules", rule_of)
    views = _each(sheets, scopes, "views", view_of)
    names = [text for sheet in sheets if (text := _name(sheet)) is not None]
    _look_at_all_tags([tag for scope in scopes for tag in scope.tags])
    if sheets and not any("rules" in sheet.entries for sheet in sheets) and not any(map(_has_errors, pages)):
        sheets[0].page.report("R020", "there are no rules", None, "write `rules:` and a list; `rules: []` for none")
    diagnostics = sorted((*found, *(one for page in pages for one in page.found)), key=_place)
    _raise_if_wrong(diagnostics)
    ruleset = RuleSet(names[0] if names else name, in_running_order(rules), hours, tuple(views))
    return ruleset, tuple(diagnostics)


def _has_errors(page: Page) -> bool:
    return any(one.severity is Severity.ERROR for one in page.found)


def _place(found: Diagnostic) -> tuple[Location, str, str]:
    return found.location or Location(""), found.code, found.message


def _raise_if_wrong(found: Iterable[Diagnostic]) -> None:
    diagnostics = sorted(found, key=_place)
    if any(one.severity is Severity.ERROR for one in diagnostics):
        raise InputError(diagnostics)


def _sheet(page: Page) -> Sheet | None:
    """A page's entries by key; None where it is no mapping of a rule file."""
    node = read_tree(page)
    if node is None:
        if not page.found:
            page.report("R010", "the file is empty", None, "a rule file starts with `version: 1`")
        return None
    look_at_escapes(node, page)
    entries = known_entries(node, "a rule file", KEYS, page)
    if not entries and not page.found:
        page.report("R010", "the file is empty", node, "a rule file starts with `version: 1`")
    _version(entries.get("version"), page)
    return Sheet(page, entries)


def _version(entry: tuple[Scalar, Node] | None, page: Page) -> None:
    if entry is None:
        if not page.found:
            page.report(
                "R108", "the version of the language is not stated: read as version 1", None, "write `version: 1`"
            )
        return
    node = entry[1]
    if not isinstance(node, Scalar) or node.kind is not Kind.NUMBER or node.text != VERSION:
        shown = quoted(node.text) if isinstance(node, Scalar) else shape_of(node)
        page.report("R019", f"unknown version {shown} of the rule language", node, f"write `version: {VERSION}`")


def _name(sheet: Sheet) -> str | None:
    return text_of(sheet.entries["name"][1], "name", sheet.page) if "name" in sheet.entries else None


def _hours(sheets: Sequence[Sheet]) -> BusinessHours:
    """Zone, business hours and holidays, each from the one file that states it."""
    zone, hours, holidays = (_once(sheets, key) for key in ("timezone", "business_hours", "holidays"))
    calendars, closed = holidays_of(holidays.node, holidays.page) if holidays else ((), ())
    spans = spans_of(hours.node, hours.page) if hours else ((),) * 7
    return BusinessHours(zone_of(zone.node, zone.page) if zone else "UTC", spans, calendars, closed)


def _once(sheets: Sequence[Sheet], key: str) -> Setting | None:
    """A setting of the whole set: further files that state it are findings."""
    first: Setting | None = None
    place: Location | None = None
    for sheet in sheets:
        if key not in sheet.entries:
            continue
        name, node = sheet.entries[key]
        if first is None:
            first, place = Setting(sheet.page, node), sheet.page.at(name)
        else:
            sheet.page.report("R034", f"`{key}` stands in two files of the set", name, f"first written at {place}")
    return first


def _scopes(sheets: Sequence[Sheet], hours: BusinessHours) -> list[Scope]:
    """A scope for each file: all see the named lists of the whole set."""
    lists = NamedLists()
    places: dict[str, Location] = {}
    for sheet in sheets:
        if "lists" not in sheet.entries:
            continue
        for key, node in entries_of(sheet.entries["lists"][1], "lists", sheet.page):
            if key.text in places:
                help = f"first defined at {places[key.text]}"
                sheet.page.report("R022", f"the list {quoted(key.text)} is defined twice", key, help)
                continue
            places[key.text] = sheet.page.at(key)
            words = words_of(node, f"the list {quoted(key.text)}", sheet.page)
            lists.words[key.text] = tuple(word.text for word in words or ())
    return [Scope(sheet.page, lists, zone_named(hours.zone)) for sheet in sheets]


def _each(
    sheets: Sequence[Sheet],
    scopes: Sequence[Scope],
    key: str,
    read: Callable[[Node, Scope], _Found | None],
) -> list[_Found]:
    """The rules or views of all files; an id that stands already is a finding with both places."""
    found: list[_Found] = []
    first: dict[str, Location] = {}
    for sheet, scope in zip(sheets, scopes, strict=True):
        node = sheet.entries[key][1] if key in sheet.entries else None
        if node is not None and not isinstance(node, Items):
            sheet.page.report(
                "R010", f"`{key}` must be a list, not {shape_of(node)}", node, "put a dash before each one"
            )
            continue
        for item in node.items if node is not None else ():
            sheet.page.rule = None
            one = read(item, scope)
            sheet.page.rule = None
            if one is not None and _is_first(one, first, sheet.page):
                found.append(one)
    return found


def _is_first(one: Rule | View, first: dict[str, Location], page: Page) -> bool:
    place = one.location or Location(page.file)
    known = first.setdefault(one.id, place)
    if known is place:
        return True
    kind = "rule" if isinstance(one, Rule) else "view"
    page.rule = one.id
    page.report("R022", f"the {kind} {quoted(one.id)} is defined twice", place, f"first defined at {known}")
    page.rule = None
    return False


def _look_at_all_tags(tags: Iterable[TagUse]) -> None:
    """Warn of twins among the tags that the set names; plain ASCII sets are done at once."""
    uses = list(tags)
    if not all(tag.name.isascii() for tag in uses):
        look_at_tags((tag.name, tag.node, tag.page) for tag in uses)

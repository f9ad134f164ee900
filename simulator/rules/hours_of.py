"""NODES -> business hours, holidays and time zone of a rule set."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from simulator.hours import DAYS
from simulator.rules.page import Page, quoted
from simulator.rules.scope import entries_of, text_of, words_of
from simulator.rules.yaml_tree import Items, Node, Scalar

Spans = tuple[tuple[int, int], ...]

_SPAN = re.compile(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CALENDAR = re.compile(r"[A-Z]{2,3}(?:-[A-Za-z0-9]{1,20})?")
_DAY_MINUTES = 24 * 60


@cache
def zone_names() -> frozenset[str]:
    """The IANA names of the pinned time zone data: the same on every machine."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="ascii").split())


def zone_of(node: Node, page: Page) -> str:
    """An IANA zone name; UTC where it cannot be used."""
    name = text_of(node, "timezone", page)
    if name is None or name == "UTC":
        return "UTC"
    if name not in zone_names():
        page.report(
            "R032",
            f"unknown time zone {quoted(name)}",
            node,
            page.nearest(name, zone_names()) or "an IANA name such as Europe/Paris",
        )
        return "UTC"
    ZoneInfo(name)
    return name


def spans_of(node: Node, page: Page) -> tuple[Spans, ...]:
    """For each weekday, Monday first, the open spans in minutes of the day, sorted and joined where they touch."""
    week: list[Spans] = [()] * 7
    named: dict[int, Scalar] = {}
    for key, value in entries_of(node, "business_hours", page):
        spans = _spans(value, key.text, page)
        for day in _days(key, page):
            first = named.setdefault(day, key)
            if first is not key:
                page.report("R031", f"{DAYS[day]} is named twice", key, f"first named at {page.at(first)}")
            else:
                week[day] = spans
    return tuple(week)


def _days(key: Scalar, page: Page) -> tuple[int, ...]:
    """The weekdays of `sat` or `mon-fri`; a range may wrap around the week's end."""
    first, dash, last = key.text.partition("-")
    ends = (first, last) if dash else (first, first)
    for name in ends:
        if name not in DAYS:
            page.report(
                "R030",
                f"{quoted(key.text)} is not a day or a range of days",
                key,
                page.nearest(name, DAYS) or f"days are {', '.join(DAYS)}",
            )
            return ()
    start, end = (DAYS.index(name) for name in ends)
    return tuple((start + step) % 7 for step in range((end - start) % 7 + 1))


def _spans(node: Node, day: str, page: Page) -> Spans:
    """The spans of a day, from one text or a list of them; an empty list is a closed day."""
    items = node.items if isinstance(node, Items) else (node,)
    spans = sorted(span for item in items if (span := _span(item, day, page)) is not None)
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            if start < joined[-1][1]:
                page.report("R111", f"spans of {quoted(day)} overlap", node)
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _span(node: Node, day: str, page: Page) -> tuple[int, int] | None:
    text = text_of(node, f"a span of {quoted(day)}", page)
    if text is None:
        return None
    match = _SPAN.fullmatch(text)
    if match is None:
        page.report("R030", f"{quoted(text)} is not a span of hours", node, 'such as "09:00-18:00"')
        return None
    hour, minute, end_hour, end_minute = map(int, match.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    if minute > 59 or end_minute > 59 or start >= _DAY_MINUTES or end > _DAY_MINUTES:
        page.report("R030", f"{quoted(text)} holds a time that no day has", node, "times go from 00:00 to 24:00")
        return None
    if start >= end:
        page.report(
            "R030",
            f"{quoted(text)} does not end after it starts",
            node,
            "a span over midnight is two spans, one on each day",
        )
        return None
    return start, end


def holidays_of(node: Node, page: Page) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Calendars of the holidays package and explicit dates (ISO), each sorted and once."""
    if isinstance(node, Items) and not node.items:
        return (), ()
    calendars: set[str] = set()
    dates: set[str] = set()
    for word in words_of(node, "holidays", page) or ():
        if _DATE.fullmatch(word.text):
            dates.update(_date(word, page))
        elif _is_calendar(word, page):
            calendars.add(word.text)
    return tuple(sorted(calendars)), tuple(sorted(dates))


def _date(word: Scalar, page: Page) -> tuple[str, ...]:
    try:
        return (date.fromisoformat(word.text).isoformat(),)
    except ValueError:
        page.report("R033", f"{quoted(word.text)} is not a date of the calendar", word)
        return ()


def _is_calendar(word: Scalar, page: Page) -> bool:
    """Whether the holidays package knows the country or subdivision; imported only here, where one is named."""
    import holidays

    country, _, subdivision = word.text.partition("-")
    try:
        if _CALENDAR.fullmatch(word.text):
            holidays.country_holidays(country, subdiv=subdivision or None)
            return True
    except (NotImplementedError, ValueError):
        pass
    known = holidays.list_supported_countries(include_aliases=False)
    names = [f"{country}-{part}" for part in known[country]] if subdivision and country in known else list(known)
    page.report(
        "R033",
        f"unknown holiday calendar {quoted(word.text)}",
        word,
        page.nearest(word.text, names) or "a country (FR), a subdivision (DE-BY) or a date",
    )
    return False

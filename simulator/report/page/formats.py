"""How numbers, money and instants read on a page: the only place that another language has to change."""

from __future__ import annotations

import re
from collections.abc import Mapping

from simulator.escape import for_terminal
from simulator.instants import SECOND, datetime_of, format_duration
from simulator.money import format_amount
from simulator.projection.values import Sales
from simulator.report.numbers import share
from simulator.report.values_text import duration

MINUS = "\N{MINUS SIGN}"


def number(value: int) -> str:
    """`1,030`; a true minus sign."""
    return f"{value:,}".replace("-", MINUS)


def signed(value: int) -> str:
    """`+1,030`, `0`, a minus sign for what is less."""
    return f"+{value:,}" if value > 0 else number(value)


def amount(minor: int, currency: str) -> str:
    """`1,234.50 EUR`, never through a float."""
    sign = MINUS if minor < 0 else ""
    whole, point, part = format_amount(abs(minor), currency).partition(".")
    return f"{sign}{int(whole):,}{point}{part}\N{NO-BREAK SPACE}{currency}"


def signed_amount(minor: int, currency: str) -> str:
    """The same with a plus sign for what is more."""
    return f"{'+' if minor > 0 else ''}{amount(minor, currency)}"


def net(by_currency: Mapping[str, Sales]) -> str:
    """Net amounts, one for each currency; never added up. Empty where there is none."""
    return " + ".join(amount(sales.net, currency) for currency, sales in by_currency.items())


def instant(at: int) -> str:
    """`2026-03-02 09:00:05 UTC`; seconds and their fraction only where there are any."""
    moment = datetime_of(at)
    clock = f"{moment:%H:%M}"
    if moment.second or moment.microsecond:
        clock += f":{moment:%S}"
    if moment.microsecond:
        clock += f".{moment.microsecond:06d}"
    return f"{day(at)} {clock} UTC"


def day(at: int) -> str:
    """`2026-03-02`, the day in UTC."""
    moment = datetime_of(at)
    return f"{moment.year:04d}-{moment.month:02d}-{moment.day:02d}"


def span(seconds: int) -> str:
    """`3d`: a whole number of seconds in its shortest exact form."""
    return format_duration(seconds * SECOND)


_PLAIN = re.compile(r"[A-Za-z0-9_-]", re.ASCII)


def anchor(name: str) -> str:
    """A name as part of a fragment: letters, digits, `-` and `_` stay, the rest becomes `.` and its code points."""
    return "".join(char if _PLAIN.fullmatch(char) else f".{ord(char):x}." for char in name)


def visible(value: object) -> object:
    """Text with its controls, invisible and turning characters shown as `^[` or `<U+202E>`; all else as it is."""
    return for_terminal(value) if type(value) is str else value


FILTERS = {
    "amount": amount,
    "anchor": anchor,
    "day": day,
    "duration": duration,
    "instant": instant,
    "net": net,
    "number": number,
    "seen": for_terminal,
    "share": share,
    "signed": signed,
    "signed_amount": signed_amount,
    "span": span,
}
"""Name in the templates -> what it does."""

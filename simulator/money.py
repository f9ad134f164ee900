"""Money: whole minor units and a currency, never a float. Exponents are those of ISO 4217."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NewType

Minor = NewType("Minor", int)
"""An amount in minor units (cents); meaningless without its currency."""

_EXPONENTS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(["CLF", "UYW"], 4),
}
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_AMOUNT = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,9})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency."""

    minor: int
    currency: str

    def __str__(self) -> str:
        return f"{format_amount(self.minor, self.currency)} {self.currency}"


def exponent(currency: str) -> int:
    """Decimals of a currency: 2 unless ISO 4217 says otherwise."""
    return _EXPONENTS.get(currency, 2)


def check_currency(text: str) -> str:
    """The three-letter code in capitals; raises ValueError for anything else."""
    code = text.strip().upper()
    if not _CURRENCY.fullmatch(code):
        raise ValueError(f"not a currency code: {text[:20]!r}")
    return code


def parse_minor(text: str, currency: str) -> Minor:
    """Read a decimal string exactly into minor units.

    Raises ValueError for anything but ASCII digits with one point (no exponent, NaN, `1_000`, thousands
    separator), and where the amount has more decimals than the currency (trailing zeros are fine).
    """
    stripped = text.strip()
    if not _AMOUNT.fullmatch(stripped):
        raise ValueError(f"not an amount of money: {text[:40]!r}")
    scaled = Decimal(stripped).scaleb(exponent(currency))
    whole = int(scaled)
    if scaled != whole:
        raise ValueError(f"{stripped} has more decimals than {currency} has")
    return Minor(whole)


def format_amount(minor: int, currency: str) -> str:
    """The decimal string of an amount, with all decimals of its currency: `1234.50`."""
    places = exponent(currency)
    if not places:
        return str(minor)
    sign = "-" if minor < 0 else ""
    whole, part = divmod(abs(minor), 10**places)
    return f"{sign}{whole}.{part:0{places}d}"


def decimal_of(minor: int, currency: str) -> Decimal:
    """The amount as an exact decimal in major units."""
    return Decimal(minor).scaleb(-exponent(currency))

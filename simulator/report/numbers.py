"""Numbers in words of a report: counts with their noun, shares in per cent. Whole-number arithmetic only."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """`1 ticket`, `1,030 tickets`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def share(part: int, whole: int) -> str:
    """A share in per cent with one decimal, half up; what is not zero is never shown as zero, no whole gives `-`."""
    if whole <= 0:
        return "-"
    tenths = (2000 * part + whole) // (2 * whole)
    if part > 0 and not tenths:
        return "<0.1%"
    return f"{tenths // 10}.{tenths % 10}%"

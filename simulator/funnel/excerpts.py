"""EXCERPTS: the words around a word that was found, out of what a person wrote."""

from __future__ import annotations

from simulator.engine.conditions import is_fact
from simulator.facts.facts import Facts
from simulator.facts.text import fold
from simulator.rules.model import Test

AROUND = 30
"""Characters that are shown before the word, and after it."""


def excerpt(facts: Facts, test: Test, word: str, row: int) -> str | None:
    """Where the word stands in the text that a test saw at an event row; None for what is no text of a fact."""
    if not is_fact(test):
        return None
    text = facts.seen(test.path, row, facts.history.at[row]).value
    if not isinstance(text, str):
        return None
    place = fold(text).find(fold(word))
    if place < 0:
        return None
    start, stop = max(0, place - AROUND), place + len(word) + AROUND
    return f"{'...' if start else ''}{' '.join(text[start:stop].split())}{'...' if stop < len(text) else ''}"

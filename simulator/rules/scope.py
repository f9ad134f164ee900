"""SCOPE: what conditions and actions are read against, and the small readings that both need."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import NamedTuple

from simulator.diagnostics import nearest
from simulator.rules.fields import Field, canonical, field_of, is_documented, known_paths, near_miss
from simulator.rules.page import Page, choice, quoted
from simulator.rules.suspicious import look_at_words
from simulator.rules.yaml_tree import Entries, Items, Kind, Node, Scalar, is_null, shape_of


class TagUse(NamedTuple):
    """A tag as it is written somewhere, to be compared with the others at the end."""

    name: str
    page: Page
    node: Scalar
    rule: str | None


MAX_EXPANDED = 250_000


@dataclass
class NamedLists:
    """The named lists of a set, and how many words their uses may still bring in: a long list used often is bounded."""

    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    left: int = MAX_EXPANDED

    def take(self, name: str, use: Scalar, page: Page) -> tuple[Scalar, ...] | None:
        """The words of a list, placed where it is used; None once the bound is passed, which is reported once."""
        if self.left < 0:
            return None
        words = self.words[name]
        self.left -= len(words)
        if self.left < 0:
            page.report("R008", f"named lists bring more than {MAX_EXPANDED:,} words into the conditions", use)
            return None
        return tuple(Scalar(word, False, use.line, use.column) for word in words)


@dataclass
class Scope:
    """A page with the set's named lists and zone, and the tags met on the way."""

    page: Page
    lists: NamedLists = field(default_factory=NamedLists)
    zone: tzinfo = UTC
    tags: list[TagUse] = field(default_factory=list)

    def tag(self, node: Scalar) -> None:
        """Remember a tag that a condition or an action names."""
        self.tags.append(TagUse(node.text, self.page, node, self.page.rule))


def text_of(node: Node, what: str, page: Page) -> str | None:
    """A text that is not empty: numbers as written; true and false need quotes. None, and a finding, otherwise."""
    if not isinstance(node, Scalar):
        page.report("R010", f"{what} must be a text, not {shape_of(node)}", node)
        return None
    if node.kind is Kind.BOOL:
        page.report(
            "R023",
            f"{what} must be a text, not {node.text}",
            node,
            f'if the word is meant, put it in quotes: "{node.text}"',
        )
        return None
    if is_null(node) or not node.text.strip():
        page.report("R027", f"{what} is empty", node)
        return None
    return node.text


def words_of(node: Node, what: str, page: Page, lists: NamedLists | None = None) -> tuple[Scalar, ...] | None:
    """The words of a list, in the order written, each once; a single word stands for a list of one.

    With `lists`, `{list: NAME}` stands for the words of a named list, alone or as an item. Empty words and lists are
    errors; None means that nothing usable was found.
    """
    items = node.items if isinstance(node, Items) else (node,)
    if not items:
        page.report("R027", f"{what} is an empty list", node)
        return None
    words: dict[str, Scalar] = {}
    sound = True
    for item in items:
        if isinstance(item, Entries) and lists is not None:
            found = _named(item, lists, page)
        elif text_of(item, f"a word of {what}" if isinstance(node, Items) else what, page) is not None and isinstance(
            item, Scalar
        ):
            found = (item,)
        else:
            found = None
        sound = sound and found is not None
        for word in found or ():
            words.setdefault(word.text, word)
    return tuple(words.values()) if sound else None


def _named(node: Entries, lists: NamedLists, page: Page) -> tuple[Scalar, ...] | None:
    """The words of `{list: NAME}`, placed where the list is used."""
    if [key.text for key, _ in node.entries] != ["list"]:
        page.report("R010", "a word, a list of words or {list: NAME} is expected", node)
        return None
    value = node.entries[0][1]
    name = text_of(value, "the name of a list", page)
    if name is None:
        return None
    if name not in lists.words:
        known = f"the lists are {', '.join(sorted(lists.words)[:10])}" if lists.words else "define it under `lists`"
        page.report("R017", f"unknown list {quoted(name)}", value, page.nearest(name, lists.words) or known)
        return None
    assert isinstance(value, Scalar)
    return lists.take(name, value, page)


def entries_of(node: Node, what: str, page: Page) -> tuple[tuple[Scalar, Node], ...]:
    """The entries of a mapping; anything else is a finding and has none."""
    if isinstance(node, Entries):
        return node.entries
    page.report("R010", f"{what} must be a mapping, not {shape_of(node)}", node)
    return ()


def known_entries(node: Node, what: str, known: Iterable[str], page: Page) -> dict[str, tuple[Scalar, Node]]:
    """The entries of a mapping by key; a key that is not known is a finding and left out."""
    names = tuple(known)
    found: dict[str, tuple[Scalar, Node]] = {}
    for key, value in entries_of(node, what, page):
        if key.text in names:
            found[key.text] = (key, value)
        else:
            help = page.nearest(key.text, names) or choice(names)
            page.report("R011", f"unknown key {quoted(key.text)} in {what}", key, help)
    return found


def report_missing(name: str, what: str, node: Node, known: Iterable[str], page: Page, help: str | None = None) -> None:
    """Report a key that a mapping lacks, unless it is merely misspelt there: that is an unknown key already."""
    names = tuple(known)
    unknown = [key.text for key, _ in node.entries if key.text not in names] if isinstance(node, Entries) else []
    if all(nearest(key, names) != name for key in unknown[:50] if len(key) < 50):
        page.report("R020", f"{what} needs `{name}`", node, help)


def level_of(node: Node, what: str, levels: tuple[str, ...], page: Page) -> str | None:
    """One of a few known words, or None and a finding with the nearest."""
    if not isinstance(node, Scalar):
        page.report("R010", f"{what} must be {choice(levels)}, not {shape_of(node)}", node)
        return None
    if node.text in levels and not is_null(node):
        return node.text
    page.report("R018", f"{what} is {choice(levels)}, not {quoted(node.text)}", node, page.nearest(node.text, levels))
    return None


def field_at(key: Scalar, page: Page) -> Field | None:
    """The field that a key names by full path or alias, or None and a finding with the nearest."""
    path = canonical(key.text)
    found = field_of(path)
    meant = near_miss(path) if found is not None else None
    if found is None or meant is not None:
        page.report("R012", f"unknown field {quoted(key.text)}", key, _suggested(key.text, meant, page))
        return None
    if not is_documented(path):
        page.report(
            "R109",
            f"{quoted(key.text)} is not a field that this version knows",
            key,
            "if the export lacks it, it counts as missing",
        )
    return found


def _suggested(written: str, meant: str | None, page: Page) -> str | None:
    """The nearest name, in the short or full form that was written."""
    if meant is None:
        return page.nearest(written, known_paths())
    if not page.may_suggest():
        return None
    same_form = [
        name
        for name in known_paths()
        if canonical(name) == meant and (name == meant) == (written == canonical(written))
    ]
    return f'did you mean "{min(same_form, default=meant)}"?'


def look(words: Iterable[Scalar], page: Page) -> None:
    """Warn of letters in words or names that do not look like what they are."""
    look_at_words(((word.text, word) for word in words if not word.text.isascii()), page)

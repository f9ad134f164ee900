"""TEXT -> NODES: YAML 1.2 with the place of every node, over libyaml's events.

libyaml only cuts the text into events; what a plain scalar means is read here, by the core schema of YAML 1.2 (`on`,
`yes`, `no` and `12:30` are words). Anchors, aliases, tags, merge keys, directives and further documents are refused,
which leaves no bomb and no cycle; depth, nodes and text length are bounded while the events come in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

import yaml
from yaml._yaml import CParser

from simulator.rules.page import Page, quoted
from simulator.rules.suspicious import INVISIBLE, look_at_text

MAX_DEPTH = 64
MAX_NODES = 250_000
MAX_SCALAR_BYTES = 64 * 1024

_FORBIDDEN = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_TRUE = frozenset(("true", "True", "TRUE"))
_FALSE = frozenset(("false", "False", "FALSE"))
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_ODD_NUMBER = re.compile(
    r"[-+]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][-+]?[0-9]+|\.(?:inf|Inf|INF))|0o[0-7]+|0x[0-9a-fA-F]+|\.(?:nan|NaN|NAN)"
)


class Kind(StrEnum):
    """What a scalar is by the core schema. ODD: numbers that are refused (NaN, infinity, exponents, hexadecimal)."""

    NULL = "null"
    BOOL = "true or false"
    NUMBER = "a number"
    ODD = "a number of a form that is not read"
    TEXT = "text"


class Scalar(NamedTuple):
    """A word, number or text as written. `plain`: without quotes and not a block. Places count from 1."""

    text: str
    plain: bool
    line: int
    column: int

    @property
    def kind(self) -> Kind:
        """What it is: a quoted or block scalar is always text."""
        return _kind(self.text) if self.plain else Kind.TEXT


class Items(NamedTuple):
    """A list."""

    items: tuple[Node, ...]
    line: int
    column: int


class Entries(NamedTuple):
    """A mapping in the order written, keys distinct."""

    entries: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int

    def get(self, key: str) -> Node | None:
        """The value of a key, or None."""
        return next((value for name, value in self.entries if name.text == key), None)


Node = Scalar | Items | Entries


class _RefusedError(Exception):
    """Reading cannot go on: the diagnostic is on the page already."""


class _Place(NamedTuple):
    line: int
    column: int


def read_tree(page: Page) -> Node | None:
    """The nodes of a page's text, or None where nothing stands in it or reading had to stop (the page says why)."""
    try:
        if _refuse_characters(page):
            return None
        return _Builder(page).build()
    except _RefusedError:
        return None


def shape_of(node: Node) -> str:
    """What a node is, for a message: `a list`, `a mapping`, `a number`, `null`, `text`, `true or false`."""
    if isinstance(node, Items):
        return "a list"
    return "a mapping" if isinstance(node, Entries) else node.kind.value


def is_null(node: Node) -> bool:
    """Whether a node is null (nothing written, `null` or `~`)."""
    return isinstance(node, Scalar) and node.kind is Kind.NULL


def _kind(text: str) -> Kind:
    if text in _NULL:
        return Kind.NULL
    if text in _TRUE or text in _FALSE:
        return Kind.BOOL
    if _NUMBER.fullmatch(text):
        return Kind.NUMBER
    return Kind.ODD if _ODD_NUMBER.fullmatch(text) else Kind.TEXT


def truth(scalar: Scalar) -> bool | None:
    """True or False for a plain `true` or `false`, else None."""
    if not scalar.plain:
        return None
    return True if scalar.text in _TRUE else False if scalar.text in _FALSE else None


def _refuse_characters(page: Page) -> bool:
    """Refuse what no rule file needs: libyaml takes some of these for line ends, which would move all later places."""
    match = _FORBIDDEN.search(page.text)
    if match is None:
        return False
    place = place_of(page.text, match.start())
    if match[0] == "\t":
        page.report("R005", "a tab: YAML is indented by spaces", place, 'use spaces; inside a quoted text write "\\t"')
    else:
        page.report("R005", f"the character U+{ord(match[0]):04X} may not stand in a rule file", place, "take it out")
    return True


def place_of(text: str, offset: int) -> _Place:
    """Line and column, from 1, of an offset in a text."""
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    return _Place(before.count("\n") + 1, len(before) - before.rfind("\n"))


def _events(page: Page) -> Iterator[yaml.Event]:
    """libyaml's events. Whatever goes wrong in the parser is a fault of the text: the one broad catch of the loader."""
    try:
        parser = CParser(page.text)
        while parser.check_event():
            event = parser.get_event()
            if event is None:
                return
            yield event
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = _Place(mark.line + 1, mark.column + 1) if mark else None
        what = " ".join(str(part) for part in (error.problem, error.context) if part)
        page.report("R006", f"not YAML: {what}", place, _help_for(what))
        raise _RefusedError from None
    except _RefusedError:
        raise
    except Exception as error:  # noqa: BLE001 - a parser in C: any failure on the user's bytes is a finding
        page.report("R006", f"not YAML: {type(error).__name__}")
        raise _RefusedError from None


def _help_for(problem: str) -> str | None:
    if "cannot start any token" in problem or "unexpected ':'" in problem:
        return "put the text in quotes"
    if "mapping values are not allowed" in problem:
        return "check the indentation, or put a text that holds a colon in quotes"
    return None


def _start(event: yaml.Event) -> _Place:
    mark = event.start_mark
    return _Place(mark.line + 1, mark.column + 1) if mark else _Place(0, 0)


class _Frame(NamedTuple):
    """An open list or mapping: for a mapping, `parts` takes keys and values in turn."""

    is_mapping: bool
    parts: list[Node]
    line: int
    column: int


class _Builder:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.stack: list[_Frame] = []
        self.root: Node | None = None
        self.nodes = 0
        self.documents = 0

    def build(self) -> Node | None:
        for event in _events(self.page):
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
                self._open(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close()
            elif isinstance(event, yaml.AliasEvent):
                self._refuse(
                    "R007",
                    "aliases (*) are not part of the language",
                    event,
                    "write the value out, or use a named list",
                )
            elif isinstance(event, yaml.DocumentStartEvent):
                self._document(event)
        return self.root

    def _refuse(self, code: str, message: str, event: yaml.Event, help: str | None = None) -> None:
        self.page.report(code, message, _start(event), help)
        raise _RefusedError

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        self.documents += 1
        if event.version or event.tags:
            self._refuse("R007", "directives (%) are not part of the language", event)
        if self.documents > 1:
            self._refuse("R007", "a second document: a rule file is one document", event, "put it in a file of its own")

    def _count(self, event: yaml.NodeEvent) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._refuse("R008", f"more than {MAX_NODES:,} nodes in one file", event)
        if event.anchor is not None:
            self._refuse(
                "R007", "anchors (&) are not part of the language", event, "write the value out, or use a named list"
            )

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        self._count(event)
        if event.tag is not None:
            self._refuse(
                "R007", "tags (!) are not part of the language", event, "a text that starts with ! needs quotes"
            )
        text, start = event.value, _start(event)
        if len(text) > MAX_SCALAR_BYTES // 4 and len(text.encode("utf-8", "surrogatepass")) > MAX_SCALAR_BYTES:
            self._refuse("R008", "a text of more than 64 KB", event)
        self._add(Scalar(text, not event.style, start.line, start.column))

    def _open(self, event: yaml.SequenceStartEvent | yaml.MappingStartEvent) -> None:
        self._count(event)
        if event.tag is not None:
            self._refuse("R007", "tags (!) are not part of the language", event)
        if len(self.stack) >= MAX_DEPTH:
            self._refuse("R008", f"more than {MAX_DEPTH} levels of nesting", event)
        if self.stack and self.stack[-1].is_mapping and len(self.stack[-1].parts) % 2 == 0:
            self._refuse(
                "R007",
                "a key must be a word, not a list or a mapping",
                event,
                "a text with braces or brackets needs quotes",
            )
        self.stack.append(_Frame(isinstance(event, yaml.MappingStartEvent), [], *_start(event)))

    def _close(self) -> None:
        frame = self.stack.pop()
        if frame.is_mapping:
            self._add(Entries(self._entries(frame.parts), frame.line, frame.column))
        else:
            self._add(Items(tuple(frame.parts), frame.line, frame.column))

    def _add(self, node: Node) -> None:
        if self.stack:
            self.stack[-1].parts.append(node)
        else:
            self.root = node

    def _entries(self, parts: list[Node]) -> tuple[tuple[Scalar, Node], ...]:
        """Keys and values as pairs; a key written again is reported with both places, and the first one stands."""
        entries: list[tuple[Scalar, Node]] = []
        seen: dict[str, Scalar] = {}
        for key, value in zip(parts[::2], parts[1::2], strict=True):
            assert isinstance(key, Scalar)  # _open refuses other keys
            if key.plain and key.text == "<<":
                self.page.report("R007", "merge keys (<<) are not part of the language", key, "write the entries out")
                raise _RefusedError
            first = seen.setdefault(key.text, key)
            if first is not key:
                self.page.report(
                    "R009",
                    f"the key {quoted(key.text)} is written twice",
                    key,
                    f"first written at {self.page.at(first)}",
                )
                continue
            entries.append((key, value))
        return tuple(entries)


def look_at_escapes(root: Node, page: Page) -> None:
    """Refuse control characters that escapes such as "\\0" bring in, and warn of invisible ones."""
    if "\\" not in page.text and INVISIBLE.search(page.text) is None:
        return
    stack: list[Node] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Items):
            stack.extend(node.items)
        elif isinstance(node, Entries):
            for entry in node.entries:
                stack.extend(entry)
        else:
            control = _CONTROL.search(node.text)
            if control is not None:
                page.report("R005", f"a text with the control character U+{ord(control[0]):04X}", node, "take it out")
            look_at_text(node.text, node, page)

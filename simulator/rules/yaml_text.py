"""Values -> YAML text: a small emitter for the part of YAML that the rule language has.

What it writes is read alike by YAML 1.2 and, as far as words go, by readers of YAML 1.1: `on`, `yes`, `12:30` and
whatever else could be mistaken for something that is not a word stands in quotes. Letters that do not show (direction
marks, no-break spaces, controls) are written as escapes.
"""

from __future__ import annotations

from dataclasses import dataclass

WIDTH = 110
"""Columns within which a list or mapping stays on one line."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text, in quotes where it needs them, as a block where it has several lines."""

    value: str


@dataclass(frozen=True, slots=True)
class Raw:
    """A number, true, false, null or duration, as it stands."""

    value: str


@dataclass(frozen=True, slots=True)
class Seq:
    """A list. `block`: one item a line even where one line would do."""

    items: tuple[Value, ...]
    block: bool = False


@dataclass(frozen=True, slots=True)
class Map:
    """A mapping, in the order given. `block`: one entry a line even where one line would do."""

    entries: tuple[tuple[str, Value], ...]
    block: bool = False


Value = Text | Raw | Seq | Map


def emitted(document: Map) -> str:
    """The text of a document, with a line break at its end."""
    return "\n".join(_mapping(document, 0)) + "\n"


_RESERVED = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])
_INSIDE = frozenset("_-./+@")


def word(text: str) -> str:
    """A text on one line: bare where no YAML reader can take it for anything else, else in double quotes."""
    return text if _is_bare(text) else quoted(text)


def _key(text: str) -> str:
    """A key; the language's own `on` stays bare, as its documentation writes it."""
    return text if text == "on" else word(text)


def _is_bare(text: str) -> bool:
    """Starts with a letter, goes on with letters, digits, a few signs and single spaces, and is no word of YAML 1.1."""
    words = text.split(" ")
    plain = all(part and all(ch.isalnum() or ch in _INSIDE for ch in part) for part in words)
    return plain and text[0].isalpha() and text.lower() not in _RESERVED


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def quoted(text: str) -> str:
    """A text in double quotes; what does not show is escaped."""
    return '"' + "".join(_ESCAPES.get(ch) or _shown(ch) for ch in text) + '"'


def _shown(ch: str) -> str:
    if ch.isprintable():
        return ch
    return f"\\u{ord(ch):04x}" if ord(ch) < 0x10000 else f"\\U{ord(ch):08x}"


def comment(text: str) -> str:
    """A comment of one line, whatever stands in the text."""
    return "# " + "".join(_shown(ch) for ch in text)


def _flow(value: Value) -> str | None:
    """A value on one line, or None where it asks for lines of its own."""
    match value:
        case Raw(text):
            return text
        case Text(text):
            return word(text)
        case Seq(items, block):
            inner = None if block and items else [_flow(item) for item in items]
            return None if inner is None or None in inner else f"[{', '.join(map(str, inner))}]"
        case Map(entries, block):
            pairs = None if block and entries else [(_key(key), _flow(item)) for key, item in entries]
            if pairs is None or any(item is None for _, item in pairs):
                return None
            return "{" + ", ".join(f"{key}: {item}" for key, item in pairs) + "}"


def _mapping(value: Map, indent: int) -> list[str]:
    """The lines of a mapping in block form."""
    return [line for key, item in value.entries for line in _entry(" " * indent + _key(key) + ":", item, indent)]


def _items(value: Seq, indent: int) -> list[str]:
    """The lines of a list in block form: a mapping starts on the line of its dash."""
    lines: list[str] = []
    for item in value.items:
        if isinstance(item, Map) and item.entries and not _fits(item, indent + 2):
            inner = _mapping(item, indent + 2)
            lines += [" " * indent + "- " + inner[0][indent + 2 :], *inner[1:]]
        elif isinstance(item, Map) and item.entries:
            key, held = item.entries[0]
            lines.append(f"{' ' * indent}- {_key(key)}: {_flow(held)}")
        else:
            lines += _entry(" " * indent + "-", item, indent)
    return lines


def _fits(item: Map, indent: int) -> bool:
    """Whether a mapping of one entry stands well on the line of a dash."""
    if len(item.entries) != 1:
        return False
    key, held = item.entries[0]
    text = None if isinstance(held, Text) and _block_lines(held.value) else _flow(held)
    return text is not None and indent + len(_key(key)) + 2 + len(text) <= WIDTH


def _entry(head: str, value: Value, indent: int) -> list[str]:
    """`head value` on one line where that is short enough, else the value below its head."""
    if isinstance(value, Text) and (block := _block_lines(value.value)):
        return [f"{head} {block[0]}", *(" " * (indent + 2) + line if line else "" for line in block[1:])]
    flow = _flow(value)
    if flow is not None and (len(head) + 1 + len(flow) <= WIDTH or isinstance(value, Text | Raw)):
        return [f"{head} {flow}"]
    below = (
        _items(value, indent + 2)
        if isinstance(value, Seq)
        else _mapping(value, indent + 2)
        if isinstance(value, Map)
        else []
    )
    return [head, *below]


def _block_lines(text: str) -> list[str]:
    """The lines of a literal block, its indicator first; none where the text would not come back the same."""
    body = text.removesuffix("\n")
    lines = body.split("\n")
    safe = all(line.isprintable() and (not line or line.strip()) for line in lines)
    if len(lines) < 2 or not safe or not lines[0] or not lines[-1] or lines[0].startswith(" "):
        return []
    return ["|" if text.endswith("\n") else "|-", *lines]

"""From a file to its records: JSON Lines line by line, a JSON page whole; envelopes taken off.

A page is `{"data": [...]}`, `{"orders": [...]}` (any listed name), a bare array, or a single object (bare, or as
`{"order": {...}}`). Each record
comes with its place, for messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, NamedTuple, TypeGuard

from simulator.diagnostics import Location
from simulator.errors import InputError, input_error
from simulator.sources.json_text import Json, JsonError, JsonReader, Record
from simulator.sources.limits import BLANK_LINES, LINE_BYTES, PAGE_BYTES

_BOM = b"\xef\xbb\xbf"


class Found(NamedTuple):
    """A record, the line it began on (0: unknown), its path in the page (`data[3]`), and the page's own `uri`."""

    record: Record
    line: int
    path: str
    uri: str | None


def records(
    stream: IO[bytes], name: str, envelopes: tuple[str, ...], reader: JsonReader, by_line: bool
) -> Iterator[Found]:
    """Every record of a file. `envelopes`: the keys under which a page may hold its list; `by_line`: its name says
    that it is JSON Lines (else that is found out from its first line).

    Raises InputError I004 (limits), I006 (not JSON), I007 (not a record or a page), with line and column.
    """
    first = _line(stream, name, 1)
    if first.startswith(_BOM):
        first = first[len(_BOM) :]
    if (by_line and first) or _is_json_lines(first):
        yield from _json_lines(first, stream, name, envelopes, reader)
        return
    text = _decoded(first + _rest(stream, name, len(first)), name, 1)
    if not text.strip():
        raise input_error("I006", "the file is empty", Location(name))
    yield from _unwrapped(_parsed(text, name, 1, reader), name, 0, envelopes)


def _is_json_lines(first: bytes) -> bool:
    """Whether the first line is a whole JSON object: true for JSON Lines, and for a page written on one line."""
    if not first.lstrip().startswith(b"{") or not first.rstrip().endswith(b"}"):
        return False
    try:
        JsonReader().parse(first.decode("utf-8"))
    except (JsonError, UnicodeDecodeError):
        return False
    return True


def _json_lines(
    first: bytes, stream: IO[bytes], name: str, envelopes: tuple[str, ...], reader: JsonReader
) -> Iterator[Found]:
    number, line, blank = 1, first, 0
    while line:
        if line.isspace():
            blank += 1
            if blank > BLANK_LINES:
                what = f"more than {BLANK_LINES} empty lines (limit BLANK_LINES)"
                raise input_error("I004", what, Location(name, number))
        else:
            value = _parsed(_decoded(line.rstrip(b"\r\n"), name, number), name, number, reader)
            if _is_record(value):
                yield Found(value, number, "", None)
            else:
                yield from _unwrapped(value, name, number, envelopes)
        number += 1
        line = _line(stream, name, number)
    if blank == number - 1:
        raise input_error("I006", "the file is empty", Location(name))


class _Page(NamedTuple):
    """The items of a page, the path to them (`data`, empty for a bare array), None for a value that is no page."""

    items: list[Json]
    path: str | None
    uri: str | None


def _unwrapped(value: Json, name: str, line: int, envelopes: tuple[str, ...]) -> Iterator[Found]:
    """The records of one JSON value."""
    page = _page(value, envelopes)
    for index, item in enumerate(page.items):
        path = "" if page.path is None else f"{page.path}[{index}]"
        if not isinstance(item, dict):
            what = f"{path}: not a record (an object)" if path else "neither a record nor a page of records"
            raise input_error("I007", what, Location(name, line))
        yield Found(item, line, path, page.uri)


def _is_record(value: Json) -> TypeGuard[Record]:
    """Whether there is no envelope to take off. A record has an `id`, so a customer's own `data` is no envelope."""
    return isinstance(value, dict) and "id" in value and len(value) > 1


def _page(value: Json, envelopes: tuple[str, ...]) -> _Page:
    """Take the envelope off."""
    if _is_record(value):
        return _Page([value], None, None)
    if isinstance(value, list):
        return _Page(value, "", None)
    if isinstance(value, dict) and len(value) == 1:
        (only,) = value.values()
        if isinstance(only, dict):
            return _Page([only], None, None)
    if isinstance(value, dict):
        uri = value.get("uri")
        for key in envelopes:
            listed = value.get(key)
            if isinstance(listed, list):
                return _Page(listed, key, uri if isinstance(uri, str) else None)
    return _Page([value], None, None)


def _line(stream: IO[bytes], name: str, number: int) -> bytes:
    """The next line. The first one may be a whole page."""
    limit = PAGE_BYTES if number == 1 else LINE_BYTES
    try:
        line = stream.readline(limit + 1)
    except OSError as error:
        raise input_error("I003", f"cannot be read: {error.strerror or error}", Location(name)) from error
    if len(line) > limit:
        raise input_error("I004", f"a line of more than {limit >> 20} MB (limit LINE_BYTES)", Location(name, number))
    return line


def _rest(stream: IO[bytes], name: str, read: int) -> bytes:
    try:
        rest = stream.read(PAGE_BYTES - read + 1)
    except OSError as error:
        raise input_error("I003", f"cannot be read: {error.strerror or error}", Location(name)) from error
    if len(rest) + read > PAGE_BYTES:
        help = "write it as JSON Lines (one record a line)"
        raise input_error("I004", "a page of more than 64 MB (limit PAGE_BYTES)", Location(name), help)
    return rest


def _decoded(data: bytes, name: str, line: int) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        place = Location(name, line + data.count(b"\n", 0, error.start))
        raise input_error("I006", "not UTF-8 text", place, "export it as UTF-8") from None


def _parsed(text: str, name: str, line: int, reader: JsonReader) -> Json:
    """Parse a text that begins on `line` of the file."""
    try:
        return reader.parse(text)
    except JsonError as error:
        raise _json_error(error, text, name, line) from None


def _json_error(error: JsonError, text: str, name: str, line: int) -> InputError:
    if text.lstrip()[:1] == "<":
        return input_error("I006", "an HTML or XML page, not JSON", Location(name, line), "was the login still valid?")
    if error.position < 0:
        return input_error("I006", f"not acceptable JSON: {error.message}", Location(name, line))
    before = text[: error.position]
    row, column = before.count("\n"), error.position - (before.rfind("\n") + 1)
    cut = error.position >= len(text.rstrip())
    what = "the file ends in the middle of a record" if cut else f"not JSON: {error.message}"
    return input_error("I006", what, Location(name, line + row, column + 1))

"""`code` and `code_ast` of a rule or view -> the tree, from whichever can be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from simulator.rules.gorgias.estree import read_estree
from simulator.rules.gorgias.javascript import read_javascript
from simulator.rules.gorgias.tree import Statement, UnreadableError


class Source(NamedTuple):
    """The statements; `differ`: both could be read and do not say the same."""

    statements: tuple[Statement, ...]
    differ: bool = False


def read_source(code: str, code_ast: object) -> Source:
    """The tree of `code_ast` when it can be read, else of `code`. Raises UnreadableError where neither can.

    Where both say the same, the places are those of `code`, which an admin can look up.
    """
    written = _attempt(lambda: read_javascript(code)) if code.strip() else None
    parsed = _attempt(lambda: read_estree(code_ast)) if code_ast is not None else None
    if isinstance(parsed, tuple) and isinstance(written, tuple):
        return Source(written) if parsed == written else Source(parsed, differ=True)
    if isinstance(parsed, tuple):
        return Source(parsed)
    if isinstance(written, tuple):
        return Source(written)
    raise written or parsed or UnreadableError("it has no code")


def _attempt(read: Callable[[], tuple[Statement, ...]]) -> tuple[Statement, ...] | UnreadableError:
    try:
        return read()
    except UnreadableError as error:
        return error

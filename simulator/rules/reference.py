"""The tables of the rule language as they stand in the documentation, made from the tables of the code."""

from __future__ import annotations

import re
from collections.abc import Iterable

from simulator.rules.actions import ACTIONS
from simulator.rules.codes import markdown_table
from simulator.rules.fields import ALIASES, DOCUMENTED, FIELDS, Type
from simulator.rules.operators import OPERATORS, Operator


def operators_table() -> str:
    """Operators by name: the types they fit, what stands beside them, when they are true."""
    rows = (
        (f"`{one.name}`", _types(one), one.shape.value, one.meaning, "no" if one.positive else "yes")
        for one in OPERATORS.values()
    )
    return _table(("operator", "field types", "takes", "true when", "true on missing"), rows)


def fields_table() -> str:
    """Fields by full path, with type and kind."""
    return _table(("path", "type", "kind"), ((f"`{one.path}`", one.type.value, one.kind.value) for one in FIELDS))


def actions_table() -> str:
    """Actions by name: what stands beside them, and what Gorgias' rule page calls them."""
    rows = ((f"`{one.name}`", one.argument.value, one.label) for one in ACTIONS.values())
    return _table(("action", "takes", "in Gorgias"), rows)


def short_names_table() -> str:
    """The aliases of fields, each with what it stands for."""
    return _table(("short", "stands for"), ((f"`{_open(short)}`", f"`{_open(full)}`") for short, full in ALIASES))


def known_members() -> str:
    """The members of open paths that are known by name, by the integration's object that they belong to."""
    groups: dict[str, list[str]] = {}
    for path in DOCUMENTED:
        parts = path.removeprefix("ticket.customer.integrations.").split(".")
        groups.setdefault(".".join(parts[:2]), []).append(".".join(parts[2:]))
    return "".join(f"- `{name}`: {', '.join(members)}\n" for name, members in groups.items())


BLOCKS = {
    "operators": operators_table,
    "fields": fields_table,
    "short-names": short_names_table,
    "known-members": known_members,
    "actions": actions_table,
    "codes": markdown_table,
}
"""The parts of the documentation that are made from the code, by the name of the comment before them."""


def refreshed(text: str) -> str:
    """A page of the documentation with each block between `<!-- NAME -->` and `<!-- end -->` made anew."""
    return _BLOCK.sub(lambda found: f"<!-- {found[1]} -->\n\n{BLOCKS[found[1]]()}\n<!-- end -->", text)


_BLOCK = re.compile(rf"<!-- ({'|'.join(BLOCKS)}) -->.*?<!-- end -->", re.DOTALL)


def _open(path: str) -> str:
    return f"{path}*" if path.endswith(".") else path


def _types(operator: Operator) -> str:
    """The types it fits; `any` goes without saying."""
    fits = [type_.value for type_ in Type if type_ in operator.types and type_ is not Type.ANY]
    lacks = [type_.value for type_ in Type if type_ not in operator.types]
    if not lacks:
        return "all"
    return ", ".join(fits) if len(lacks) > 1 else f"all but {lacks[0]}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines).replace("| --- ", "|---").replace("---| ", "---|")

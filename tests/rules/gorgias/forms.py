"""The tree of a rule's code written out in its two forms, and random trees: what the tests read back."""

from __future__ import annotations

import json
from decimal import Decimal

from hypothesis import strategies as st

from simulator.rules.gorgias import tree
from simulator.rules.gorgias.tree import Expression, Statement

Json = dict[str, object]


def javascript(statements: tuple[Statement, ...]) -> str:
    """The code of statements, with parentheses only where the tree needs them."""
    return "\n".join(_statement(statement) for statement in statements)


def _statement(statement: Statement) -> str:
    if isinstance(statement, tree.Do):
        return _expression(statement.expression) + ";"
    otherwise = f" else {{ {javascript(statement.otherwise)} }}" if statement.otherwise else ""
    return f"if ({_expression(statement.test)}) {{ {javascript(statement.then)} }}{otherwise}"


def _expression(expression: Expression) -> str:
    match expression:
        case tree.Literal(value):
            return json.dumps(value) if not isinstance(value, Decimal) else format(value, "f")
        case tree.Path(parts):
            return parts[0] + "".join(
                f"[{json.dumps(part)}]" if not part.isidentifier() else f".{part}" for part in parts[1:]
            )
        case tree.Call(name, arguments):
            return f"{name}({', '.join(map(_expression, arguments))})"
        case tree.Logic(operator, parts):
            return f" {operator} ".join(
                f"({_expression(part)})" if isinstance(part, tree.Logic) else _expression(part) for part in parts
            )
        case tree.Negation(part):
            return f"!({_expression(part)})"
        case tree.Listing(items):
            return f"[{', '.join(map(_expression, items))}]"
        case tree.Mapping(entries):
            return "{" + ", ".join(f"{json.dumps(key)}: {_expression(value)}" for key, value in entries) + "}"
    raise AssertionError(expression)


def estree(statements: tuple[Statement, ...]) -> Json:
    """The ESTree `Program` of statements."""
    return {"type": "Program", "sourceType": "script", "body": [_statement_node(statement) for statement in statements]}


def _block(statements: tuple[Statement, ...]) -> Json:
    return {"type": "BlockStatement", "body": [_statement_node(statement) for statement in statements]}


def _statement_node(statement: Statement) -> Json:
    if isinstance(statement, tree.Do):
        return {"type": "ExpressionStatement", "expression": _node(statement.expression)}
    alternate = _block(statement.otherwise) if statement.otherwise else None
    return {
        "type": "IfStatement",
        "test": _node(statement.test),
        "consequent": _block(statement.then),
        "alternate": alternate,
    }


def _node(expression: Expression) -> Json:
    match expression:
        case tree.Literal(Decimal() as value):
            literal: Json = {"type": "Literal", "value": float(abs(value)), "raw": format(abs(value), "f")}
            return (
                {"type": "UnaryExpression", "operator": "-", "prefix": True, "argument": literal}
                if value < 0
                else literal
            )
        case tree.Literal(value):
            return {"type": "Literal", "value": value, "raw": json.dumps(value)}
        case tree.Path(parts):
            node: Json = {"type": "Identifier", "name": parts[0]}
            for name in parts[1:]:
                plain = name.isidentifier()
                key: Json = {"type": "Identifier", "name": name} if plain else {"type": "Literal", "value": name}
                node = {"type": "MemberExpression", "computed": not plain, "object": node, "property": key}
            return node
        case tree.Call(name, arguments):
            callee = {"type": "Identifier", "name": name}
            return {
                "type": "CallExpression",
                "callee": callee,
                "arguments": [_node(argument) for argument in arguments],
            }
        case tree.Logic(operator, parts):
            left = _node(parts[0])
            for part in parts[1:]:
                left = {"type": "LogicalExpression", "operator": operator, "left": left, "right": _node(part)}
            return left
        case tree.Negation(part):
            return {"type": "UnaryExpression", "operator": "!", "prefix": True, "argument": _node(part)}
        case tree.Listing(items):
            return {"type": "ArrayExpression", "elements": [_node(item) for item in items]}
        case tree.Mapping(entries):
            return {"type": "ObjectExpression", "properties": [_property(key, value) for key, value in entries]}
    raise AssertionError(expression)


def _property(key: str, value: Expression) -> Json:
    return {
        "type": "Property", "kind": "init", "computed": False, "method": False, "shorthand": False,
        "key": {"type": "Literal", "value": key}, "value": _node(value),
    }  # fmt: skip


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    lambda text: text.strip()
)
WORDS = st.lists(TEXTS, min_size=1, max_size=4).map(lambda words: tree.Listing(tuple(map(tree.Literal, words))))
NUMBERS = st.decimals(-(10**9), 10**9, places=2).map(lambda number: tree.decimal(str(number)) or Decimal(0))
ORDER = "ticket.customer.integrations.shopify.last_order."
CUSTOMER = "ticket.customer.integrations.shopify.customer."


def path(name: str) -> tree.Path:
    """The path of a dotted name."""
    return tree.Path(tuple(name.split(".")))


def _test(functions: str, paths: list[str], values: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    calls = st.tuples(st.sampled_from(functions.split()), st.sampled_from(paths), values)
    return calls.map(lambda call: tree.Call(call[0], (path(call[1]), call[2])))


def _literals(values: list[str | bool | Decimal]) -> st.SearchStrategy[Expression]:
    return st.sampled_from(values).map(tree.Literal)


_UNARY = st.sampled_from([
    tree.Call("isEmpty", (path("ticket.tags.name"),)),
    tree.Call("isNotEmpty", (path("ticket.assignee_user_id"),)),
    tree.Call("duringBusinessHours", (path("message.created_datetime"),)),
    tree.Call("outsideBusinessHours", (path("ticket.customer.data.last_visit"),)),
])  # fmt: skip
TESTS: st.SearchStrategy[Expression] = st.one_of(
    _test(
        "eq neq",
        ["ticket.subject", "message.channel", "ticket.customer.data.tier", "ticket.custom_fields.12"],
        TEXTS.map(tree.Literal),
    ),
    _test(
        "eq neq gt gte lt lte",
        [CUSTOMER + "total_spent", CUSTOMER + "orders_count", ORDER + "note"],
        NUMBERS.map(tree.Literal),
    ),
    _test("eq neq gt lte", ["ticket.priority"], _literals(["low", "normal", "high", "critical"])),
    _test("eq neq", ["ticket.status"], _literals(["open", "closed"])),
    _test("eq neq", ["ticket.spam", "ticket.customer.data.flag"], _literals([True, False])),
    _test("eq neq", ["ticket.assignee_team_id", "message.integration_id"], _literals([Decimal(302), "302"])),
    _test(
        "gte lt",
        ["ticket.created_datetime", ORDER + "created_at"],
        _literals(["2026-03-02", "2026-03-02T09:00:00.25+02:00"]),
    ),
    _test(
        "gteTimedelta lteTimedelta",
        ["ticket.created_datetime", ORDER + "cancelled_at"],
        _literals(["7d", "36h", "0s", "2w"]),
    ),
    _test(
        "containsAny containsAll notContainsAny notContainsAll",
        ["message.text", "ticket.tags.name", ORDER + "note"],
        WORDS,
    ),
    _test("startsWith endsWith", ["ticket.subject", "ticket.customer.data.code"], WORDS),
    _UNARY,
)


def _deeper(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.tuples(st.sampled_from(["&&", "||"]), parts).map(lambda pair: _logic(*pair)),
        inner.map(tree.Negation),
    )


def _logic(operator: str, parts: tuple[Expression, ...]) -> Expression:
    """A chain as a reader gives it: its first part is no chain of the same operator."""
    first = parts[0]
    spliced = first.parts if isinstance(first, tree.Logic) and first.operator == operator else (first,)
    return tree.Logic(operator, (*spliced, *parts[1:]))


CONDITIONS = st.recursive(TESTS, _deeper, max_leaves=6)


def _action(name: str, **arguments: Expression) -> Statement:
    return tree.Do(tree.Call("Action", (tree.Literal(name), tree.Mapping(tuple(arguments.items())))))


_NAMES = TEXTS.filter(lambda text: "," not in text)
ACTIONS: st.SearchStrategy[Statement] = st.one_of(
    st.tuples(st.sampled_from(["addTags", "removeTags", "setTags"]), st.lists(_NAMES, min_size=1, max_size=3)).map(
        lambda pair: _action(pair[0], tags=tree.Literal(",".join(pair[1])))
    ),
    st.sampled_from(["low", "critical"]).map(lambda level: _action("setPriority", priority=tree.Literal(level))),
    TEXTS.map(lambda subject: _action("setSubject", subject=tree.Literal(subject))),
    st.sampled_from([Decimal(7), None]).map(lambda agent: _action("setAssignee", assignee_user=tree.Literal(agent))),
    st.sampled_from(["3d", "90m"]).map(lambda span: _action("snoozeTicket", snooze_timedelta=tree.Literal(span))),
    st.one_of(TEXTS, NUMBERS, st.booleans(), st.none()).map(
        lambda value: _action("setCustomFieldValue", custom_field_id=tree.Literal("12"), value=tree.Literal(value))
    ),
    st.tuples(TEXTS, TEXTS).map(
        lambda two: _action("replyToTicket", body_text=tree.Literal("\n".join(two)), body_html=tree.Literal(two[0]))
    ),
    TEXTS.map(lambda text: _action("addInternalNote", body_text=tree.Literal(text + "\n"))),
    TEXTS.map(tree.Literal).map(
        lambda text: _action("sendEmail", to=tree.Literal("a@example.com, b@example.com"), subject=text, body_text=text)
    ),
    st.just(_action("trashTicket")),
)  # fmt: skip


def _branches(inner: st.SearchStrategy[Statement]) -> st.SearchStrategy[Statement]:
    bodies = st.lists(inner, max_size=3).map(tuple)
    return st.builds(tree.If, CONDITIONS, bodies, bodies)


STATEMENTS = st.lists(st.recursive(ACTIONS, _branches, max_leaves=5), min_size=1, max_size=4).map(tuple)
"""The code of a rule that can be simulated."""

KEYS = [
    "type", "body", "test", "consequent", "alternate", "expression", "callee", "name", "arguments", "elements",
    "properties", "key", "value", "object", "property", "computed", "operator", "left", "right", "argument", "loc",
    "start", "line", "column", "raw", "regex", "kind",
]  # fmt: skip
TYPES = [
    "Program", "IfStatement", "BlockStatement", "ExpressionStatement", "CallExpression", "MemberExpression",
    "Identifier", "Literal", "ArrayExpression", "ObjectExpression", "LogicalExpression", "UnaryExpression",
    "EmptyStatement", "Property", "ForStatement",
]  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)


def _objects(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    loose = st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)
    typed = st.fixed_dictionaries({"type": st.sampled_from(TYPES)}, optional=dict.fromkeys(KEYS[1:19], inner))
    return st.lists(inner, max_size=3) | loose | typed


JSON_VALUES: st.SearchStrategy[object] = st.recursive(
    SCALARS | st.sampled_from(["Literal", "&&", "eq", "ticket"]), _objects, max_leaves=20
)
"""Foreign JSON, some of it close to ESTree."""

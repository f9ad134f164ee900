"""ESTree JSON (the `code_ast` of a Gorgias rule) -> the tree. The JSON is foreign: every shape is checked."""

from __future__ import annotations

from decimal import Decimal

from simulator.rules.gorgias import tree
from simulator.rules.gorgias.tree import Budget, Expression, Place, Statement, Unknown, UnreadableError

Node = dict[str, object]


def read_estree(ast: object) -> tuple[Statement, ...]:
    """The statements of an ESTree `Program`, or of a single expression or statement node. Raises UnreadableError."""
    reader = _Estree()
    root = _node(ast)
    if root.get("type") == "Program":
        return reader.block(_nodes(root.get("body"), _place(root)), 1)
    return reader.statement(root, 1)


class _Estree:
    """One reading: each method takes a node and its depth."""

    def __init__(self) -> None:
        self._budget = Budget()

    def block(self, nodes: list[Node], depth: int) -> tuple[Statement, ...]:
        return tuple(statement for node in nodes for statement in self.statement(node, depth))

    def statement(self, node: Node, depth: int) -> tuple[Statement, ...]:
        place = _place(node)
        self._budget.spend(depth, place)
        match node.get("type"):
            case "EmptyStatement":
                return ()
            case "BlockStatement":
                return self.block(_nodes(node.get("body"), place), depth + 1)
            case "IfStatement":
                test = self.expression(_node(node.get("test"), place), depth + 1)
                then = self.statement(_node(node.get("consequent"), place), depth + 1)
                alternate = node.get("alternate")
                otherwise = () if alternate is None else self.statement(_node(alternate, place), depth + 1)
                return (tree.If(test, then, otherwise, place),)
            case "ExpressionStatement":
                return (tree.Do(self.expression(_node(node.get("expression"), place), depth + 1), place),)
            case "CallExpression" | "LogicalExpression" | "UnaryExpression" | "Literal":
                return (tree.Do(self.expression(node, depth + 1), place),)
            case kind:
                return (tree.Do(Unknown(_kind(kind), place), place),)

    def expression(self, node: Node, depth: int) -> Expression:
        place = _place(node)
        self._budget.spend(depth, place)
        match node.get("type"):
            case "Literal":
                return _literal(node, place)
            case "Identifier" | "MemberExpression":
                return self.path(node, place)
            case "CallExpression":
                return self.call(node, place, depth)
            case "LogicalExpression":
                return self.logic(node, place, depth)
            case "UnaryExpression":
                return self.unary(node, place, depth)
            case "ArrayExpression":
                return tree.Listing(
                    tuple(self.item(item, place, depth) for item in _list(node.get("elements"), place)), place
                )
            case "ObjectExpression":
                return self.mapping(node, place, depth)
            case kind:
                return Unknown(_kind(kind), place)

    def item(self, item: object, place: Place, depth: int) -> Expression:
        return (
            Unknown("empty place in a list", place) if item is None else self.expression(_node(item, place), depth + 1)
        )

    def path(self, node: Node, place: Place) -> Expression:
        parts: list[str] = []
        while node.get("type") == "MemberExpression":
            self._budget.spend(0, place)
            part = _member(node, place)
            if isinstance(part, Unknown):
                return part
            parts.append(part)
            node = _node(node.get("object"), place)
        name = node.get("name")
        if node.get("type") != "Identifier" or not isinstance(name, str):
            return Unknown(_kind(node.get("type")), place)
        return tree.Path((name, *reversed(parts)), place)

    def call(self, node: Node, place: Place, depth: int) -> Expression:
        callee = _node(node.get("callee"), place)
        name = callee.get("name")
        if callee.get("type") != "Identifier" or not isinstance(name, str) or node.get("optional"):
            return Unknown("call of something that is not a plain function", place)
        arguments = (self.item(item, place, depth) for item in _list(node.get("arguments"), place))
        return tree.Call(name, tuple(arguments), place)

    def logic(self, node: Node, place: Place, depth: int) -> Expression:
        operator = node.get("operator")
        if operator not in ("&&", "||"):
            return Unknown(f"operator {tree.quoted(str(operator))}", place)
        parts: list[Node] = []
        while node.get("type") == "LogicalExpression" and node.get("operator") == operator:
            parts.append(_node(node.get("right"), place))
            node = _node(node.get("left"), place)
        parts.append(node)
        return tree.Logic(str(operator), tuple(self.expression(part, depth + 1) for part in reversed(parts)), place)

    def unary(self, node: Node, place: Place, depth: int) -> Expression:
        argument = _node(node.get("argument"), place)
        match node.get("operator"):
            case "!":
                return tree.Negation(self.expression(argument, depth + 1), place)
            case "-" if argument.get("type") == "Literal":
                value = _literal(argument, place, negative=True)
                if isinstance(value, Unknown) or isinstance(value.value, Decimal):
                    return value
        return Unknown(f"operator {tree.quoted(str(node.get('operator')))}", place)

    def mapping(self, node: Node, place: Place, depth: int) -> Expression:
        entries: list[tuple[str, Expression]] = []
        for entry in _nodes(node.get("properties"), place):
            key = _key(entry, place)
            if key is None:
                return Unknown("object entry that is not a plain `key: value`", place)
            entries.append((key, self.expression(_node(entry.get("value"), place), depth + 1)))
        return tree.Mapping(tuple(entries), place)


def _literal(node: Node, place: Place, negative: bool = False) -> tree.Literal | Unknown:
    value, raw = node.get("value"), node.get("raw")
    if "regex" in node or "bigint" in node:
        return Unknown("regular expression" if "regex" in node else "number with an n", place)
    if isinstance(value, str):
        return tree.text(value, place)
    if isinstance(value, bool) or value is None:
        return tree.Literal(value, place)
    if isinstance(value, int | float | Decimal):
        return tree.number(raw, place, negative) if isinstance(raw, str) else tree.json_number(value, place, negative)
    return Unknown("literal of an unknown kind", place)


def _member(node: Node, place: Place) -> str | Unknown:
    """The name behind the dot, or the literal in the brackets."""
    held = _node(node.get("property"), place)
    name = held.get("name")
    if node.get("optional"):
        return Unknown("optional chain", place)
    if not node.get("computed"):
        return name if isinstance(name, str) else Unknown(_kind(held.get("type")), place)
    literal = _literal(held, place) if held.get("type") == "Literal" else Unknown("computed path", place)
    return literal if isinstance(literal, Unknown) else subscript(literal)


def subscript(literal: tree.Literal) -> str | Unknown:
    """The part of a path that `['name']` or `[12]` stands for."""
    if isinstance(literal.value, str):
        return literal.value
    if isinstance(literal.value, Decimal) and literal.value == literal.value.to_integral_value():
        return format(literal.value, ".0f")
    return Unknown("computed path", literal.place)


def _key(entry: Node, place: Place) -> str | None:
    plain = entry.get("type") in ("Property", "ObjectProperty") and entry.get("kind", "init") == "init"
    if not plain or entry.get("computed") or entry.get("method") or entry.get("shorthand"):
        return None
    key = _node(entry.get("key"), place)
    if key.get("type") == "Identifier":
        name = key.get("name")
        return name if isinstance(name, str) else None
    literal = _literal(key, place) if key.get("type") == "Literal" else None
    return literal.value if isinstance(literal, tree.Literal) and isinstance(literal.value, str) else None


def _place(node: Node) -> Place:
    loc = node.get("loc")
    start = loc.get("start") if isinstance(loc, dict) else None
    line, column = (start.get("line"), start.get("column")) if isinstance(start, dict) else (None, None)
    if isinstance(line, int) and isinstance(column, int) and 0 < line < 1 << 31 and 0 <= column < 1 << 31:
        return Place(int(line), int(column) + 1)
    return tree.NOWHERE


def _kind(kind: object) -> str:
    return tree.in_words(kind) if isinstance(kind, str) else "node without a type"


def _node(value: object, place: Place = tree.NOWHERE) -> Node:
    if isinstance(value, dict):
        return value
    raise UnreadableError("code_ast is not an ESTree tree", place)


def _list(value: object, place: Place) -> list[object]:
    if isinstance(value, list):
        return value
    raise UnreadableError("code_ast is not an ESTree tree", place)


def _nodes(value: object, place: Place) -> list[Node]:
    return [_node(item, place) for item in _list(value, place)]

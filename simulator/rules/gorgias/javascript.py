"""JavaScript text (the `code` of a Gorgias rule) -> the tree, by tree-sitter: parsed, never evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

from simulator.rules.gorgias import tree
from simulator.rules.gorgias.estree import subscript
from simulator.rules.gorgias.tree import Budget, Expression, Place, Statement, Unknown, UnreadableError


def read_javascript(code: str) -> tuple[Statement, ...]:
    """The statements of a rule's code. Raises UnreadableError for a syntax error, with its place, or a limit passed."""
    if len(code) > tree.MAX_CHARACTERS:
        raise UnreadableError(f"more than {tree.MAX_CHARACTERS} characters of code")
    try:
        source = code.encode()
    except UnicodeEncodeError:
        raise UnreadableError("half a character (a lone surrogate) in the code") from None
    root = _parser().parse(source).root_node
    reader = _Javascript(source)
    if root.has_error:
        raise UnreadableError("syntax error", reader.place(_first_error(root)))
    return reader.block(root, 1)


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_javascript.language()))


def _first_error(root: Node) -> Node:
    """The first erroneous or missing node in the order of the text: walks down, never recurses."""
    node = root
    while not (node.is_error or node.is_missing):
        below = next((child for child in node.children if child.has_error or child.is_missing), None)
        if below is None:
            return node
        node = below
    return node


class _Javascript:
    """One reading: each method takes a node and its depth."""

    def __init__(self, source: bytes) -> None:
        self._lines = source.split(b"\n")
        self._budget = Budget()

    def place(self, node: Node) -> Place:
        """Line and column in characters: tree-sitter counts bytes."""
        row, column = node.start_point
        before = self._lines[row][:column] if row < len(self._lines) else b""
        return Place(row + 1, len(before.decode("utf-8", "replace")) + 1)

    def block(self, node: Node, depth: int) -> tuple[Statement, ...]:
        return tuple(statement for child in _parts(node) for statement in self.statement(child, depth))

    def statement(self, node: Node, depth: int) -> tuple[Statement, ...]:
        place = self.place(node)
        self._budget.spend(depth, place)
        match node.type:
            case "empty_statement":
                return ()
            case "statement_block":
                return self.block(node, depth + 1)
            case "if_statement":
                return (self.choice(node, place, depth),)
            case "expression_statement":
                return (tree.Do(self.expression(_only(node), depth + 1), place),)
            case kind:
                return (tree.Do(Unknown(tree.in_words(kind), place), place),)

    def choice(self, node: Node, place: Place, depth: int) -> Statement:
        test = self.expression(_child(node, "condition"), depth + 1)
        then = self.statement(_child(node, "consequence"), depth + 1)
        alternative = node.child_by_field_name("alternative")
        otherwise = () if alternative is None else self.statement(_only(alternative), depth + 1)
        return tree.If(test, then, otherwise, place)

    def expression(self, node: Node, depth: int) -> Expression:
        node = self.unwrapped(node)
        place = self.place(node)
        self._budget.spend(depth, place)
        match node.type:
            case "string":
                return tree.text(_string(node), place)
            case "number":
                return tree.number(_text(node), place)
            case "true" | "false":
                return tree.Literal(node.type == "true", place)
            case "null":
                return tree.Literal(None, place)
            case "identifier" | "member_expression" | "subscript_expression" | "undefined":
                return self.path(node, place)
            case "call_expression":
                return self.call(node, place, depth)
            case "binary_expression":
                return self.logic(node, place, depth)
            case "unary_expression":
                return self.unary(node, place, depth)
            case "array":
                return self.listing(node, place, depth)
            case "object":
                return self.mapping(node, place, depth)
            case kind:
                return Unknown(tree.in_words(kind), place)

    def unwrapped(self, node: Node) -> Node:
        while node.type == "parenthesized_expression":
            self._budget.spend(0, tree.NOWHERE)
            node = _only(node)
        return node

    def path(self, node: Node, place: Place) -> Expression:
        parts: list[str] = []
        while node.type in ("member_expression", "subscript_expression"):
            self._budget.spend(0, place)
            part = self.member(node, place)
            if isinstance(part, Unknown):
                return part
            parts.append(part)
            node = self.unwrapped(_child(node, "object"))
        if node.type not in ("identifier", "undefined"):
            return Unknown(tree.in_words(node.type), place)
        return tree.Path((_text(node), *reversed(parts)), place)

    def member(self, node: Node, place: Place) -> str | Unknown:
        if node.child_by_field_name("optional_chain") is not None:
            return Unknown("optional chain", place)
        if node.type == "member_expression":
            return _text(_child(node, "property"))
        index = self.unwrapped(_child(node, "index"))
        literal = self.expression(index, 0) if index.type in ("string", "number") else None
        if isinstance(literal, tree.Literal):
            return subscript(literal)
        return literal if isinstance(literal, Unknown) else Unknown("computed path", place)

    def call(self, node: Node, place: Place, depth: int) -> Expression:
        function, arguments = _child(node, "function"), _child(node, "arguments")
        if function.type != "identifier" or arguments.type != "arguments":
            return Unknown("call of something that is not a plain function", place)
        if node.child_by_field_name("optional_chain") is not None:
            return Unknown("call of something that is not a plain function", place)
        return tree.Call(_text(function), tuple(self.expression(part, depth + 1) for part in _parts(arguments)), place)

    def logic(self, node: Node, place: Place, depth: int) -> Expression:
        operator = _operator(node)
        if operator not in ("&&", "||"):
            return Unknown(f"operator {tree.quoted(operator)}", place)
        parts: list[Node] = []
        while node.type == "binary_expression" and _operator(node) == operator:
            parts.append(_child(node, "right"))
            node = self.unwrapped(_child(node, "left"))
        parts.append(node)
        return tree.Logic(operator, tuple(self.expression(part, depth + 1) for part in reversed(parts)), place)

    def unary(self, node: Node, place: Place, depth: int) -> Expression:
        argument = self.unwrapped(_child(node, "argument"))
        match _operator(node):
            case "!":
                return tree.Negation(self.expression(argument, depth + 1), place)
            case "-" if argument.type == "number":
                return tree.number(_text(argument), place, negative=True)
            case operator:
                return Unknown(f"operator {tree.quoted(operator)}", place)

    def listing(self, node: Node, place: Place, depth: int) -> Expression:
        items: list[Expression] = []
        empty = True
        for child in node.children:
            if child.type == "," and empty:
                items.append(Unknown("empty place in a list", place))
            elif child.is_named and child.type not in _COMMENTS:
                items.append(self.expression(child, depth + 1))
            empty = (empty and child.type in _COMMENTS) or child.type in ("[", ",")
        return tree.Listing(tuple(items), place)

    def mapping(self, node: Node, place: Place, depth: int) -> Expression:
        entries: list[tuple[str, Expression]] = []
        for entry in _parts(node):
            key = entry.child_by_field_name("key") if entry.type == "pair" else None
            name = self.key(key) if key is not None else None
            if name is None:
                return Unknown("object entry that is not a plain `key: value`", place)
            entries.append((name, self.expression(_child(entry, "value"), depth + 1)))
        return tree.Mapping(tuple(entries), place)

    def key(self, node: Node) -> str | None:
        if node.type == "property_identifier":
            return _text(node)
        literal = tree.text(_string(node), tree.NOWHERE) if node.type == "string" else None
        return literal.value if isinstance(literal, tree.Literal) and isinstance(literal.value, str) else None


_COMMENTS = ("comment", "html_comment")


def _parts(node: Node) -> Iterator[Node]:
    """The named children without comments."""
    return (child for child in node.children if child.is_named and child.type not in _COMMENTS)


def _only(node: Node) -> Node:
    found = next(_parts(node), None)
    if found is None:
        raise UnreadableError("syntax error")
    return found


def _child(node: Node, field: str) -> Node:
    found = node.child_by_field_name(field)
    if found is None:
        raise UnreadableError("syntax error")
    return found


def _operator(node: Node) -> str:
    return _text(_child(node, "operator"))


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_CODE = re.compile(r"u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})")


def _string(node: Node) -> str:
    """What a string says, its escapes decoded. An escape beyond Unicode reads as NUL, which is refused."""
    return "".join(_escaped(_text(p)[1:]) if p.type == "escape_sequence" else _text(p) for p in _parts(node))


def _escaped(sequence: str) -> str:
    """The character behind a backslash, which is cut off already."""
    code = _CODE.fullmatch(sequence)
    if code is not None:
        point = int(code[1] or code[2] or code[3], 16)
        return chr(point) if point < 0x110000 else "\0"
    if sequence in ("\n", "\r", "\r\n", "\u2028", "\u2029"):
        return ""
    if sequence[0].isdigit():
        return "\0"  # an octal escape: not in strict JavaScript, refused as a control character
    return _SIMPLE.get(sequence, sequence)

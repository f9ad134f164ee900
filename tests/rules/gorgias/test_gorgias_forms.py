"""Both forms of a rule's code are read to the same tree, and anything else than the language is named."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.rules.gorgias import tree
from simulator.rules.gorgias.estree import read_estree
from simulator.rules.gorgias.javascript import read_javascript
from simulator.rules.gorgias.source import read_source
from simulator.rules.gorgias.tree import Place, Statement, Unknown, UnreadableError
from tests.rules.gorgias.forms import JSON_VALUES, STATEMENTS, estree, javascript


@settings(deadline=None, max_examples=60)
@given(STATEMENTS)
def test_both_forms_give_the_tree_they_were_written_from(statements: tuple[Statement, ...]) -> None:
    """Whatever the tree, its ESTree and its JavaScript read back to it."""
    assert read_estree(estree(statements)) == statements
    assert read_javascript(javascript(statements)) == statements


def test_places_count_characters_from_one() -> None:
    """A place is line and column as an editor shows them, also behind letters of several bytes."""
    (first, second) = read_javascript("/* éé */ Action('addTags', {});\n  if (x) {}")
    assert (first.place, second.place) == (Place(1, 10), Place(2, 3))


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("for (;;) {}", "for statement"),
        ("while (true) {}", "while statement"),
        ("var x = 1", "variable declaration"),
        ("x = 1", "assignment expression"),
        ("a + b", 'operator "+"'),
        ("a === b", 'operator "==="'),
        ("f(`text`)", "template string"),
        ("f(a => a)", "arrow function"),
        ("f(/x/)", "regex"),
        ("a.b()", "call of something that is not a plain function"),
        ("f(a?.b)", "optional chain"),
        ("f(a[b])", "computed path"),
        ("f([1,,2])", "empty place in a list"),
        ("f({...a})", "object entry that is not a plain `key: value`"),
        ("f({a})", "object entry that is not a plain `key: value`"),
        ("f({[a]: 1})", "object entry that is not a plain `key: value`"),
        ("f(0x10)", 'number "0x10"'),
        ("f(010)", 'number "010"'),
        ("f(1e99)", 'number "1e99"'),
        ("f('\\0')", "text with a control character"),
        ("f('\\ud800')", "text with half a character (a lone surrogate)"),
        ("f('\\u{110000}')", "text with a control character"),
    ],
)
def test_what_is_not_in_the_language_is_named(code: str, what: str) -> None:
    """A part that rules do not have becomes an Unknown in words; nothing is run."""
    assert what in _unknowns(read_javascript(code))


def _unknowns(value: object) -> set[str]:
    if isinstance(value, Unknown):
        return {value.what}
    if isinstance(value, tuple):
        return {what for item in value for what in _unknowns(item)}
    fields = getattr(value, "__dataclass_fields__", {})
    return {what for name in fields if name != "place" for what in _unknowns(getattr(value, name))}


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"'a\'b'", "a'b"),
        (r"'\x41\u00e9\u{1F600}\ud83d\ude00\n'", "Aé😀😀\n"),
        ("'one\\\ntwo'", "onetwo"),
        (r"'\q\\'", "q\\"),
        ("'comment /* not */ // one'", "comment /* not */ // one"),
    ],
)
def test_escapes_in_texts(written: str, text: str) -> None:
    """Escapes of JavaScript texts are decoded."""
    assert read_javascript(f"f({written})") == (tree.Do(tree.Call("f", (tree.Literal(text),))),)


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("if (eq(a, 1) {}", Place(1, 4)),
        ("Action('x'", Place(1, 1)),
        ("ok();\n  )", Place(2, 3)),
        ("'open", Place(1, 1)),
    ],
)
def test_a_syntax_error_has_its_place(code: str, place: Place) -> None:
    """Code that is not JavaScript cannot be read, and the line of the error is named."""
    with pytest.raises(UnreadableError) as caught:
        read_javascript(code)
    assert caught.value.reason == "syntax error"
    assert caught.value.place.line == place.line


DEEP = 20_000


@pytest.mark.parametrize(
    "code",
    [
        "if (a) " * 50 + "f()",
        "if (a) {} else " * 50 + "f()",
        "{" * DEEP + "}" * DEEP,
        "(" * DEEP + "a" + ")" * DEEP,
        "!" * DEEP + "a",
        "f(" * 5_000 + ")" * 5_000,
        "[" * 5_000 + "]" * 5_000,
        "a" + ".b" * 24_000,
        "a||" * 10_100 + "a",
        "f();" * 12_000,
    ],
)
def test_nesting_and_size_are_bounded(code: str) -> None:
    """Code that passes a limit cannot be read, whatever grows in it; the interpreter's stack is never at risk."""
    with pytest.raises(UnreadableError):
        read_javascript(code)


def test_a_long_chain_of_conditions_is_no_nesting() -> None:
    """Three hundred keywords joined by || are read, in both forms."""
    chain = tree.Logic("||", tuple(tree.Call("eq", (tree.Path(("a",)), tree.Literal(str(n)))) for n in range(300)))
    statements = (tree.If(chain, (), ()),)
    assert read_javascript(javascript(statements)) == read_estree(estree(statements)) == statements


def _nested(depth: int) -> dict[str, object]:
    node: dict[str, object] = {"type": "BlockStatement", "body": []}
    for _ in range(depth):
        node = {"type": "BlockStatement", "body": [node]}
    return {"type": "Program", "body": [node]}


@pytest.mark.parametrize(
    "ast",
    [
        None, [], "x", 1, {}, {"type": "Program"}, {"type": "Program", "body": None}, {"type": "Program", "body": [1]},
        {"type": "IfStatement", "test": []}, {"type": "CallExpression", "callee": {"type": "Identifier", "name": "f"}},
        {"type": "ExpressionStatement"}, _nested(33),
    ],
)  # fmt: skip
def test_json_that_is_no_rule_is_refused(ast: object) -> None:
    """Wrong shapes and deep ones cannot be read, or name what they are."""
    try:
        statements = read_estree(ast)
    except UnreadableError:
        return
    assert _unknowns(statements)


def test_the_code_stands_in_for_an_unreadable_tree() -> None:
    """`code_ast` is used when it can be read, else `code`; where they differ, that is said."""
    code, ast = "f(1)", estree(read_javascript("g(2)"))
    assert read_source(code, ["not a tree"]).statements == read_javascript(code)
    assert read_source("for (", ast).statements == read_javascript("g(2)")
    assert read_source(code, ast) == (read_javascript("g(2)"), True)
    with pytest.raises(UnreadableError, match="syntax error"):
        read_source("for (", {"type": "Program"})


@settings(deadline=None, max_examples=60)
@given(JSON_VALUES)
def test_any_json_is_read_or_refused(value: object) -> None:
    """No JSON whatever brings anything but a tree or UnreadableError."""
    with suppress(UnreadableError):
        read_estree(value)


PIECES = [
    "if", "(", ")", "{", "}", "else", "eq", "ticket", ".", "tags", ",", "'a'", "&&", "||", "!", "Action", ";",
    "[", "]", "1", "-", "/", "`", ":", "=>", "\\", "é", "\u2028", "\0", "//", "/*", "#!", "<!--", "for",
    "async",
]  # fmt: skip
SNIPPETS = st.lists(st.sampled_from([*PIECES, "\n", " "]) | st.text(max_size=3), max_size=40).map("".join)


@settings(deadline=None, max_examples=60)
@given(SNIPPETS)
def test_any_text_is_read_or_refused(code: str) -> None:
    """No text whatever brings anything but a tree or UnreadableError."""
    with suppress(UnreadableError):
        read_javascript(code)


def test_foreign_text_in_a_message_is_harmless() -> None:
    """What a message quotes is on one line, shows its invisible letters and is cut."""
    assert tree.quoted("a\x1b[31m\u202eb\n") == '"a\\u001b[31m\\u202eb\\u000a"'
    assert len(tree.quoted("x" * 500)) == 62
    assert json.loads(json.dumps(tree.in_words("ForInStatement"))) == "for in statement"

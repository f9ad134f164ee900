"""YAML 1.2 with places: what plain scalars are, what is refused, and the limits that no file can pass."""

from __future__ import annotations

import pytest

from simulator.rules.page import Page
from simulator.rules.yaml_tree import (
    MAX_DEPTH,
    MAX_NODES,
    MAX_SCALAR_BYTES,
    Entries,
    Items,
    Kind,
    Node,
    Scalar,
    read_tree,
    truth,
)


def tree(text: str) -> Node:
    """The nodes of a text that must be read."""
    page = Page("f.yaml", text)
    node = read_tree(page)
    assert page.found == []
    assert node is not None
    return node


def refusal(text: str) -> tuple[str, str]:
    """Code and place of the only finding on a text that is not read."""
    page = Page("f.yaml", text)
    assert read_tree(page) is None
    (found,) = page.found
    assert found.location is not None
    return found.code, f"{found.location.line}:{found.location.column}"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.NULL, ["~", "null", "Null", "NULL"]),
        (Kind.BOOL, ["true", "True", "TRUE", "false", "False", "FALSE"]),
        (Kind.NUMBER, ["0", "-1", "+12", "007", "1.5", "-.5", "5.", "0777"]),
        (Kind.ODD, ["1e3", "1.5E-7", ".inf", "-.INF", ".nan", ".NaN", "0x1F", "0o17"]),
        (Kind.TEXT, ["on", "yes", "No", "off", "y", "12:30", "1_000"]),
        (Kind.TEXT, ["2026-01-01", "1.2.3", "tRUE", "nan", "inf"]),
        (Kind.TEXT, ["+", ".", "0b1", "1e", "<", "="]),
    ],
)  # fmt: skip
def test_plain_scalars_are_read_by_the_core_schema_of_yaml_12(kind: Kind, words: list[str]) -> None:
    """YAML 1.1's truth values, sexagesimals, octals, dates and underscores are words."""
    for word in words:
        node = tree(f"a: {word}")
        assert isinstance(node, Entries)
        value = node.entries[0][1]
        assert isinstance(value, Scalar)
        assert (value.text, value.kind) == (word, kind)


def test_quoted_and_block_scalars_are_text() -> None:
    """Nothing in quotes is a number, a truth value or null."""
    node = tree("- '1'\n- \"true\"\n- |\n  null\n- >-\n  5\n")
    assert isinstance(node, Items)
    assert [item.kind for item in node.items if isinstance(item, Scalar)] == [Kind.TEXT] * 4
    assert all(truth(item) is None for item in node.items if isinstance(item, Scalar))


def test_places_count_characters_from_one() -> None:
    """Accents and characters beyond the basic plane are one column each."""
    node = tree("é: 😀\n😀😀: [a, 'é', b]\n")
    assert isinstance(node, Entries)
    items = node.entries[1][1]
    assert isinstance(items, Items)
    assert [(item.line, item.column) for item in items.items] == [(2, 6), (2, 9), (2, 14)]


def test_depth_is_bounded() -> None:
    """64 levels are read, the 65th is refused where it opens, in flow and block form."""
    tree("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert refusal("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)) == ("R008", f"1:{MAX_DEPTH + 1}")
    assert refusal("- " * 100_000)[0] == "R008"
    assert refusal("{a: " * 100_000)[0] == "R008"
    assert refusal("[" * 900_000)[0] in ("R006", "R008")  # libyaml has a limit of its own, and looks ahead


def test_nodes_are_bounded() -> None:
    """A file of more than 250,000 nodes is refused at the first one too many."""
    assert refusal("[" + ",".join("a" * (MAX_NODES + 5)) + "]")[0] == "R008"


def test_texts_are_bounded_in_bytes() -> None:
    """64 KB of UTF-8 are read, one byte more is refused, whatever the form."""
    tree("a: " + "x" * MAX_SCALAR_BYTES)
    for text in ("x" * (MAX_SCALAR_BYTES + 1), "é" * (MAX_SCALAR_BYTES // 2 + 1)):
        assert refusal(f"a: {text}") == ("R008", "1:4")
        assert refusal(f"a: '{text}'") == ("R008", "1:4")
        assert refusal(f"a: |\n  {text}") == ("R008", "1:4")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: &a [x]", "1:4"),
        ("a: &a {<<: *a}", "1:4"),
        ("&a a: b", "1:1"),
        ("a: *a", "1:4"),
        ("a: !x b", "1:4"),
        ("a: !!str b", "1:4"),
        ("a: ! b", "1:4"),
        ("a: !<tag:yaml.org,2002:python/object/new:os.system> [x]", "1:4"),
        ("%YAML 1.1\n---\na: b", "1:1"),
        ("%TAG ! tag:x,2000:\n---\na: b", "1:1"),
        ("--- a\n--- b", "2:1"),
        ("? {a: b}\n: c", "1:3"),
        ("{[a]: b}", "1:2"),
        ("a:\n  <<: {b: c}", "2:3"),
    ],
)
def test_what_the_language_leaves_out_is_refused_at_its_place(text: str, place: str) -> None:
    """Anchors, aliases, tags, directives, further documents, complex keys, merge keys: so no bomb and no cycle."""
    assert refusal(text) == ("R007", place)


def test_a_bomb_stops_at_its_first_anchor() -> None:
    """Nine levels of laughs and a quadratic blow-up are one finding each."""
    laughs = "a: &a [lol]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(9)
    )
    assert refusal(laughs) == ("R007", "1:4")
    assert refusal("a: &a " + "x" * 60_000 + "\nb: [" + "*a," * 10_000 + "]") == ("R007", "1:4")


@pytest.mark.parametrize(
    "text",
    ["'", '"\\ud800"', '"\\x"', "a: b: c", "- a\n b: c", "a: [", "}", "@a", "`a`", "%", "[a, b", "a: |3\n x"],
)  # fmt: skip
def test_what_is_not_yaml_is_one_finding_with_a_place(text: str) -> None:
    """The parser's own refusals come with line and column."""
    page = Page("f.yaml", text)
    read_tree(page)
    assert [one.code for one in page.found] in (["R006"], ["R007"])
    assert page.found[0].location is not None
    assert page.found[0].location.line > 0


def test_one_explicit_document_is_fine() -> None:
    """`---` at the start and `...` at the end change nothing."""
    assert isinstance(tree("---\na: b\n...\n"), Entries)
    assert isinstance(tree("# only a comment before\n--- # and here\na: b\n"), Entries)


def test_a_key_written_twice_is_reported_and_the_first_stands() -> None:
    """Quoted and plain keys are the same word; the second place is reported, the first named."""
    page = Page("f.yaml", "a: 1\n'a': 2\nb: 3\n")
    node = read_tree(page)
    assert isinstance(node, Entries)
    assert [(key.text, value.text) for key, value in node.entries if isinstance(value, Scalar)] == [
        ("a", "1"),
        ("b", "3"),
    ]
    assert [(one.code, str(one.location), one.help) for one in page.found] == [
        ("R009", "f.yaml:2:1", "first written at f.yaml:1:1")
    ]

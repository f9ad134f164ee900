"""Whatever a rule file holds, the loader answers with a rule set or with diagnostics, never with another exception."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.diagnostics import Diagnostic
from simulator.errors import InputError
from simulator.rules.actions import ACTIONS
from simulator.rules.canonical import digest
from simulator.rules.codes import BY_CODE
from simulator.rules.fields import known_paths
from simulator.rules.load import KEYS, load_files, load_text, parse_condition
from simulator.rules.operators import OPERATORS
from simulator.rules.rule_files import RuleFile
from simulator.rules.rule_of import RULE_KEYS, TRIGGERS

TABLES = (*known_paths()[::7], *OPERATORS, *ACTIONS, *TRIGGERS, *KEYS, *RULE_KEYS)
ODD = tuple(
    """all any not list true null 7d 1 -0.5 1e9 .nan 2026-01-01 mon-fri "09:00-18:00" ~ '' "\\0" {{x}} FR é
    << body_text to
value &a *a !x ? - --- %YAML | > # a,b \u202e""".split()  # noqa: SIM905
)
WORDS = st.sampled_from((*TABLES, *ODD, "? ", "- "))
VALUES = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(st.tuples(WORDS, inner), max_size=3).map(
            lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
        ),
    ),
    max_leaves=12,
)
RULE = st.lists(st.tuples(st.sampled_from(RULE_KEYS), VALUES), max_size=6).map(
    lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
)
FILE = st.lists(st.tuples(st.sampled_from(KEYS), VALUES), max_size=4).flatmap(
    lambda pairs: st.lists(RULE, max_size=3).map(
        lambda rules: "".join(f"{key}: {value}\n" for key, value in pairs) + f"rules: [{', '.join(rules)}]\n"
    )
)


def sound(found: tuple[Diagnostic, ...]) -> None:
    """Every finding has a known code, a place in the file, and stands in the order of places."""
    places = [one.location for one in found if one.location]
    assert len(places) == len(found)
    assert places == sorted(places)
    assert all(one.code in BY_CODE and one.message for one in found)


def try_to_load(text: str) -> None:
    """Load, or be told why not."""
    try:
        ruleset, found = load_text(text, "f.yaml")
        digest(ruleset)
    except InputError as error:
        found = error.diagnostics
        assert found
    sound(found)


@settings(deadline=None)
@given(st.text())
def test_any_text(text: str) -> None:
    """Texts of any characters, lone surrogates included."""
    try_to_load(text)


@settings(deadline=None)
@given(st.binary())
def test_any_bytes(content: bytes) -> None:
    """Files of any bytes."""
    try:
        _, found = load_files([RuleFile("f.yaml", content)], "f")
    except InputError as error:
        found = error.diagnostics
    sound(found)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FILE)
def test_the_language_in_disorder(text: str) -> None:
    """Its own words in the wrong places."""
    try_to_load(text)


@settings(deadline=None)
@given(VALUES)
def test_any_condition(text: str) -> None:
    """What is given to --where."""
    try:
        parse_condition(text)
    except InputError as error:
        sound(error.diagnostics)

"""Where texts hold `{{paths}}`: by full path or alias, never evaluated, unknown ones left as they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.rules.templates import Part, Slot, parse_template, paths_in, unknown_in

TOTAL = "ticket.customer.integrations.shopify.customer.total_spent"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("Hello", ("Hello",)),
        (
            "Hi {{ticket.customer.firstname}}!",
            ("Hi ", Slot("ticket.customer.firstname", "{{ticket.customer.firstname}}"), "!"),
        ),
        ("{{customer.lastname}}", (Slot("ticket.customer.lastname", "{{customer.lastname}}"),)),
        ("{{customer.total_spent}}", (Slot(TOTAL, "{{customer.total_spent}}"),)),
        ("{{ ticket.subject }}", (Slot("ticket.subject", "{{ ticket.subject }}"),)),
        (
            "{{ticket.tags}}{{ticket.tags.name}}",
            (Slot("ticket.tags.name", "{{ticket.tags}}"), Slot("ticket.tags.name", "{{ticket.tags.name}}")),
        ),
        ("a {{nope}} b {{7*7}} c", ("a {{nope}} b {{7*7}} c",)),
        (
            "{ticket.subject} {{{ticket.subject}}}",
            ("{ticket.subject} {", Slot("ticket.subject", "{{ticket.subject}}"), "}"),
        ),
        ("{{last_order.total_prise}}", ("{{last_order.total_prise}}",)),
        ("{{ticket.subject", ("{{ticket.subject",)),
    ],
)
def test_parts_of_a_text(text: str, parts: tuple[Part, ...]) -> None:
    """Literals and slots in order; two literals never stand side by side."""
    assert parse_template(text) == parts


@given(st.text(alphabet="{} .x" + "\n") | st.text())
def test_putting_the_parts_together_gives_the_text(text: str) -> None:
    """Nothing is lost, whatever the text."""
    assert "".join(part.written if isinstance(part, Slot) else part for part in parse_template(text)) == text


def test_paths_and_unknown_names() -> None:
    """What a text reads, and what it cannot read."""
    text = "{{customer.total_spent}} {{ticket.subject}} {{ticket.subject}} {{tickt}} {{ }} {{tickt}}"
    assert paths_in(text) == (TOTAL, "ticket.subject")
    assert unknown_in(text) == ("tickt", " ")

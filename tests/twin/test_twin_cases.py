"""The cases that say what replaying means, each through the twin."""

from __future__ import annotations

import pytest

from simulator.explain.twin import replay
from tests.twin.runner import cases, check


@pytest.mark.parametrize("name", list(cases()))
def test_twin_does_what_the_case_says(name: str) -> None:
    """One sentence of the documents, on a history of a few events."""
    check(cases()[name], replay)

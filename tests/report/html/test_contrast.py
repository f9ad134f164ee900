"""The colours: text is readable on every ground it stands on, light and dark (WCAG 2.2 AA)."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

_TOKENS = files("simulator.report").joinpath("assets", "tokens.css").read_text(encoding="ascii")
_BLOCKS = re.findall(r"\{((?:[^{}]|\n)*--paper[^{}]*)\}", _TOKENS)
_ON = {
    "ink": ("paper", "card", "sunk", "warn-soft", "now-soft"),
    "ink-2": ("paper", "card", "warn-soft", "sunk"),
    "ink-3": ("paper", "card", "sunk", "now-soft"),
    "was": ("paper", "card", "sunk", "now-soft"),
    "now": ("paper", "card", "sunk", "now-soft"),
    "link": ("paper", "card", "sunk", "now-soft", "warn-soft"),
    "plus": ("paper", "card", "plus-soft"),
    "minus": ("paper", "card", "minus-soft"),
    "warn": ("paper", "warn-soft"),
}


def _light(colour: str) -> float:
    wide = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(wide[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of two colours, 1 to 21."""
    low, high = sorted((_light(one), _light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("block", _BLOCKS, ids=["light", "dark, chosen", "dark, of the system"])
def test_text_is_readable(block: str) -> None:
    """At least 4.5 to 1 for text, 3 to 1 for the edges of controls."""
    colours = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6})\b", block))
    poor = [(text, on) for text, grounds in _ON.items() for on in grounds if contrast(colours[text], colours[on]) < 4.5]
    assert poor == []
    assert contrast(colours["edge"], colours["card"]) >= 3
    assert contrast(colours["focus"], colours["paper"]) >= 3


def test_both_darks_are_the_same() -> None:
    """The dark that the reader chose and that of the system are one."""
    _, chosen, system = (re.findall(r"--[a-z0-9-]+: [^;]+;", block) for block in _BLOCKS)
    assert chosen == system

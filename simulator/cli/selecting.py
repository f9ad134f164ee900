"""The options that commands share, most of them to choose tickets: same words, same meaning."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from simulator.errors import input_error
from simulator.instants import parse_instant

if TYPE_CHECKING:
    from simulator.engine.selection import Sample
    from simulator.rules.assume import Assumed


def instant_of(options: Mapping[str, Any], name: str) -> int | None:
    """An option's instant; a date alone, or a time without offset, is UTC. Raises InputError U002."""
    text = options[name]
    if text is None:
        return None
    try:
        return int(parse_instant(text, UTC))
    except (ValueError, OverflowError) as error:
        raise input_error("U002", f"--{name.replace('_', '-')}: {error}") from None


def sample_of(options: Mapping[str, Any]) -> Sample | None:
    """The options `sample` (`200` customers, or `5%` of them) and `seed`. Raises InputError U002."""
    from simulator.engine.selection import Sample

    text = options["sample"]
    if text is None:
        return None
    number = text.removesuffix("%")
    if not re.fullmatch(r"\d{1,9}(\.\d{1,6})?", number, re.ASCII) or (number == text and "." in text):
        raise input_error("U002", f'--sample takes a number of customers or a share such as 5%, not "{text[:20]}"')
    if number == text:
        return Sample(count=int(text), seed=options["seed"])
    share = Fraction(number) / 100
    if share > 1:
        raise input_error("U002", "--sample cannot be more than 100%")
    return Sample(share=share, seed=options["seed"])


def assumed_of(options: Mapping[str, Any]) -> Assumed:
    """The options `assume` (KEY=VALUE texts) and `max_cascade`, which is one of the choices. Raises InputError U002."""
    from simulator.rules.assume import MAX_CASCADE, Assumed, parse_assumed

    given = options["max_cascade"]
    assumed = parse_assumed(options["assume"], Assumed(max_cascade=str(given)))
    if given not in (MAX_CASCADE, assumed.depth):
        raise input_error("U002", f"--max-cascade {given} and --assume max_cascade={assumed.depth}: give one of them")
    return assumed


def least_of(options: Mapping[str, Any]) -> Fraction | None:
    """The option `min_fidelity`, a share such as `98%` or `0.98`, between 0 and 1. Raises InputError U002."""
    text = options["min_fidelity"]
    if text is None:
        return None
    number = text.removesuffix("%")
    if re.fullmatch(r"\d{1,3}(\.\d{1,6})?", number, re.ASCII):
        share = Fraction(number) / (1 if number == text else 100)
        if share <= 1:
            return share
    raise input_error("U002", f'--min-fidelity takes a share such as 98%, not "{text[:20]}"')

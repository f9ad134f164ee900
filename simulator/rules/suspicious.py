"""Letters that are not what they look like: invisible characters, mixed scripts, twins of tags. Warnings only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from simulator.rules.page import Page, Placed, quoted

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Characters without a shape, direction controls and tag characters; the joiners (ZWJ, ZWNJ) are not among them."""

_LETTERS = re.compile(r"[^\W\d_]+")
_LOOK_ALIKE_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
_LONGEST = 256  # tags are at most this long, and normalising long runs of marks takes quadratic time

_LIKE_LATIN = str.maketrans(
    "АВЕЅІЈКМНОРСТХУԌԚԜаеѕіјорсухԁԛԝһΑΒΕΖΗΙΚΜΝΟΡΤΥΧονιρ",
    "ABESIJKMHOPCTXYGQWaesijopcyxdqwhABEZHIKMNOPTYXovip",
)


def look_at_text(text: str, node: Placed, page: Page) -> None:
    """Warn of invisible and direction-changing characters anywhere in a rule set, with their code points."""
    found = sorted({f"U+{ord(match):04X}" for match in INVISIBLE.findall(text)})
    if found:
        page.report(
            "R104",
            f"invisible or direction-changing characters: {', '.join(found[:8])}",
            node,
            "take them out unless they are meant",
        )


def look_at_words(words: Iterable[tuple[str, Placed]], page: Page) -> None:
    """Warn of words, tags and names that mix scripts whose letters look alike."""
    for text, node in words:
        if _mixes(text):
            odd = sorted(
                {f"U+{ord(letter):04X}" for letter in text[:_LONGEST] if not letter.isascii() and _scripts(letter)}
            )
            page.report("R105", f"{quoted(text)} mixes letters of several scripts: {', '.join(odd[:8])}", node)


def _mixes(text: str) -> bool:
    """Whether a run of letters in it belongs to more than one of the scripts that look alike."""
    return any(len(_scripts(run)) > 1 for run in _LETTERS.findall(text[:_LONGEST]))


def _scripts(letters: str) -> frozenset[str]:
    names = (unicodedata.name(letter, "").partition(" ")[0] for letter in letters)
    return frozenset(name for name in names if name in _LOOK_ALIKE_SCRIPTS)


def look_at_tags(tags: Iterable[tuple[str, Placed, Page]]) -> None:
    """Warn where two tags of a set differ only in how accents are encoded, or only in look-alike letters."""
    first: dict[str, str] = {}
    told: set[str] = set()
    for name, node, page in tags:
        if len(name) > _LONGEST or name in told:
            continue
        composed = unicodedata.normalize("NFC", name)
        other = first.setdefault("nfc " + composed, name)
        alike = first.setdefault("seen " + composed.translate(_LIKE_LATIN), name)
        if other != name:
            told.add(name)
            page.report(
                "R106",
                f"the tags {_points(other, name)} differ only in how accents are encoded",
                node,
                "write both the same way",
            )
        elif alike != name and not (_mixes(alike) or _mixes(name)):  # mixed words were reported where they stand
            told.add(name)
            page.report("R105", f"the tags {_points(alike, name)} look the same", node, "write both in one script")


def _points(one: str, other: str) -> str:
    """Two texts with the code points in which the second is not ASCII."""
    points = " ".join(f"U+{ord(letter):04X}" for letter in other if not letter.isascii())
    shown = " ".join(f"U+{ord(letter):04X}" for letter in one if not letter.isascii()) or "ASCII"
    return f"{quoted(one)} ({shown[:80]}) and {quoted(other)} ({points[:80] or 'ASCII'})"

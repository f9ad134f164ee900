"""The HTML report: one file without network, complete without script, inert whatever the data says.

All words are in `templates/`, all values in `page/`. Every value goes through Jinja's autoescape after its invisible
characters were made visible; the style and the scripts are ours and named by their hashes in the page's policy, so
that nothing else could run even if an escape failed.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from simulator.diff.values import Side
from simulator.projection.project import Projection
from simulator.report.page.formats import FILTERS, visible
from simulator.report.page.money import facts_of_money
from simulator.report.page.page import page_of
from simulator.report.page.tickets import TicketFacts
from simulator.report.values import Report

_STYLES = ("tokens.css", "page.css", "print.css")
_SCRIPTS = ("theme.js", "report.js")


def html_report(
    report: Report,
    before: Side,
    after: Side,
    projection: Projection | None = None,
    facts: Mapping[int, TicketFacts] | None = None,
) -> str:
    """The whole page as ASCII text, other characters as references; same input, same text.

    `before` and `after` are the sides that the report compares, `projection` the money behind its `projection` block,
    `facts` what may be told of the changed tickets (`page.tickets.facts_of`; without them what the projection knows).
    No text of tickets, no names, no e-mails.
    """
    known = facts if facts is not None else {} if projection is None else facts_of_money(projection)
    page = page_of(report, before, after, projection, known)
    text = _environment().get_template("report.html.j2").render(page=page, assets=_assets())
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("simulator.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(FILTERS)
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    return environment


@cache
def _assets() -> Mapping[str, Markup]:
    """Style, scripts and the policy that names their hashes. Only files of this package: nothing of the data."""
    style = "".join(_asset(name) for name in _STYLES)
    theme, script = (_asset(name) for name in _SCRIPTS)
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(theme)} {_hash(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    texts = {"style": style, "theme": theme, "script": script, "policy": policy}
    return {name: Markup(text) for name, text in texts.items()}  # noqa: S704 - ours, see above


def _asset(name: str) -> str:
    text = files("simulator.report").joinpath("assets", name).read_text(encoding="ascii")
    assert "</" not in text, f"{name} would end its own element"
    return text


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

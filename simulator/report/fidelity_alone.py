"""The report of `simulator fidelity`: the fidelity block on its own, for a terminal, as Markdown and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from simulator import __version__
from simulator.escape import for_markdown_cell, for_terminal
from simulator.report.fidelity import FidelityView
from simulator.report.json_report import FORMAT_VERSION
from simulator.report.json_text import document
from simulator.report.markdown import fidelity_lines
from simulator.report.sections import Paint, fidelity_tables, wrapped
from simulator.report.values import RuleSetInfo


@dataclass(frozen=True, slots=True)
class FidelityReport:
    """The block for programs and for people, and what it was made of. `live` is None where no rule was replayed."""

    command: str
    fingerprint: str
    live: RuleSetInfo | None
    settings: Mapping[str, object]
    block: Mapping[str, object]
    view: FidelityView


def fidelity_json_text(report: FidelityReport) -> str:
    """The document: `fidelity` is the block of the JSON report of a run."""
    live = report.live
    return document(
        {
            "format_version": FORMAT_VERSION,
            "tool": {"name": "simulator", "version": __version__},
            "command": report.command,
            "snapshot": {"fingerprint": report.fingerprint},
            "live": None if live is None else {"name": live.name, "digest": live.digest, "rules": live.rules},
            "settings": report.settings,
            "fidelity": report.block,
        }
    )


def fidelity_text(view: FidelityView, paint: Paint, width: int = 80, concise: bool = False) -> Iterator[str]:
    """Lines for a terminal: the one number, then by field and by rule, the reasons, and where the two part."""
    for line in wrapped(for_terminal(view.headline), width, ""):
        yield paint(line, "bold")
    if not concise and view.fields is not None:
        yield from ("", *fidelity_tables(view, width, whole=True))


def fidelity_markdown(view: FidelityView) -> Iterator[str]:
    """The same as lines of Markdown; what comes from the data is inert."""
    yield from (f"**{for_markdown_cell(view.headline, 600)}**", "", *fidelity_lines(view, whole=True))

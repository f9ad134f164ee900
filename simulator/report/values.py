"""REPORT: all that a report says, as frozen values, so that no format has to compute anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.diagnostics import Diagnostic
from simulator.diff.values import Diff, Edit
from simulator.report.causes import CausesView
from simulator.report.fidelity import FidelityView
from simulator.report.money import MoneyView
from simulator.report.queues import Queues


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """The snapshot: how much it holds, its period (instants; None without tickets), and its histories.

    `skipped`: what was left out or doubted, by reason.
    """

    fingerprint: str
    tickets: int
    events: int
    since: int | None
    until: int | None
    full: int
    lists: int
    skipped: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RuleSetInfo:
    """A side's rule set: its name, the SHA-256 of the canonical parsed set, and the number of its rules."""

    name: str
    digest: str
    rules: int


@dataclass(frozen=True, slots=True)
class Example:
    """A changed ticket worth opening: its edits, the most and most direct first among tickets."""

    ticket: int
    customer: int | None
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that any format shows. `verdict` is its first line; `cautions` are part of `findings` too.

    `believed`: the fidelity block for people, as `money` is that of `projection` and `queues` that of `views`,
    `reasons` that of `causes`.
    """

    verdict: str
    tool: Mapping[str, object]
    command: str
    snapshot: SnapshotInfo
    baseline: RuleSetInfo
    candidate: RuleSetInfo
    settings: Mapping[str, object]
    diff: Diff
    cautions: tuple[Diagnostic, ...]
    findings: tuple[Diagnostic, ...]
    assumptions: tuple[str, ...]
    rests_on: tuple[str, ...]
    examples: tuple[Example, ...]
    money: MoneyView | None = None
    believed: FidelityView | None = None
    fidelity: Mapping[str, object] | None = None
    projection: Mapping[str, object] | None = None
    views: Mapping[str, object] | None = None
    queues: Queues | None = None
    causes: Mapping[str, object] | None = None
    choices: Mapping[str, object] | None = None
    reasons: CausesView | None = None
    gate: Mapping[str, object] | None = None

    @property
    def others(self) -> tuple[Diagnostic, ...]:
        """The findings that are no cautions: those stand at the head already."""
        said = set(self.cautions)
        return tuple(finding for finding in self.findings if finding not in said)

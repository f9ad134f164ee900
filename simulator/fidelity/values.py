"""FIDELITY: how far a replay of the live rules does what the helpdesk recorded, as frozen values.

`recorded` is what the old rules really did, `replayed` what their replay does, `both` what is in either. A unit is
counted once an occasion: an outside event with all that rules did for it, or the end of a snooze that a rule had set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal, localcontext
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from simulator.facts.values import Value


class Reason(StrEnum):
    """Why a replay and the record part, as far as the snapshot tells. The first that applies, in this order."""

    RULE_DELETED = "rule-deleted"
    NOT_SIMULATED = "not-simulated"
    RULE_OFF = "rule-off"
    RULE_NEWER = "rule-newer"
    RULE_CHANGED = "rule-changed"
    TODAYS_VALUE = "todays-value"
    MISSING_VALUE = "missing-value"
    MISSING_HISTORY = "missing-history"
    FOLLOWS = "follows"
    SEMANTICS = "semantics"


CLASSES: Mapping[Reason, str] = {
    Reason.RULE_DELETED: "rule changed since",
    Reason.NOT_SIMULATED: "not simulated",
    Reason.RULE_OFF: "rule changed since",
    Reason.RULE_NEWER: "rule changed since",
    Reason.RULE_CHANGED: "rule changed since",
    Reason.TODAYS_VALUE: "today's value",
    Reason.MISSING_VALUE: "missing history",
    Reason.MISSING_HISTORY: "missing history",
    Reason.FOLLOWS: "follows from another",
    Reason.SEMANTICS: "semantics",
}
"""The class of a reason, in plain words."""


class Interval(NamedTuple):
    """Wilson's 95% interval of a share."""

    low: Decimal
    high: Decimal


_Z = Decimal("1.96")
_EXACT = Context(prec=28)


def interval(part: int, whole: int) -> Interval | None:
    """Where the true share may lie if the units were drawn at random; None of nothing.

    Wilson's score interval with z = 1.96: (p + z*z/2n +- z*sqrt(p(1 - p)/n + z*z/4nn)) / (1 + z*z/n).
    """
    if not whole:
        return None
    with localcontext(_EXACT):
        p, n, square = Decimal(part) / whole, Decimal(whole), _Z * _Z
        middle, spread = p + square / (2 * n), _Z * (p * (1 - p) / n + square / (4 * n * n)).sqrt()
        scale = 1 + square / n
        low = Decimal(0) if not part else min((middle - spread) / scale, p)
        high = Decimal(1) if part == whole else max((middle + spread) / scale, p)
    return Interval(low, high)


class Tally(NamedTuple):
    """Units in the record, in the replay, and in both. Shares are None where their denominator is zero."""

    recorded: int = 0
    replayed: int = 0
    both: int = 0

    @property
    def either(self) -> int:
        """Units in the record, the replay or both: the denominator of `agreement`."""
        return self.recorded + self.replayed - self.both

    @property
    def precision(self) -> Fraction | None:
        """Of what the replay does, the share that really happened: both / replayed."""
        return Fraction(self.both, self.replayed) if self.replayed else None

    @property
    def recall(self) -> Fraction | None:
        """Of what really happened, the share that the replay does: both / recorded."""
        return Fraction(self.both, self.recorded) if self.recorded else None

    @property
    def agreement(self) -> Fraction | None:
        """both / either: what neither did counts for nothing."""
        return Fraction(self.both, self.either) if self.either else None


class Same(NamedTuple):
    """Tickets: how many were compared, and how many came out the same."""

    tickets: int = 0
    same: int = 0


@dataclass(frozen=True, slots=True)
class RuleFidelity:
    """A rule's executions, one a ticket and occasion.

    `state`: live, off, not simulated or deleted. `lately`: only occasions since `changed_at`, when the rule was last
    changed (None where the export does not say). `unrecorded`: replayed executions without effect that this log does
    not record: they are in no denominator.
    """

    name: str
    title: str
    state: str
    tally: Tally
    changed_at: int | None
    lately: Tally
    unrecorded: int = 0


@dataclass(frozen=True, slots=True)
class FieldFidelity:
    """A field: the changes that rules made to it (None: no record, `why` says why), and its value at the end.

    `uncompared`: replayed changes of a kind that this log never records. `final`: over all compared tickets (None: not
    compared); `touched`: over those on which rules changed the field, in the record or the replay, or it ends other.
    """

    field: str
    changes: Tally | None
    why: str
    uncompared: int
    final: Same | None
    touched: Same | None


class Disagreement(NamedTuple):
    """Something that only one of the two has: an execution, a change, a message; or a final value that differs.

    `occasion`: the key of the outside event (`message:77`; `ticket:5+wake:1` for the end of a rule's snooze), empty for
    a final value. `recorded` and `replayed`: the value on either side; of an execution, whether it is there.
    """

    ticket: int
    what: str  # execution, change, message or final
    occasion: str
    at: int | None
    rule: str | None
    field: str
    recorded: Value | None
    replayed: Value | None
    in_record: bool
    in_replay: bool
    reason: Reason


_NO_UNIT, _NO_TICKET = Tally(), Same()


class Because(NamedTuple):
    """How much a reason stands behind: disagreements, and the tickets that have any of them."""

    disagreements: int
    tickets: int


@dataclass(frozen=True)
class Fidelity:
    """The whole comparison. `why` is empty where it was measured; else it says why there is nothing to compare.

    `selected`: reported tickets; `compared`: those of them with a recorded history; `touched`: those of these on which
    rules ran, in the record or the replay, or something ends different; `same`: touched tickets with no disagreement.
    """

    why: str = ""
    listed: bool = True  # False: the snapshot lists no rules at all
    selected: int = 0
    compared: int = 0
    touched: Same = _NO_TICKET
    executions: Tally = _NO_UNIT
    lately: Tally = _NO_UNIT
    unrecorded: int = 0
    rules: tuple[RuleFidelity, ...] = ()
    fields: tuple[FieldFidelity, ...] = ()
    reasons: Mapping[Reason, Because] = field(default_factory=dict)
    disagreements: tuple[Disagreement, ...] = ()

    @property
    def measured(self) -> bool:
        """Whether there was anything to compare with."""
        return not self.why

    @property
    def agreement(self) -> Fraction | None:
        """The one number: of the tickets that rules touched, the share on which all agrees."""
        return Fraction(self.touched.same, self.touched.tickets) if self.touched.tickets else None

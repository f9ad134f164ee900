"""The `labels` block of the JSON report. Shares are exact decimals of four digits, cut off and never rounded up."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

from simulator.labels.values import Labels, Score, TagLabels

_STEP = Decimal("0.0001")


def labels_json(labels: Labels) -> dict[str, object]:
    """The block."""
    return {
        "tickets": labels.tickets,
        "left_out": labels.left_out,
        "exact": labels.exact,
        "together": {**_score(labels.together), "mean_f1": _share(labels.mean_f1)},
        "tags": [_tag(one) for one in labels.tags],
        "not_scored": {"only_people": labels.only_people, "only_rules": labels.only_rules},
    }


def _tag(one: TagLabels) -> dict[str, object]:
    return {
        "tag": one.tag,
        **_score(one.score),
        "missed": one.missed,
        "wrong": one.wrong,
        "instead": {"tags": {tag: n for tag, n in one.instead.items() if tag}, "none": one.instead.get("", 0)},
    }


def _score(score: Score) -> dict[str, object]:
    return {
        **score._asdict(),
        "precision": _share(score.precision),
        "recall": _share(score.recall),
        "f1": _share(score.f1),
    }


def _share(share: Fraction | None) -> Decimal | None:
    if share is None:
        return None
    return (Decimal(share.numerator) / Decimal(share.denominator)).quantize(_STEP, ROUND_DOWN)

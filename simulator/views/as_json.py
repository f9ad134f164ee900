"""The `views` block of the JSON report. Times are whole seconds, cut off."""

from __future__ import annotations

from simulator.diff.values import Pair
from simulator.instants import SECOND, format_instant
from simulator.views.values import Count, Differs, Move, Stayed, Traffic, ViewDiff, Views


def views_json(views: Views) -> dict[str, object]:
    """The block."""
    return {
        "tickets": views.tickets,
        "until": _instant(views.until),
        "step": views.step,
        "views": [_view(one, views.steps) for one in views.views],
        "moves": {
            "ever": [_move(move) for move in views.moves],
            "at_end": [_move(move) for move in views.moves_at_end],
        },
        "uncounted": [one._asdict() for one in views.uncounted],
    }


def _instant(at: int | None) -> str | None:
    return None if at is None else format_instant(at)


def _view(one: ViewDiff, steps: tuple[int, ...]) -> dict[str, object]:
    return {
        "key": one.view.key,
        "id": one.view.id,
        "source": one.view.source,
        "name": one.view.name,
        "change": one.view.change,
        "before": _count(one.count.before),
        "after": _count(one.count.after),
        "entered": {"only_before": one.entered(after=False), "only_after": one.entered(after=True)},
        "at_end": {"only_before": one.left_over(after=False), "only_after": one.left_over(after=True)},
        "over_time": [
            {"from": format_instant(start), "before": old._asdict(), "after": new._asdict()}
            for start, old, new in zip(steps, one.traffic.before, one.traffic.after, strict=True)
            if _moving(old, new)
        ],
        "tickets": [_differs(differs) for differs in one.differs],
        "reads": [read._asdict() for read in one.reads],
    }


def _moving(old: Traffic, new: Traffic) -> bool:
    return any(old) or any(new)


def _count(count: Count) -> dict[str, object]:
    wait = count.wait
    return {
        "held": count.held,
        "tickets": count.tickets,
        "entries": count.entries,
        "exits": count.exits,
        "peak": count.peak,
        "peak_at": _instant(count.peak_at),
        "wait": None if wait is None else {f"{name}_s": value // SECOND for name, value in wait._asdict().items()},
    }


def _differs(one: Differs) -> dict[str, object]:
    return {"ticket": one.ticket, **Pair(*map(_stayed, one.stayed))._asdict()}


def _stayed(one: Stayed | None) -> dict[str, object] | None:
    if one is None:
        return None
    return {
        "entries": one.entries,
        "first": format_instant(one.first),
        "time_s": one.time // SECOND,
        "at_end": one.at_end,
    }


def _move(move: Move) -> dict[str, object]:
    return {"from": move.source, "to": move.target, "tickets": move.tickets}

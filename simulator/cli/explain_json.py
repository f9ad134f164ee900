"""An explanation as JSON: what `explain --format json` prints. docs/explain.md describes it.

Instants in UTC, money and numbers as decimal strings. A text that is left out is null, with `left_out` beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from simulator.cli.explain_code import Meaning, code_json
from simulator.cli.explain_json_parts import dumped, examined_json, failed_json, place_json, value_json
from simulator.cli.explain_rules import verdicts_of
from simulator.cli.explain_ticket import pairs_of
from simulator.explain.aim import Aim
from simulator.explain.fate import Undone, throttled_by, undone
from simulator.explain.occasions import Occasion
from simulator.explain.personal import is_personal
from simulator.explain.reasons import Reason
from simulator.explain.shortfall import shortfall
from simulator.explain.story import Story, Write, stories
from simulator.explain.timeline import Asked, Explained, Happening, Pair, Phase, TimeLine, Try
from simulator.instants import format_instant
from simulator.outcome import Change, Final, Refusal

Json = object
Asking = Sequence[tuple[Explained, tuple[Aim, ...]]]


def explain_json(explained: Asking, sides: tuple[str, ...], text: bool) -> str:
    """{"format_version", "tickets": [{"ticket", "events", "final", "rules", "about"}]}."""
    return dumped({"tickets": [_Ticket(one, sides, text).told(aims) for one, aims in explained]})


def codes_json(codes: Iterable[Meaning]) -> str:
    """{"format_version", "codes": [{"code", "severity", "about", "says", "mend", "does", "wrong", "right"}]}."""
    return dumped({"codes": [code_json(one) for one in codes]})


class _Ticket:
    """One ticket: what is the same for all that is told of it."""

    def __init__(self, one: Explained, sides: tuple[str, ...], text: bool) -> None:
        self.one, self.sides, self.text = one, sides, text
        self.lines = {
            name: line for name, line in zip(("baseline", "candidate"), one.lines, strict=True) if name in sides
        }

    def told(self, aims: Sequence[Aim]) -> Json:
        """All of it."""
        return {
            "ticket": self.one.ticket,
            "events": [self._event(pair) for pair in pairs_of(self.one, self.sides)],
            "final": {name: self._state(line.outcome.final) for name, line in self.lines.items()},
            "rules": self._rules(),
            "about": [self._about(aim) for aim in aims],
        }

    def _event(self, pair: Pair) -> Json:
        by_side = {"baseline": pair.baseline, "candidate": pair.candidate}
        shown = {name: self._happening(by_side[name], line) for name, line in self.lines.items()}
        parts = {"parts": pair.parts} if len(self.sides) == 2 else {}
        return {"event": pair.one.event, "at": format_instant(pair.one.at), "what": pair.one.what, **parts, **shown}

    def _happening(self, one: Happening | None, line: TimeLine) -> Json:
        if one is None:
            return None
        return {
            "skipped": one.skipped,
            "outside": [self._change(change, line) for change in one.outside],
            "phases": [self._phase(phase, line) for phase in one.phases],
            "cut": [{"trigger": cut.trigger, "depth": cut.depth, "rule": cut.rule.id} for cut in one.cut],
            "before": self._state(one.before),
            "after": self._state(one.after),
        }

    def _phase(self, phase: Phase, line: TimeLine) -> Json:
        return {
            "trigger": phase.trigger,
            "depth": phase.depth,
            "rules": [self._asked(asked, line) for asked in phase.asked],
        }

    def _asked(self, asked: Asked, line: TimeLine) -> Json:
        return {
            "rule": asked.rule.id,
            "place": place_json(asked.rule.location),
            "matched": asked.examined.holds,
            "failed": None if asked.examined.holds else failed_json(shortfall(asked.examined), asked.at, self.text),
            "if": examined_json(asked.examined, self.text),
            "branches": [
                {"branch": branch, "if": examined_json(examined, self.text)} for branch, examined in asked.branches
            ],
            "actions": [self._try(one, line) for one in asked.tries],
        }

    def _try(self, one: Try, line: TimeLine) -> Json:
        place = {"place": place_json(one.written.location)}
        if one.deed is None:
            reason = {"reason": Reason.NO_CHANGE.value}
            return {"branch": one.branch, "action": one.action.kind, **place, **reason}
        return {**self._change(one.deed, line), **place}

    def _change(self, change: Change | Refusal, line: TimeLine) -> Mapping[str, Json]:
        """An action's or the outside's change; `reason` as in the table of reasons, `by` who refused or undid it."""
        told: dict[str, Json] = {"branch": change.branch, "action": change.action, "field": change.field}
        told |= self._states(change)
        if isinstance(change, Refusal):
            before = throttled_by(change, line.deeds)
            return {**told, "reason": "refused", "refused": change.reason, "after_reply": before and _writer(before)}
        return {**told, "overwritten": [self._undone(gone) for gone in undone(change, line.deeds)]}

    def _states(self, change: Change | Refusal) -> Mapping[str, Json]:
        instant = change.field == "snooze"
        if self.text or not is_personal(change.field):
            return {"before": value_json(change.before, instant), "after": value_json(change.after, instant)}
        written = change.rule is not None and change.field != "replies"  # a value that the rule set writes out
        return {"before": None, "after": value_json(change.after, instant) if written else None, "left_out": True}

    def _undone(self, gone: Undone) -> Json:
        return {"tag": gone.tag, **_writer(gone.by), **self._states(gone.by)}

    def _state(self, state: Final) -> Json:
        told: dict[str, Json] = {name: value_json(getattr(state, name), name == "snooze") for name in state._fields}
        if not self.text and state.subject is not None:
            told |= {"subject": None, "left_out": ["subject"]}
        return {**told, "custom_fields": {id: value_json(value, False) for id, value in state.custom_fields}}

    def _rules(self) -> Json:
        """Of every rule of the sides, why it did not act, or that it did."""
        verdicts = {name: verdicts_of(line) for name, line in self.lines.items()}
        ids = dict.fromkeys(id for by_id in verdicts.values() for id in by_id)
        return [
            {"rule": id, **{name: self._occasion(by_id.get(id), self.lines[name]) for name, by_id in verdicts.items()}}
            for id in sorted(ids)
        ]

    def _occasion(self, one: Occasion | None, line: TimeLine) -> Json:
        if one is None:
            return {"reason": Reason.ABSENT.value}
        told: dict[str, Json] = {
            "rule": one.rule.id,
            "reason": one.reason.value,
            "place": place_json(one.rule.location),
        }
        if one.event is not None:
            told |= {"event": one.event, "at": format_instant(one.at), "trigger": one.trigger, "depth": one.depth}
        if one.shortfall is not None:
            told |= {"branch": one.turn, "wanted": one.wanted, **failed_json(one.shortfall, one.at, self.text)}
        if one.deed is not None:
            told["action"] = self._change(one.deed, line)
        return told

    def _about(self, aim: Aim) -> Json:
        both = dict(zip(("baseline", "candidate"), stories(*self.one.lines, aim), strict=True))
        sides = {name: self._story(both[name], line) for name, line in self.lines.items()}
        return {"field": aim.field, "tag": aim.tag, **sides}

    def _story(self, story: Story, line: TimeLine) -> Json:
        shown = self.text or not is_personal(story.aim.field) or isinstance(story.value, int)
        return {
            "value": value_json(story.value, story.aim.field == "snooze") if shown else None,
            "by": _writer(story.by.change) if story.by else None,
            "writes": [self._write(write, line) for write in story.writes],
            "could_have": [self._occasion(found, line) for found in story.could_have],
        }

    def _write(self, write: Write, line: TimeLine) -> Json:
        place = place_json(write.action.location) if write.action else None
        over = _writer(write.over) if write.over else None
        return {**_writer(write.change), **self._change(write.change, line), "place": place, "over": over}


def _writer(change: Change) -> dict[str, Json]:
    """Who, and when; `rule` is null for the outside."""
    return {
        "ticket": change.ticket,
        "event": change.event,
        "at": format_instant(change.at),
        "trigger": change.trigger or None,
        "depth": change.depth,
        "rule": change.rule,
        "action": change.action,
    }

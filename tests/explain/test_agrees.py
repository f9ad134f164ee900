"""What an explanation says is what the replay does, on random rule sets and histories."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from simulator.cli.explain_rules import verdicts_of
from simulator.explain.aim import Aim
from simulator.explain.fate import stands, undone
from simulator.explain.occasions import occasions
from simulator.explain.reasons import Reason
from simulator.explain.story import stories
from simulator.explain.timeline import TimeLine, side_by_side, time_line
from simulator.explain.twin import replay
from simulator.outcome import Change
from simulator.rules.model import RuleSet
from tests.twin.snapshots import Rows
from tests.twin.worlds import cascades, rulesets, snapshots, world

COUNT = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def _lines(rows: Rows, ruleset: RuleSet, cascade: int) -> list[TimeLine]:
    """The time line of every ticket; its outcome is that of the whole history, whoever looks on."""
    with world(rows) as (facts, directory):
        whole = replay(ruleset, facts, directory, cascade)
        lines = [time_line(ruleset, facts, directory, id, cascade) for id in whole.tickets]
        assert {line.outcome.ticket: line.outcome for line in lines} == dict(whole.tickets)
    return lines


@COUNT
@given(snapshots(), rulesets(), cascades())
def test_a_time_line_holds_the_whole_outcome(rows: Rows, ruleset: RuleSet, cascade: int) -> None:
    """Each change, refusal and match stands in it once and in order; states join and end in the final one."""
    for line in _lines(rows, ruleset, cascade):
        asked = [one for happening in line.happenings for phase in happening.phases for one in phase.asked]
        done = [deed for one in asked for deed in one.done]
        assert [one for one in done if isinstance(one, Change)] == [one for one in line.outcome.changes if one.rule]
        assert [one for one in done if not isinstance(one, Change)] == list(line.outcome.refusals)
        assert [one.rule.id for one in asked if one.examined.holds] == [one.rule for one in line.outcome.matches]
        states = [(one.before, one.after) for one in line.happenings]
        assert all(states[place][1] == states[place + 1][0] for place in range(len(states) - 1))
        assert not states or states[-1][1] == line.outcome.final


@COUNT
@given(snapshots(), rulesets(), cascades())
def test_reasons_agree_with_the_outcome(rows: Rows, ruleset: RuleSet, cascade: int) -> None:
    """A rule acted if something that it did stands, was asked unless it says otherwise, and so on."""
    for line in _lines(rows, ruleset, cascade):
        changes = [one for one in line.outcome.changes if one.rule is not None]
        left = {one.rule for one in changes if stands(one, undone(one, line.deeds))}
        matched = {match.rule for match in line.outcome.matches}
        asked = {one.rule.id for happening in line.happenings for phase in happening.phases for one in phase.asked}
        for id, found in verdicts_of(line).items():
            assert (found.reason is Reason.ACTED) == (id in left)
            if found.reason is Reason.OVERWRITTEN:
                assert id in {one.rule for one in changes} - left and found.gone
            if found.reason is Reason.REFUSED:
                assert id in {one.rule for one in line.outcome.refusals}
            if found.reason in (Reason.OTHER_TRIGGER, Reason.DISABLED):
                assert id not in asked
            if found.reason is Reason.NO_ACTION:
                assert id in matched
            if found.reason in (Reason.CONDITION_FALSE, Reason.MISSING_FIELD):
                assert found.shortfall is not None and found.shortfall.gaps and id in asked
                missing = found.shortfall.missing
                assert (found.reason is Reason.MISSING_FIELD) == missing


@COUNT
@given(snapshots(), rulesets(), rulesets(), cascades())
def test_the_sides_part_where_their_outcomes_do(rows: Rows, one: RuleSet, other: RuleSet, cascade: int) -> None:
    """No event parts if and only if both sides made the same changes in each; every event stands once."""
    for old, new in zip(_lines(rows, one, cascade), _lines(rows, other, cascade), strict=True):
        pairs = side_by_side(old, new)
        assert [pair.baseline for pair in pairs if pair.baseline] == list(old.happenings)
        assert [pair.candidate for pair in pairs if pair.candidate] == list(new.happenings)
        if not any(pair.parts for pair in pairs):
            assert old.outcome.changes == new.outcome.changes and old.outcome.final == new.outcome.final


@COUNT
@given(snapshots(), rulesets(), rulesets(), cascades())
def test_stories_tell_who_wrote_what_stands(rows: Rows, one: RuleSet, other: RuleSet, cascade: int) -> None:
    """The last write is that of the outcome; a tag is there as its last write left it; who acted is not among those
    who could have."""
    for old, new in zip(_lines(rows, one, cascade), _lines(rows, other, cascade), strict=True):
        for line, story in zip((old, new), stories(old, new, Aim("priority")), strict=True):
            written = [change for change in line.outcome.changes if change.field == "priority"]
            assert [write.change for write in story.writes] == written
            assert story.value == line.outcome.final.priority
        for tag in {tag for line in (old, new) for change in line.outcome.changes for tag in _tags(change)}:
            for line, story in zip((old, new), stories(old, new, Aim("tags", tag)), strict=True):
                assert story.value is (tag in line.outcome.final.tags)
                assert bool(story.by and tag in _after(story.by.change)) is story.value
                overs = [write.over for write in story.writes]
                assert overs == [None, *(write.change for write in story.writes)][: len(overs)]
                acted = {write.change.rule for write in story.writes if tag in _after(write.change)}
                could = {found.rule.id for found in story.could_have}
                assert not could & acted
                if not story.writes:
                    assert could >= {
                        rule.id for rule in line.ruleset.rules if rule.enabled and _puts(rule.id, line, tag)
                    }


def _tags(change: Change) -> set[str]:
    before, after = change.before, change.after
    return set(before if isinstance(before, tuple) else ()) ^ set(after if isinstance(after, tuple) else ())


def _after(change: Change) -> tuple[str, ...]:
    return change.after if isinstance(change.after, tuple) else ()


def _puts(id: str, line: TimeLine, tag: str) -> bool:
    """Whether a rule has an action that names the tag, and not to take it off."""
    rule = next(rule for rule in line.ruleset.rules if rule.id == id)
    return any(
        found.route.action is not None
        and found.route.action.kind in ("addTags", "setTags")
        and isinstance(found.route.action.argument, tuple)
        and tag in found.route.action.argument
        for found in occasions(rule, line)
    )

"""PARTS: the edit of a rule taken apart: conditions, actions and switches that differ, each as a rule with only it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from simulator.explain.words import operand, short, value, words_of_action, words_of_test
from simulator.rules.canonical import canonical_condition, canonical_rule
from simulator.rules.model import Action, All, Branch, Condition, Not, Rule, Step, Test
from simulator.rules.walk import tests_in


class Part(NamedTuple):
    """One part of an edit. `rule`: the old rule with only this part changed (None: it is gone)."""

    words: str
    rule: Rule | None
    tests: tuple[Test, ...] = ()  # those that differ, of both versions


def parts_of(old: Rule | None, new: Rule | None) -> tuple[Part, ...]:
    """The parts in which two versions of a rule differ; at least one. A new name belongs to each of them."""
    if old is None or new is None:
        return (Part("rule removed" if new is None else "rule added", new),)
    if old.enabled != new.enabled:  # one of them is not asked: whatever else differs does not show by itself
        return (Part("switched on" if new.enabled else "switched off", new),)
    named = replace(old, name=new.name)
    parts = [*_switches(named, new), *_conditions(named, new), *_actions(named, new)]
    return tuple(parts) or (Part("renamed" if old.name != new.name else "the hours it reads", new),)


def _switches(old: Rule, new: Rule) -> Iterator[Part]:
    if set(old.on) != set(new.on):
        said = ", ".join(trigger.value for trigger in new.on)
        yield Part(f"runs on {said} (was {', '.join(trigger.value for trigger in old.on)})", replace(old, on=new.on))
    if old.priority != new.priority:
        yield Part(f"priority {new.priority} (was {old.priority})", replace(old, priority=new.priority))


def _conditions(old: Rule, new: Rule) -> Iterator[Part]:
    """The parts of the two `if`s, paired where they test the same field."""
    was, now = _parts(old.condition), _parts(new.condition)
    gone = [part for part in was if _key(part) not in {_key(one) for one in now}]
    come = [part for part in now if _key(part) not in {_key(one) for one in was}]
    for part in gone:
        pair = _partner(part, come)
        if pair is not None:
            come.remove(pair)
        kept = [pair if one is part else one for one in was]
        rule = replace(old, condition=All(tuple(one for one in kept if one is not None)))
        said = f"condition removed: {_words(part)}" if pair is None else _changed(part, pair)
        yield Part(said, rule, (*tests_in(part), *(() if pair is None else tests_in(pair))))
    for part in come:
        rule = replace(old, condition=All((*was, part)))
        yield Part(f"condition added: {_words(part)}", rule, tuple(tests_in(part)))


def _parts(condition: Condition) -> list[Condition]:
    return list(condition.parts) if isinstance(condition, All) else [condition]


def _key(condition: Condition) -> str:
    return canonical_condition(condition)


def _partner(part: Condition, among: Sequence[Condition]) -> Condition | None:
    """The new part that stands for an old one: on the same fields, best with the same operators."""
    for same in (_shape, _fields):
        found = next((one for one in among if same(one) == same(part)), None)
        if found is not None:
            return found
    return None


def _shape(part: Condition) -> object:
    return type(part), [(test.path, test.operator) for test in tests_in(part)]


def _fields(part: Condition) -> object:
    return {test.path for test in tests_in(part)}


def _changed(old: Condition, new: Condition) -> str:
    """What differs between two parts: the tests that only one of them has, words by word."""
    if isinstance(old, Test) and isinstance(new, Test):
        return _changed_test(old, new)
    was, now = list(tests_in(old)), list(tests_in(new))
    gone, come = [one for one in was if one not in now], [one for one in now if one not in was]
    if len(gone) == len(come) == 1 and gone[0].path == come[0].path:
        return _changed_test(gone[0], come[0])
    return "; ".join([*(f"+ {words_of_test(one)}" for one in come), *(f"- {words_of_test(one)}" for one in gone)]) or (
        "conditions put together otherwise"
    )


def _changed_test(old: Test, new: Test) -> str:
    if old.operator != new.operator:
        return f"{words_of_test(new)} (was {old.operator} {operand(old)})"
    if isinstance(old.operand, tuple) and isinstance(new.operand, tuple):
        more = tuple(word for word in new.operand if word not in old.operand)
        less = tuple(word for word in old.operand if word not in new.operand)
        turned = [f"{sign}{value(words)}" for sign, words in (("+", more), ("-", less)) if words]
        return f"{short(new.path)} {new.operator} {' '.join(turned)}"
    return f"{words_of_test(new)} (was {operand(old)})"


def _words(part: Condition) -> str:
    if isinstance(part, Test):
        return words_of_test(part)
    if isinstance(part, Not):
        return f"not ({_words(part.part)})"
    return f" {'and' if isinstance(part, All) else 'or'} ".join(_words(one) for one in part.parts) or "always"


def _actions(old: Rule, new: Rule) -> Iterator[Part]:
    if _told(old.then, old) != _told(new.then, old):
        yield Part(_other_actions("then", old.then, new.then), replace(old, then=new.then))
    if _told(old.otherwise, old) != _told(new.otherwise, old):
        yield Part(_other_actions("else", old.otherwise, new.otherwise), replace(old, otherwise=new.otherwise))


def _told(steps: tuple[Step, ...], frame: Rule) -> str:
    return canonical_rule(replace(frame, then=steps, otherwise=()))


def _other_actions(branch: str, old: Sequence[Step], new: Sequence[Step]) -> str:
    return f"{branch}: {'; '.join(_turned(old, new)) or 'other order'}"


def _turned(old: Sequence[Step], new: Sequence[Step]) -> Iterator[str]:
    """Steps that come and go; of a branch on the same condition, what differs within."""
    come, gone = [step for step in new if step not in old], [step for step in old if step not in new]
    for step in gone:
        twin = _twin(step, come)
        if twin is None or not isinstance(step, Branch):
            yield f"- {_step(step)}"
            continue
        come.remove(twin)
        within = [*_turned(step.then, twin.then), *(f"else {one}" for one in _turned(step.otherwise, twin.otherwise))]
        yield f"{_step(step)}: {'; '.join(within) or 'other order'}"
    yield from (f"+ {_step(step)}" for step in come)


def _twin(step: Step, among: Sequence[Step]) -> Branch | None:
    """The branch on the same condition."""
    if not isinstance(step, Branch):
        return None
    return next((one for one in among if isinstance(one, Branch) and one.condition == step.condition), None)


def _step(step: Step) -> str:
    return words_of_action(step) if isinstance(step, Action) else f"if {_words(step.condition)}"

"""Statements of the tree -> steps of the rule language: actions and nested ifs, in the order of the code."""

from __future__ import annotations

from simulator.rules.gorgias.actions import action_of
from simulator.rules.gorgias.conditions import condition
from simulator.rules.gorgias.findings import Finding, Findings, UnsupportedError
from simulator.rules.gorgias.tree import Call, Do, If, Statement, Unknown
from simulator.rules.model import Branch, Step


def steps_of(statements: tuple[Statement, ...], findings: Findings) -> tuple[Step, ...]:
    """The steps; each statement that cannot be simulated adds a problem and is left out."""
    found = (_step(statement, findings) for statement in statements)
    return tuple(step for step in found if step is not None)


def branch_of(choice: If, findings: Findings) -> Branch:
    """An `if` with its branches; `else if` is an if in the else."""
    test = condition(choice.test, findings)
    return Branch(test, steps_of(choice.then, findings), steps_of(choice.otherwise, findings))


def _step(statement: Statement, findings: Findings) -> Step | None:
    if findings.full:
        return None
    match statement:
        case If():
            return branch_of(statement, findings)
        case Do(Call() as call):
            try:
                return action_of(call, findings)
            except UnsupportedError as error:
                findings.problems.append(error.finding)
        case Do(Unknown(what, place)):
            findings.problems.append(Finding(what, place))
        case _:
            findings.problems.append(Finding("a statement that is neither an if nor an Action", statement.place))
    return None

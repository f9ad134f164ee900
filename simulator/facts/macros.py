"""What a rule's applyMacro runs: the actions of the macro that the snapshot has, read alike for every replay."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.errors import input_error
from simulator.facts.directory import Directory
from simulator.facts.open_values import parse_open
from simulator.rules.gorgias_code import MacroActions, actions_from_macro
from simulator.rules.model import Action, Rule
from simulator.rules.walk import actions_of

CODES: dict[str, str] = {
    "E004": "A rule applies a macro that the snapshot does not hold. Import the macros, or mend its id or name.",
}
"""Code -> meaning, in plain words. An error: nothing is replayed."""


def macro_of(rule: Rule, action: Action, directory: Directory) -> MacroActions:
    """The actions behind an applyMacro of a rule. Raises InputError E004 for a macro that the snapshot lacks."""
    wanted = action.argument
    assert isinstance(wanted, int | str)
    macro = directory.macro(wanted)
    if macro is None:
        message = f'rule "{rule.id}" applies a macro that the snapshot does not have: {wanted}'
        raise input_error("E004", message, action.location)
    return actions_from_macro(parse_open(macro.actions))


def check_macros(rules: Iterable[Rule], directory: Directory) -> None:
    """Raises InputError E004 where one of the rules applies a macro that the snapshot lacks, whether or not it runs."""
    for rule in rules:
        for action in actions_of(rule):
            if action.kind == "applyMacro":
                macro_of(rule, action, directory)

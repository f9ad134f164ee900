"""BY EDIT: what each edit does alone, what is lost without it, and where edits act on each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from simulator.causes.trials import At, Compared, Made, Trials
from simulator.causes.units import is_cosmetic
from simulator.causes.values import ByEdit, EditResult, Effect, How, Interaction
from simulator.diff.values import Edit

_SHOWN = 5


def by_edit(with_: Compared, found: Trials) -> ByEdit:
    """Every edit, and the interactions, the most tickets first."""
    alone = [_tickets(made) for made in found.alone]
    needed = [_tickets(made) for made in found.without]
    results = []
    for place, unit in enumerate(with_.units):
        others = set[int]().union(*(some for other, some in enumerate(alone) if other != place))
        some = bool(alone[place] or needed[place])
        results.append(
            EditResult(
                rules=unit.rules,
                change=unit.change,
                parts=tuple(part.words for part in unit.parts),
                effect=_effect(some, is_cosmetic(unit, *with_.rulesets), bool(found.skipped)),
                alone=len(alone[place]),
                needed=len(needed[place]),
                only=len(alone[place] - others),
            )
        )
    return ByEdit(tuple(results), tuple(_interactions(with_, found, alone)), found.looked)


def _effect(some: bool, cosmetic: bool, sampled: bool) -> Effect:
    if some:
        return Effect.SOME
    if cosmetic:
        return Effect.COSMETIC
    return Effect.UNKNOWN if sampled else Effect.NONE


def _tickets(made: Made) -> set[int]:
    return {ticket for ticket, _ in made}


def _interactions(with_: Compared, found: Trials, alone: Sequence[set[int]]) -> Iterator[Interaction]:
    tickets: defaultdict[tuple[tuple[str, ...], How], list[int]] = defaultdict(list)
    names = [" + ".join(unit.rules) for unit in with_.units]
    for ticket, places, how in _acting(with_, found, alone):
        tickets[tuple(sorted(names[place] for place in places)), how].append(ticket)
    for (rules, how), own in sorted(tickets.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        yield Interaction(rules, how, len(own), tuple(own[:_SHOWN]))


def _acting(with_: Compared, found: Trials, alone: Sequence[set[int]]) -> Iterator[tuple[int, list[int], How]]:
    """Tickets on which edits act on each other: which ones, and how."""
    changed: dict[int, dict[str, Edit]] = {}
    for edit in with_.diff.edits:
        changed.setdefault(edit.ticket, {})[edit.field] = edit
    by_alone, by_without = _by_ticket(found.alone), _by_ticket(found.without)
    for ticket in sorted({*changed, *by_alone}):
        if ticket in found.skipped:
            continue
        doing = [place for place, own in enumerate(alone) if ticket in own]
        if ticket in changed and not doing:
            keeping = [
                place for place, own in by_without.get(ticket, {}).items() if not _differs_without(changed[ticket], own)
            ]
            yield ticket, keeping or sorted(by_without.get(ticket, {})), How.TOGETHER
        elif ticket not in changed:
            undoing = [place for place in by_without.get(ticket, {}) if place not in doing]
            yield ticket, sorted([*doing, *undoing]), How.CANCEL
        elif len(doing) > 1:
            same = _same_edit(changed[ticket], by_alone[ticket])
            if same:
                yield ticket, same, How.EITHER


def _by_ticket(made: Sequence[Made]) -> dict[int, dict[int, dict[str, Edit]]]:
    """Ticket -> place of the edit -> field -> what it does."""
    found: dict[int, dict[int, dict[str, Edit]]] = {}
    for place, own in enumerate(made):
        for (ticket, field), edit in own.items():
            found.setdefault(ticket, {}).setdefault(place, {})[field] = edit
    return found


def _differs_without(changed: Mapping[str, Edit], own: Mapping[str, Edit]) -> bool:
    """Whether a ticket still ends other than under the baseline without an edit, which does `own` as the last."""
    if any(field not in changed for field in own):
        return True
    return any(field not in own or own[field].before != edit.before for field, edit in changed.items())


def _same_edit(changed: Mapping[str, Edit], doing: Mapping[int, Mapping[str, Edit]]) -> list[int]:
    """The edits of which each alone gives the same field the value it ends with, and so does another."""
    same: set[int] = set()
    for field, edit in changed.items():
        give = [place for place, own in doing.items() if field in own and own[field].after == edit.after]
        same.update(give if len(give) > 1 else ())
    return sorted(same)


def at(edit: Edit) -> At:
    """Where an edit is."""
    return edit.ticket, edit.field

"""History, facts and conditions out of the cache: the same as without, and no work done twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

import pytest

from simulator.bundled import build_demo, demo_folder
from simulator.engine.columns import Bits
from simulator.engine.replay import bits_for, replay
from simulator.engine.scan import Words
from simulator.facts.directory import read_directory
from simulator.facts.facts import Mode, read_facts
from simulator.facts.folding import FoldedTexts, fold_all
from simulator.facts.history import History
from simulator.facts.read_history import read_history
from simulator.outcome import Outcome
from simulator.rules.load import load_ruleset, load_text
from simulator.rules.model import RuleSet
from simulator.snapshot.cache import open_cache
from simulator.snapshot.store import open_snapshot
from tests.twin.snapshots import write_snapshot
from tests.twin.worlds import loaded, seeded_world


class Work(NamedTuple):
    """What it took: statements on the snapshot, texts folded, runs of texts searched."""

    statements: list[str]
    done: Counter[str]

    def read(self, *tables: str) -> list[str]:
        """The statements that read one of these tables."""
        return [one for one in self.statements if any(f"FROM {table}" in one for table in tables)]


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    """Counts while everything goes on as ever."""
    done: Counter[str] = Counter()
    search = Words.search

    def counted_fold(texts: Sequence[bytes]) -> FoldedTexts:
        done["folded"] += len(texts)
        return fold_all(texts)

    def counted_search(words: Words, texts: FoldedTexts) -> object:
        done["searched"] += len(texts.ends)
        return search(words, texts)

    monkeypatch.setattr("simulator.facts.kept_texts.fold_all", counted_fold)
    monkeypatch.setattr(Words, "search", counted_search)
    return Work([], done)


@contextmanager
def columns(path: Path, rulesets: Sequence[RuleSet], mode: Mode = "as-of", cached: bool = True) -> Iterator[Bits]:
    """The conditions of rule sets over a snapshot, as a run reads them."""
    with closing(open_snapshot(path)) as connection, open_cache(path, connection, cached) as cache:
        facts = read_facts(connection, read_history(connection, cache), mode, cache)
        bits = bits_for(facts, rulesets)
        facts.prepare(test.test.path for test in bits.tests)
        yield bits


def all_of(history: History) -> list[object]:
    """Every column of a history, as lists of plain values."""
    found = (getattr(history, one.name) for one in fields(history))
    return [list(map(repr, one)) if not isinstance(one, (int, type(None))) else one for one in found]


def said(bits: Bits) -> tuple[object, ...]:
    """All that the engine takes from the columns."""
    paths = sorted({test.test.path for test in bits.tests})
    provenance = [[flags.tolist() for flags in bits.provenance(path)] for path in paths]
    facts, history = bits.facts, bits.facts.history
    last = [facts.seen(path, row, 2**61) for path in paths for row in range(len(history.at))]
    values = [
        [repr(facts.column(path).values[place]) for place in facts.column(path).rows if place >= 0] for path in paths
    ]
    return all_of(history), bits.rows, [bits.mask(test).tolist() for test in bits.tests], provenance, last, values


def outcome(path: Path, ruleset: RuleSet, mode: Mode = "as-of", cached: bool = True) -> tuple[object, Outcome]:
    """What a rule set sees on a snapshot, and does to it."""
    with columns(path, [ruleset], mode, cached) as bits, closing(open_snapshot(path)) as connection:
        done = replay(ruleset, bits, read_directory(connection))
        return said(bits), Outcome(dict(done.tickets))


@pytest.mark.parametrize("seed", range(40))
def test_random_worlds_cold_and_warm(tmp_path: Path, seed: int) -> None:
    """Made, out of the cache, and on the cache of another rule set, in both modes: what each gives without."""
    rows, text, _ = seeded_world(seed)
    path = write_snapshot(tmp_path / "s.db", rows)
    ruleset, other = loaded(text), loaded(seeded_world(seed + 1000)[1])
    mode: Mode = "current" if seed % 3 == 0 else "as-of"
    plain = outcome(path, ruleset, mode, cached=False)
    assert outcome(path, ruleset, mode) == plain
    assert (tmp_path / "s.db.cache").exists()
    assert outcome(path, ruleset, mode) == plain
    assert outcome(path, other, "as-of") == outcome(path, other, "as-of", cached=False)
    assert outcome(path, ruleset, mode) == plain


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo shop; not to be changed."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    build_demo(path)
    return path


@pytest.fixture
def shop(demo: Path, tmp_path: Path) -> Path:
    """The demo shop, without a cache."""
    path = tmp_path / "demo.db"
    path.write_bytes(demo.read_bytes())
    return path


def rules(name: str = "baseline") -> RuleSet:
    """A rule set of the demo."""
    return load_ruleset(demo_folder() / "rulesets" / name)[0]


NEW_WORD = load_text(
    """version: 1
rules:
  - id: new
    on: ticket-message-created
    if: {message.text: {containsAny: [parcel, BRANDNEW]}}
    then: [{addTags: [new]}]
""",
    "new.yaml",
)[0]


def measured(path: Path, work: Work, *rulesets: RuleSet) -> Work:
    """What it takes to make the columns of these rule sets."""
    work.statements.clear()
    work.done.clear()
    with closing(open_snapshot(path)) as connection, open_cache(path, connection) as cache:
        connection.set_trace_callback(work.statements.append)
        facts = read_facts(connection, read_history(connection, cache), "as-of", cache)
        bits = bits_for(facts, rulesets)
        for test in bits.tests:
            bits.provenance(test.test.path)
    return work


def test_a_second_run_does_nothing_again(shop: Path, work: Work) -> None:
    """Cold, every text is folded and searched once; warm, no text is, and no record is read."""
    cold = measured(shop, work, rules())
    assert 0 < cold.done["folded"] == cold.done["searched"]
    assert cold.read("message") and cold.read("event") and cold.read("ticket")
    warm = measured(shop, work, rules())
    assert not warm.done
    assert not warm.read("message", "event", "ticket", "survey", "customer", "shop_profile", "shop_order")


def test_a_changed_rule_costs_only_its_new_conditions(shop: Path, work: Work) -> None:
    """A new word is looked for in the texts as they were folded before; a further run knows it."""
    messages = measured(shop, work, rules()).done["folded"]
    changed = measured(shop, work, rules(), NEW_WORD)
    assert changed.done["folded"] == 0 and changed.done["searched"] <= messages
    assert not changed.read("message", "event", "ticket")
    assert not measured(shop, work, rules(), NEW_WORD).done


def test_what_was_made_for_one_rule_set_is_not_lost_for_it(shop: Path, work: Work) -> None:
    """Two rule sets in turn, as when a rule is edited back and forth."""
    for ruleset in (rules(), rules("candidate")):
        measured(shop, work, ruleset)
    for ruleset in (rules(), rules("candidate")):
        assert not measured(shop, work, ruleset).done


def _flip(data: bytearray, at: int) -> None:
    data[at] ^= 1 << at % 8


def _zero(data: bytearray, at: int) -> None:
    data[at : at + 4096] = bytes(len(data[at : at + 4096]))


def _cut(data: bytearray, at: int) -> None:
    del data[at:]


@pytest.mark.parametrize("damage", [_flip, _zero, _cut])
def test_a_damaged_cache_changes_nothing(tmp_path: Path, damage: Callable[[bytearray, int], None]) -> None:
    """Wherever it is damaged: what is lost is made anew, and kept again."""
    rows, text, _ = seeded_world(7)
    path, ruleset = write_snapshot(tmp_path / "s.db", rows), loaded(text)
    with columns(path, [ruleset]) as bits:
        plain = said(bits)
    cache = tmp_path / "s.db.cache"
    whole = cache.read_bytes()
    for at in range(20, len(whole), len(whole) // 25):
        data = bytearray(whole)
        damage(data, at)
        cache.write_bytes(data)
        for _ in range(2):
            with columns(path, [ruleset]) as bits:
                assert said(bits) == plain


def test_the_cache_of_another_snapshot_is_not_believed(shop: Path, tmp_path: Path) -> None:
    """Copied beside a snapshot of the same tables and other content, it is thrown away."""
    with columns(shop, [rules()]):
        pass
    rows, text, _ = seeded_world(7)
    path = write_snapshot(tmp_path / "s.db", rows)
    (tmp_path / "s.db.cache").write_bytes((tmp_path / "demo.db.cache").read_bytes())
    assert outcome(path, loaded(text)) == outcome(path, loaded(text), cached=False)

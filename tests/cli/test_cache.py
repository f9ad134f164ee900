"""`run` with and without its cache: the same bytes, whatever has become of the file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ..twin.snapshots import write_snapshot
from .program import run_inside

FORMATS = ("json", "trail", "refusals", "attribution")
FEW = ("json", "trail")


def run(
    project: Path, *options: str, candidate: str = "next", formats: tuple[str, ...] = FORMATS, **environment: str
) -> list[bytes]:
    """What a run prints, and its reports."""
    outputs = [project / format for format in formats]
    ran = run_inside(
        "run", "--baseline", "rulesets/live.rules.yaml", "--candidate", f"rulesets/{candidate}.rules.yaml",
        *(part for path in outputs for part in ("--report", f"{path.name}={path}")), *options,
        folder=project, **environment,
    )  # fmt: skip
    assert (ran.code, ran.err) == (0, "")
    contents = [ran.out.encode(), *(path.read_bytes() for path in outputs)]
    for path in outputs:
        path.unlink()
    return contents


@pytest.fixture
def shop(project: Path) -> Path:
    """A project whose snapshot has no cache yet."""
    (project / "demo.db.cache").unlink(missing_ok=True)
    return project


@pytest.fixture
def small(shop: Path) -> Path:
    """The same with a snapshot of a few tickets and no orders."""
    (shop / "demo.db").unlink()
    write_snapshot(shop / "demo.db", {"ticket": [{"id": id, "created_at": id} for id in range(1, 9)]})
    return shop


def _emptied(cache: Path) -> None:
    cache.write_bytes(b"")


def _cut(cache: Path) -> None:
    cache.write_bytes(cache.read_bytes()[: -cache.stat().st_size // 3])


def _spoiled(cache: Path) -> None:
    data = bytearray(cache.read_bytes())
    for at in range(100, len(data) * 9 // 10, 5000):
        data[at] ^= 1
    cache.write_bytes(data)


def test_the_same_bytes(shop: Path) -> None:
    """Without a cache, while one is made, with it, and with what is left of it."""
    plain = run(shop, "--no-cache")
    cache = shop / "demo.db.cache"
    assert not cache.exists()
    assert run(shop) == plain == run(shop)
    for change in (_emptied, _cut, _spoiled):
        change(cache)
        assert run(shop) == plain
    whole = cache.stat()
    assert run(shop) == plain
    assert os.path.samestat(cache.stat(), whole)
    assert not [path.name for path in shop.iterdir() if "partial" in path.name]


def test_other_rules_and_facts_on_a_warm_cache(shop: Path) -> None:
    """A changed candidate, and the facts of today: as if there were no cache."""
    run(shop)
    text = (shop / "rulesets" / "next.rules.yaml").read_text("utf-8")
    changed = text.replace("refund", "reimburse")
    assert changed != text
    (shop / "rulesets" / "other.rules.yaml").write_text(changed, "utf-8")
    plain = run(shop, "--no-cache", "--facts", "current", candidate="other")
    for _ in range(2):
        assert run(shop, "--facts", "current", candidate="other") == plain


def test_settings_and_environment_switch_it_off(small: Path) -> None:
    """`cache = false` and SIMULATOR_CACHE=false, as with every option."""
    settings = small / "simulator.toml"
    run(small, formats=FEW, SIMULATOR_CACHE="false")
    settings.write_text("cache = false\n" + settings.read_text("utf-8"), "utf-8")
    run(small, formats=FEW)
    assert not (small / "demo.db.cache").exists()
    run(small, "--cache", formats=FEW)
    assert (small / "demo.db.cache").exists()


def test_where_nothing_can_be_written(small: Path, tmp_path: Path) -> None:
    """The name is taken, and the user's folder is none: the run is as ever."""
    plain = run(small, "--no-cache", formats=FEW)
    (small / "demo.db.cache").mkdir()
    own = tmp_path / "own"
    for folder in ("/dev/null/none", str(own), str(own)):
        assert run(small, formats=FEW, XDG_CACHE_HOME=folder, LOCALAPPDATA=folder) == plain
    assert len(list((own / "simulator").iterdir())) == 1

"""What was measured, as Markdown, and its place in `docs/performance.md`: from `<!-- bench -->` to `<!-- /bench -->`."""
# ruff: noqa: E501 - a row of a table stays on one line

from __future__ import annotations

import platform
import re
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tabulate import tabulate

from bench.peers import BY_ROW, WHOLE
from bench.workload import SIZES

Figures = Mapping[str, float]
_STAGE = re.compile(r"^(.+?)\s+([\d.]+) s$", re.MULTILINE)
_HEAD = ("what", "measured", "ratio", "to reach", "")


def section(figures: Figures, stages: str, rounds: int, absent: Sequence[str], note: str) -> str:
    """The tables of `make bench`."""
    size = int(figures["peer ours.rows"])
    return "\n\n".join((
        "## Made-up helpdesks, and other ways to do the same",
        _about(rounds, note),
        f"W0 has {SIZES['W0']:,} tickets, W1 {SIZES['W1']:,} ({int(figures['sweep.events']):,} outside events); 70 rules, "
        f"8 edits; {int(figures['sweep.lines']):,} changes on the baseline's side of W1. Seconds are of processor.",
        tabulate(_reach(figures), _HEAD, "pipe", disable_numparse=True),
        f"Conditions only: {int(figures['peer ours.conditions'])} conditions on the {size:,} messages of W0, reading not "
        f"counted, same hits ({int(figures['peer ours.hits']):,}). Engines that take a row at a time were given a tenth to "
        "a hundredth of the rows, and scaled.",
        tabulate(_peers(figures), ("conditions only, W0", "how", "seconds", "against ours"), "pipe", disable_numparse=True),
        _break_even(figures, size),
        *([f"Not installed here, so not measured: {', '.join(absent)}."] if absent else []),
        "Where the time of the run on W1 goes (`run -v`, seconds by the clock):",
        _stages(stages),
    ))  # fmt: skip


def growth(figures: Figures, stages: str, rounds: int, note: str) -> str:
    """The tables of `make bench-large`."""
    rows = [
        (name, f"{figures[f'run {name}.cpu']:.1f} s", f"{figures[f'run {name}.memory']:,.0f} MiB",
         f"{figures[f'fetchall {name}.cpu']:.2f} s", _times(figures[f"run {name}.cpu"], figures[f"fetchall {name}.cpu"]))
        for name in ("W1", "W2")
    ]  # fmt: skip
    rows.append(("growth (to reach: 10.5, 500 MiB)", _times(figures["run W2.cpu"], figures["run W1.cpu"]), "", "", ""))
    head = ("", "whole `run`", "peak memory", "`fetchall`", "ratio")
    tables = tabulate(rows, head, "pipe", disable_numparse=True), _stages(stages)
    about = _about(rounds, note)
    return "\n\n".join(
        (
            "## A million tickets",
            about,
            tables[0],
            "Where the time of the run on W2 goes (seconds by the clock):",
            tables[1],
        )
    )


def write(page: Path, marker: str, text: str) -> None:
    """Put the text between the markers of the page, which stand at its end if it has none."""
    first, last = f"<!-- {marker} -->", f"<!-- /{marker} -->"
    old = page.read_text(encoding="utf-8")
    if first not in old:
        old = f"{old.rstrip()}\n\n{first}\n{last}\n"
    before, _, rest = old.partition(first)
    page.write_text(f"{before}{first}\n\n{text}\n\n{last}{rest.partition(last)[2]}", encoding="utf-8")


def _about(rounds: int, note: str) -> str:
    names = ("numpy", "ahocorasick-rs", *WHOLE, *BY_ROW)
    found = [f"{name} {version(name)}" for name in names if name != "sqlite3"]
    today, median = datetime.now(UTC).date(), f"medians of {rounds} rounds" if rounds > 1 else "one round"
    return (
        f"Made by `make bench` on {today}: {median} in which all take turns. {_machine()}; Python "
        f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}, {', '.join(found)}. {note}"
    ).strip()


def _machine() -> str:
    info = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.+)", info.read_text()) if info.exists() else [platform.processor()]
    return f"{len(names)} x {names[0]}, {platform.system()}"


def _reach(figures: Figures) -> list[tuple[str, ...]]:
    run, rows, jobs = figures["run W1.cpu"], figures["fetchall.cpu"], figures.get("jobs.wall")
    again = figures.get("again W1.cpu")
    small, memory = figures["run W0.cpu"], figures["run W1.memory"]
    return [
        _most("whole `run` on W1, against `fetchall` of its rows", f"{run:.1f} s, {rows:.2f} s", run / rows, 4.5),
        ("the same, columns known from an earlier run", "no columns are kept", "", "2.7 or less", "not built")
        if again is None
        else _most("the same, columns known from an earlier run", f"{again:.1f} s", again / rows, 2.7),
        _least("the plain twin (a sample, scaled) against whole `run`", f"{figures['twin.cpu']:.0f} s", figures["twin.cpu"] / run, 65),
        _most("a further rule set on known columns, against whole `run`", f"{figures['sweep.further']:.2f} s", figures["sweep.further"] / run, 0.15),
        _most("one edited rule, against whole `run`", f"{figures['sweep.edit']:.2f} s", figures["sweep.edit"] / run, 0.05),
        _most("growth of `run`, W0 to W1 (ten times the tickets)", f"{small:.1f} s, {run:.1f} s", run / small, 10.5),
        ("peak memory, W0 and W1", f"{figures['run W0.memory']:.0f} MiB, {memory:.0f} MiB", "", "350 MiB", _met(memory <= 350)),
        ("two processes against one, by the clock", "no `--jobs` yet", "", "0.62 or less", "not built")
        if jobs is None
        else _most("two processes against one, by the clock", f"{jobs:.1f} s", jobs / figures["alone.wall"], 0.62),
        ("`import gorgias` of W0's export", f"{figures['import.rate']:,.0f} records/s, {figures['import.memory']:.0f} MiB", "", "30,000 records/s", _met(figures["import.rate"] >= 30_000)),
    ]  # fmt: skip


def _most(what: str, measured: str, ratio: float, reach: float) -> tuple[str, ...]:
    return what, measured, _number(ratio), f"{reach} or less", _met(ratio <= reach)


def _least(what: str, measured: str, ratio: float, reach: float) -> tuple[str, ...]:
    return what, measured, _number(ratio), f"{reach} or more", _met(ratio >= reach)


def _met(reached: bool) -> str:
    return "reached" if reached else "**not reached**"


def _peers(figures: Figures) -> list[tuple[str, ...]]:
    ours = figures["peer ours.cpu"]
    asked = {"ours": "columns, all words in one pass"}
    asked |= {name: peer[0] for name, peer in WHOLE.items()} | {name: peer[0] for name, peer in BY_ROW.items()}
    took = {name: figures[f"peer {name}.cpu"] for name in asked if f"peer {name}.cpu" in figures}
    rows = sorted(took.items(), key=lambda pair: pair[1])
    return [(name, asked[name], f"{cpu:.2f}", _times(cpu, ours)) for name, cpu in rows]


def _break_even(figures: Figures, rows: int) -> str:
    """Up to how many messages the quickest engine by the row is done before a whole run of ours has even begun."""
    cpu, name = min((figures[f"peer {name}.cpu"], name) for name in BY_ROW if f"peer {name}.cpu" in figures)
    start = figures["start.cpu"]
    return (
        f"The simulator takes {start:.2f} s to start. In that time {name}, in a program that runs already, has tested "
        f"{start * rows / cpu:,.0f} messages: for a few thousand events an engine by the row is quicker."
    )


def _times(one: float, other: float) -> str:
    return _number(one / other)


def _number(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}" if ratio >= 20 else f"{ratio:.1f}"


def _stages(told: str) -> str:
    return tabulate(_STAGE.findall(told), ("stage", "s"), "pipe", disable_numparse=True)

"""`make bench`: all measurements, taking turns, and what came of them written into `docs/performance.md`.

`python -m bench.run [--large] [--rounds N] [--note TEXT]`: `--large` measures growth to a million tickets, once.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from bench import report
from bench.export import make_export
from bench.measure import ROOT, Took, part, process, rounds
from bench.peers import BY_ROW, WHOLE, missing
from bench.workload import SIZES, make_world

CACHE = ROOT / "bench" / ".cache"
Figures = Mapping[str, float]
Measurements = dict[str, Callable[[], Figures]]


class Bench:
    """The worlds, and the stages that the last whole run told of."""

    def __init__(self, *names: str) -> None:
        self.folders = {name: CACHE / f"{name}-{_edition()}" for name in names}
        for name, folder in self.folders.items():
            _say(f"{name}: {SIZES[name]:,} tickets")
            make_world(folder, SIZES[name])
        self.stages: dict[str, str] = {}
        self.can_split = "--jobs" in process(["-m", "simulator", "run", "--help"]).out

    def run(self, name: str, *more: str, known: bool = False) -> Figures:
        """A whole `simulator run`; `known`: columns that an earlier run left beside the snapshot may be used."""
        folder = self.folders[name]
        if not known:
            self.forget(name)
        took = self._run(folder, more)
        self.stages[name] = took.err
        return {"cpu": took.cpu, "wall": took.wall, "memory": took.memory}

    def again(self, name: str) -> Figures:
        """A second run, if the first left anything to go by."""
        return self.run(name, known=True) if list(self._left(name)) else {}

    def forget(self, name: str) -> None:
        """Delete whatever earlier runs left beside the snapshot."""
        for path in self._left(name):
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _left(self, name: str) -> list[Path]:
        kept = {"helpdesk.db", "baseline.rules.yaml", "candidate.rules.yaml", "export"}
        return [path for path in sorted(self.folders[name].iterdir()) if path.name not in kept]

    def _run(self, folder: Path, more: tuple[str, ...]) -> Took:
        rules = [f"--{side}={folder / side}.rules.yaml" for side in ("baseline", "candidate")]
        return process(["-m", "simulator", "run", "-v", f"--snapshot={folder / 'helpdesk.db'}", *rules, *more])

    def part(self, what: str, name: str) -> Callable[[], Figures]:
        """A part of the simulator in a process of its own."""
        return lambda: part("bench.ours", what, str(self.folders[name]))

    def peer(self, package: str) -> Callable[[], Figures]:
        """The conditions, by a peer."""
        return lambda: part("bench.peers", package, str(self.folders["W0"]))

    def imported(self, records: int) -> Figures:
        """`import gorgias` of the world's export into a new snapshot."""
        made = CACHE / "imported.db"
        made.unlink(missing_ok=True)
        export = str(self.folders["W0"] / "export")
        took = process(["-m", "simulator", "import", "gorgias", export, f"--snapshot={made}"])
        made.unlink()
        return {"rate": records / took.cpu, "memory": took.memory, "records": records}


def measured(bench: Bench) -> Measurements:
    """What `make bench` measures, in the order of a round."""
    records = make_export(bench.folders["W0"] / "helpdesk.db", bench.folders["W0"] / "export")
    found: Measurements = {
        "fetchall": bench.part("fetchall", "W1"),
        "run W1": lambda: bench.run("W1"),
        "again W1": lambda: bench.again("W1"),
        "run W0": lambda: bench.run("W0"),
        "sweep": bench.part("sweep", "W1"),
        "twin": bench.part("twin", "W1"),
        "import": lambda: bench.imported(records),
        "start": lambda: {"cpu": process(["-c", "import simulator.cli.run, simulator.pipeline"]).cpu},
    }
    if bench.can_split:
        found["jobs"] = lambda: bench.run("W1", "--jobs", "2")
        found["alone"] = lambda: bench.run("W1", "--jobs", "1")
    absent = missing([*WHOLE, *BY_ROW])
    found |= {f"peer {name}": bench.peer(name) for name in ("ours", *WHOLE, *BY_ROW) if name not in absent}
    return found


def grown(bench: Bench) -> Measurements:
    """What `make bench-large` measures."""
    return {
        "fetchall W1": bench.part("fetchall", "W1"),
        "run W1": lambda: bench.run("W1"),
        "fetchall W2": bench.part("fetchall", "W2"),
        "run W2": lambda: bench.run("W2"),
    }


def _edition() -> str:
    """Which generator made a world: another one makes its own."""
    sources = (Path(__file__).with_name(name).read_bytes() for name in ("texts.py", "workload.py"))
    return hashlib.sha256(b"".join(sources)).hexdigest()[:8]


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    """Measure, print, and write the page's section."""
    parser = argparse.ArgumentParser(prog="bench.run")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--note", default="")
    chosen = parser.parse_args()
    bench = Bench(*(("W1", "W2") if chosen.large else ("W0", "W1")))
    count = chosen.rounds or (1 if chosen.large else 5)
    figures = rounds(grown(bench) if chosen.large else measured(bench), count, _say)
    absent = missing([*WHOLE, *BY_ROW])
    if chosen.large:
        section = report.growth(figures, bench.stages["W2"], count, chosen.note)
    else:
        section = report.section(figures, bench.stages["W1"], count, absent, chosen.note)
    print(section)
    report.write(ROOT / "docs" / "performance.md", "bench-large" if chosen.large else "bench", section)


if __name__ == "__main__":
    main()

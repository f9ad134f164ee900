"""Measuring: processes by what the system says they took, and medians of several rounds in which all take turns."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
_WATCH = Path(__file__).with_name("watch.py")
_NOT_OURS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")  # settings that only slow numpy down


class Took(NamedTuple):
    """What a process took: seconds of processor, seconds by the clock, MiB of memory at its highest; what it said."""

    cpu: float
    wall: float
    memory: float
    out: str
    err: str


def process(arguments: Sequence[str]) -> Took:
    """Run Python on these arguments, start and end included. RuntimeError where it ends badly."""
    environment = {key: value for key, value in os.environ.items() if key not in _NOT_OURS}
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}
    done = subprocess.run(  # noqa: S603 our own program
        [sys.executable, "-S", str(_WATCH), *arguments], capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    told, _, figures = done.stderr.rstrip().rpartition("\n")
    return Took(**json.loads(figures), out=done.stdout, err=told)


def part(module: str, *arguments: str) -> dict[str, float]:
    """Run a module of the benchmark in a process of its own; it prints figures as JSON on its last line."""
    found: dict[str, float] = json.loads(process(["-m", module, *arguments]).out.splitlines()[-1])
    return found


Round = Mapping[str, Callable[[], Mapping[str, float]]]
"""What takes turns: by name, a measurement that gives figures."""


def rounds(what: Round, count: int, say: Callable[[str], None]) -> dict[str, float]:
    """The median of each figure over so many rounds. Names are `MEASUREMENT.FIGURE`."""
    found: dict[str, list[float]] = {}
    for number in range(count):
        for name, measure in what.items():
            begun = time.perf_counter()
            for figure, value in measure().items():
                found.setdefault(f"{name}.{figure}", []).append(value)
            say(f"round {number + 1} of {count}: {name} {time.perf_counter() - begun:.1f} s")
    return {name: median(values) for name, values in found.items()}

"""Running the program: inside this process, which is fast, or as a process of its own, which is measured."""

from __future__ import annotations

import gc
import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import simulator.cli.main as program

CHECKOUT = Path(__file__).parents[2]


class Ran(NamedTuple):
    """The exit code, and what was printed."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """All that was printed."""
        return self.out + self.err


class Measured(NamedTuple):
    """A run in a process of its own; `seconds` of processor time, `megabytes` at the highest."""

    code: int
    text: str
    seconds: float
    megabytes: float


def run_inside(*arguments: object, folder: Path, **environment: str) -> Ran:
    """The program in this process, in a working folder, with nothing of ours in the environment but `environment`."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", errors="backslashreplace", newline="") for _ in range(2))
    with _surroundings(folder, [str(one) for one in arguments], environment):
        try:
            with redirect_stdout(out), redirect_stderr(err):
                code = program._flushed(program._run())
        except SystemExit as stop:
            code = int(stop.code or 0)
        finally:
            gc.enable()  # a run switches it off
    texts = []
    for stream in (out, err):
        stream.flush()
        stream.seek(0)
        texts.append(stream.read())
    return Ran(code, *texts)


@contextmanager
def _surroundings(folder: Path, arguments: list[str], environment: dict[str, str]) -> Iterator[None]:
    before = Path.cwd(), sys.argv, dict(os.environ)
    try:
        os.chdir(folder)
        sys.argv = ["simulator", *arguments]
        for name in [one for one in os.environ if one.startswith("SIMULATOR_") or one.endswith("_COLOR")]:
            del os.environ[name]
        os.environ.update(environment)
        yield
    finally:
        os.chdir(before[0])
        sys.argv = before[1]
        os.environ.clear()
        os.environ.update(before[2])


def _heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(*arguments: object, folder: Path, **options: object) -> subprocess.Popen[bytes]:
    """The program as a process of its own, which heeds ctrl-C even where the tests were started with it ignored."""
    environment = {**environment_for(), **options.pop("environment", {})}  # type: ignore[dict-item]
    options.setdefault("preexec_fn", _heed_interrupts)
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        [sys.executable, "-m", "simulator", *map(str, arguments)], cwd=folder, env=environment, **options
    )


def environment_for(**more: str) -> dict[str, str]:
    """This environment without what would change the output."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SIMULATOR_") and not k.endswith("_COLOR")}
    return {**kept, "PYTHONPATH": str(CHECKOUT), **more}


_MEASURE = """
import atexit, sys, time
def tell():
    try:
        peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
    except OSError:
        import resource
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print("MEASURED", time.process_time(), int(peak) / 1024, flush=True)
atexit.register(tell)
from simulator.cli.main import main
main()
"""
"""Tells the highest memory of this process alone: what `wait4` gives includes that of the process that started it."""


def run_measured(*arguments: object, folder: Path, limit: float = 60) -> Measured:
    """The program as a process of its own, its output taken together, its time and memory measured."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, *map(str, arguments)],
        cwd=folder,
        env=environment_for(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=limit,
        check=False,
    )
    text, _, told = done.stdout.decode("utf-8", "replace").rpartition("MEASURED")
    seconds, megabytes = map(float, told.split())
    return Measured(done.returncode, text, seconds, megabytes)

"""One writer at a time: a lock file beside the snapshot, held by the operating system and freed when the writer dies.

The file `.NAME.lock` holds the number of the process that writes, for the message to the second one.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from simulator.diagnostics import Location
from simulator.errors import input_error

_PAUSE = 0.1  # seconds between two tries

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        os.lseek(descriptor, 1 << 30, os.SEEK_SET)  # a byte far behind the text: others can still read it
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def writer_lock(snapshot: Path, wait: float = 5.0) -> Iterator[None]:
    """Hold the only right to write `snapshot`; after `wait` seconds of trying, InputError S008 "in use by PID"."""
    path = snapshot.with_name(f".{snapshot.name}.lock")
    descriptor = _locked(path, max(1, round(wait / _PAUSE)))
    try:
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, str(os.getpid()).encode("ascii"))
        yield
    finally:
        if sys.platform != "win32":  # Windows does not remove a file that is open
            path.unlink(missing_ok=True)
        os.close(descriptor)


def _locked(path: Path, tries: int) -> int:
    for attempt in range(tries):
        descriptor = try_lock(path)
        if descriptor is not None:
            return descriptor
        if attempt + 1 < tries:
            time.sleep(_PAUSE)
    name = path.name.removeprefix(".").removesuffix(".lock")
    raise input_error("S008", f"the snapshot is in use by {_holder(path)}", Location(str(path.with_name(name))))


def try_lock(path: Path) -> int | None:
    """A descriptor of the file, made if need be, that holds its lock; None while another process has it.

    Raises OSError where the file can be neither made nor opened.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with suppress(OSError):
        _take(descriptor)
        if _is_still(path, descriptor):
            return descriptor
    os.close(descriptor)
    return None


def _is_still(path: Path, descriptor: int) -> bool:
    """Whether the locked file still has its name: the one before us may have removed it in between."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _holder(path: Path) -> str:
    try:
        pid = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        pid = ""
    return f"PID {pid}" if pid.isdigit() else "another process"

"""Writing reports whole: a temporary file in the same folder, flushed to the disk, then put in place in one step.

On a full disk, an interrupt or a kill the old report stays as it was, and no half file has the final name.
A report may hold personal data: its file is for its owner only (0600).
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

from simulator.diagnostics import Location
from simulator.errors import InputError, input_error

CODES: dict[str, str] = {
    "O001": "The output is a folder, or its folder does not exist.",
    "O002": "The output is a file that this run reads, such as the snapshot. Reports never replace what they tell of.",
    "O003": "The output cannot be written: disk full, no permission, or a failing disk. The old file is untouched.",
}
"""Code -> meaning, in plain words."""


def check_output(path: Path, inputs: Iterable[Path] = ()) -> None:
    """Whether a report may go to `path`, before any work is done. `inputs`: files that it must not replace.

    Raises InputError O001 to O003.
    """
    if "\0" in str(path):
        raise input_error("O001", "a file name cannot hold a NUL")
    try:
        if path.is_dir():
            raise input_error("O001", "the output is a folder: name a file in it", Location(str(path)))
        if not path.parent.is_dir():
            raise input_error("O001", f"there is no folder {path.parent}", Location(str(path)))
        if path.exists() and any(read.exists() and path.samefile(read) for read in inputs):
            raise input_error("O002", "the output is a file that this run reads", Location(str(path)))
    except OSError as error:
        raise _failed(path, error) from error


def write_report(path: Path, text: Iterable[str], inputs: Iterable[Path] = ()) -> None:
    """Write a report whole or not at all, in UTF-8 and with line ends as given.

    A symlink to a file is replaced, never written through; a device or a pipe is written to as it stands.
    Raises InputError O001 to O003.
    """
    check_output(path, inputs)
    try:
        stream = path.exists() and not stat.S_ISREG(path.stat().st_mode)
        (_write_stream if stream else _replace)(path, text)
    except OSError as error:
        raise _failed(path, error) from error


def _write_stream(path: Path, text: Iterable[str]) -> None:
    with path.open("wb") as file:
        for piece in text:
            file.write(_encoded(piece))


def _replace(path: Path, text: Iterable[str]) -> None:
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:80]}.", suffix=".partial")
    partial = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            for piece in text:
                file.write(_encoded(piece))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _encoded(piece: str) -> bytes:
    """UTF-8; a lone surrogate, which UTF-8 does not have, shows as its escape."""
    return piece.encode("utf-8", "backslashreplace")


def _sync_folder(folder: Path) -> None:
    """Make the new name last. Where folders cannot be opened (Windows), the file itself was flushed already."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _failed(path: Path, error: OSError) -> InputError:
    return input_error("O003", f"cannot write the report: {error.strerror or error}", Location(str(path)))

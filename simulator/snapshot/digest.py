"""The file digest: SHA-256 of every byte of a snapshot, kept inside the snapshot itself.

SQLite's own checks miss most changed bytes; this misses none, and is the cheapest check there is. The digest stands
in table `meta` as 64 hexadecimal digits; it is computed with those 64 bytes set to "0". `meta` is the first table
made, so its row lies in the second page of the file: the place is found there and nowhere else, so no text of a
ticket can pretend to be it. It guards against accidents, not against somebody who wants to deceive.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

KEY = "file_digest"
BLANK = "0" * 64
_PAGE = 4096
_CHUNK = 1 << 20


def seal(path: Path) -> str:
    """Write the digest into its place in a finished, closed snapshot, and return it."""
    with path.open("r+b") as file:
        place = _place(file)
        if place is None:
            raise ValueError("no place for the digest")
        digest = _digest(file, place)
        file.seek(place)
        file.write(digest.encode("ascii"))
        file.flush()
        os.fsync(file.fileno())
    return digest


def is_sealed(path: Path) -> bool:
    """Whether the file is, byte for byte, what was written. Raises OSError."""
    with path.open("rb") as file:
        place = _place(file)
        if place is None:
            return False
        file.seek(place)
        return file.read(64) == _digest(file, place).encode("ascii")


def _place(file: BinaryIO) -> int | None:
    """Where in the file the 64 digits stand: right after their key, in the second page."""
    file.seek(_PAGE)
    at = file.read(_PAGE).find(KEY.encode("ascii"))
    return _PAGE + at + len(KEY) if at >= 0 else None


def _digest(file: BinaryIO, place: int) -> str:
    sha = hashlib.sha256()
    file.seek(0)
    sha.update(file.read(place))
    sha.update(BLANK.encode("ascii"))
    file.seek(place + 64)
    while chunk := file.read(_CHUNK):
        sha.update(chunk)
    return sha.hexdigest()

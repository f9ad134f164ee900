"""PARTS: one file of named pieces of bytes, each with its checksum, written once and read piece by piece.

It holds plain bytes and a JSON index: reading it never runs anything. The index stands at the end, under a checksum of
its own; a file that was cut short or changed anywhere lacks the pieces that suffered, or is no such file.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import struct
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

_MAGIC = b"simulator parts 1\n"
_TRAILER = struct.Struct("<QQ32s")  # of the index: where it begins, how long it is, its SHA-256
_LONGEST_INDEX = 1 << 26
_CHUNK = 1 << 20
_READING = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Part(NamedTuple):
    """Where a piece stands, its length in bytes, and its SHA-256."""

    offset: int
    length: int
    sha256: str


class PartsFile:
    """An open file of parts; `key` is what it was written for."""

    def __init__(self, file: BinaryIO, key: str, parts: Mapping[str, Part]) -> None:
        self._file, self.key, self.parts = file, key, parts

    def read(self, name: str) -> bytes | None:
        """A piece as it was written; None where there is none, or it has changed."""
        part = self.parts.get(name)
        if part is None:
            return None
        with suppress(OSError):
            self._file.seek(part.offset)
            data = self._file.read(part.length)
            if hashlib.sha256(data).hexdigest() == part.sha256:
                return data
        return None

    def raw(self, name: str) -> Iterator[bytes]:
        """A piece in chunks, unchecked. Raises OSError where it is cut short."""
        offset, left, _ = self.parts[name]
        self._file.seek(offset)
        while left:
            chunk = self._file.read(min(left, _CHUNK))
            if not chunk:
                raise OSError("cut short")
            left -= len(chunk)
            yield chunk

    def close(self) -> None:
        """No more reading."""
        self._file.close()


def open_parts(path: Path) -> PartsFile | None:
    """A file of parts that we wrote, and nobody else could have; None for anything else."""
    file = None
    try:
        file = _open_ours(path)
        return PartsFile(file, *_index(file))
    except (OSError, ValueError, RecursionError):
        if file is not None:
            file.close()
        return None


def may_replace(path: Path) -> bool:
    """Whether a name is free, or has a file of parts that we wrote, whole or not: nothing else is written over."""
    try:
        with _open_ours(path) as file:
            return file.read(len(_MAGIC)) in (_MAGIC, b"")
    except FileNotFoundError:
        return True
    except OSError:
        return False


def _open_ours(path: Path) -> BinaryIO:
    """Raises OSError for what is missing, or no plain file of ours."""
    descriptor = os.open(path, _READING)
    if not is_ours(os.fstat(descriptor)):
        os.close(descriptor)
        raise PermissionError("not ours")
    return os.fdopen(descriptor, "rb")


def is_ours(status: os.stat_result) -> bool:
    """A plain file that nobody else can write to."""
    mine = not hasattr(os, "geteuid") or (status.st_uid == os.geteuid() and not status.st_mode & 0o022)
    return stat.S_ISREG(status.st_mode) and mine


def _index(file: BinaryIO) -> tuple[str, dict[str, Part]]:
    """The key and the places of the parts. Raises ValueError where the file is not whole."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if file.read(len(_MAGIC)) != _MAGIC or size < len(_MAGIC) + _TRAILER.size:
        raise ValueError("not a file of parts")
    file.seek(size - _TRAILER.size)
    start, length, sha256 = _TRAILER.unpack(file.read(_TRAILER.size))
    if length > _LONGEST_INDEX or start + length != size - _TRAILER.size:
        raise ValueError("cut short")
    file.seek(start)
    text = file.read(length)
    if hashlib.sha256(text).digest() != sha256:
        raise ValueError("the index has changed")
    key, listed = json.loads(text)
    parts = {str(name): Part(int(at), int(length), str(sha)) for name, at, length, sha in listed}
    if not isinstance(key, str) or any(at < 0 or n < 0 or at + n > start for at, n, _ in parts.values()):
        raise ValueError("parts outside the file")
    return key, parts


class PartsWriter:
    """Writes a file of parts from the start of an open, empty file."""

    def __init__(self, file: BinaryIO) -> None:
        """Raises OSError, as all of it does."""
        self._file = file
        self.parts: dict[str, Part] = {}
        file.write(_MAGIC)

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """A piece; one of the same name before it is forgotten."""
        offset, sha = self._file.tell(), hashlib.sha256()
        for chunk in chunks:
            sha.update(chunk)
            self._file.write(chunk)
        self.parts[name] = Part(offset, self._file.tell() - offset, sha.hexdigest())

    def copy(self, name: str, source: PartsFile) -> None:
        """A piece of another file, with its checksum as it stands there."""
        offset = self._file.tell()
        for chunk in source.raw(name):
            self._file.write(chunk)
        self.parts[name] = source.parts[name]._replace(offset=offset)

    def finish(self, key: str) -> None:
        """Write the index: the file is whole."""
        text = json.dumps([key, [[name, *part] for name, part in self.parts.items()]]).encode("ascii")
        start = self._file.tell()
        self._file.write(text)
        self._file.write(_TRAILER.pack(start, len(text), hashlib.sha256(text).digest()))
        self._file.flush()

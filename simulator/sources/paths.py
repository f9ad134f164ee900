"""Which files a path holds: a file, a folder with its subfolders, or an archive; plain, gzip or zip; never extracted.

Every file is given as an `Entry` that opens a stream of bytes within the limits. Links inside folders and archives,
names that leave an archive, archives inside archives and encrypted members are refused.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from simulator.diagnostics import Location
from simulator.errors import InputError, input_error
from simulator.sources.limits import ENTRIES, FILES, RATIO, RATIO_FROM, TOTAL_BYTES

Progress = Callable[[int], None]
"""Told how many bytes of the files on the disk were read since it was told last."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file to read. `name` is for messages (as given, or `archive.zip/member`)."""

    name: str
    stem: str
    """`tickets_1` of `tickets_1.jsonl.gz`."""
    suffix: str
    """The last suffix that is not a compression: `.json`, `.csv`, ``."""
    named: bool
    """Whether the user named this very file: then it must be one that can be read."""
    size: int
    """Bytes on the disk, for the progress bar."""
    open: Callable[[Progress], IO[bytes]]
    identity: Callable[[], str]
    """SHA-256 of the bytes on the disk (with the member's name, in an archive)."""


def entries(paths: tuple[Path, ...]) -> Iterator[Entry]:
    """Every file under `paths`, folders in order of name. Raises InputError I001 to I005."""
    for path in paths:
        if path.is_dir():
            for file in _walk(path):
                yield from _of_file(file, named=False)
        elif path.is_file():
            yield from _of_file(path, named=True)
        else:
            raise input_error("I001", "no such file or folder", Location(str(path)))


def _walk(folder: Path) -> Iterator[Path]:
    """The files under a folder, hidden ones left out, sorted by path."""
    found: list[Path] = []
    for root, folders, files in os.walk(folder, onerror=_unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in (*folders, *sorted(files)):
            if Path(root, name).is_symlink():
                raise input_error("I002", "a link: name its target instead", Location(str(Path(root, name))))
        found += [Path(root, name) for name in files if not name.startswith(".")]
        if len(found) > FILES:
            raise input_error("I004", f"more than {FILES} files (limit FILES)", Location(str(folder)))
    yield from sorted(path for path in found if path.is_file())


def _unreadable(error: OSError) -> None:
    raise input_error("I003", f"cannot be read: {error.strerror}", Location(str(error.filename)))


def _of_file(path: Path, named: bool) -> Iterator[Entry]:
    if path.suffix.lower() == ".zip":
        yield from _members(path, named)
        return
    size = path.stat().st_size

    def open_it(progress: Progress) -> IO[bytes]:
        return _stream(path.open("rb"), path.name, size, progress, str(path))

    stem, suffix = _split(path.name)
    yield Entry(str(path), stem, suffix, named, size, open_it, lambda: _sha256(path))


def _split(name: str) -> tuple[str, str]:
    """Stem and suffix: `tickets_1.jsonl.gz` is `tickets_1` and `.jsonl`."""
    plain = name[:-3] if name.lower().endswith(".gz") else name
    stem, dot, suffix = plain.rpartition(".")
    return (stem, dot + suffix.lower()) if stem else (plain, "")


def _stream(raw: IO[bytes], name: str, size: int, progress: Progress, place: str) -> IO[bytes]:
    """Buffered bytes of a file, decompressed if it is gzip, counted against the limits."""
    counted = _Counted(raw, progress)
    if not name.lower().endswith(".gz"):
        return io.BufferedReader(counted, 1 << 20)
    return io.BufferedReader(_Bounded(_Gunzipped(io.BufferedReader(counted, 1 << 18)), size, place), 1 << 20)


def _members(path: Path, named: bool) -> Iterator[Entry]:
    """The files in a zip archive, sorted by name."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, UnicodeDecodeError) as error:
        raise input_error("I005", f"not a zip archive: {error}", Location(str(path))) from error
    if len(infos) > ENTRIES:
        raise input_error("I004", f"more than {ENTRIES} entries (limit ENTRIES)", Location(str(path)))
    if sum(info.file_size for info in infos) > TOTAL_BYTES:
        raise input_error("I004", "more than 2 GB of content (limit TOTAL_BYTES)", Location(str(path)))
    for info in sorted(infos, key=lambda info: info.filename):
        parts = PurePosixPath(info.filename).parts
        if not any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts):
            yield _member(path, info, named and len(infos) == 1)


def _member(path: Path, info: zipfile.ZipInfo, named: bool) -> Entry:
    place = f"{path}/{info.filename}"
    pure = PurePosixPath(info.filename)
    if pure.is_absolute() or ".." in pure.parts or "\\" in info.filename or ":" in info.filename:
        raise input_error("I005", "the name of this member leaves the archive", Location(place))
    if stat.S_ISLNK(info.external_attr >> 16):
        raise input_error("I005", "a link in an archive", Location(place))
    if info.flag_bits & 0x1:
        raise input_error("I005", "this member is encrypted", Location(place))
    if pure.suffix.lower() in (".zip", ".tar", ".tgz", ".7z", ".rar"):
        raise input_error("I005", "an archive in an archive", Location(place))

    def open_it(progress: Progress) -> IO[bytes]:
        try:
            with zipfile.ZipFile(path) as archive:
                raw = archive.open(info)  # keeps the file open until it is closed itself
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise input_error("I005", f"damaged: {error}", Location(place)) from error
        bounded = io.BufferedReader(_Bounded(raw, info.compress_size, place), 1 << 20)
        return _stream(bounded, pure.name, info.file_size, progress, place)

    stem, suffix = _split(pure.name)
    identity = f"/{info.filename}".encode("utf-8", "surrogateescape")
    return Entry(place, stem, suffix, named, info.compress_size, open_it, lambda: _sha256(path, identity))


class _Gunzipped(gzip.GzipFile):
    """Decompressed bytes of a stream that is closed with it."""

    def __init__(self, packed: io.BufferedReader) -> None:
        super().__init__(fileobj=packed, mode="rb")
        self._packed = packed

    def close(self) -> None:
        super().close()
        self._packed.close()


class _Counted(io.RawIOBase):
    """Bytes of a file on the disk; tells the progress bar."""

    def __init__(self, source: IO[bytes], progress: Progress) -> None:
        super().__init__()
        self._source, self._progress = source, progress

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._source.read(len(buffer))
        buffer[: len(data)] = data
        self._progress(len(data))
        return len(data)

    def close(self) -> None:
        self._source.close()
        super().close()


class _Bounded(io.RawIOBase):
    """Bytes out of a compressed file: stops at the limits of size and ratio, and names the file when it is damaged."""

    def __init__(self, source: _Gunzipped | IO[bytes], size: int, place: str) -> None:
        super().__init__()
        self._source, self._size, self._place, self._given = source, size, place, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._source.read(len(buffer))
        except EOFError:
            raise self._error("I005", "cut: the compressed file ends too early") from None
        except (zlib.error, zipfile.BadZipFile, gzip.BadGzipFile, NotImplementedError) as error:
            raise self._error("I005", f"damaged: {error}") from error
        self._given += len(data)
        if self._given > TOTAL_BYTES:
            raise self._error("I004", "more than 2 GB of content (limit TOTAL_BYTES)")
        if self._given > RATIO_FROM and self._given > RATIO * self._size:
            raise self._error("I004", f"compressed more than {RATIO} to 1 (limit RATIO)")
        buffer[: len(data)] = data
        return len(data)

    def _error(self, code: str, message: str) -> InputError:
        return input_error(code, message, Location(self._place))

    def close(self) -> None:
        self._source.close()
        super().close()


def _sha256(path: Path, more: bytes = b"") -> str:
    with path.open("rb") as file:
        sha = hashlib.file_digest(file, "sha256")
    sha.update(more)
    return sha.hexdigest()

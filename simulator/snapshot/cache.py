"""CACHE: what was worked out from a snapshot, kept beside it so that the next run need not do it again.

One file, `NAME.cache`, readable by its owner only, as it holds the text of tickets. It may be deleted at any time: a
run with it gives the same bytes as one without. It is used only where it was made from the very same content by the
very same program; anything else is thrown away and made anew, and where it cannot be written, nothing is said.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from simulator.snapshot import digest
from simulator.snapshot.lock import try_lock
from simulator.snapshot.parts import PartsFile, PartsWriter, is_ours, may_replace, open_parts
from simulator.snapshot.store import meta_value

_SPARE = {"truth": 500, "column": 50}
"""Parts that a run did not need are kept, but of those whose names begin so only this many: other rule sets ask other
conditions."""


class Cache:
    """Named parts of one snapshot's cache: those of before can be got, new ones are put, and `closed` keeps them.

    Without places it is nothing: nothing is got, and what is put is forgotten.
    """

    def __init__(self, key: str = "", places: tuple[Path, ...] = ()) -> None:
        """`places`: paths of the file, the first of which that can be read or written is taken."""
        self._key, self._places = key, places
        self._old = _opened(key, places)
        self._writer: _Writing | None = None
        self._used: dict[str, None] = {}
        self.keeps = bool(places)

    def get(self, name: str) -> bytes | None:
        """A part, as it was put; None where there is none, or it is damaged."""
        found = self._old.read(name) if self._old else None
        if found is not None:
            self._used[name] = None
        return found

    def put(self, name: str, *chunks: bytes) -> None:
        """Keep a part. Trouble with the disk is no trouble: then nothing is kept."""
        if self._writer is None and self.keeps:
            self._writer = _begun(self._places)
            self.keeps = self._writer is not None
        if self._writer is not None and self.keeps:
            self.keeps = self._writer.add(name, chunks)

    def close(self, keep: bool) -> None:
        """Done with it; `keep`: what was put takes the place of the old file, with what is worth keeping of that."""
        if self._writer is not None:
            if keep and self.keeps:
                self._writer.finish(self._key, self._old, list(self._used))
            self._writer.discard()
        if self._old is not None:
            self._old.close()
        self._writer = self._old = None


@contextmanager
def open_cache(snapshot: Path, connection: sqlite3.Connection, wanted: bool = True) -> Iterator[Cache]:
    """The cache of an open snapshot; new parts are kept when the block ends well."""
    kept = Cache(_key(connection), places_of(snapshot)) if wanted else Cache()
    try:
        yield kept
        kept.close(keep=True)
    finally:
        kept.close(keep=False)


def forget_cache(snapshot: Path) -> None:
    """Delete the cache of a snapshot, wherever it lies: for whoever writes the snapshot anew."""
    for place in places_of(snapshot):
        for path in (place, _partial(place)):
            if may_replace(path):
                with suppress(OSError):
                    path.unlink()


def places_of(snapshot: Path) -> tuple[Path, ...]:
    """Where the cache may lie: beside the snapshot, or, where that folder cannot be written to, in the user's own."""
    beside = snapshot.with_name(snapshot.name + ".cache")
    folder = _user_folder()
    if folder is None:
        return (beside,)
    with suppress(OSError, RuntimeError):
        snapshot = snapshot.resolve()
    name = hashlib.sha256(os.fsencode(snapshot)).hexdigest()[:16]
    return beside, folder / "simulator" / f"{name}.cache"


def _user_folder() -> Path | None:
    """The folder for caches of the user: it decides where the file lies, and nothing else."""
    if sys.platform == "win32":
        given, usual = os.environ.get("LOCALAPPDATA"), ("AppData", "Local")
    elif sys.platform == "darwin":
        given, usual = os.environ.get("XDG_CACHE_HOME"), ("Library", "Caches")
    else:
        given, usual = os.environ.get("XDG_CACHE_HOME"), (".cache",)
    with suppress(RuntimeError):
        folder = Path(given) if given else Path.home().joinpath(*usual)
        return folder if folder.is_absolute() else None
    return None


def _key(connection: sqlite3.Connection) -> str:
    """What the parts depend on: the content and every byte of the snapshot, this program, and how Python folds text."""
    content = [meta_value(connection, name) or "" for name in ("fingerprint", digest.KEY)]
    python = f"{sys.version_info[0]}.{sys.version_info[1]} {unicodedata.unidata_version} {sys.byteorder}"
    return " ".join([*content, _program(), python])


@cache
def _program() -> str:
    """SHA-256 over the code of this program: what other code kept is not used."""
    sha = hashlib.sha256()
    for path, text in sorted(_sources(files("simulator"), "")):
        sha.update(f"{len(path)}:{path}{len(text)}:".encode())
        sha.update(text)
    return sha.hexdigest()


def _sources(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for one in folder.iterdir():
        if one.is_dir():
            yield from _sources(one, f"{path}{one.name}/")
        elif one.name.endswith(".py"):
            yield path + one.name, one.read_bytes()


def _opened(key: str, places: tuple[Path, ...]) -> PartsFile | None:
    """The first file that was kept for this key; those that were kept for another are deleted."""
    right = None
    for place in places:
        found = open_parts(place)
        if found is not None and found.key == key and right is None:
            right = found
        elif found is not None:
            found.close()
            with suppress(OSError):
                place.unlink()
    return right


def _partial(place: Path) -> Path:
    return place.with_name(place.name + ".partial")


class _Writing:
    """The next state of the file under construction; its lock keeps other processes from doing the same."""

    def __init__(self, place: Path, descriptor: int) -> None:
        """Raises OSError."""
        self._place, self._file = place, os.fdopen(descriptor, "wb", buffering=1 << 20)
        self._partial: Path | None = _partial(place)
        if not is_ours(os.fstat(descriptor)):
            self._file.close()
            raise PermissionError("somebody else's file")
        self._file.truncate(0)
        self._parts = PartsWriter(self._file)

    def add(self, name: str, chunks: Iterable[bytes]) -> bool:
        """Whether it could be written; if not, all of it is given up."""
        try:
            self._parts.add(name, chunks)
        except OSError:
            self.discard()
            return False
        return True

    def finish(self, key: str, old: PartsFile | None, used: list[str]) -> None:
        """Give the file its name, with what is worth keeping of the old one: what was used, and some of the rest."""
        with suppress(OSError):
            if old is not None:
                for name in _worth_keeping(old.parts, used):
                    if name not in self._parts.parts:
                        self._parts.copy(name, old)
            self._parts.finish(key)
            assert self._partial is not None
            if os.path.samestat(self._partial.stat(), os.fstat(self._file.fileno())):  # else it was forgotten meanwhile
                if sys.platform == "win32":  # which does not rename a file that is open
                    self._file.close()
                self._partial.replace(self._place)
                self._partial = None

    def discard(self) -> None:
        """Close; what is not finished is deleted."""
        if self._partial is not None:
            with suppress(OSError):
                self._partial.unlink()
            self._partial = None
        with suppress(OSError):
            self._file.close()


def _begun(places: tuple[Path, ...]) -> _Writing | None:
    """A file at the first place that can be written to; None where there is none, or another process is at it."""
    for place in places:
        with suppress(OSError):
            if not (may_replace(place) and may_replace(_partial(place))):
                continue
            if place != places[0]:
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = try_lock(_partial(place))
            return None if descriptor is None else _Writing(place, descriptor)
    return None


def _worth_keeping(parts: Iterable[str], used: Iterable[str]) -> Iterator[str]:
    """The names of parts in order: those that were used, and of the rest as many as `_SPARE` says."""
    yield from (needed := dict.fromkeys(used))
    kept: Counter[str] = Counter()
    for name in parts:
        kind = name.partition("/")[0]
        if name not in needed and kept[kind] < _SPARE.get(kind, kept[kind] + 1):
            kept[kind] += 1
            yield name


NO_CACHE = Cache()
"""For those that keep nothing."""

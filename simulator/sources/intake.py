"""The one loop of every import: files -> records -> rows, all or nothing.

Errors are collected over all files, and any error refuses the whole import. A file that the snapshot has already
read (by its digest) is not read again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import IO

from simulator.diagnostics import Diagnostic, Location, Severity
from simulator.errors import InputError, input_error
from simulator.snapshot.merge import Merge
from simulator.snapshot.write import Writing, writing
from simulator.sources.fields import FieldError
from simulator.sources.json_text import JsonReader, Record
from simulator.sources.limits import ERRORS
from simulator.sources.pages import Found, records
from simulator.sources.paths import Entry, Progress, entries
from simulator.sources.tally import Tally

_JSON = frozenset({".json", ".jsonl", ".ndjson", ".jsonlines"})
_BY_LINE = _JSON - {".json"}
_HEAD = 1 << 16  # bytes looked at to tell whose file it is
_SEEN_IDS = 250_000  # ids remembered to notice a record given twice


@dataclass(frozen=True, slots=True)
class Source:
    """What one kind of export looks like. Every function is pure but `take` and `finish`, which write rows."""

    name: str
    kinds: frozenset[str]
    """Every kind of record it knows."""
    envelopes: tuple[str, ...]
    kind_of_stem: Callable[[str], str | None]
    """`tickets_1` -> `tickets`, None for an unknown stem."""
    kind_of_record: Callable[[Record, str | None], str | None]
    """By the record's `uri`, or that of its page."""
    is_ours: Callable[[bytes], bool]
    """Whether the first bytes of a file with an unknown name are of this source."""
    take: Callable[[str, Record, Merge, Tally], None]
    """Put one record of a kind into the snapshot; raises FieldError."""
    finish: Callable[[Merge, Tally], None]
    """Once all is in: what only the whole can tell. Its doubts replace those of earlier imports."""
    csv: Callable[[IO[bytes], str], Iterator[Found]] | None = None
    """Reads the CSV form of the export: Found.uri holds the kind."""


@dataclass(slots=True)
class Imported:
    """What an import did."""

    files: int = 0
    known_files: int = 0
    """Files that the snapshot had read before."""
    ignored: list[str] = field(default_factory=list)
    """Names of files that are none of this source's."""
    read: Counter[str] = field(default_factory=Counter)
    """Records by kind."""
    doubts: Tally = field(default_factory=Tally)
    fingerprint: str = ""
    is_news: bool = False


def import_paths(snapshot: Path, paths: tuple[Path, ...], source: Source, progress: Progress) -> Imported:
    """Import all files of `source` under `paths` into `snapshot` (made, or merged into). Raises InputError."""
    done = Imported()
    with writing(snapshot) as work:
        _Intake(work, source, progress, done).run(paths)
    done.fingerprint, done.is_news = work.fingerprint, work.is_news
    return done


class _Intake:
    """One run of the loop: what it has read and found wrong so far."""

    def __init__(self, work: Writing, source: Source, progress: Progress, done: Imported) -> None:
        self._source, self._progress, self._done = source, progress, done
        self._connection = work.connection
        self._merge = Merge(work.connection)
        self._errors: list[Diagnostic] = []

    def run(self, paths: tuple[Path, ...]) -> None:
        for entry in entries(paths):
            try:
                self._file(entry)
            except InputError as error:
                self._errors += error.diagnostics
            except OSError as error:
                self._errors += input_error("I003", f"cannot be read: {error}", Location(entry.name)).diagnostics
            if len(self._errors) >= ERRORS:
                break
        if self._errors:
            raise InputError(self._errors)
        if not self._done.files and not self._done.known_files:
            names = ", ".join(str(path) for path in paths)
            raise input_error("I014", f"no file of a {self._source.name} export was found", Location(names))
        self._merge.flush()
        self._finish()

    def _file(self, entry: Entry) -> None:
        kind = None if entry.suffix == ".csv" else self._source.kind_of_stem(entry.stem)
        if not self._is_wanted(entry, kind):
            self._done.ignored.append(PurePath(entry.name).name)
            self._progress(entry.size)
            return
        identity = entry.identity()
        if self._has_read(identity):
            self._done.known_files += 1
            self._progress(entry.size)
            return
        file = _OneFile(entry, kind, self._source, self._merge)
        self._errors += file.read(self._progress)
        self._done.files += 1
        self._done.read.update(file.counts)
        self._done.doubts.merge(file.tally)
        self._remember(entry, identity, file)

    def _has_read(self, identity: str) -> bool:
        rows = self._connection.execute("SELECT kind FROM source_file WHERE sha256 = ?", (identity,))
        return any(kind in self._source.kinds for (kind,) in rows)

    def _remember(self, entry: Entry, identity: str, file: _OneFile) -> None:
        name = PurePath(entry.name).name
        rows = [(identity, kind, name, count) for kind, count in sorted(file.counts.items())]
        self._connection.executemany("INSERT OR REPLACE INTO source_file VALUES (?, ?, ?, ?)", rows)
        self._connection.executemany(
            "INSERT INTO skipped VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
            list(file.tally),
        )

    def _finish(self) -> None:
        """What only the whole snapshot can tell: counted anew each time."""
        whole = Tally()
        self._source.finish(self._merge, whole)
        self._merge.flush()
        self._connection.executemany("INSERT OR REPLACE INTO skipped VALUES (?, ?, ?, ?)", list(whole))
        self._done.doubts.merge(whole)

    def _is_wanted(self, entry: Entry, kind: str | None) -> bool:
        """Whether to read a file; one that the user named must be readable."""
        if entry.suffix == ".csv" and self._source.csv is not None:
            wanted = self._source.is_ours(self._head(entry))
        elif entry.suffix in _JSON or (entry.suffix == "" and entry.named):
            wanted = kind is not None or entry.named or self._source.is_ours(self._head(entry))
        else:
            wanted = False
        if entry.named and not wanted:
            raise input_error("I011", f"not a file of a {self._source.name} export", Location(entry.name))
        return wanted

    def _head(self, entry: Entry) -> bytes:
        with entry.open(_silent) as stream:
            return stream.read(_HEAD)


class _OneFile:
    """Reading one file: its records by kind, its doubts, its errors."""

    def __init__(self, entry: Entry, kind: str | None, source: Source, merge: Merge) -> None:
        self.counts: Counter[str] = Counter()
        self.tally = Tally()
        self._entry, self._kind, self._source, self._merge = entry, kind, source, merge
        self._errors: list[Diagnostic] = []
        self._seen: set[tuple[str, object]] = set()

    def read(self, progress: Progress) -> list[Diagnostic]:
        """Put every record into the snapshot; the errors found."""
        reader = JsonReader()
        with self._entry.open(progress) as stream:
            for found in self._found(stream, reader):
                self._take(found)
                if len(self._errors) >= ERRORS:
                    break
        for reason, count in (("a key given twice: the last one kept", reader.duplicates),
                              ("NUL or half a character replaced", reader.replaced)):  # fmt: skip
            if count:
                self.tally.add("text", reason, PurePath(self._entry.name).name, count)
        return self._errors

    def _found(self, stream: IO[bytes], reader: JsonReader) -> Iterator[Found]:
        if self._entry.suffix == ".csv" and self._source.csv is not None:
            return self._source.csv(stream, self._entry.name)
        return records(stream, self._entry.name, self._source.envelopes, reader, self._entry.suffix in _BY_LINE)

    def _take(self, found: Found) -> None:
        kind = self._kind or self._source.kind_of_record(found.record, found.uri)
        if kind is None:
            self._refuse("I007", found, "", "cannot tell what kind of record this is: neither by file name nor by uri")
            return
        try:
            self._source.take(kind, found.record, self._merge, self.tally)
        except FieldError as error:
            self._refuse(error.code, found, error.path, error.message)
            return
        self.counts[kind] += 1
        self._notice_twice(kind, found.record.get("id"))

    def _notice_twice(self, kind: str, identity: object) -> None:
        key = (kind, identity)
        if key in self._seen:
            self.tally.add(kind, "given twice in one file: the newest kept", str(identity)[:40])
        elif len(self._seen) < _SEEN_IDS and isinstance(identity, int | str):
            self._seen.add(key)

    def _refuse(self, code: str, found: Found, field: str, message: str) -> None:
        identity = found.record.get("id")
        who = f"id {identity}" if isinstance(identity, int) else ""
        where = ", ".join(filter(None, (found.path, who, field)))
        text = f"{where}: {message}" if where else message
        self._errors.append(Diagnostic(code, Severity.ERROR, text, Location(self._entry.name, found.line)))


def _silent(_count: int) -> None:
    """No progress to show."""

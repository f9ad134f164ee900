"""GIT: what a git repository held at a revision, read by the git program. Nothing is checked out, fetched or written.

Only commands that read objects are run, without a shell; hooks, pagers, filters and file system watchers take no part.
"""

from __future__ import annotations

import os
import posixpath
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from simulator.diagnostics import Diagnostic, Severity, did_you_mean
from simulator.errors import InputError

_SECONDS = 60
_NAMES = 2_000
"""How many branches, tags and files are looked through for the nearest name."""


class Entry(NamedTuple):
    """What stands in a tree: `mode` as git writes it (120000 is a link), `kind` blob, tree or commit."""

    mode: str
    kind: str
    object: str
    size: int  # of a blob, in bytes; else 0
    name: str


class Commit(NamedTuple):
    """A commit: its whole hash, the author's date as written (ISO 8601), the first line of its message."""

    hash: str
    date: str
    subject: str


class Repository:
    """The repository that a folder is in. Raises InputError U010 where git is missing or the folder is in none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.prefix = self._ask("rev-parse", "--show-prefix").strip()

    def commit_of(self, revision: str) -> str:
        """The whole hash of the commit that a revision names. Raises InputError U010 with the nearest name."""
        if revision and not revision.startswith("-") and "\0" not in revision and ":" not in revision:
            done = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
            if done.returncode == 0:
                return done.stdout.decode("ascii").strip()
        known = self._ask("for-each-ref", f"--count={_NAMES}", "--format=%(refname:short)").splitlines()
        raise _error(f'there is no revision "{_shown(revision)}" in this repository', did_you_mean(revision, known))

    def whole_path(self, path: str) -> str:
        """A path, relative to the folder, as one from the root of the repository. Raises InputError U010 outside it."""
        whole = posixpath.normpath(posixpath.join(self.prefix, path.replace(os.sep, "/")))
        if "\0" in path or whole == ".." or whole.startswith(("../", "/")):
            raise _error(f'"{_shown(path)}" lies outside the repository', "paths are relative to the working folder")
        return "" if whole == "." else whole

    def find(self, commit: str, path: str) -> Entry:
        """What stands at a whole path. Raises InputError U010 with the nearest name."""
        if not path:
            return Entry("040000", "tree", f"{commit}^{{tree}}", 0, "")
        for entry in self._tree(commit, path):
            return entry
        near = did_you_mean(path, self._names(commit))
        raise _error(f'there is no "{_shown(path)}" at revision {commit[:12]}', near)

    def inside(self, tree: Entry) -> list[Entry]:
        """What stands in a folder, in git's order."""
        return self._tree(tree.object)

    def read(self, blob: Entry) -> bytes:
        """The bytes of a file, as they were committed."""
        return self._ask_bytes("cat-file", "blob", blob.object)

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether a commit is part of the history of another, or the same."""
        return self._run("merge-base", "--is-ancestor", old, new).returncode == 0

    def commits(self, old: str, new: str, path: str) -> list[Commit]:
        """The commits after `old` up to `new` that changed a whole path, oldest first, along first parents."""
        text = self._ask(
            "rev-list", "--first-parent", "--reverse", "--no-commit-header", "--format=%H%x00%aI%x00%s",
            f"{old}..{new}", "--", f":(top,literal){path}",
        )  # fmt: skip
        rows = (line.split("\0") for line in text.split("\n") if line)
        return [Commit(*row) for row in rows if len(row) == 3]

    def _names(self, commit: str) -> list[str]:
        """Paths of files and folders, for the nearest name."""
        listed = self._ask("ls-tree", "-r", "-t", "-z", "--name-only", "--full-tree", commit)
        return listed.split("\0")[:_NAMES]

    def _tree(self, tree: str, *paths: str) -> list[Entry]:
        wanted = ("--", *paths) if paths else ()
        text = self._ask("--literal-pathspecs", "ls-tree", "-z", "-l", "--full-tree", tree, *wanted)
        return [_entry(line) for line in text.split("\0") if line]

    def _ask(self, *arguments: str) -> str:
        return self._ask_bytes(*arguments).decode("utf-8", "surrogateescape")

    def _ask_bytes(self, *arguments: str) -> bytes:
        done = self._run(*arguments)
        if done.returncode != 0:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise _error(f"git says: {_shown(said[0].removeprefix('fatal: ') if said else 'nothing')}")
        return done.stdout

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = ["git", *_QUIETLY, *arguments]
        surroundings = {**os.environ, **_ALONE}
        try:
            return subprocess.run(  # noqa: S603 - our own arguments, no shell
                command, cwd=self._folder, env=surroundings, stdin=subprocess.DEVNULL, capture_output=True,
                timeout=_SECONDS, check=False,
            )  # fmt: skip
        except FileNotFoundError:
            raise _error("the program git is not installed, or not on the PATH", "name a file or folder") from None
        except subprocess.TimeoutExpired:
            raise _error(f"git gave no answer in {_SECONDS} seconds") from None
        except (OSError, ValueError) as error:
            raise _error(f"git cannot be run: {error}") from None


_QUIETLY: Sequence[str] = (
    "--no-pager", "--no-optional-locks", "--no-replace-objects",
    "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "-c", "log.showSignature=false",
)  # fmt: skip
_ALONE = {"GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
"""No questions, no network, and messages in English."""


def _entry(line: str) -> Entry:
    facts, _, name = line.partition("\t")
    mode, kind, object, size = facts.split()
    return Entry(mode, kind, object, int(size) if size.isdigit() else 0, name.rpartition("/")[2])


def _shown(text: str) -> str:
    return text[:100].encode("utf-8", "backslashreplace").decode("utf-8")


def _error(message: str, help: str | None = None) -> InputError:
    return InputError(Diagnostic("U010", Severity.ERROR, message, help=help))

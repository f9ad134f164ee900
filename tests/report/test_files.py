"""Reports are whole: written in one step, private, and never over what the run reads."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.errors import InputError
from simulator.report.files import check_output, write_report


def names_in(folder: Path) -> list[str]:
    """The names of its files, temporary ones too."""
    return sorted(path.name for path in folder.iterdir())


def code_of(path: Path, *inputs: Path) -> str:
    """The code of the diagnostic that a write to `path` raises."""
    with pytest.raises(InputError) as caught:
        write_report(path, ["new"], inputs)
    return caught.value.diagnostics[0].code


def test_written_as_given(tmp_path: Path) -> None:
    """UTF-8, line ends as they are, private, and no other file beside it; again at once."""
    path = tmp_path / "report.json"
    for text in ("é\r\n", "x\n"):
        write_report(path, [text, "\ud800"])
        assert path.read_bytes() == text.encode() + b"\\ud800"
    assert names_in(tmp_path) == ["report.json"]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


class Stop(BaseException):
    """An interrupt."""


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), Stop()])
def test_the_old_report_survives_a_failure(tmp_path: Path, error: BaseException) -> None:
    """On a full disk or an interrupt in the middle nothing half-written is left, and the old file is as it was."""
    path = tmp_path / "report.json"
    path.write_text("old")

    def pieces() -> Iterator[str]:
        yield "new" * 100_000
        raise error

    with pytest.raises((InputError, Stop)):
        write_report(path, pieces())
    assert path.read_text() == "old" and names_in(tmp_path) == ["report.json"]


def test_no_folder_no_input_no_missing_folder(tmp_path: Path) -> None:
    """Each is refused before any work; the snapshot stays as it was, under another name of it too."""
    snapshot = tmp_path / "simulator.db"
    snapshot.write_text("data")
    assert code_of(tmp_path) == code_of(tmp_path / "no" / "x.json") == code_of(tmp_path / "a\0b") == "O001"
    assert code_of(tmp_path / "." / "simulator.db", snapshot) == "O002"
    (tmp_path / "hard.json").hardlink_to(snapshot)
    assert code_of(tmp_path / "hard.json", snapshot) == "O002"
    assert snapshot.read_text() == "data"
    check_output(tmp_path / "new.json", [snapshot])


def test_a_name_that_the_disk_does_not_take(tmp_path: Path) -> None:
    """Too long a name is an error of the user's, not ours."""
    assert code_of(tmp_path / ("x" * 300)) == "O003"


@pytest.mark.skipif(os.name != "posix", reason="symlinks and pipes as POSIX has them")
def test_links_and_pipes(tmp_path: Path) -> None:
    """A symlink is replaced and its target left alone; a pipe is written to and stays what it is.

    Never a real device: were the code wrong, a test run by root would replace it for the whole machine.
    """
    target, link, pipe = tmp_path / "target", tmp_path / "link", tmp_path / "pipe"
    target.write_text("old")
    link.symlink_to(target)
    write_report(link, ["new"])
    assert (target.read_text(), link.read_text(), link.is_symlink()) == ("old", "new", False)
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_report(pipe, ["new"])
        assert stat.S_ISFIFO(pipe.stat().st_mode) and os.read(reader, 10) == b"new"
    finally:
        os.close(reader)

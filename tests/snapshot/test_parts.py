"""A file of named pieces: what was written, or nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.snapshot.parts import PartsWriter, may_replace, open_parts

PARTS = {"one": b"1" * 5000, "none": b"", "two": bytes(range(256))}


def written(path: Path, key: str = "key") -> Path:
    """A file of the parts above."""
    with path.open("wb") as file:
        writer = PartsWriter(file)
        for name, data in PARTS.items():
            writer.add(name, [data[:100], data[100:]])
        writer.finish(key)
    path.chmod(0o600)
    return path


def test_what_was_written_is_read(tmp_path: Path) -> None:
    """Every piece under its name, and the key."""
    found = open_parts(written(tmp_path / "f"))
    assert found is not None and found.key == "key"
    assert {name: found.read(name) for name in found.parts} == PARTS
    assert found.read("three") is None
    found.close()


def _flip(data: bytearray, at: int) -> None:
    data[at] ^= 1 << at % 8


def _zero(data: bytearray, at: int) -> None:
    data[at : at + 64] = bytes(len(data[at : at + 64]))


def _cut(data: bytearray, at: int) -> None:
    del data[at:]


@pytest.mark.parametrize("damage", [_flip, _zero, _cut])
def test_damage_is_noticed(tmp_path: Path, damage: Callable[[bytearray, int], None]) -> None:
    """Whatever changed, a piece is what was written, or missing."""
    path = written(tmp_path / "f")
    whole = path.read_bytes()
    lost = 0
    for at in range(0, len(whole), 37):
        data = bytearray(whole)
        damage(data, at)
        path.write_bytes(data)
        found = open_parts(path)
        got = {name: found.read(name) for name in PARTS} if found else dict.fromkeys(PARTS)
        assert all(data in (None, PARTS[name]) for name, data in got.items())
        lost += found is None or got != PARTS or found.key != "key"
        if found:
            found.close()
    assert lost == len(range(0, len(whole), 37))


@pytest.mark.parametrize("content", [b"", b"x", b"simulator parts 1\n", b"\x80\x04N." * 50, os.urandom(4000)])
def test_anything_else_is_no_file_of_parts(tmp_path: Path, content: bytes) -> None:
    """Empty, cut, a pickle, noise: nothing is read from it."""
    path = tmp_path / "f"
    path.write_bytes(content)
    assert open_parts(path) is None


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no owners here")
def test_a_file_that_others_can_write_is_not_trusted(tmp_path: Path) -> None:
    """Nor one behind a link, nor a folder or a pipe."""
    path = written(tmp_path / "f")
    path.chmod(0o622)
    assert open_parts(path) is None and not may_replace(path)
    path.chmod(0o600)
    (tmp_path / "link").symlink_to(path)
    assert open_parts(tmp_path / "link") is None and not may_replace(tmp_path / "link")
    os.mkfifo(tmp_path / "pipe")
    assert open_parts(tmp_path / "pipe") is None and not may_replace(tmp_path / "pipe")
    assert open_parts(tmp_path) is None and not may_replace(tmp_path)


def test_only_our_files_are_written_over(tmp_path: Path) -> None:
    """A free name, an empty file, one that was cut short; never what somebody else put there."""
    path = written(tmp_path / "f")
    path.write_bytes(path.read_bytes()[:30])
    assert may_replace(path) and may_replace(tmp_path / "free")
    path.write_bytes(b"")
    assert may_replace(path)
    path.write_bytes(b"notes of mine")
    assert not may_replace(path)

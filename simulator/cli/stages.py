"""Telling the stages of a run on stderr: their times with -v, and where a terminal waits for over a second, a line."""

from __future__ import annotations

import sys
import time

import click

_PATIENCE = 1.0  # seconds before a line appears
_CLEAR = "\r\x1b[K"


class Stages:
    """Called with the name of each stage as it begins, and with nothing at the end."""

    def __init__(self, verbose: bool) -> None:
        self._verbose = verbose
        self._live = not verbose and sys.stderr.isatty()
        self._start = self._begun = time.perf_counter()
        self._name = ""

    def __call__(self, name: str = "") -> None:
        now = time.perf_counter()
        if self._verbose and self._name:
            click.echo(f"{self._name:<20} {now - self._begun:6.2f} s", err=True)
        if self._live and (now - self._start > _PATIENCE or not name):
            click.echo(f"{_CLEAR}{name}{' ...' if name else ''}", err=True, nl=False, color=True)
        self._name, self._begun = name, now

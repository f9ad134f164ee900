"""The run as a whole: it leaves the process as it found it."""

from __future__ import annotations

import gc
from contextlib import closing

import pytest

from simulator.errors import NothingToReplay
from simulator.pipeline import RunOptions, resolve_side, run
from tests.twin.snapshots import open_snapshot


def test_the_collector_is_on_again_after_a_run() -> None:
    """After a run, and after one that ended early."""
    with closing(open_snapshot({"ticket": [{"id": 1, "created_at": 0}]})) as connection:
        none = resolve_side("none", connection)
        assert run(connection, none, none, RunOptions(), "", {}).report.diff.edits == ()
    assert gc.isenabled()
    with closing(open_snapshot({})) as connection, pytest.raises(NothingToReplay):
        run(connection, none, none, RunOptions(), "", {})
    assert gc.isenabled()

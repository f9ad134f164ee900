"""What all tests share: the folder of real exports, if there is one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from simulator.sources.gorgias.export import GORGIAS
from simulator.sources.intake import import_paths
from simulator.sources.shopify.export import SHOPIFY

pytest.register_assert_rewrite("tests.twin.runner")  # a failing case shows what was expected and what came

REAL_DATA = os.environ.get("SIMULATOR_REAL_DATA")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests on real exports where no folder is named."""
    if REAL_DATA:
        return
    left_out = [item for item in items if item.get_closest_marker("real")]
    if left_out:
        items[:] = [item for item in items if not item.get_closest_marker("real")]
        config.hook.pytest_deselected(items=left_out)


def pytest_report_header() -> str:
    """One line that says whether the tests on real exports run."""
    if REAL_DATA:
        return f"real exports: {REAL_DATA}"
    return "real exports: left out, SIMULATOR_REAL_DATA names no folder"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of a real helpdesk's export: the one named, or `helpdesk` in it."""
    assert REAL_DATA is not None
    inside = Path(REAL_DATA) / "helpdesk"
    return inside if inside.is_dir() else Path(REAL_DATA)


@pytest.fixture(scope="session")
def real_snapshot(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole of it as a snapshot: tickets and orders."""
    path = tmp_path_factory.mktemp("real") / "real.db"
    for source in (GORGIAS, SHOPIFY):
        import_paths(path, (real_data,), source, lambda _count: None)
    return path

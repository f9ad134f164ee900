"""A real browser for the tests that need one; without it one line says that they were left out."""

from __future__ import annotations

import shutil

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for name in _NAMES if (path := shutil.which(name))), None)


def pytest_configure(config: pytest.Config) -> None:
    """The marker of these tests."""
    config.addinivalue_line("markers", "browser: opens the report in Chromium, if there is one on the PATH")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave them out where there is no browser."""
    if CHROMIUM is not None:
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    if left_out:
        items[:] = [item for item in items if not item.get_closest_marker("browser")]
        config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line that says so."""
    if CHROMIUM is None:
        terminalreporter.write_line("browser tests: left out, no chromium on the PATH")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path."""
    assert CHROMIUM is not None
    return CHROMIUM

"""The errors that a user can cause, all under one root. Anything else that escapes is a bug of ours (exit 3)."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.diagnostics import Diagnostic, Location, Severity


class SimulatorError(Exception):
    """The root: carries every diagnostic found, and the exit code of interfaces (2 unless said otherwise)."""

    exit_code = 2

    def __init__(self, diagnostics: Diagnostic | Iterable[Diagnostic]) -> None:
        found = (diagnostics,) if isinstance(diagnostics, Diagnostic) else tuple(diagnostics)
        super().__init__("; ".join(d.message for d in found))
        self.diagnostics: tuple[Diagnostic, ...] = found


class InputError(SimulatorError):
    """A file, a folder or an option that cannot be used as it stands."""


class NothingToReplay(SimulatorError):  # noqa: N818 - it is no error of the user
    """Everything loaded, and there is no ticket or no test to work on (exit 5)."""

    exit_code = 5


def input_error(
    code: str,
    message: str,
    location: Location | None = None,
    help: str | None = None,
    source: str | None = None,
) -> InputError:
    """An InputError of one diagnostic."""
    return InputError(Diagnostic(code, Severity.ERROR, message, location, help, source=source))

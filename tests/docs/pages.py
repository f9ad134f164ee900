"""The pages of the documentation, and the scripts beside them that make parts of these pages."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md"), *ROOT.glob("fixtures/*.md"), *ROOT.glob("rulesets/*.md")])


def name_of(page: Path) -> str:
    """The page as a test is named after it."""
    return page.relative_to(ROOT).as_posix()


def script(name: str) -> ModuleType:
    """A script of `docs/`, loaded without running it."""
    found = sys.modules.get(name)
    if found is None:
        spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
        assert spec is not None and spec.loader is not None
        found = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(found)
    return found

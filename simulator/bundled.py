"""The demo shop that comes with the program: an invented export, and a baseline and a candidate rule set."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from simulator.sources.gorgias.export import GORGIAS
from simulator.sources.intake import import_paths
from simulator.sources.shopify.export import SHOPIFY
from simulator.sources.table import TableOptions, import_table


def demo_folder() -> Path:
    """The folder that holds `fixtures` and `rulesets`: inside the installed package, or the checkout it runs from."""
    package = Path(str(files("simulator")))
    installed = package / "demo"
    return installed if installed.is_dir() else package.parent


def build_demo(snapshot: Path) -> None:
    """Import the demo export into a snapshot, made if it does not exist."""
    fixtures = demo_folder() / "fixtures"
    import_paths(snapshot, (fixtures,), GORGIAS, _silent)
    import_paths(snapshot, (fixtures,), SHOPIFY, _silent)
    import_table(snapshot, "loyalty", fixtures / "loyalty.csv", TableOptions(), _silent)


def _silent(count: int) -> None:
    """Nobody is watching."""

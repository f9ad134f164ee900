"""Nothing that the program has is undocumented: codes, commands, options, settings, packages, dependencies."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import click
import pytest

from simulator.cli.main import COMMANDS
from simulator.cli.outputs import FORMATS
from simulator.rules.codes import BY_CODE
from simulator.settings import KEYS
from tests.docs.pages import DOCS, ROOT, script

reference = script("make_reference")
PACKAGE = ROOT / "simulator"


def _page(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


@pytest.mark.parametrize("page", reference.PAGES)
def test_what_is_made_from_the_code_is_as_the_code_is(page: str) -> None:
    """`make docs` brings a page up to date."""
    assert _page(page) == reference.refreshed(_page(page))


def test_every_block_stands_in_a_page() -> None:
    """A new command or family of codes needs its place in a page."""
    text = "".join(map(_page, reference.PAGES))
    assert [name for name in reference.BLOCKS if f"<!-- {name} -->" not in text] == []


def test_every_code_of_the_program_is_documented_once() -> None:
    """A code that is raised anywhere stands in exactly one table, and no table holds a code that nothing raises."""
    used = {code for path in PACKAGE.rglob("*.py") for code in re.findall(r'"([A-Z]\d{3})"', path.read_text("utf-8"))}
    tables = Counter(code for family in reference.FAMILIES for code in reference.codes_of(family))
    tables.update(BY_CODE.keys())
    assert [code for code, times in tables.items() if times > 1] == []
    assert used == set(tables)


def test_every_code_is_raised_outside_its_table() -> None:
    """A table with a code that nothing reports would promise something."""
    raised: Counter[str] = Counter()
    for path in PACKAGE.rglob("*.py"):
        raised.update(re.findall(r'"([A-Z]\d{3})"(?!: )', path.read_text("utf-8")))
    listed_in_calls = Counter(BY_CODE.keys())
    codes = {code for family in reference.FAMILIES for code in reference.codes_of(family)} | BY_CODE.keys()
    assert [code for code in sorted(codes) if raised[code] - listed_in_calls[code] < 1] == []


def _options() -> list[tuple[str, str]]:
    return [
        (name, option)
        for name, command in reference.commands()
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
    ]


@pytest.mark.parametrize(("command", "option"), _options())
def test_every_option_is_documented(command: str, option: str) -> None:
    """Each option stands under its command, with words to it."""
    section = _page("commands.md").split(f"<!-- command {command} -->")[1].split("<!-- end -->")[0]
    assert re.search(rf"{re.escape(option)}\b", section)


def test_every_option_and_command_says_what_it_is_for() -> None:
    """No option and no command without help."""
    silent = [
        f"{name} {parameter.opts[0]}"
        for name, command in reference.commands()
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.help
    ]
    assert silent == [name for name, command in reference.commands() if not (command.help or command.short_help)] == []


def test_every_command_is_in_the_list_of_commands() -> None:
    """The table at the top of the page leads to each command."""
    top = _page("commands.md").split("## Settings")[0]
    leaves = [name for name, command in reference.commands() if not isinstance(command, click.Group)]
    assert [name for name in leaves if f"(#{name.replace(' ', '-')})" not in top] == []
    assert len(COMMANDS) <= len(leaves)


def test_every_report_format_is_described() -> None:
    """`--report FORMAT=PATH` knows no format that the page on formats does not."""
    assert [name for name in FORMATS if f"| `{name}` |" not in _page("formats.md")] == []


def test_every_setting_is_an_option_that_is_documented() -> None:
    """A key of simulator.toml is the name of an option."""
    text = _page("commands.md")
    assert [key for key in KEYS if f"--{key}" not in text] == []


def test_every_part_of_the_package_is_in_the_picture_of_it() -> None:
    """docs/architecture.md names every folder and every module at the top of the package."""
    page = _page("architecture.md")
    parts = [path for path in sorted(PACKAGE.iterdir()) if path.suffix == ".py" or (path / "__init__.py").is_file()]
    names = [path.name if path.suffix else f"{path.name}/" for path in parts if not path.name.startswith("__")]
    assert [name for name in names if name not in page] == []


def test_every_file_that_the_picture_names_is_there() -> None:
    """No path in docs/architecture.md leads nowhere."""
    named = set(re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.(?:py|sql))`", _page("architecture.md")))
    assert named
    assert [name for name in sorted(named) if not any((base / name).is_file() for base in (ROOT, PACKAGE))] == []


def test_the_layers_are_those_that_are_checked() -> None:
    """The order in docs/architecture.md is that of import-linter."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    wanted = [[part.strip().removeprefix("simulator.") for part in layer.split("|")] for layer in layers]
    (shown,) = re.findall(r"`(cli > .*?)`", _page("architecture.md"), re.DOTALL)
    assert [[part.strip() for part in layer.split("|")] for layer in shown.replace("\n", " ").split(">")] == wanted


def test_every_dependency_is_explained() -> None:
    """docs/dependencies.md names what pyproject.toml asks for, and what the lock brings along."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    asked += project["project"]["optional-dependencies"]["parquet"]
    page = _page("dependencies.md")
    assert [name for name in map(_bare, asked) if f"`{name}`" not in page] == []
    assert [name for name in _locked(ROOT / "requirements.txt") if f"`{name}`" not in page] == []


def _bare(requirement: str) -> str:
    return re.split(r"[<>=! ;\[]", requirement)[0].lower()


def _locked(lock: Path) -> list[str]:
    return sorted({_bare(line) for line in lock.read_text("utf-8").splitlines() if re.match(r"[a-z]", line)})


def test_the_locks_hold_what_is_asked_for() -> None:
    """`make lock` was run after the last change of dependencies."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    run, dev = _locked(ROOT / "requirements.txt"), _locked(ROOT / "requirements-dev.txt")
    assert [name for name in map(_bare, project["project"]["dependencies"]) if name not in run] == []
    assert [name for name in (*run, *map(_bare, project["dependency-groups"]["dev"])) if name not in dev] == []

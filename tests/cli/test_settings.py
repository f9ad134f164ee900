"""Settings: flag > environment > file > default, in every command; what is wrong with a file, with its line."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from simulator.cli.options import key_of
from simulator.cli.run import command as run_command
from simulator.settings import CHOICES, KEYS

from .program import Ran, run_inside

RULES = "version: 1\nrules: [{id: a, on: ticket-created}]\n"


def _with(folder: Path, text: str, *arguments: object, name: str = "simulator.toml", **environment: str) -> Ran:
    (folder / name).write_text(text, "utf-8")
    (folder / "a.rules.yaml").write_text(RULES)
    return run_inside(*(arguments or ("check", "a.rules.yaml")), folder=folder, **environment)


def _shown(ran: Ran, key: str) -> tuple[str, str]:
    """Value and source of a setting, as `config show` prints them."""
    (line,) = [line for line in ran.out.splitlines() if line.split()[0] == key]
    words = line.split()[1:]
    return " ".join(words[:-1]), words[-1]


def test_every_key_is_an_option_and_its_choices_are_those_of_the_option() -> None:
    """The table of settings and the options of `run` say the same."""
    options = {key_of(one): one for one in run_command.params if isinstance(one, click.Option)}
    assert set(KEYS) <= set(options)
    assert set(options) - set(KEYS) == {"quiet", "verbose"}
    for key, choices in CHOICES.items():
        type = options[key].type
        assert isinstance(type, click.Choice) and tuple(type.choices) == choices


def test_flag_beats_environment_beats_file_beats_default(project: Path) -> None:
    """Each for the same option of `run`: the window of attribution, as the report records it."""
    settings = (project / "simulator.toml").read_text()

    def window(*flags: str, **environment: str) -> object:
        ran = run_inside("run", "--format", "json", *flags, folder=project, **environment)
        return json.loads(ran.out)["settings"]["window"]

    assert window() == "3d"
    (project / "simulator.toml").write_text(settings + 'window = "4d"\n')
    assert window() == "4d"
    assert window(SIMULATOR_WINDOW="5d") == "5d"
    assert window("--window", "6d", SIMULATOR_WINDOW="5d") == "6d"


def test_format_and_report_reach_a_run(project: Path) -> None:
    """They are named after their flags, in the file as in the environment."""
    path = project / "simulator.toml"
    path.write_text(path.read_text() + 'format = "json"\nreport = ["csv=edits.csv"]\n')
    assert run_inside("run", folder=project).out.startswith("{")
    assert (project / "edits.csv").exists()
    assert run_inside("run", folder=project, SIMULATOR_FORMAT="markdown").out.startswith("<!-- simulator report -->")


@pytest.mark.parametrize("format", CHOICES["format"])
def test_a_format_of_another_command_is_passed_over(tmp_path: Path, format: str) -> None:
    """`check` and `explain` have no markdown: they print as they do without the setting."""
    assert _with(tmp_path, f'format = "{format}"\n').code == 0
    assert _with(tmp_path, "", SIMULATOR_FORMAT=format).code == 0
    wrong = run_inside("check", "a.rules.yaml", "--format", "nope", folder=tmp_path)
    assert wrong.code == 2 and "'nope' is not one of" in wrong.err
    assert run_inside("check", "a.rules.yaml", folder=tmp_path, SIMULATOR_FORMAT="nope").code == 2


@pytest.mark.parametrize(
    ("text", "code", "place", "said"),
    [
        ('snapsho = "a.db"', "T002", ":1:1", 'did you mean "snapshot"?'),
        ('\n\n  windows = "3d"', "T002", ":3:3", 'did you mean "window"?'),
        ('[window]\nx = "3d"', "T004", "", '"window" takes a text'),
        ('token = "canary-1"', "T003", ":1:1", "secrets do not belong in a file"),
        ('GORGIAS_API_KEY = "canary-1"', "T003", ":1:1", "secrets do not belong in a file"),
        ('shop_password = "canary-1"', "T003", ":1:1", "secrets do not belong in a file"),
        ('base_url = "http://x"', "T002", ":1:1", "unknown setting"),
        ('extends = "../other.toml"', "T002", ":1:1", "unknown setting"),
        ('snapshot = "../out.db"', "T005", ":1:1", "outside the project"),
        ('snapshot = "/etc/passwd"', "T005", ":1:1", "outside the project"),
        ('snapshot = "a\\u0000b"', "T005", ":1:1", "is no path"),
        ('baseline = "rules/../../up"', "T005", ":1:1", "outside the project"),
        ('report = ["json=../out.json"]', "T005", ":1:1", "outside the project"),
        ('report = ["json"]', "T004", ":1:1", "a list of FORMAT=PATH"),
        ('report = "json=a"', "T004", ":1:1", "a list of FORMAT=PATH"),
        ("max-cascade = true", "T004", ":1:1", "a whole number"),
        ('max-cascade = "5"', "T004", ":1:1", "a whole number"),
        ("allow-empty = 1", "T004", ":1:1", "true or false"),
        ("since = 2026-01-01", "T004", ":1:1", "a text in quotes"),
        ("channel = [1]", "T004", ":1:1", "a list of texts"),
        ('format = "jsn"', "T004", ":1:1", 'did you mean "json"?'),
        ('color = "blue"', "T004", ":1:1", "auto, always, never"),
        ("= 1", "T001", ":1:1", "not TOML"),
        ("a = 1\nb = ", "T001", "", "not TOML"),
        ('a = "\x1b[31m"', "T001", ":1", "not TOML"),
        ("a = 2026-13-45", "T001", "", "not TOML"),
        ("a = " + "9" * 5000, "T001", "", "thousands of digits"),
        ("a = " + "[" * 5000, "T001", "", "nested too deeply"),
        ("\n" + ".".join(["a"] * 100_000) + " = 1", "T001", ":2", "more than 64 parts"),
        ("a = {b" + ". \"x\"" * 70 + " = 1}", "T001", ":1", "more than 64 parts"),
        ("#" * (1 << 19), "T001", "", "longer than"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used(tmp_path: Path, text: str, code: str, place: str, said: str) -> None:
    """Exit 2, the code, the line, what would mend it; never a value of a secret."""
    ran = _with(tmp_path, text)
    assert ran.code == 2
    assert f"error[{code}]" in ran.err
    assert f"--> simulator.toml{place}" in ran.err
    assert said in ran.err
    assert "canary" not in ran.text


@pytest.mark.parametrize("content", [b"\xff\xfe", "window = 'é'".encode("latin-1"), "window = '3d'".encode("utf-16")])
def test_only_utf8(tmp_path: Path, content: bytes) -> None:
    """Other encodings are refused."""
    (tmp_path / "simulator.toml").write_bytes(content)
    ran = run_inside("check", "a.yaml", folder=tmp_path)
    assert (ran.code, "not UTF-8" in ran.err) == (2, True)


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    """Three wrong lines, three findings."""
    ran = _with(tmp_path, 'token = "x"\nwindo = "3d"\nsnapshot = "../a"\n')
    assert [line for line in ran.err.splitlines() if "-->" in line] == [
        " --> simulator.toml:1:1", " --> simulator.toml:2:1", " --> simulator.toml:3:1"
    ]  # fmt: skip


def test_a_link_out_of_the_project_is_outside(tmp_path: Path) -> None:
    """Where a path leads counts, not how it is written; a circle of links is no path."""
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "out").symlink_to(tmp_path)
    (tmp_path / "project" / "round").symlink_to("round")
    assert "outside the project" in _with(tmp_path / "project", 'snapshot = "out/a.db"').err
    assert _with(tmp_path / "project", 'snapshot = "round/a.db"').code in (0, 2)


def test_a_value_that_the_option_does_not_take_has_its_line(project: Path) -> None:
    """What only the option knows is said with the place in the file."""
    path = project / "simulator.toml"
    path.write_text(path.read_text() + "max-cascade = 1000\n")
    ran = run_inside("run", folder=project)
    assert (ran.code, f"--> simulator.toml:{len(path.read_text().splitlines())}:1" in ran.err) == (2, True)
    assert "simulator.toml" not in run_inside("run", "--max-cascade", "1000", folder=project).err


@pytest.mark.parametrize("text", ["[tool]\nsimulator = 5\n#[tool.simulator]", "tool = 5\n#[tool.simulator]"])
def test_a_pyproject_of_the_wrong_shape(tmp_path: Path, text: str) -> None:
    """`tool.simulator` that is no table is said, not stumbled over."""
    assert _with(tmp_path, text, name="pyproject.toml").code == 2


def test_pyproject(tmp_path: Path) -> None:
    """Only our table is read; a place is inside it, although another tool has a key of the same name above."""
    text = '[tool.other]\nformat = "x"\nwindo = 1\n\n[tool.simulator]\nwindow = "4d"\n'
    ran = _with(tmp_path, text, "config", "show", name="pyproject.toml")
    assert _shown(ran, "window") == ("4d", "pyproject.toml")
    wrong = _with(tmp_path, text + "windo = 1\n", name="pyproject.toml")
    assert (wrong.code, "--> pyproject.toml:7:1" in wrong.err) == (2, True)
    without = _with(tmp_path, "[tool.other]\nwindo = 1\n", name="pyproject.toml")
    assert without.code == 0


def test_the_nearest_file_counts_and_paths_are_relative_to_it(project: Path) -> None:
    """From a folder below, the project's settings hold; a simulator.toml beats a pyproject.toml beside it."""
    below = project / "a" / "b"
    below.mkdir(parents=True)
    (project / "pyproject.toml").write_text('[tool.simulator]\nwindow = "9d"\n')
    ran = run_inside("config", "show", folder=below)
    assert _shown(ran, "snapshot") == (str(project / "demo.db"), "simulator.toml")
    assert _shown(ran, "window") == ("3d", "default")
    assert run_inside("run", "-q", folder=below).code == 0


def test_config_show_says_where_each_value_came_from(project: Path) -> None:
    """File, environment, default; text from outside is made harmless."""
    path = project / "simulator.toml"
    path.write_text(path.read_text() + 'report = ["json=a.json", "csv=b.csv"]\nmax_cascade = 3\n')
    ran = run_inside("config", "show", folder=project, SIMULATOR_WHO="x", SIMULATOR_AS_OF="\x1b[31m")
    assert _shown(ran, "max-cascade") == ("3", "simulator.toml")
    assert _shown(ran, "report") == (f"json={project}/a.json, csv={project}/b.csv", "simulator.toml")
    assert _shown(ran, "as-of") == ("^[[31m", "SIMULATOR_AS_OF")
    assert _shown(ran, "facts") == ("as-of", "default")
    assert [line.split()[0] for line in ran.out.splitlines()] == list(KEYS)
    bare = run_inside("config", "show", folder=project.parent)
    assert {line.split()[-1] for line in bare.out.splitlines()} == {"default"}


def test_import_and_snapshot_take_the_settings_too(export: Path) -> None:
    """The commands below a group read the snapshot from file and environment."""
    folder = export.parent
    assert _with(folder, 'snapshot = "from-file.db"\n', "import", "gorgias", export).code == 0
    assert (folder / "from-file.db").exists()
    assert run_inside("import", "gorgias", export, folder=folder, SIMULATOR_SNAPSHOT="from-env.db").code == 0
    assert (folder / "from-env.db").exists()
    assert "from-file.db" in run_inside("snapshot", "info", folder=folder).out

"""Same input, same bytes: whatever the hash seed, zone, locale, working folder and environment."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

from .program import start

FORMATS = ("json", "trail", "refusals", "attribution", "csv", "html", "markdown")
SURROUNDINGS = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Chatham", "LC_ALL": "fr_FR.UTF-8", "LANG": "de_DE.UTF-8"},
    {"PYTHONHASHSEED": "1", "TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "0", "COLUMNS": "40"},
)


def test_every_output_is_the_same(started: Path, tmp_path: Path) -> None:
    """All formats and what is printed, from three surroundings and working folders, named in three ways."""
    seen: set[tuple[str, ...]] = set()
    below = started / "rulesets"
    for number, (folder, up) in enumerate(((started, ""), (below, "../"), (tmp_path, f"{started}/"))):
        outputs = tmp_path / str(number)
        outputs.mkdir()
        process = start(
            "run", "--snapshot", f"{up}demo.db", "--baseline", f"{up}rulesets/live.rules.yaml",
            "--candidate", f"{up}rulesets/next.rules.yaml",
            *(part for format in FORMATS for part in ("--report", f"{format}={outputs / format}")),
            folder=folder, stdout=subprocess.PIPE, environment=SURROUNDINGS[number],
        )  # fmt: skip
        printed, _ = process.communicate()
        assert process.returncode == 0
        contents = [(outputs / format).read_bytes() for format in FORMATS]
        seen.add(tuple(hashlib.sha256(content).hexdigest() for content in (printed, *contents)))
    assert len(seen) == 1, dict(zip(("printed", *FORMATS), zip(*seen, strict=True), strict=True))

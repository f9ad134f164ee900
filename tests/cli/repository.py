"""A git repository for tests: made by the git program, with no settings of whoever runs the tests."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

RULES = """version: 1
rules:
  - id: vip
    on: [ticket-created]
    if: {customer.total_spent: {gte: %s}}
    then: [{addTags: [VIP]}]
"""


class Repository:
    """A repository in a folder of one's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> str:
        """What a git command prints."""
        alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PATH": os.environ["PATH"]}
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false")
        done = subprocess.run(
            ["git", *who, *arguments], cwd=self.folder, env=alone, capture_output=True, check=True, text=True
        )
        return done.stdout

    def commit(self, subject: str, **files: str) -> str:
        """Write files (`rules/a` is written `rules__a`) and commit; the whole hash."""
        for name, text in files.items():
            path = self.folder / f"{name.replace('__', '/')}.rules.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", subject)
        return self.git("rev-parse", "HEAD").strip()

"""Runs Python on some arguments and tells what it took, as JSON on the last line of stderr.

A process of its own, and a small one: Linux counts the memory of the process that starts another as the other's.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main() -> int:
    """The exit code of what ran."""
    begun = time.perf_counter()
    child = os.posix_spawn(sys.executable, [sys.executable, *sys.argv[1:]], os.environ)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - begun
    took = {"cpu": usage.ru_utime + usage.ru_stime, "wall": wall, "memory": usage.ru_maxrss / 1024}
    print(json.dumps(took), file=sys.stderr)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())

"""How much an import reads at most: exports come from anywhere, and a hostile one must not fill memory or disk."""

from __future__ import annotations

PAGE_BYTES = 64 * 1024 * 1024
"""One JSON file that is not JSON Lines: it is held in memory whole."""

LINE_BYTES = 16 * 1024 * 1024
"""One line of JSON Lines, one row of a CSV file."""

BLANK_LINES = 1_000
"""Empty lines in one file of JSON Lines: a file of nothing else would keep the import busy for long."""

TOTAL_BYTES = 2 * 1024 * 1024 * 1024
"""All that one compressed file gives."""

RATIO = 200
"""Bytes out for a byte in, once a compressed file has given `RATIO_FROM`."""

RATIO_FROM = 8 * 1024 * 1024

ENTRIES = 5_000
"""Files in one zip archive."""

FILES = 100_000
"""Files in one folder, with its subfolders."""

DEPTH = 400
"""Brackets inside brackets in JSON that is stored: a rule of 150 conditions joined by `||` has about 300."""

CELL_BYTES = 1024 * 1024
"""One cell of a CSV file."""

COLUMNS = 1_000
"""Columns of a joined table: every row of a snapshot holds them all."""

ERRORS = 100
"""Errors collected before an import gives up."""

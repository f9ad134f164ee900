"""The diagnostic codes of imports, I001 and on: what each means and what mends it. Nothing is imported on an error."""

from __future__ import annotations

CODES: dict[str, str] = {
    "I001": "There is no such file or folder.",
    "I002": "A link in a folder: links are not followed. Name its target on the command line.",
    "I003": "The file cannot be read: no permission, or a failing disk.",
    "I004": "The file passes a limit (bytes, entries, ratio of compression, depth, length of a line).",
    "I005": "The compressed file is damaged, cut, encrypted, or holds what an export never holds.",
    "I006": "The text is not JSON, or cut in the middle, or an HTML page, or not UTF-8.",
    "I007": "The JSON is not a record or a page of records of this kind.",
    "I008": "A field of a record is missing or has the wrong type.",
    "I009": "An instant does not parse exactly, or lies outside the years 1970 to 2199.",
    "I010": "An amount of money does not parse exactly, or has more decimals than its currency.",
    "I011": "The file is not one of the exports that this command reads.",
    "I012": "The table (CSV, Parquet) is not well-formed, or lacks a column that is needed.",
    "I013": "Parquet files need the package pyarrow.",
    "I014": "Nothing to import: no file of an export was found.",
}
"""Code -> meaning, in plain words."""

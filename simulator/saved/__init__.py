"""Saved runs: a finished run as one SQLite file, from which every format can be written again."""

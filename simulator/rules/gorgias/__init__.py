"""Gorgias' own rules, views and macros -> the rule model. The code is parsed, never run.

`source.py` reads `code_ast` or `code` into the tree of `tree.py`; `conditions.py`, `actions.py` and `statements.py`
turn the tree into the model; `to_rules.py`, `views.py` and `macros.py` do so for whole lists.
"""

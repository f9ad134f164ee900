"""Lets a failing case show what was expected and what came."""

import pytest

pytest.register_assert_rewrite("tests.twin.runner")

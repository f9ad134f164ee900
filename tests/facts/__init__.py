"""Tests of history and facts."""

"""Saved views over time: which tickets stand in each, before and after, when they come and go, and which move."""

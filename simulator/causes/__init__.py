"""CAUSES: why a diff is as it is: by cause, by edit, by rule, and how evenly the change is spread."""

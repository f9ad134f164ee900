"""Labels: the tags that a rule set puts against tags that people set: precision, recall, F1, and who was confused."""

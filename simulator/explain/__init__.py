"""The plain twin of the engine: one ticket, one rule, one condition at a time, in the words of the documents."""

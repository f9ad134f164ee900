"""The live rules replayed against what the old rules really did: how far a replay can be believed on this helpdesk."""

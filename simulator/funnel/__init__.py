"""FUNNEL: a rule over a whole history: how far its conditions let events through, and what nearly passed."""

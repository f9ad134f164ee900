"""What the tickets carried: layer L0, exact accounting on the given files.

Pure functions on frozen values (`values.py`): no snapshot, no engine, no clock. In the order in which they work:
`purchases` (which order counts), `identity` (whose it is), `ledger` (both, for every order, once for all sides),
`eligible` and `winners` (which ticket it goes to), `credit` (which agent), `attribution` (the whole of one side),
`breakdowns` (by agent, tag, rule ...), `carried` (before against after), `bill` (what the data could not say),
`as_json` (the shapes of the reports).
"""

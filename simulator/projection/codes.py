"""The diagnostic codes of the money stage, P001 and on: data that cannot be added up. No report is written then."""

from __future__ import annotations

CODES: dict[str, str] = {
    "P001": "Customer profiles are merged in a circle, so nobody can say whose their orders are.",
    "P002": "An order has a financial status that is none of Shopify's. It is not guessed into the money or out of it.",
    "P003": "A ticket or an order is there more than once, so it would be counted twice.",
}
"""Code -> meaning, in plain words."""

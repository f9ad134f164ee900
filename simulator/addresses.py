"""E-mail addresses as they are compared: alike everywhere, or orders and tables would find different customers."""

from __future__ import annotations


def normal_address(text: str) -> str:
    """Trimmed and in lower case. `jo+shop@x.com` and `jo@x.com` stay two addresses: only the provider knows better."""
    return text.strip().lower()

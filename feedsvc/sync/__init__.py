"""Keeping the store as a site is: what has changed, what to do about it, and doing it."""

"""Store: what was pulled, and how it is found again. Every SQL statement is in here."""

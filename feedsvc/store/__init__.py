"""The store: what was pulled, and how it is found again. Every SQL statement is in here.

A store and not a proxy: filters reach the whole history, `limit` is filled after filters and repeats, and
the feed of a dead site goes on.
"""

"""The store that the settings name."""

from feedsvc.config import Settings
from feedsvc.store.database import Database


def connect_store(settings: Settings) -> Database:
    """Return the store that the settings name, of which nothing is opened yet."""
    return Database(
        settings.database_url,
        settings.duplicate_window,
        connections=settings.connections_of_a_process,
    )

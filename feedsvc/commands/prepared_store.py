"""The store as a command has it: at the current schema, closed when the command is done."""

from collections.abc import Iterator
from contextlib import contextmanager

from feedsvc.config import Settings
from feedsvc.connect_store import connect_store
from feedsvc.store.database import Database


@contextmanager
def prepared_store(settings: Settings) -> Iterator[Database]:
    """Yield the store, at the current schema, and close it when the command is done."""
    database = connect_store(settings)
    try:
        database.prepare()
        yield database
    finally:
        database.close()

"""The statements that a store sends to SQLite, counted."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from feedsvc.store.database import Database


@contextmanager
def counted_statements(database: Database) -> Iterator[list[str]]:
    """Yield a list that gets the statements sent to SQLite; one with many rows counts once."""
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", count)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", count)

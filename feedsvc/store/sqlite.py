"""What is SQLite's own: connections, transactions, statements that PostgreSQL writes otherwise.

The full-text index is in sqlite_search.py.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from sqlite3 import SQLITE_BUSY, SQLITE_INTERRUPT, SQLITE_LOCKED
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError as SqliteOperationalError
from typing import Any, ClassVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, SQLAlchemyError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from feedsvc.errors import ConfigError, TooLongError
from feedsvc.store.constructs import DatabaseSeconds, IntegerRows, IsAmong
from feedsvc.store.deadline import TimeLimit, set_deadline
from feedsvc.values import find_file_mistake

_RETRY_SECONDS = 0.05
_STEPS = 1000
"""Steps of SQLite's machine between two looks at the clock: less than a millisecond, and of every page of
the search index that is read it takes four."""


class Sqlite:
    """SQLite, as backends.py describes what an engine does."""

    MIGRATES_ITSELF: ClassVar[bool] = True  # the file is its own

    def open_engine(self, url: URL, busy_seconds: float, connections: int) -> Engine:
        """Return an engine for the database file of a SQLAlchemy URL.

        Transactions wait for another writer for `busy_seconds`; `describe_unavailable` tells when that was
        not enough. Connections cost next to nothing: there are as many as it takes, whatever `connections`
        says.

        Connections are opened when they are first needed, so that an engine made before a fork can be used
        after it. Raises ConfigError when there can't be such a file.
        """
        file = Path(url.database or "")
        if mistake := find_file_mistake(file):
            raise ConfigError([f"database_url: {mistake}"])
        # The one that was used last comes first: each keeps up to 2 MB of the file in memory.
        engine = create_engine(
            url, connect_args={"timeout": busy_seconds}, pool_size=8, max_overflow=16, pool_use_lifo=True
        )
        event.listen(engine, "connect", partial(_set_up, busy_seconds))
        event.listen(engine, "begin", _begin)
        return engine

    def for_reading(self, engine: Engine) -> Engine:
        """Return an engine whose transactions see one state: each of SQLite's does."""
        return engine

    def for_writing(self, engine: Engine) -> Engine:
        """Return an engine with the same connections whose transactions take the writer's lock at once."""
        return engine.execution_options(writes=True)

    @contextmanager
    def limit_time(
        self, connection: Connection, seconds: float, is_unwanted: Callable[[], bool] = lambda: False
    ) -> Iterator[None]:
        """Interrupt what a connection does `seconds` from now on, and raise TooLongError in its place.

        So it is when `is_unwanted` returns that nobody waits for it any more, which is asked now and then.
        SQLite calls us after so many steps of its machine (https://sqlite.org/c3ref/progress_handler.html),
        which it takes for each page of the search index, too.
        """
        dbapi_connection = connection.connection.dbapi_connection
        if not isinstance(dbapi_connection, SqliteConnection):
            raise TypeError(f"{dbapi_connection!r} is no connection of sqlite3")
        deadline = TimeLimit(seconds, is_unwanted)
        set_deadline(connection, deadline)
        dbapi_connection.set_progress_handler(deadline.is_over, _STEPS)
        try:
            yield
        except DatabaseError as error:
            if getattr(error.orig, "sqlite_errorcode", None) == SQLITE_INTERRUPT:
                raise TooLongError(seconds) from error
            raise
        finally:  # before the transaction ends, and the connection goes back to the others
            dbapi_connection.set_progress_handler(None, _STEPS)
            set_deadline(connection, None)

    def describe(self, url: URL) -> str:
        """Return what messages call the database."""
        return url.database or ""

    def exists(self, engine: Engine) -> bool:
        """Return whether there is a database already: connecting makes one."""
        return Path(engine.url.database or "").is_file()

    def describe_unavailable(self, error: SQLAlchemyError, busy_seconds: float) -> str | None:
        """Return why the database can't be used for now, where a statement failed since another connection
        writes (https://sqlite.org/rescode.html); None where it failed otherwise.
        """
        if not isinstance(error, DatabaseError):
            return None
        if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF not in (SQLITE_BUSY, SQLITE_LOCKED):
            return None
        return (
            f"the database was busy for {busy_seconds:g} seconds: another process or site is writing; it "
            "is tried again later"
        )

    def finish_filling(self, connection: Connection) -> None:
        """Do what an engine needs after rows were copied into a new database: nothing here."""


@compiles(IntegerRows, "sqlite")
def _write_integer_rows(element: IntegerRows, compiler: SQLCompiler, **options: object) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(DatabaseSeconds, "sqlite")
def _write_database_seconds(_element: DatabaseSeconds, _compiler: SQLCompiler, **_options: object) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"  # the days since 4714 BC, less those before 1970


@compiles(IsAmong, "sqlite")
def _write_is_among(element: IsAmong, compiler: SQLCompiler, **options: object) -> str:
    number, numbers = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{number} IN {numbers}"


def _set_up(busy_seconds: float, connection: SqliteConnection, _record: Any) -> None:
    # SQLAlchemy says when a transaction begins (below): the driver's own guesses leave reads outside.
    connection.isolation_level = None
    for pragma in ("foreign_keys = ON", f"busy_timeout = {round(busy_seconds * 1000)}"):
        connection.execute(f"PRAGMA {pragma}")
    _write_ahead(connection, busy_seconds)


def _write_ahead(connection: SqliteConnection, busy_seconds: float) -> None:
    """Let readers go on while another connection writes (https://sqlite.org/wal.html).

    When several processes open a new file at once, SQLite refuses this to all but one without waiting.
    """
    deadline = time.monotonic() + busy_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except SqliteOperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_SECONDS)
        else:
            return


def _begin(connection: Connection) -> None:
    # A writer takes its lock at once: one that reads first and then writes can't wait for another.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

"""What is SQLite's own: connections, transactions, statements that other engines write otherwise.

A second engine gets a module like this one. The full-text index is in search.py.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from sqlite3 import SQLITE_BUSY, SQLITE_INTERRUPT, SQLITE_LOCKED
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError as SqliteOperationalError
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    TableValuedAlias,
    bindparam,
    column,
    create_engine,
    event,
    func,
    make_url,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DatabaseError, OperationalError

from feedsvc.errors import ConfigError, TooLongError

insert_or_update = insert
"""An INSERT that may be completed with `on_conflict_do_update`; called as `sqlalchemy.insert` is."""

BUSY_SECONDS = 30.0
"""How long a transaction waits for another writer."""

_RETRY_SECONDS = 0.05
_DEADLINE = "deadline"
_LOOK_SECONDS = 0.2  # between two questions whether the work is wanted still
_STEPS = 1000
"""Steps of SQLite's machine between two looks at the clock: less than a millisecond, and of every page of
the search index that is read it takes four."""


def open_engine(url: str, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """Return an engine for the database file of a SQLAlchemy URL.

    Transactions wait for another writer for `busy_seconds`; `is_busy` tells when that was not enough.

    Connections are opened when they are first needed, so that an engine made before a fork can be used
    after it. Raises ConfigError when there can't be such a file.
    """
    database = make_url(url)
    file = Path(database.database or "")
    if not file.parent.is_dir():
        raise ConfigError([f"database_url: there is no folder {file.parent}: make it first"])
    if file.is_dir():
        raise ConfigError([f"database_url: {database.database or ''} is a folder: name a file in it"])
    engine = create_engine(database, connect_args={"timeout": busy_seconds}, pool_size=8, max_overflow=16)
    event.listen(engine, "connect", partial(_set_up, busy_seconds))
    event.listen(engine, "begin", _begin)
    return engine


def for_writing(engine: Engine) -> Engine:
    """Return an engine with the same connections whose transactions take the writer's lock at once."""
    return engine.execution_options(writes=True)


@contextmanager
def limit_time(
    connection: Connection, seconds: float, is_unwanted: Callable[[], bool] = lambda: False
) -> Iterator[None]:
    """Interrupt what a connection does `seconds` from now on, and raise TooLongError in its place.

    So it is when `is_unwanted` returns that nobody waits for it any more, which is asked now and then.
    PostgreSQL has `SET LOCAL statement_timeout` for it. SQLite calls us after so many steps of its machine
    (https://sqlite.org/c3ref/progress_handler.html), which it takes for each page of the search index, too.
    """
    dbapi_connection = connection.connection.dbapi_connection
    if not isinstance(dbapi_connection, SqliteConnection):
        raise TypeError(f"{dbapi_connection!r} is no connection of sqlite3")
    deadline = connection.info[_DEADLINE] = _Deadline(seconds, is_unwanted)
    dbapi_connection.set_progress_handler(deadline.is_over, _STEPS)
    try:
        yield
    except DatabaseError as error:
        if getattr(error.orig, "sqlite_errorcode", None) == SQLITE_INTERRUPT:
            raise TooLongError(seconds) from error
        raise
    finally:  # before the transaction ends, and the connection goes back to the others
        dbapi_connection.set_progress_handler(None, _STEPS)
        del connection.info[_DEADLINE]


def check_deadline(connection: Connection) -> None:
    """Raise TooLongError when the time of `limit_time` is over: for what is done between statements."""
    deadline: _Deadline | None = connection.info.get(_DEADLINE)
    if deadline and deadline.is_over():
        raise TooLongError(deadline.seconds)


class _Deadline:
    """When work ends: `seconds` after it began, or earlier where nobody wants it any more."""

    def __init__(self, seconds: float, is_unwanted: Callable[[], bool]) -> None:
        self.seconds = seconds
        self._is_unwanted = is_unwanted
        self._next_look = time.monotonic() + _LOOK_SECONDS
        self._end = time.monotonic() + seconds

    def is_over(self) -> bool:
        now = time.monotonic()
        if now > self._next_look:
            self._next_look = now + _LOOK_SECONDS
            if self._is_unwanted():
                return True
        return now > self._end


def integer_rows(name: str) -> tuple[TableValuedAlias, ColumnElement[int]]:
    """Return a table of whole numbers and its column, made of the parameter `name`: see `integer_list`.

    To join it takes one statement for a list of any length, which is compiled once.
    """
    rows = func.json_each(bindparam(name)).table_valued(column("value", BigInteger), name=name)
    return rows, rows.c.value


def joined_values(values: ColumnElement[Any]) -> ColumnElement[str]:
    """Return the aggregate of values as one text, with commas between them."""
    return func.group_concat(values)


def integer_list(numbers: Iterable[int]) -> str:
    """Return the value of a parameter that `integer_rows` is made of."""
    return f"[{','.join(map(str, numbers))}]"


def is_busy(error: OperationalError) -> bool:
    """Return whether a statement failed since another connection writes (https://sqlite.org/rescode.html)."""
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    return code in (SQLITE_BUSY, SQLITE_LOCKED)


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

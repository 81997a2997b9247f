"""What is SQLite's own: connections, transactions, statements that other engines write otherwise.

A second engine gets a module like this one. The full-text index is in search.py.
"""

import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from sqlite3 import SQLITE_BUSY, SQLITE_LOCKED
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
from sqlalchemy.exc import OperationalError

from feedsvc.errors import ConfigError

insert_or_update = insert
"""An INSERT that may be completed with `on_conflict_do_update`; called as `sqlalchemy.insert` is."""

BUSY_SECONDS = 30.0
"""How long a transaction waits for another writer."""

_RETRY_SECONDS = 0.05


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


def integer_rows(name: str) -> tuple[TableValuedAlias, ColumnElement[int]]:
    """Return a table of whole numbers and its column, made of the parameter `name`: see `integer_list`.

    To join it takes one statement for a list of any length, which is compiled once.
    """
    rows = func.json_each(bindparam(name)).table_valued(column("value", BigInteger), name=name)
    return rows, rows.c.value


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

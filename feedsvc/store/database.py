"""The database: opening it, its transactions, and bringing it to the current schema."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DatabaseError

from feedsvc.errors import ConfigError
from feedsvc.store import indexing, positions, repeats, search

log = logging.getLogger(__name__)

_BUSY_SECONDS = 30
_RETRY_SECONDS = 0.05
_MIGRATIONS = Path(__file__).with_name("migrations")


class Database:
    """The one way to the database: `reading` and `writing` give a connection in a transaction.

    Takes a SQLAlchemy URL of SQLite, and how far apart two posts may be published of which one repeats
    the other. Connections are opened when first needed, so that an object made
    before a fork can be used after it. Raises ConfigError when there can't be such a file.
    """

    def __init__(self, url: str, duplicate_window: timedelta = timedelta(days=7)) -> None:
        self._window = timedelta(seconds=duplicate_window // timedelta(seconds=1))  # as posts are dated
        database = make_url(url)
        self._name = database.database or ""
        if not Path(self._name).parent.is_dir():
            folder = Path(self._name).parent
            raise ConfigError([f"database_url: there is no folder {folder}: make it first"])
        if Path(self._name).is_dir():
            raise ConfigError([f"database_url: {self._name} is a folder: name a file in it"])
        self.engine: Engine = create_engine(
            database, connect_args={"timeout": _BUSY_SECONDS}, pool_size=8, max_overflow=16
        )
        self._writer = self.engine.execution_options(writes=True)
        event.listen(self.engine, "connect", _set_up)
        event.listen(self.engine, "begin", _begin)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the store from its first statement to its last."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection that writes all or nothing; waits for another writer to finish.

        At the end it is decided of each post that came or changed whether it repeats another, and it is
        put into the index, so that no other transaction sees one undecided or can't find it.
        """
        with self._writer.begin() as connection:
            yield connection
            repeats.settle(connection, self._window)
            positions.assign(connection)
            indexing.settle(connection)

    def migrate(self) -> bool:
        """Bring the database to the current schema and its index to the current words.

        Gives whether anything was to do. Several processes may call it at once: one of them works,
        the others wait and find it done. Raises ConfigError when the file is none of ours.
        """
        try:
            return self._migrate()
        except CommandError as error:
            raise ConfigError(
                [f"database_url: a newer feedsvc has written {self._name}: use that one ({error})"]
            ) from error
        except DatabaseError as error:
            raise ConfigError(
                [f"database_url: {self._name} can't be used as a database: {error.orig}"]
            ) from error

    def _migrate(self) -> bool:
        with self._writer.begin() as connection:
            before = MigrationContext.configure(connection).get_current_revision()
            config = _alembic_config()
            if before != ScriptDirectory.from_config(config).get_current_head():
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                log.debug("the database is now at the current schema")
            compared = repeats.is_outdated(connection, self._window)
            rebuilt = compared or search.is_outdated(connection)
            if rebuilt:
                indexing.empty(connection)
            if compared:
                repeats.compare_all(connection, self._window)
            indexing.settle(connection)
            after = MigrationContext.configure(connection).get_current_revision()
        return before != after or rebuilt

    def exists(self) -> bool:
        """Tell whether there is a database already: to connect makes one."""
        return Path(self._name).is_file()

    def is_current(self) -> bool:
        """Tell whether the schema is the current one."""
        with self.reading() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
        return revision == ScriptDirectory.from_config(_alembic_config()).get_current_head()

    def close(self) -> None:
        """Close every connection that is not in use."""
        self.engine.dispose()


def _alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _set_up(connection: SqliteConnection, _record: Any) -> None:
    # SQLAlchemy says when a transaction begins (below): the driver's own guesses leave reads outside.
    connection.isolation_level = None
    for pragma in ("foreign_keys = ON", f"busy_timeout = {_BUSY_SECONDS}000"):
        connection.execute(f"PRAGMA {pragma}")
    _write_ahead(connection)


def _write_ahead(connection: SqliteConnection) -> None:
    """Let readers go on while another writes (https://sqlite.org/wal.html).

    When several processes open a new file at once, SQLite refuses this to all but one without waiting.
    """
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_SECONDS)
        else:
            return


def _begin(connection: Connection) -> None:
    # A writer takes its lock at once: one that reads first and then writes can't wait for another.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

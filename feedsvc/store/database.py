"""The database: opening it, its transactions, and bringing it to the current schema."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from feedsvc.errors import ConfigError, DatabaseBusyError
from feedsvc.store.backends import BACKENDS, BUSY_SECONDS
from feedsvc.store.families import is_relation_outdated, relate_outdated
from feedsvc.store.groups import has_undecided
from feedsvc.store.post_writer import PostWriter
from feedsvc.store.schema import SCHEMAS, create_schema, load_schema, migrate_schema

log = logging.getLogger(__name__)

_MIN_PAUSE_SECONDS = 0.2

MAX_CONNECTIONS = 10
"""To a server, of one process: as many as it answers requests at once, and two that pull."""

_MIGRATION_ATTEMPTS = 20  # another process may be at it for minutes, after an update


class Database:
    """The one way to the database: `reading` and `transaction` yield a connection in a transaction.

    `url` is a SQLAlchemy URL of SQLite or PostgreSQL. `duplicate_window` is how far apart two posts may be
    published of which one repeats the other, `busy_seconds` how long a transaction waits for another,
    `connections` how many a server is asked for at once. An object made before a fork can be used after it.
    Raises ConfigError when there can't be such a file.
    """

    def __init__(
        self,
        url: str,
        duplicate_window: timedelta = timedelta(days=7),
        busy_seconds: float = BUSY_SECONDS,
        connections: int = MAX_CONNECTIONS,
    ) -> None:
        # In whole seconds, as posts are dated.
        self._duplicate_window = timedelta(seconds=duplicate_window // timedelta(seconds=1))
        address = make_url(url)
        self._backend = BACKENDS[address.get_backend_name()]
        self.engine: Engine = self._backend.open_engine(address, busy_seconds, connections)
        self._busy_seconds = busy_seconds
        self._reading_engine = self._backend.for_reading(self.engine)
        self._writing_engine = self._backend.for_writing(self.engine)
        self.name = self._backend.describe(address)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that sees one state of the store from its first statement to its last.

        Raises DatabaseBusyError when it can't be read for long: SQLite mends what a crash has left.
        """
        with self._telling_busy(), self._reading_engine.begin() as connection:
            yield connection

    @contextmanager
    def reading_for(
        self, seconds: float, is_unwanted: Callable[[], bool] = lambda: False
    ) -> Iterator[Connection]:
        """Yield a connection as `reading` does; raise TooLongError when it is at work for longer, or when
        `is_unwanted` returns that nobody waits for it any more.
        """
        with self.reading() as connection, self._backend.limit_time(connection, seconds, is_unwanted):
            yield connection

    @contextmanager
    def transaction(self, attempts: int = 1) -> Iterator[Connection]:
        """Yield a connection that writes all or nothing; waits for another writer to finish.

        Posts are written by `post_writer`, which leaves them grouped and indexed before the commit.
        Raises DatabaseBusyError when others have been writing for so many waits.
        """
        with self._telling_busy(), ExitStack() as stack:
            yield self._begin_writing(stack, attempts)

    def _begin_writing(self, stack: ExitStack, attempts: int) -> Connection:
        """Return a connection that has the writer's lock until `stack` is left."""
        for _ in range(attempts - 1):
            with suppress(DatabaseBusyError), self._telling_busy():
                return stack.enter_context(self._writing_engine.begin())
        with self._telling_busy():
            return stack.enter_context(self._writing_engine.begin())

    @contextmanager
    def _telling_busy(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            sentence = self._backend.describe_unavailable(error, self._busy_seconds)
            if sentence is None:
                raise
            raise DatabaseBusyError(sentence) from error

    def post_writer(self, connection: Connection) -> PostWriter:
        """Return the writer of posts in the transaction of `connection`."""
        return PostWriter(connection, self._duplicate_window)

    def settle_posts(self, site_id: int) -> None:
        """Decide what `PostWriter.apply` has left undecided, in transactions between which others write."""
        with self.reading() as connection:
            is_left = has_undecided(connection, site_id)
        while is_left:
            started = time.monotonic()
            with self.transaction() as connection:
                is_left = self.post_writer(connection).settle(site_id)
            # Who waits for SQLite's lock looks for it each tenth of a second.
            time.sleep(max(_MIN_PAUSE_SECONDS, time.monotonic() - started))

    def migrate(self) -> bool:
        """Bring the database to the current schema, and its groups and its index to the current rules.

        Return whether anything was to do. Several processes may call it at once: one of them works, the
        others wait and find it done. Raises ConfigError when the file is not a database of feedsvc.
        """
        try:
            return self._migrate()
        except DatabaseError as error:
            raise self._make_unusable_error(error) from error

    def _migrate(self) -> bool:
        with self.transaction(_MIGRATION_ATTEMPTS) as connection:
            before = load_schema(connection)
            if before is None and self._backend.MIGRATES_ITSELF:
                create_schema(connection)
            elif _is_newer(before):
                raise ConfigError([f"database_url: {self._describe_newer()}"])
            elif before != SCHEMAS[0]:
                migrate_schema(connection)
            if before != SCHEMAS[0]:
                log.debug("the database is now at the current schema")
            was_rebuilt = relate_outdated(connection)
            was_rebuilt |= self.post_writer(connection).rebuild_outdated()
        return before != SCHEMAS[0] or was_rebuilt

    def prepare(self) -> None:
        """Bring the database to what this version reads and writes, where the engine leaves that to the
        service; elsewhere raise ConfigError unless `migrate` has done it.
        """
        if self._backend.MIGRATES_ITSELF:
            self.migrate()
        elif mistake := self.describe_outdated():
            raise ConfigError([f"database_url: {mistake}: run feedsvc migrate"])

    def describe_outdated(self) -> str | None:
        """Return what is other in the database than this version reads and writes; None when nothing is.

        Raises ConfigError where that is for a newer version to say, or where it is no database.
        """
        try:
            schema = self._load_schema()
        except DatabaseError as error:
            raise self._make_unusable_error(error) from error
        if _is_newer(schema):
            raise ConfigError([f"database_url: {self._describe_newer()}"])
        if schema != SCHEMAS[0]:
            return f"{self.name} is not at the schema of this version of feedsvc"
        with self.reading() as connection:
            if is_relation_outdated(connection) or self.post_writer(connection).is_outdated():
                return f"{self.name} has what another version or duplicate_window has made of its posts"
        return None

    def exists(self) -> bool:
        """Return whether there is a database already, as connecting to a file makes one."""
        return self._backend.exists(self.engine)

    def is_current(self) -> bool:
        """Return whether the schema is the current one."""
        return self._load_schema() == SCHEMAS[0]

    def _load_schema(self) -> str | None:
        with self.reading() as connection:
            return load_schema(connection)

    def _make_unusable_error(self, error: DatabaseError) -> ConfigError:
        return ConfigError([f"database_url: {self.name} can't be used as a database: {error.orig}"])

    def _describe_newer(self) -> str:
        return f"a newer feedsvc has written {self.name}: use that one"

    def finish_filling(self, connection: Connection) -> None:
        """Do what the engine needs after rows were copied into a new database."""
        self._backend.finish_filling(connection)

    def close(self) -> None:
        """Close every connection that is not in use."""
        self.engine.dispose()


def _is_newer(schema: str | None) -> bool:
    """Return whether a version that is newer than this one has made a schema."""
    return schema not in (None, *SCHEMAS)

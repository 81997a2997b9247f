"""What is PostgreSQL's own: connections, transactions, statements that SQLite writes otherwise.

The full-text index is in postgresql_search.py.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from feedsvc.errors import ConfigError, TooLongError
from feedsvc.store.constructs import DatabaseSeconds, IntegerRows, IsAmong
from feedsvc.store.deadline import TimeLimit, get_deadline, set_deadline

_WRITER_LOCK = 0x66656564  # 'feed': any number that nobody else takes in this database
_BEGIN_WRITING = (
    "SET LOCAL lock_timeout = {milliseconds}; SET LOCAL idle_in_transaction_session_timeout = {idle}; "
    "SELECT pg_advisory_xact_lock({lock})"
)
_MAX_IDLE_SECONDS = 120
"""How long the writer's lock is held by a process that says nothing: one whose machine or network is gone.
The system of the server would notice that after two hours."""

_CONNECT_SECONDS = 10
_KEPT_SECONDS = 280  # hosts cut connections that were idle for five minutes
_MOVED_SHARE = 0.9  # of the time that a statement may take, what has to be left for it not to be set anew

_WATCHED = "seconds that a statement may take"

_CANCELED = "57014"
_BUSY = {
    "55P03": "another process or site is writing",
    "40001": "another process or site is writing",
    "40P01": "another process or site is writing",
    "53300": "it has no connection left: set database_connections lower",
}
_AWAY = ("08", "57P", "53", "25P03")
"""How the codes of errors begin by which a server says that it goes, comes, can't for now, or gave us up
(https://postgresql.org/docs/current/errcodes-appendix.html)."""


class Postgresql:
    """PostgreSQL, as backends.py describes what an engine does."""

    # Several processes share it, of several versions while one is replaced by the next.
    MIGRATES_ITSELF: ClassVar[bool] = False

    def open_engine(self, url: URL, busy_seconds: float, connections: int) -> Engine:
        """Return an engine for the database of a SQLAlchemy URL, with so many connections at the most.

        Transactions wait for another writer, and for a connection, for `busy_seconds`;
        `describe_unavailable` tells when that was not enough. Connections are opened when they are first
        needed, so that an engine made before a fork can be used after it.
        """
        # Statements prepared by name are unknown to the next connection of a pooler that shares them out
        # (PgBouncer), as many hosts have one.
        arguments: dict[str, Any] = {"prepare_threshold": None, "application_name": "feedsvc"}
        if "connect_timeout" not in url.query:
            arguments["connect_timeout"] = _CONNECT_SECONDS
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args=arguments,
            pool_size=connections,
            max_overflow=0,
            pool_timeout=busy_seconds,
            pool_pre_ping=True,  # the server may have been started anew
            pool_recycle=_KEPT_SECONDS,
            isolation_level="READ COMMITTED",
        )
        engine.dialect.use_insertmanyvalues_wo_returning = True  # many rows in one statement
        begin_writing = _BEGIN_WRITING.format(
            milliseconds=round(busy_seconds * 1000), idle=_MAX_IDLE_SECONDS * 1000, lock=_WRITER_LOCK
        )

        def begin(connection: Connection) -> None:
            if connection.get_execution_options().get("writes"):
                # All that writes waits here for its turn, as for SQLite's lock.
                connection.exec_driver_sql(begin_writing)

        event.listen(engine, "connect", _set_up, insert=True)  # before SQLAlchemy asks anything itself
        event.listen(engine, "begin", begin)
        event.listen(engine, "before_cursor_execute", _watch_time)
        return engine

    def for_reading(self, engine: Engine) -> Engine:
        """Return an engine with the same connections whose transactions see one state alone."""
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def for_writing(self, engine: Engine) -> Engine:
        """Return an engine with the same connections whose transactions take the writer's lock at once."""
        # A statement sees what was committed when it begins: so what follows the lock sees all before it.
        return engine.execution_options(writes=True)

    @contextmanager
    def limit_time(
        self, connection: Connection, seconds: float, is_unwanted: Callable[[], bool] = lambda: False
    ) -> Iterator[None]:
        """Interrupt what a connection does `seconds` from now on, and raise TooLongError in its place.

        So it is when `is_unwanted` returns that nobody waits for it any more, asked between statements. The
        server itself ends a statement that takes as long as is left of the time, a tenth more at the most.
        """
        deadline = TimeLimit(seconds, is_unwanted)
        set_deadline(connection, deadline)
        try:
            yield
        except DatabaseError as error:
            if getattr(error.orig, "sqlstate", None) == _CANCELED:
                raise TooLongError(seconds) from error
            raise
        finally:  # before the connection goes back to the others
            set_deadline(connection, None)
            connection.info.pop(_WATCHED, None)

    def describe(self, url: URL) -> str:
        """Return what messages call the database: neither its user nor the password."""
        return f"{url.database or ''} on {url.host or 'this machine'}"

    def exists(self, engine: Engine) -> bool:
        """Return whether there is a database already: there is, or nothing can be read of it."""
        return True

    def describe_unavailable(self, error: SQLAlchemyError, busy_seconds: float) -> str | None:
        """Return why the database can't be used for now, None where something else is wrong."""
        if isinstance(error, PoolTimeoutError):
            return (
                f"this process had no connection to the database to spare for {busy_seconds:g} seconds: it "
                "is tried again later; database_connections says how many there may be"
            )
        if not isinstance(error, DBAPIError) or error.orig is None:
            return None
        code = getattr(error.orig, "sqlstate", None)
        if reason := _BUSY.get(code or ""):
            return f"the database was busy for {busy_seconds:g} seconds: {reason}; it is tried again later"
        if code and not code.startswith(_AWAY):
            return None
        told = " ".join(str(error.orig).split())
        is_of_the_server = error.statement is None or isinstance(error, OperationalError)
        if code is None and not is_of_the_server:
            return None
        return (
            f"the database server can't be reached, or refuses us ({told}): see that it runs, and that "
            "DATABASE_URL names its host, port, user, password and database; it is tried again later"
        )

    def finish_filling(self, connection: Connection) -> None:
        """Let new rows be numbered above those that were copied, and count all for the planner."""
        for table in ("sites", "terms"):
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "  # noqa: S608 (our own names)
                    f"(SELECT coalesce(max(id), 0) + 1 FROM {table}), false)"
                )
            )
        connection.exec_driver_sql("ANALYZE")


def _watch_time(
    connection: Connection, _cursor: Any, _statement: str, _parameters: Any, _context: Any, _many: bool
) -> None:
    """Limit how long the server works on the next statement to what is left of the time."""
    deadline = get_deadline(connection)
    if deadline is None:
        return
    if deadline.is_over():
        raise TooLongError(deadline.seconds)
    left = max(deadline.seconds_left, 0.001)
    if left < _MOVED_SHARE * connection.info.get(_WATCHED, float("inf")):
        connection.info[_WATCHED] = left
        driver: Any = connection.connection.dbapi_connection
        driver.execute(f"SET LOCAL statement_timeout = {max(1, round(left * 1000))}")


@compiles(IntegerRows, "postgresql")
def _write_integer_rows(element: IntegerRows, compiler: SQLCompiler, **options: object) -> str:
    numbers = compiler.process(element.clauses, **options)
    return f"(SELECT unnest(translate({numbers}, '[]', '{{}}')::bigint[]) AS value)"


@compiles(DatabaseSeconds, "postgresql")
def _write_database_seconds(_element: DatabaseSeconds, _compiler: SQLCompiler, **_options: object) -> str:
    return "extract(epoch FROM clock_timestamp())::float8"


@compiles(IsAmong, "postgresql")
def _write_is_among(element: IsAmong, compiler: SQLCompiler, **options: object) -> str:
    # With IN the planner may go through all rows and look for each of them among the numbers.
    number, numbers = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{number} = ANY (ARRAY{numbers})"


def _set_up(connection: Any, _record: object) -> None:
    """Take NUL, which PostgreSQL can't store, out of all text that is sent.

    Raises ConfigError where it can't store all other characters either.
    """
    encoding = connection.info.parameter_status("server_encoding")
    if encoding not in ("UTF8", None):  # a pooler may not say
        name = connection.info.dbname
        raise ConfigError(
            [
                f"database_url: {name} is of the encoding {encoding}, which can't hold all languages: make "
                f"it anew by createdb --encoding=UTF8 --template=template0 {name}"
            ]
        )
    from psycopg.types.string import StrDumperUnknown

    class WithoutNul(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "") if "\0" in obj else obj)

    connection.adapters.register_dumper(str, WithoutNul)

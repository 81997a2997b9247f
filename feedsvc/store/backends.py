"""The engines that a store may lie in: the one place where it is asked which of them a database is."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import ClassVar, Protocol

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from feedsvc.store.postgresql import Postgresql
from feedsvc.store.sqlite import Sqlite

BUSY_SECONDS = 30.0
"""How long a transaction waits for another writer."""


class Backend(Protocol):
    """What differs between engines beside the search index: a module for each."""

    MIGRATES_ITSELF: ClassVar[bool]
    """Whether a service brings the database to the current schema when it starts. Elsewhere it refuses
    an older one, which `feedsvc migrate` is then for."""

    def open_engine(self, url: URL, busy_seconds: float, connections: int) -> Engine: ...

    def for_reading(self, engine: Engine) -> Engine: ...

    def for_writing(self, engine: Engine) -> Engine: ...

    def limit_time(
        self, connection: Connection, seconds: float, is_unwanted: Callable[[], bool]
    ) -> AbstractContextManager[None]: ...

    def describe(self, url: URL) -> str: ...

    def exists(self, engine: Engine) -> bool: ...

    def describe_unavailable(self, error: SQLAlchemyError, busy_seconds: float) -> str | None: ...

    def finish_filling(self, connection: Connection) -> None: ...


BACKENDS: Mapping[str, Backend] = {"sqlite": Sqlite(), "postgresql": Postgresql()}
"""By the names that SQLAlchemy has for the engines."""

"""Stores on either engine, looked at beside the service while its processes are killed over them."""

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import make_url, text

from feedsvc.store.database import Database
from feedsvc.store.indexing import rebuild_index
from service import eventually

Rows = Sequence[tuple[object, ...]]

SETTLED: dict[str, Rows] = {
    "SELECT key FROM posts WHERE canonical_key IS NULL OR index_rowid IS NULL OR marks = ''": [],
    "SELECT wp_id FROM posts GROUP BY wp_id HAVING count(*) > 1": [],
    "SELECT wp_id FROM posts EXCEPT SELECT wp_id FROM sources": [],
}
"""What is so in every store between two transactions."""

KEYS = "SELECT key FROM posts ORDER BY index_rowid"


class NotMadeError(Exception):
    """There is no such store yet, or its tables are not made."""


class KeptStore(Protocol):
    """A store that outlives processes; `url` is where it lies, as in DATABASE_URL."""

    @property
    def url(self) -> str: ...

    def rows(self, question: str) -> Rows:
        """Return what is committed, while others may be writing. Raise NotMadeError where nothing was."""

    def left(self) -> "KeptStore":
        """Return the store as a process that was killed has left it, and as the next finds it."""

    def lose(self) -> None:
        """Lose all that was kept, as where the disk is emptied at a restart."""

    def assert_sound(self) -> None:
        """Check that the engine finds no fault, and that no transaction was kept in part."""

    def index(self, *, anew: bool = False) -> dict[str, Rows]:
        """Return what the index holds, or one that is made anew, and the keys of the posts in its order."""


@dataclass(frozen=True)
class SqliteFile:
    """A store in a file; what is kept between polls lies beside it."""

    file: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.file}"

    def rows(self, question: str) -> Rows:
        try:
            with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as connection:
                return connection.execute(question).fetchall()
        except sqlite3.OperationalError as error:
            if "unable to open" in str(error) or "no such table" in str(error):
                raise NotMadeError from error
            raise

    def left(self) -> "SqliteFile":
        copy = self.file.with_name("copy.db")
        for ending in ("", "-wal"):
            Path(f"{copy}{ending}").unlink(missing_ok=True)
            if (left := Path(f"{self.file}{ending}")).exists():
                shutil.copyfile(left, f"{copy}{ending}")
        return SqliteFile(copy)

    def lose(self) -> None:
        for left in self.file.parent.glob(f"{self.file.stem}*"):
            left.unlink()

    def assert_sound(self) -> None:
        with closing(sqlite3.connect(self.file)) as connection:
            made = connection.execute(
                "SELECT 1 FROM sqlite_master WHERE name = 'uq_posts_index_rowid'"
            ).fetchall()
            sound: dict[str, Rows] = {
                "PRAGMA integrity_check": [("ok",)],
                "PRAGMA foreign_key_check": [],
            }
            of_index: dict[str, Rows] = {"INSERT INTO search (search) VALUES ('integrity-check')": []}
            for statement, expected in (sound | SETTLED | of_index if made else sound).items():
                assert connection.execute(statement).fetchall() == expected, statement

    def index(self, *, anew: bool = False) -> dict[str, Rows]:
        with closing(Database(self.left().url if anew else self.url)) as database:
            if anew:
                with database.transaction() as connection:
                    rebuild_index(connection)
            with database.reading() as connection:
                connection.exec_driver_sql(
                    "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', 'search', 'instance')"
                )
                words = "SELECT term, doc, col, offset FROM vocabulary ORDER BY doc, col, offset"
                questions = {"words": words, "keys": KEYS}
                return {
                    name: [tuple(row) for row in connection.exec_driver_sql(question)]
                    for name, question in questions.items()
                }


@dataclass(frozen=True)
class PostgresqlDatabase:
    """A store in a database of a server; what is kept between polls lies in `folder`."""

    url: str
    folder: Path

    def rows(self, question: str) -> Rows:
        with self._connect() as connection:
            try:
                return connection.execute(question).fetchall()
            except psycopg.errors.UndefinedTable as error:
                raise NotMadeError from error

    def left(self) -> "PostgresqlDatabase":
        """The server takes a moment to see that a client is gone, and lets its transaction go."""
        others = (
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name = 'feedsvc'"
        )
        eventually(lambda: not self.rows(others), "the server has seen that the client is gone")
        return self

    def lose(self) -> None:
        with self._connect() as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        for left in self.folder.glob(f"{make_url(self.url).database}*"):
            left.unlink()

    def assert_sound(self) -> None:
        if self.rows("SELECT 1 WHERE to_regclass('uq_posts_index_rowid') IS NOT NULL"):
            for statement, expected in SETTLED.items():
                assert self.rows(statement) == expected, statement

    def index(self, *, anew: bool = False) -> dict[str, Rows]:
        with closing(Database(self.url)) as database, database.engine.connect() as connection:
            if anew:
                rebuild_index(connection)
            questions = {"words": "SELECT * FROM search ORDER BY rowid", "keys": KEYS}
            rows: dict[str, Rows] = {
                name: [tuple(row) for row in connection.execute(text(question))]
                for name, question in questions.items()
            }
            connection.rollback()
            return rows

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.url, autocommit=True)

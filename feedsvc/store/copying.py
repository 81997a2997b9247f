"""Copying a whole store into another database, which may be of another engine: rows as they are, and an
index that is made anew.
"""

from collections.abc import Callable

from sqlalchemy import Connection, Select, Table, delete, func, insert, select

from feedsvc.errors import ConfigError
from feedsvc.store.database import Database
from feedsvc.store.indexing import rebuild_index
from feedsvc.store.tables import known_words, metadata, posts, sites

_BATCH_SIZE = 500

_TABLES = [table for table in metadata.sorted_tables if table is not known_words]
"""Each behind those that it refers to. The words come with the index."""

Progress = Callable[[int, int], None]
"""Told how much is done, and of how much: rows, and posts that are indexed."""


def copy_store(source: Database, target: Database, progress: Progress = lambda done, of: None) -> None:
    """Copy what `source` has into `target`, which gets its schema here: all of it or nothing.

    Raises ConfigError when `source` is none that this version reads, or when `target` has anything.
    """
    if not source.exists():
        raise ConfigError([f"there is no database {source.name} to copy from"])
    if mistake := source.describe_outdated():
        raise ConfigError([f"{mistake}: run feedsvc migrate on it, then copy it"])
    target.migrate()
    with source.reading() as reading, target.transaction() as writing:
        if writing.scalar(select(func.count()).select_from(sites)):
            raise ConfigError([f"{target.name} is not empty: copy into a new database"])
        counts = {table: reading.scalar(select(func.count()).select_from(table)) or 0 for table in _TABLES}
        is_canonical = posts.c.canonical_key == posts.c.key
        groups = reading.scalar(select(func.count()).select_from(posts).where(is_canonical)) or 0
        total, done = sum(counts.values()) + groups, 0

        def advance(rows: int) -> None:
            nonlocal done
            done += rows
            progress(done, total)

        for table in reversed(_TABLES):
            writing.execute(delete(table))  # what a migration has put there
        for table in _TABLES:
            _copy_rows(reading, writing, table, advance)
        rebuild_index(writing, advance)
        target.finish_filling(writing)


def _copy_rows(
    reading: Connection, writing: Connection, table: Table, advance: Callable[[int], None]
) -> None:
    rows = reading.execute(_in_order(table), execution_options={"yield_per": _BATCH_SIZE})
    for batch in rows.mappings().partitions():
        writing.execute(insert(table), [dict(row) for row in batch])
        advance(len(batch))


def _in_order(table: Table) -> Select[*tuple[object, ...]]:
    """Select the rows of a table, each behind those of the same table that it refers to."""
    if table is posts:
        return select(posts).order_by(posts.c.canonical_key != posts.c.key, posts.c.key)
    return select(table).order_by(*table.primary_key.columns)

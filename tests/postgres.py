"""Databases of a PostgreSQL that runs here, made for tests and dropped when these are done.

FEEDSVC_TEST_POSTGRESQL names another server than that of this machine: the address of a database whose user
may make others.
"""

import os
from functools import cache

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url, select, text

from feedsvc.store.database import Database
from feedsvc.store.tables import facts, metadata

SERVER = os.environ.get("FEEDSVC_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")

_NAME = f"feedsvc_test_{os.getpid()}"
_made: list[str] = []
_facts: dict[str, str] = {}


@cache
def lacking_postgresql() -> str | None:
    """Return what is wrong where there is no server for tests."""
    try:
        psycopg.connect(SERVER, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        return f"no PostgreSQL at {SERVER}: {error}"
    return None


def make_database() -> str:
    """Return the address of a database that is new and empty, without a schema. Skip the test where
    there is no server, or fail it in CI.
    """
    if sentence := lacking_postgresql():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(sentence)
    name = f"{_NAME}_{len(_made)}"
    with psycopg.connect(SERVER, autocommit=True) as connection:
        _drop(connection, name)
        # In an order of text that is no order of bytes, where the server has one.
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        asynchronous = sql.SQL("ALTER DATABASE {} SET synchronous_commit = off")
        connection.execute(asynchronous.format(sql.Identifier(name)))
    _made.append(name)
    return make_url(SERVER).set(database=name).render_as_string(hide_password=False)


@cache
def _store(_number: int) -> str:
    url = make_database()
    database = Database(url)
    database.migrate()
    with database.reading() as connection:
        _facts.update({row.name: row.value for row in connection.execute(select(facts))})
    database.close()
    return url


def emptied_postgresql(number: int = 0) -> str:
    """Return the address of a store at the current schema, empty: the one that this process has under a
    number, whoever used it before.
    """
    url = _store(number)
    database = Database(url)
    with database.transaction() as connection:
        for table in (*reversed(metadata.sorted_tables), "search"):
            connection.execute(text(f"DELETE FROM {table}"))
        for name, value in _facts.items():
            row = {"name": name, "value": value}
            connection.execute(text("INSERT INTO facts (name, value) VALUES (:name, :value)"), row)
        for table in ("sites", "terms"):
            connection.execute(text(f"ALTER SEQUENCE {table}_id_seq RESTART"))
    database.close()
    return url


def drop_databases() -> None:
    """Drop what was made."""
    if _made:
        with psycopg.connect(SERVER, autocommit=True) as connection:
            for name in _made:
                _drop(connection, name)
        _made.clear()


def _drop(connection: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

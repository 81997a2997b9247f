"""The full-text index: SQLite's FTS5, over words that words.py has made.

Its rowid is the post's key. It keeps no text of its own (`content=''`): to take a post out, the very
words that went in are given again, which is why a change of words.VERSION makes it anew. To its 'ascii'
tokeniser all that is not ASCII is a part of a word, so that words.py alone decides what a word is.
Another engine's index would be another file beside this one.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import (
    Connection,
    Select,
    column,
    delete,
    insert,
    literal_column,
    select,
    table,
    text,
)

from feedsvc import words
from feedsvc.store.tables import facts

_index = table("search", column("rowid"), column("title"), column("body"))
_FACT = "words in the search index"

_ADD = text("INSERT INTO search (rowid, title, body) VALUES (:key, :title, :body)")
_REMOVE = text("INSERT INTO search (search, rowid, title, body) VALUES ('delete', :key, :title, :body)")


def add(connection: Connection, key: int, title: str, body: str) -> None:
    """Put a post in: its title and the visible text of its body, findable from now on."""
    connection.execute(_ADD, _row(key, title, body))


def remove(connection: Connection, key: int, title: str, body: str) -> None:
    """Take a post out; `title` and `body` are what was given to `add`."""
    connection.execute(_REMOVE, _row(key, title, body))


def _row(key: int, title: str, body: str) -> dict[str, int | str]:
    return {
        "key": key,
        "title": " ".join(words.tokens(title)),
        "body": " ".join(words.tokens(body)),
    }


def keys_with(phrases: Sequence[Sequence[str]]) -> Select[tuple[int]]:
    """Give the statement that selects the keys of the posts that hold every one of `phrases`."""
    match = " AND ".join(f'"{" ".join(phrase)}"' for phrase in phrases)
    return select(_index.c.rowid).select_from(_index).where(literal_column("search").op("MATCH")(match))


def is_outdated(connection: Connection) -> bool:
    """Tell whether the index holds the words of another version than words.py makes."""
    held = connection.scalar(select(facts.c.value).where(facts.c.name == _FACT))
    return held != words.VERSION


def rebuild(connection: Connection, rows: Iterable[tuple[int, str, str]]) -> None:
    """Make the index anew from `rows`: key, title and body of every post."""
    connection.exec_driver_sql("INSERT INTO search (search) VALUES ('delete-all')")
    for key, title, body in rows:
        add(connection, key, title, body)
    connection.execute(delete(facts).where(facts.c.name == _FACT))
    connection.execute(insert(facts).values(name=_FACT, value=words.VERSION))

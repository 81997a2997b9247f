"""The full-text index, whatever the engine: a module for each, chosen here by what the connection is of.

The index holds words that text/words.py has made, and marks, and its rowid rises with the post's key (see
index_rowids.py). So each engine gives the same posts in the same order. Every word that a post ever had is
stored beside the index, so that the beginning of a word can be written out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar, Protocol

from sqlalchemy import Connection, Select, delete, insert, select

from feedsvc.query.condition import Atom, Condition, Phrase, any_of
from feedsvc.store.index_entries import Document, IndexEntry, IndexQuery, Narrow
from feedsvc.store.postgresql_search import PostgresqlIndex
from feedsvc.store.sqlite_search import SqliteIndex
from feedsvc.store.tables import facts, known_words
from feedsvc.text import html as text_of_html
from feedsvc.text import words

_FACT = "words in the search index"


class SearchIndex(Protocol):
    """What each engine does in its own way: a module for each."""

    VERSION: ClassVar[str]
    PREFIX_LENGTHS: ClassVar[tuple[int, ...]]
    MAX_PREFIX_WORDS: ClassVar[int]
    MAX_WORD_LENGTH: ClassVar[int]

    def add_to_index(self, connection: Connection, entries: Sequence[IndexEntry]) -> None: ...

    def delete_from_index(self, connection: Connection, entries: Sequence[IndexEntry]) -> None: ...

    def save_words(self, connection: Connection, distinct: Iterable[str]) -> None: ...

    def clear(self, connection: Connection) -> None: ...

    def select_newest(
        self, connection: Connection, query: IndexQuery, narrow: Narrow, limit: int, offset: int
    ) -> Select[int]: ...


_INDEXES: Mapping[str, SearchIndex] = {"sqlite": SqliteIndex(), "postgresql": PostgresqlIndex()}


def _index_of(connection: Connection) -> SearchIndex:
    return _INDEXES[connection.dialect.name]


def add_to_index(connection: Connection, entries: Sequence[IndexEntry]) -> None:
    """Put posts into the index."""
    if entries:
        _index_of(connection).add_to_index(connection, entries)


def delete_from_index(connection: Connection, entries: Sequence[IndexEntry]) -> None:
    """Take posts out of the index; each entry is what was given to `add_to_index`."""
    if entries:
        _index_of(connection).delete_from_index(connection, entries)


def save_words(connection: Connection, documents: Iterable[Document]) -> None:
    """Store the words of posts that come, for those who ask for the beginning of one."""
    distinct: set[str] = set()
    for document in documents:
        distinct.update(document.title.split(" "), document.body.split(" "))
    distinct.discard("")
    if distinct:
        _index_of(connection).save_words(connection, distinct)


def select_newest(
    connection: Connection, query: IndexQuery, narrow: Narrow, limit: int, offset: int
) -> Select[int]:
    """Return the statement that selects the rowids of one page of the posts that meet `query` and what
    `narrow` adds, the newest first.
    """
    return _index_of(connection).select_newest(
        connection, _write_out(connection, query), narrow, limit, offset
    )


def _write_out(connection: Connection, query: IndexQuery) -> IndexQuery:
    return replace(query, condition=query.condition.map(partial(_expand_prefix, connection)))


def _expand_prefix(connection: Connection, atom: Atom) -> Condition:
    """Return the beginning of a word as the words that begin so, which an engine would gather in memory.

    It is left as it is where the index holds it, or where they are too many to be gone through one by one.
    """
    index = _index_of(connection)
    if not isinstance(atom, Phrase) or not atom.is_prefix or len(atom.words[-1]) in index.PREFIX_LENGTHS:
        return atom
    *before, start = atom.words
    if len(start) >= index.MAX_WORD_LENGTH:  # the words beside the index are cut off as well
        return atom
    beyond = start[:-1] + chr(ord(start[-1]) + 1)
    begin_so = select(known_words.c.word).where(known_words.c.word >= start, known_words.c.word < beyond)
    completions = connection.scalars(begin_so.limit(index.MAX_PREFIX_WORDS + 1)).all()
    if len(completions) > index.MAX_PREFIX_WORDS or any(
        len(word) >= index.MAX_WORD_LENGTH for word in completions
    ):
        return atom
    return any_of(replace(atom, words=(*before, word), is_prefix=False) for word in completions or [start])


def is_index_outdated(connection: Connection) -> bool:
    """Return whether the index holds what another version of words.py or of the engine has made."""
    version = connection.scalar(select(facts.c.value).where(facts.c.name == _FACT))
    return version != _version(connection)


def clear_index(connection: Connection) -> None:
    """Take out every post, whatever the index has of it."""
    _index_of(connection).clear(connection)
    connection.execute(delete(known_words))
    connection.execute(delete(facts).where(facts.c.name == _FACT))
    connection.execute(insert(facts).values(name=_FACT, value=_version(connection)))


def _version(connection: Connection) -> str:
    return f"{_index_of(connection).VERSION} {words.VERSION} {text_of_html.VERSION}"

"""The full-text index of SQLite: FTS5, over words that text/words.py has made.

Its rowid is small and rises with the post's key: see index_rowids.py. It keeps no text (`content=''`): to
take a post out, the very words that went in are given again, which is why a change of words.VERSION makes
the index anew. To its 'ascii' tokeniser all that is not ASCII is part of a word, and so are the signs named
as `tokenchars`: words.py alone decides what a word is.

The beginnings of words up to PREFIX_LENGTHS are words of the index as well, so `b*` is read newest first
as any word is. So `solar OR category:energy` is one expression, answered by the index alone, newest first,
and only as far as a page needs.
"""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from sqlalchemy import Connection, Select, column, literal_column, select, table, text

from feedsvc.query.condition import ANYTHING, And, Condition, Not, Or, Phrase, ResolvedFilter
from feedsvc.store.index_entries import (
    Candidates,
    IndexEntry,
    IndexQuery,
    Narrow,
    Of,
    build_marks,
    filter_marks,
)

_PREFIX_LENGTHS = (1, 2, 3)
"""The beginnings that the index holds, in characters: what FTS5 is told as `prefix`.

A shorter one stands for more words, in every post; without them SQLite gathers all places of all these
words before it gives the first post: half a second and 25 MB for `b*` at 100,000 posts. They make the index
2.3 times as large. A fourth would make it 3.2 times as large, and few posts have many words of one of them.
"""

CREATE_SEARCH = (
    "CREATE VIRTUAL TABLE search USING fts5(title, body, marks, content='',"
    f""" tokenize="ascii tokenchars '&+#'", prefix='{" ".join(map(str, _PREFIX_LENGTHS))}')"""
)
"""Makes the index of a new store; that of an older one is made by its migrations."""

_NOTHING = 'marks : "nothing"'
_index = table("search", column("rowid"))

_ADD = text("INSERT INTO search (rowid, title, body, marks) VALUES (:rowid, :title, :body, :marks)")
_REMOVE = text(
    "INSERT INTO search (search, rowid, title, body, marks) "
    "VALUES ('delete', :rowid, :title, :body, :marks)"
)
_SAVE_WORD = "INSERT OR IGNORE INTO words (word) VALUES (?)"


class SqliteIndex:
    """The index of SQLite, as search.py describes what one does."""

    VERSION: ClassVar[str] = f"marks 2 prefixes {_PREFIX_LENGTHS[-1]}"
    PREFIX_LENGTHS: ClassVar[tuple[int, ...]] = _PREFIX_LENGTHS
    """Differs when the index has to be made anew."""

    MAX_PREFIX_WORDS: ClassVar[int] = 100
    """Words that a longer `word*` is expanded to. To look one up costs as much as to gather some hundred
    places, so where more begin so, FTS5 gathers them: they lie one after the other in the index."""

    MAX_WORD_LENGTH: ClassVar[int] = 1_000_000
    """Characters of a word that are told apart: all, of the longest body."""

    def add_to_index(self, connection: Connection, entries: Sequence[IndexEntry]) -> None:
        """Put posts into the index."""
        if entries:
            connection.execute(_ADD, [_parameters(entry) for entry in entries])

    def delete_from_index(self, connection: Connection, entries: Sequence[IndexEntry]) -> None:
        """Take posts out of the index; each entry is what was given to `add_to_index`."""
        if entries:
            connection.execute(_REMOVE, [_parameters(entry) for entry in entries])

    def save_words(self, connection: Connection, distinct: Iterable[str]) -> None:
        """Store words, for those who ask for the beginning of one."""
        # In their order, so that neighbours in the table are written one after the other; by the driver,
        # since a page has thousands, of which SQLAlchemy would make a dictionary each.
        connection.exec_driver_sql(_SAVE_WORD, [(word,) for word in sorted(distinct)])

    def clear(self, connection: Connection) -> None:
        """Take out every post, whatever the index has of it."""
        connection.exec_driver_sql("INSERT INTO search (search) VALUES ('delete-all')")

    def select_newest(
        self, connection: Connection, query: IndexQuery, narrow: Narrow, limit: int, offset: int
    ) -> Select[int]:
        """Select the rowids of one page. Their order is that of time in the index, so nothing is sorted."""
        match = _mark(query.candidates)
        if query.sites is not None:
            match += f" AND {_any_mark(build_marks('post', (), query.sites))}"
        if query.condition != ANYTHING:
            match += f" AND {_match(query.condition, query.marks_of)}"
        found = select(_index.c.rowid).where(literal_column("search").op("MATCH")(match))
        statement = narrow(found)
        return statement.order_by(_index.c.rowid.desc()).limit(limit).offset(offset)


def _parameters(entry: IndexEntry) -> dict[str, int | str]:
    return {
        "rowid": entry.rowid,
        "title": entry.document.title,
        "body": entry.document.body,
        "marks": entry.marks,
    }


def _any_mark(marks: Iterable[str]) -> str:
    either = " OR ".join(f'"{mark}"' for mark in marks)
    return f"marks : ({either})" if either else _NOTHING


def _mark(candidates: Candidates) -> str:
    return f'marks : "{candidates}"'


def _match(condition: Condition, of: Of) -> str:
    """Return `condition` in the language of FTS5 (https://sqlite.org/fts5.html, section 3)."""
    match condition:
        case Phrase(phrase_words, in_title, is_prefix):
            column_names = "title" if in_title else "{title body}"
            return f'{column_names} : "{" ".join(phrase_words)}"{" *" if is_prefix else ""}'
        case ResolvedFilter():
            return _any_mark(filter_marks(condition, of))
        case Not():
            return _match(And((condition,)), of)
        case Or(parts):
            return f"({' OR '.join(_match(part, of) for part in parts)})"
        case And(parts):
            required = [_match(part, of) for part in parts if not isinstance(part, Not)] or [_mark("post")]
            excluded = [_match(part.part, of) for part in parts if isinstance(part, Not)]
            if excluded:
                # From the first alone: of what has all of the words, each post would be found by all of
                # them before it is left out.
                required[0] = f"({required[0]} NOT ({' OR '.join(excluded)}))"
            return f"({' AND '.join(required)})"
        case _:
            raise TypeError(f"{condition} has not been looked up")

"""The full-text index: SQLite's FTS5, over words that text/words.py has made.

Its rowid is small and rises with the post's key: see index_rowids.py. It keeps no text (`content=''`): to
take a post out, the very words that went in are given again, which is why a change of words.VERSION makes
the index anew. To its 'ascii' tokeniser all that is not ASCII is part of a word, and so are the signs named
as `tokenchars`: words.py alone decides what a word is, and another engine would give the same answers.

Every word that a post ever had is stored beside the index, so that `word*` can be written out. Marks
beside the text (see indexing.py) say which categories, tags, authors and sites a post has, itself and in
its group. So `solar OR category:energy` is one expression, answered by the index alone, newest first, and
only as far as a page needs.

PostgreSQL's index would be a module like this one: the same words and marks as a tsvector.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from sqlalchemy import Connection, Select, column, delete, insert, literal_column, select, table, text

from feedsvc.query.condition import ANYTHING, And, Atom, Condition, Not, Or, Phrase, ResolvedFilter, any_of
from feedsvc.store.tables import facts, known_words
from feedsvc.text import html as text_of_html
from feedsvc.text import words

Of = Literal["post", "entry"]
"""Whose terms and sites count: a post's own, or those of its group."""

Candidates = Literal["post", "leader", "entry"]
"""Which posts are looked at: each, those that stand for their site in a group, those that stand for it."""

MAX_PREFIX_WORDS = 400
"""Words that a `word*` is expanded to. Where more begin so, FTS5's own prefix search takes over."""
_NOTHING = 'marks : "nothing"'
_index = table("search", column("rowid"))
_FACT = "words in the search index"
_VERSION = f"marks 2 {words.VERSION} {text_of_html.VERSION}"

_ADD = text("INSERT INTO search (rowid, title, body, marks) VALUES (:rowid, :title, :body, :marks)")
_REMOVE = text(
    "INSERT INTO search (search, rowid, title, body, marks) "
    "VALUES ('delete', :rowid, :title, :body, :marks)"
)
_SAVE_WORD = text("INSERT OR IGNORE INTO words (word) VALUES (:word)")


@dataclass(frozen=True, slots=True)
class Document:
    """The words of a post as the index has them, joined by spaces."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """What the index has of a post: where, which words, and the marks, joined by spaces."""

    rowid: int
    document: Document
    marks: str


def build_document(title: str, body: str) -> Document:
    """Return the words that a post is found by, of its title and of the visible text of its body."""
    return Document(" ".join(words.tokenize_for_search(title)), " ".join(words.tokenize_for_search(body)))


def add_to_index(connection: Connection, entries: Sequence[IndexEntry]) -> None:
    """Put posts into the index."""
    if entries:
        connection.execute(_ADD, [_parameters(entry) for entry in entries])


def delete_from_index(connection: Connection, entries: Sequence[IndexEntry]) -> None:
    """Take posts out of the index; each entry is what was given to `add_to_index`."""
    if entries:
        connection.execute(_REMOVE, [_parameters(entry) for entry in entries])


def save_words(connection: Connection, documents: Iterable[Document]) -> None:
    """Store the words of posts that come, for those who ask for the beginning of one."""
    distinct: set[str] = set()
    for document in documents:
        distinct.update(document.title.split(" "), document.body.split(" "))
    distinct.discard("")
    if distinct:
        # In their order, so that neighbours in the table are written one after the other.
        connection.execute(_SAVE_WORD, [{"word": word} for word in sorted(distinct)])


def _parameters(entry: IndexEntry) -> dict[str, int | str]:
    return {
        "rowid": entry.rowid,
        "title": entry.document.title,
        "body": entry.document.body,
        "marks": entry.marks,
    }


def build_marks(of: Of, term_ids: Iterable[int], site_ids: Iterable[int]) -> list[str]:
    """Return the marks for terms and sites: the post's own ('post'), or those of its group ('entry')."""
    of_terms = [f"{of}t{term_id}" for term_id in sorted(term_ids)]
    return of_terms + [f"{of}s{site_id}" for site_id in sorted(site_ids)]


def select_rowids(
    connection: Connection,
    condition: Condition,
    *,
    marks_of: Of,
    candidates: Candidates,
    sites: frozenset[int] | None = None,
) -> Select[tuple[int]]:
    """Return the statement that selects the rowids of the posts that meet `condition`.

    `candidates` are posts of `sites`, or of all sites.
    """
    match = _mark(candidates)
    if sites is not None:
        match += f" AND {_any_mark(build_marks('post', (), sites))}"
    if condition != ANYTHING:
        match += f" AND {_match(condition.map(partial(_expand_prefix, connection)), marks_of)}"
    return select(_index.c.rowid).select_from(_index).where(literal_column("search").op("MATCH")(match))


def _expand_prefix(connection: Connection, atom: Atom) -> Condition:
    """Return the beginning of a word as the words that begin so, which FTS5 would gather in memory.

    Where they are too many to be gone through one by one it is left as it is.
    """
    if not isinstance(atom, Phrase) or not atom.is_prefix:
        return atom
    *before, start = atom.words
    beyond = start[:-1] + chr(ord(start[-1]) + 1)
    begin_so = select(known_words.c.word).where(known_words.c.word >= start, known_words.c.word < beyond)
    completions = connection.scalars(begin_so.limit(MAX_PREFIX_WORDS + 1)).all()
    if len(completions) > MAX_PREFIX_WORDS:
        return atom
    return any_of(replace(atom, words=(*before, word), is_prefix=False) for word in completions or [start])


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
        case ResolvedFilter(field=field, row_ids=row_ids):
            site_ids, term_ids = (row_ids, ()) if field == "site" else ((), row_ids)
            return _any_mark(build_marks(of, term_ids, site_ids))
        case Not():
            return _match(And((condition,)), of)
        case Or(parts):
            return f"({' OR '.join(_match(part, of) for part in parts)})"
        case And(parts):
            required = [_match(part, of) for part in parts if not isinstance(part, Not)] or [_mark("post")]
            excluded = [_match(part.part, of) for part in parts if isinstance(part, Not)]
            both = f"({' AND '.join(required)})"
            return f"({both} NOT ({' OR '.join(excluded)}))" if excluded else both
        case _:
            raise TypeError(f"{condition} has not been looked up")


def is_index_outdated(connection: Connection) -> bool:
    """Return whether the index holds what another version of words.py or of this module has made."""
    version = connection.scalar(select(facts.c.value).where(facts.c.name == _FACT))
    return version != _VERSION


def clear_index(connection: Connection) -> None:
    """Take out every post, whatever the index has of it."""
    connection.exec_driver_sql("INSERT INTO search (search) VALUES ('delete-all')")
    connection.execute(delete(known_words))
    connection.execute(delete(facts).where(facts.c.name == _FACT))
    connection.execute(insert(facts).values(name=_FACT, value=_VERSION))

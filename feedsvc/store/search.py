"""The full-text index: SQLite's FTS5, over words that words.py has made.

Its rowid is the post's position. It keeps no text of its own (`content=''`): to take a post out, the very
words that went in are given again, which is why a change of words.VERSION makes it anew. To its 'ascii'
tokeniser all that is not ASCII is a part of a word, and so are the signs named as `tokenchars`, so that
words.py alone decides what a word is. Every word that a post had is known beside it, for those who ask for
the beginning of one. Marks beside the text (see indexing.py) say of which categories and
sites a post is, so that a condition is one expression, answered newest first and no further than needed.

PostgreSQL's index would be a file like this one: the same words and marks as a tsvector.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Literal

from sqlalchemy import Connection, Select, column, delete, insert, literal_column, select, table, text

from feedsvc.query.condition import ANYTHING, And, Atom, Condition, Not, Or, Phrase, ResolvedFilter, any_of
from feedsvc.store.tables import facts, known_words
from feedsvc.text import html as text_of_html
from feedsvc.text import words

Of = Literal["post", "entry"]

_MOST_WORDS = 400
_NOTHING = 'marks : "nothing"'
_index = table("search", column("rowid"))
_FACT = "words in the search index"
_VERSION = f"marks 1 {words.VERSION} {text_of_html.VERSION}"

_ADD = text("INSERT INTO search (rowid, title, body, marks) VALUES (:position, :title, :body, :marks)")
_LEARN = text("INSERT OR IGNORE INTO words (word) VALUES (:word)")
_REMOVE = text(
    "INSERT INTO search (search, rowid, title, body, marks) "
    "VALUES ('delete', :position, :title, :body, :marks)"
)


def add(connection: Connection, position: int, title: str, body: str, marks: str) -> None:
    """Put a post in: its title, the visible text of its body, its marks; findable from now on."""
    connection.execute(_ADD, _row(position, title, body, marks))


def learn(connection: Connection, title: str, body: str) -> None:
    """Take in the words of a post that comes, for those who ask for the beginning of one."""
    if known := {*words.searched(title), *words.searched(body)}:
        connection.execute(_LEARN, [{"word": word} for word in known])


def remove(connection: Connection, position: int, title: str, body: str, marks: str) -> None:
    """Take a post out; all but the position is what was given to `add`."""
    connection.execute(_REMOVE, _row(position, title, body, marks))


def _row(position: int, title: str, body: str, marks: str) -> dict[str, int | str]:
    return {
        "position": position,
        "title": " ".join(words.searched(title)),
        "body": " ".join(words.searched(body)),
        "marks": marks,
    }


def marks(of: Of, term_ids: Iterable[int], site_ids: Iterable[int]) -> list[str]:
    """Give the marks for terms and sites: the post's own ('post'), or those of its group ('entry')."""
    return [*(f"{of}t{one}" for one in sorted(term_ids)), *(f"{of}s{one}" for one in sorted(site_ids))]


def positions_with(
    connection: Connection,
    condition: Condition,
    *,
    of: Of,
    every: Of,
    sites: frozenset[int] | None = None,
) -> Select[tuple[int]]:
    """Give the statement that selects the positions of the posts that meet `condition`.

    `of` is whose terms and sites count: the post's own, or those of its group. `every` is who is asked:
    each post, or those that repeat no other; of the `sites` given, None means all.
    """
    match = _every(every)
    if sites is not None:
        match += f" AND {_any_mark(marks('post', (), sites))}"
    if condition != ANYTHING:
        match += f" AND {_match(condition.map(partial(_written_out, connection)), of)}"
    return select(_index.c.rowid).select_from(_index).where(literal_column("search").op("MATCH")(match))


def _written_out(connection: Connection, atom: Atom) -> Condition:
    """Give the beginning of a word as the words that begin so, which FTS5 would gather in memory.

    Where they are too many to be gone through one by one it is left as it is.
    """
    if not isinstance(atom, Phrase) or not atom.is_prefix:
        return atom
    *before, start = atom.words
    beyond = start[:-1] + chr(ord(start[-1]) + 1)
    begin_so = select(known_words.c.word).where(known_words.c.word >= start, known_words.c.word < beyond)
    found = connection.scalars(begin_so.limit(_MOST_WORDS + 1)).all()
    if len(found) > _MOST_WORDS:
        return atom
    return any_of(replace(atom, words=(*before, word), is_prefix=False) for word in found or [start])


def _any_mark(some: Iterable[str]) -> str:
    either = " OR ".join(f'"{mark}"' for mark in some)
    return f"marks : ({either})" if either else _NOTHING


def _every(of: Of) -> str:
    return f'marks : "{of}"'


def _match(condition: Condition, of: Of) -> str:
    """Give `condition` in the language of FTS5 (https://sqlite.org/fts5.html, section 3)."""
    match condition:
        case Phrase(found, in_title, is_prefix):
            column_names = "title" if in_title else "{title body}"
            return f'{column_names} : "{" ".join(found)}"{" *" if is_prefix else ""}'
        case ResolvedFilter(field=field, row_ids=row_ids):
            site_ids, term_ids = (row_ids, ()) if field == "site" else ((), row_ids)
            return _any_mark(marks(of, term_ids, site_ids))
        case Not():
            return _match(And((condition,)), of)
        case Or(parts):
            return f"({' OR '.join(_match(one, of) for one in parts)})"
        case And(parts):
            wanted = [_match(one, of) for one in parts if not isinstance(one, Not)] or [_every("post")]
            excluded = [_match(one.part, of) for one in parts if isinstance(one, Not)]
            both = f"({' AND '.join(wanted)})"
            return f"({both} NOT ({' OR '.join(excluded)}))" if excluded else both
        case _:
            raise TypeError(f"{condition} has not been looked up")


def is_outdated(connection: Connection) -> bool:
    """Tell whether the index holds what another version of words.py or of this module has made."""
    held = connection.scalar(select(facts.c.value).where(facts.c.name == _FACT))
    return held != _VERSION


def empty(connection: Connection) -> None:
    """Take out every post, whatever was given of it."""
    connection.exec_driver_sql("INSERT INTO search (search) VALUES ('delete-all')")
    connection.execute(delete(known_words))
    connection.execute(delete(facts).where(facts.c.name == _FACT))
    connection.execute(insert(facts).values(name=_FACT, value=_VERSION))

"""The full-text index of PostgreSQL: GIN, over words that text/words.py has made.

The table `search` has the words of a post as texts, with a space around each, and its marks. What is looked
up is made of them by the function `feedsvc_lexemes` of a migration, and stands in the index alone. Each
lexeme begins with a letter that says what it is:

- `w` a word of title or body, `t` a word of the title, `m` a mark;
- `1`, `2` the beginning of a word of title or body, of one and two characters;
- `p` two short words that follow each other, as one of 65,536 hashes: phrases of a language's commonest
  words would be looked for in all posts otherwise;
- `a` to `d` when the post was published, by parts of the time that get longer: see lexemes.py.

GIN gives posts in no order, so the newest are found by asking first for what was published lately, then for
more, then for all: rare words cost little each time, and common ones are found the first time. What
lexemes leave open, such as whether words follow each other, is looked up in the texts of the posts found.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    cast,
    column,
    delete,
    false,
    func,
    insert,
    not_,
    or_,
    select,
    table,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from feedsvc.query.condition import And, Condition, Not, Or, Phrase, ResolvedFilter
from feedsvc.store import lexemes
from feedsvc.store.constructs import integer_list, integer_rows
from feedsvc.store.index_entries import IndexEntry, IndexQuery, Narrow, Of, build_marks, filter_marks
from feedsvc.store.lexemes import any_mark, any_of_lexemes, is_exact, list_eras, quote_lexeme, widen

_SHORT_WINDOW = 500
"""Posts that are asked first, the newest; four for each that is wanted where that is more."""
_WINDOW_GROWTH = 32
"""How many times as long the time is that is asked next."""

_search = table("search", column("rowid"), column("title"), column("body"), column("marks"))
_lexemes = func.feedsvc_lexemes(_search.c.rowid, _search.c.title, _search.c.body, _search.c.marks)

# To compile a search takes longer than the search, which the planner can't know.
_SELECT_EXTENT = text(
    "SELECT (SELECT max(rowid) FROM search), "
    "(SELECT rowid FROM search ORDER BY rowid DESC LIMIT 1 OFFSET :posts), "
    "EXISTS (SELECT FROM search WHERE octet_length(body) > 200000), "
    "set_config('jit', 'off', true)"
)
_SAVE_WORDS = text(
    "INSERT INTO words (word) SELECT left(word, :length) FROM unnest(CAST(:words AS text[])) AS word "
    "ON CONFLICT DO NOTHING"
)


class PostgresqlIndex:
    """The index of PostgreSQL, as search.py describes what one does."""

    VERSION: ClassVar[str] = "marks 2 postgresql 1"
    PREFIX_LENGTHS: ClassVar[tuple[int, ...]] = lexemes.PREFIX_LENGTHS
    MAX_WORD_LENGTH: ClassVar[int] = lexemes.MAX_WORD_LENGTH
    """Differs when the index has to be made anew."""

    MAX_PREFIX_WORDS: ClassVar[int] = 100  # more lie one after the other in the index, and are gathered

    def add_to_index(self, connection: Connection, entries: Sequence[IndexEntry]) -> None:
        """Put posts into the index."""
        rows = [
            {
                "rowid": entry.rowid,
                "title": f" {entry.document.title} ",
                "body": f" {entry.document.body} ",
                "marks": f" {entry.marks} ",
            }
            for entry in entries
        ]
        connection.execute(insert(_search), rows)

    def delete_from_index(self, connection: Connection, entries: Sequence[IndexEntry]) -> None:
        """Take posts out of the index."""
        gone, rowid = integer_rows("rowids")
        statement = delete(_search).where(_search.c.rowid.in_(select(rowid).select_from(gone)))
        connection.execute(statement, {"rowids": integer_list(entry.rowid for entry in entries)})

    def save_words(self, connection: Connection, distinct: Iterable[str]) -> None:
        """Store words, for those who ask for the beginning of one."""
        connection.execute(_SAVE_WORDS, {"words": sorted(distinct), "length": self.MAX_WORD_LENGTH})

    def clear(self, connection: Connection) -> None:
        """Take out every post, whatever the index has of it."""
        connection.execute(delete(_search))

    def select_all(self, connection: Connection, query: IndexQuery) -> Select[int]:
        """Return the statement that selects the rowids of the posts that meet `query`."""
        return _select(query, _look_at(connection, 0))

    def select_newest(
        self, connection: Connection, query: IndexQuery, narrow: Narrow, limit: int, offset: int
    ) -> Select[int]:
        """Select the rowids of one page: they are found here, and the statement just has them."""
        extent = _look_at(connection, max(_SHORT_WINDOW, 4 * (limit + offset)))
        found: list[int] = []
        for since in extent.windows():
            statement = narrow(_select(query, extent, since))
            page = statement.order_by(statement.selected_columns.rowid.desc()).limit(limit).offset(offset)
            found = list(connection.scalars(page))
            if len(found) == limit:
                break
        rows, rowid = integer_rows("rowids")
        return select(rowid.label("rowid")).select_from(rows).params(rowids=integer_list(found))


@dataclass(frozen=True, slots=True)
class _Extent:
    """What the index has: the newest rowid, that where the first window begins, and whether there are
    posts of so many words that the index may have none of them. None for a rowid that there is not.
    """

    newest: int | None
    boundary: int | None
    has_long_posts: bool

    def windows(self) -> Iterator[int | None]:
        """Yield the rowids from which on posts are asked, None for all."""
        if self.newest is not None and self.boundary is not None:
            yield self.boundary
            yield self.newest - _WINDOW_GROWTH * (self.newest - self.boundary)
        yield None


def _look_at(connection: Connection, posts: int) -> _Extent:
    return _Extent(*connection.execute(_SELECT_EXTENT, {"posts": posts}).one()[:3])


def _select(query: IndexQuery, extent: _Extent, since: int | None = None) -> Select[int]:
    """Select what meets `query` among the posts with the rowids from `since` on, and some more."""
    required = [quote_lexeme(f"m{query.candidates}")]
    if query.sites is not None:
        required.append(any_mark(build_marks("post", (), query.sites)))
    if since is not None and extent.newest is not None:
        required.append(any_of_lexemes(list_eras(since, extent.newest)))
    wider = widen(query.condition, query.marks_of)
    if wider is not None:
        required.append(f"({wider} | 'huge')" if extent.has_long_posts else wider)
    asked = cast(bindparam(None, " & ".join(required)), TSQUERY)
    statement = select(_search.c.rowid).where(_lexemes.op("@@")(asked))
    if extent.has_long_posts or not is_exact(query.condition):
        statement = statement.where(_check(query.condition, query.marks_of))
    return statement


def _check(condition: Condition, of: Of) -> ColumnElement[bool]:
    """Return what a post that meets `condition` meets, as it stands in the texts."""
    match condition:
        case Phrase(phrase_words, in_title, is_prefix):
            searched = f" {' '.join(phrase_words)}{'' if is_prefix else ' '}"
            columns = (_search.c.title,) if in_title else (_search.c.title, _search.c.body)
            return or_(false(), *(func.strpos(column, searched) > 0 for column in columns))
        case ResolvedFilter():
            marks = filter_marks(condition, of)
            return or_(false(), *(func.strpos(_search.c.marks, f" {mark} ") > 0 for mark in marks))
        case Not(part):
            return not_(_check(part, of))
        case And(parts):
            return and_(true(), *(_check(part, of) for part in parts))
        case Or(parts):
            return or_(false(), *(_check(part, of) for part in parts))
        case _:
            raise TypeError(f"{condition} has not been looked up")

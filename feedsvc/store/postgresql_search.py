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
what was before that, and so on: rare words cost little each time, and common ones are found the first time.
One statement does it, which ends with the part that has enough. What lexemes leave open, such as whether
words follow each other, is looked up in the texts of the posts found. Where nothing is asked of a post, the
table is read in the order of its rowids instead.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    column,
    delete,
    exists,
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

from feedsvc.query.condition import ANYTHING, And, Atom, Condition, Not, Or, Phrase, ResolvedFilter
from feedsvc.store import lexemes
from feedsvc.store.constructs import integer_list, integer_rows
from feedsvc.store.index_entries import IndexEntry, IndexQuery, Narrow, Of, build_marks, filter_marks
from feedsvc.store.lexemes import (
    MAX_MARKS,
    any_of_lexemes,
    is_exact,
    is_large,
    list_eras,
    list_queries,
)
from feedsvc.store.tables import post_terms

_FIRST_WINDOW = 500
"""Posts that are asked first, the newest."""
_POSTS_PER_ENTRY = 4
"""Where more entries are wanted, as long a time as would have so many posts for each is asked first."""
_WINDOW_GROWTHS = (1, 8, 64)
"""How many times as long as the first the windows reach, before all that is older is asked."""
_MAX_ROWID = 1 << 62
_SEPARATOR = "\n"  # between queries: no lexeme has it

_search = table("search", column("rowid"), column("title"), column("body"), column("marks"))
_lexemes = func.feedsvc_lexemes(_search.c.rowid, _search.c.title, _search.c.body, _search.c.marks)

# To compile a search, or to start another process for it, takes longer than the search, which the planner
# can't know; and with little memory what GIN finds is looked up in the texts again, page by page.
_SELECT_EXTENT = text(
    "SELECT (SELECT max(rowid) FROM search), "
    "(SELECT rowid FROM search ORDER BY rowid DESC LIMIT 1 OFFSET :posts), "
    # In this order, since the planner would read the table: it takes many posts to be so long.
    "(SELECT rowid FROM search WHERE octet_length(body) > 200000 ORDER BY rowid LIMIT 1) IS NOT NULL, "
    "set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true), "
    "set_config('work_mem', '32MB', true)"
)
_parts = (
    func.unnest(
        cast(bindparam("queries"), ARRAY(Text)),
        cast(bindparam("firsts"), ARRAY(BigInteger)),
        cast(bindparam("lasts"), ARRAY(BigInteger)),
    )
    .table_valued(
        column("queries", Text), column("first", BigInteger), column("last", BigInteger), name="part"
    )
    .render_derived()
)
_ids, _id = integer_rows("ids")
_SELECT_USED = (
    select(_id)
    .select_from(_ids)
    # One look-up for each: what a join would do instead, the planner can't tell well.
    .where(select(true()).where(post_terms.c.term_id == _id).limit(1).scalar_subquery())
)
_SAVE_WORDS = text(
    "INSERT INTO words (word) SELECT left(word, :length) FROM unnest(CAST(:words AS text[])) AS word "
    "ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class PostgresqlIndex:
    """The index of PostgreSQL, as search.py describes what one does; `first_window` is how many posts are
    asked first.
    """

    VERSION: ClassVar[str] = "marks 2 postgresql 1"
    PREFIX_LENGTHS: ClassVar[tuple[int, ...]] = lexemes.PREFIX_LENGTHS
    MAX_WORD_LENGTH: ClassVar[int] = lexemes.MAX_WORD_LENGTH
    """Differs when the index has to be made anew."""

    MAX_PREFIX_WORDS: ClassVar[int] = 100  # more lie one after the other in the index, and are gathered

    first_window: int = _FIRST_WINDOW

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

    def select_newest(
        self, connection: Connection, query: IndexQuery, narrow: Narrow, limit: int, offset: int
    ) -> Select[int]:
        """Select the rowids of one page."""
        if query.sites is None and query.condition == ANYTHING:
            walk = narrow(_select_candidates(query))
            return walk.order_by(walk.selected_columns.rowid.desc()).limit(limit).offset(offset)
        query = _leave_out_unused(connection, query)
        extent = _look_at(connection, self.first_window)
        found = _select_in_part(query, extent, narrow).limit(limit + offset).lateral("found")
        # One part after the other is looked at, until there are enough.
        page = select(found.c.rowid).select_from(_parts.join(found, true())).limit(limit).offset(offset)
        windows = extent.list_windows(-(-_POSTS_PER_ENTRY * (limit + offset) // self.first_window))
        return page.params(_describe_parts(query, extent, windows))


@dataclass(frozen=True, slots=True)
class _Extent:
    """What the index has: the newest rowid, that where the first window begins, and whether there are
    posts of so many words that the index may have none of them. None for a rowid that there is not.
    """

    newest: int | None
    boundary: int | None
    has_long_posts: bool

    def list_windows(self, length: int) -> list[tuple[int, int]]:
        """Return the first and the last rowid of parts of the time that get longer, the newest first; the
        first is `length` times as long as from `boundary` on.
        """
        windows = []
        last = _MAX_ROWID
        if self.newest is not None and self.boundary is not None:
            for growth in _WINDOW_GROWTHS:
                first = self.newest - growth * length * (self.newest - self.boundary)
                windows.append((first, last))
                last = first - 1
        return [*windows, (-_MAX_ROWID, last)]


def _look_at(connection: Connection, posts: int) -> _Extent:
    return _Extent(*connection.execute(_SELECT_EXTENT, {"posts": posts}).one()[:3])


def _leave_out_unused(connection: Connection, query: IndexQuery) -> IndexQuery:
    """Return `query` without the terms of large filters that no post has."""

    def keep_used(atom: Atom) -> Condition:
        if not isinstance(atom, ResolvedFilter) or atom.field == "site" or not is_large(atom):
            return atom
        used = connection.scalars(_SELECT_USED, {"ids": integer_list(atom.row_ids)})
        return replace(atom, row_ids=frozenset(used))

    return replace(query, condition=query.condition.map(keep_used))


def _describe_parts(
    query: IndexQuery, extent: _Extent, windows: Sequence[tuple[int, int]]
) -> dict[str, object]:
    """Return the parameters of `_parts` for parts of the time: their rowids, and queries of lexemes of
    which a post that meets `query` meets one.
    """
    asked = list_queries(query, has_long_posts=extent.has_long_posts)
    queries = []
    for first, last in windows:
        eras = ""
        if first > -_MAX_ROWID and extent.newest is not None:
            eras = f" & {any_of_lexemes(list_eras(first, min(last, extent.newest)))}"
        queries.append(_SEPARATOR.join(f"{one}{eras}" for one in asked))
    return {
        "queries": queries,
        "firsts": [first for first, _ in windows],
        "lasts": [last for _, last in windows],
    }


def _select_candidates(query: IndexQuery) -> Select[int]:
    """Select the candidates of `query`, whatever they have."""
    statement = select(_search.c.rowid)
    if query.candidates == "post":
        return statement
    return statement.where(func.strpos(_search.c.marks, f" {query.candidates} ") > 0)


def _select_in_part(query: IndexQuery, extent: _Extent, narrow: Narrow) -> Select[int]:
    """Select what meets `query` and what `narrow` adds in a part of the time, the newest first."""
    asked = cast(func.string_to_array(_parts.c.queries, _SEPARATOR), ARRAY(TSQUERY))
    # With '+ 0' the index of the table's key is not read beside GIN, which costs more than what it spares.
    rowid = (_search.c.rowid + 0).label("rowid")
    candidates = (
        select(rowid, _search.c.title, _search.c.body, _search.c.marks)
        .where(_lexemes.op("@@")(func.any(asked)), rowid.between(_parts.c.first, _parts.c.last))
        .order_by(rowid.desc())
        .offset(0)  # what follows is asked of one after the other, until there are enough
        .correlate(_parts)
        .subquery("candidate")
    )
    statement = narrow(select(candidates.c.rowid)).order_by(candidates.c.rowid.desc())
    if query.sites is not None and len(query.sites) > MAX_MARKS:
        statement = statement.where(_has_mark(candidates, build_marks("post", (), query.sites)))
    if extent.has_long_posts or not is_exact(query.condition):
        statement = statement.where(_check(candidates, query.condition, query.marks_of))
    return statement


def _check(post: FromClause, condition: Condition, of: Of) -> ColumnElement[bool]:
    """Return what a post that meets `condition` meets, as it stands in the texts."""
    match condition:
        case Phrase(phrase_words, in_title, is_prefix):
            searched = f" {' '.join(phrase_words)}{'' if is_prefix else ' '}"
            columns = (post.c.title,) if in_title else (post.c.title, post.c.body)
            return or_(false(), *(func.strpos(column, searched) > 0 for column in columns))
        case ResolvedFilter():
            return _has_mark(post, filter_marks(condition, of))
        case Not(part):
            return not_(_check(post, part, of))
        case And(parts):
            return and_(true(), *(_check(post, part, of) for part in parts))
        case Or(parts):
            return or_(false(), *(_check(post, part, of) for part in parts))
        case _:
            raise TypeError(f"{condition} has not been looked up")


def _has_mark(post: FromClause, marks: Sequence[str]) -> ColumnElement[bool]:
    """Return whether a post has one of some marks."""
    mark = (
        func.unnest(func.string_to_array(post.c.marks, " "))
        .table_valued(column("mark", Text))
        .alias("mark")
    )
    # The server makes a hash table of the marks that are asked for.
    return (
        exists().select_from(mark).where(mark.c.mark == func.any(cast(bindparam(None, marks), ARRAY(Text))))
    )

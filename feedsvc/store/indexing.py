"""What of a post stands in the search index, and when: put there at the end of a transaction.

What the repeats of a post are of counts for it, so its marks are known only when its group is. Each post
that came, and each whose group may have changed, is unsettled until then.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from feedsvc.store import search
from feedsvc.store.tables import post_terms, posts, unsettled
from feedsvc.text.html import extract_body_text

_AT_ONCE = 200


def unsettle(connection: Connection, keys: Collection[int]) -> None:
    """Look at each of `keys`, and at every post in a group with it, again when all is decided."""
    originals = select(posts.c.original).where(posts.c.key.in_(keys))
    group = posts.c.original.in_(originals) | posts.c.original.in_(keys) | posts.c.key.in_(keys)
    new = select(posts.c.key).where(group, posts.c.key.not_in(select(unsettled.c.post_key)))
    connection.execute(insert(unsettled).from_select(["post_key"], new))


def take_out(connection: Connection, key: int) -> None:
    """Take a post out, before it goes or moves; the others of its group are looked at again."""
    unsettle(connection, [key])
    for row in _texts(connection, [key]):
        _replace(connection, row, "")


def empty(connection: Connection) -> None:
    """Take out every post, until `settle` puts it in again."""
    search.empty(connection)
    connection.execute(update(posts).values(marks=""))
    connection.execute(delete(unsettled))
    connection.execute(insert(unsettled).from_select(["post_key"], select(posts.c.key)))


def settle(connection: Connection) -> None:
    """Put in what is unsettled, with its marks. Which posts repeat which is decided before."""
    some = (
        select(posts.c.key, posts.c.original, posts.c.site_id, posts.c.marks)
        .join(unsettled, unsettled.c.post_key == posts.c.key)
        .limit(_AT_ONCE)
    )
    rows = connection.execute(some).all()
    while rows:
        marks = _marks(connection, rows)
        changed = [row.key for row in rows if marks[row.key] != row.marks]
        for row in _texts(connection, changed):
            _replace(connection, row, marks[row.key])
        connection.execute(delete(unsettled).where(unsettled.c.post_key.in_([row.key for row in rows])))
        rows = connection.execute(some).all() if len(rows) == _AT_ONCE else []


def _replace(connection: Connection, row: Row[*tuple[Any, ...]], marks: str) -> None:
    """Write a post into the index with other marks than it has there; without any, take it out."""
    body = extract_body_text(row.content, row.summary)
    if row.marks:
        search.remove(connection, row.position, row.title, body, row.marks)
    else:
        search.learn(connection, row.title, body)
    if marks:
        search.add(connection, row.position, row.title, body, marks)
    connection.execute(update(posts).where(posts.c.key == row.key).values(marks=marks))


def _texts(connection: Connection, keys: Sequence[int]) -> Sequence[Row[*tuple[Any, ...]]]:
    held = (posts.c.key, posts.c.position, posts.c.title, posts.c.content, posts.c.summary, posts.c.marks)
    return connection.execute(select(*held).where(posts.c.key.in_(keys))).all() if keys else []


def _marks(connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[int, str]:
    """Give the marks of each post: what it is of, and what its group is of.

    The latter only for the first post of each site in its group: with some sites left out, one of those
    stands for the group, and the others need not be written anew when the group changes.
    """
    originals = {row.original for row in rows}
    own = _of(connection, post_terms.c.post_key, {row.key for row in rows}, post_terms.c.term_id)
    of_groups = _of(connection, post_terms.c.entry_key, originals, post_terms.c.term_id)
    sites: dict[int | None, set[int]] = {original: set() for original in originals}
    first = set()
    in_groups = select(posts.c.original, posts.c.site_id, func.min(posts.c.key))
    in_groups = in_groups.where(posts.c.original.in_(originals))
    for original, site_id, key in connection.execute(in_groups.group_by(posts.c.original, posts.c.site_id)):
        sites[original].add(site_id)
        first.add(key)
    found = {}
    for row in rows:
        marks = ["post", *search.marks("post", own[row.key], [row.site_id])]
        if row.key == row.original:
            marks.append("entry")
        if row.key in first:
            marks += search.marks("entry", of_groups[row.original], sites[row.original])
        found[row.key] = " ".join(marks)
    return found


def _of(
    connection: Connection,
    column: ColumnElement[int | None] | ColumnElement[int],
    keys: Collection[int],
    of: ColumnElement[int],
) -> Mapping[int | None, set[int]]:
    found: dict[int | None, set[int]] = {key: set() for key in keys}
    for key, one in connection.execute(select(column, of).where(column.in_(keys))):
        found[key].add(one)
    return found

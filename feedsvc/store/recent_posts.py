"""Posts as previews and lists show them: without their bodies, and with what they repeat."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, func, select, true

from feedsvc.store.constructs import is_among
from feedsvc.store.selection import Selection, select_page, stands_before
from feedsvc.store.tables import posts


@dataclass(frozen=True, slots=True)
class Recent:
    """A post as a preview shows it; `repeats` is the first post of its group on the sites that are shown,
    None when that is itself.
    """

    key: int
    site_id: int
    title: str
    link: str
    published: datetime
    repeats: "Recent | None" = None


_KEYS: BindParameter[int] = bindparam("keys", expanding=True)
_SHOWN: BindParameter[int] = bindparam("shown", expanding=True)
_RECENT_COLUMNS = (posts.c.key, posts.c.site_id, posts.c.title, posts.c.link, posts.c.published)
_RECENT_WIDTH = len(_RECENT_COLUMNS)
_SELECT_POSTS = select(*_RECENT_COLUMNS).where(posts.c.key.in_(_KEYS))


def _select_recent() -> Select[*tuple[Any, ...]]:
    """Return the statement that selects posts by their keys, each with the post that stands before it."""
    post, other = posts.alias("post"), posts.alias("other")
    # What `stands_before` is asked of: the leader of a post, in `posts`.
    before_leader = (
        select(other.c.key)
        .where(other.c.canonical_key == posts.c.canonical_key, stands_before(other, posts, _SHOWN))
        .order_by(other.c.place)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            *(post.c[column.name] for column in _RECENT_COLUMNS),
            func.coalesce(before_leader, posts.c.key).label("head"),
        )
        .outerjoin(posts, posts.c.key == post.c.leader_key)
        .where(post.c.key.in_(_KEYS))
        .order_by(post.c.key.desc())
    )


_SELECT_RECENT = _select_recent()


def list_newest_posts(
    connection: Connection, site_ids: Collection[int], limit: int, below: int | None = None
) -> list[tuple[int, int]]:
    """Return the keys of the newest posts of some sites, repeats too, with keys lower than `below`; each
    with its rowid in the index.
    """
    older = posts.c.key < below if below is not None else true()
    # No index is looked for by the site: the rows are wanted in the order of another one.
    of_sites = (posts.c.site_id + 0).in_(site_ids)
    newest = select(posts.c.key, posts.c.index_rowid).where(of_sites, older)
    rows = connection.execute(newest.order_by(posts.c.key.desc()).limit(limit))
    return [(row.key, row.index_rowid) for row in rows]


def load_recent_posts(
    connection: Connection, keys: Collection[int], shown: Collection[int]
) -> list[Recent]:
    """Return posts by their keys, the newest first.

    The post that one repeats is looked for on the sites `shown`.
    """
    rows = connection.execute(_SELECT_RECENT, {"keys": [*keys], "shown": [*shown]}).all()
    known = {row.key: Recent(*row[:_RECENT_WIDTH]) for row in rows}
    missing = {row.head for row in rows if row.head}.difference(known)
    if missing:
        found = connection.execute(_SELECT_POSTS, {"keys": [*missing]})
        known |= {row.key: Recent(*row) for row in found}
    return [
        replace(known[row.key], repeats=known[row.head])
        if row.head not in (None, row.key)
        else known[row.key]
        for row in rows
    ]


def load_headlines(connection: Connection, selection: Selection, limit: int) -> list[Recent]:
    """Return up to `limit` posts that `selection` selects, the newest first; what they repeat is not
    looked for.
    """
    page = select_page(connection, selection, limit, 0)
    newest = select(*_RECENT_COLUMNS).where(is_among(posts.c.index_rowid, page))
    return [Recent(*row) for row in connection.execute(newest.order_by(posts.c.key.desc()))]

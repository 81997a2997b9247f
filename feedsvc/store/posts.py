"""The posts: written a page at a time, kept in the index, selected newest first."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)

from feedsvc.model import Entry, Post, Site, Term
from feedsvc.store import keys, search, terms
from feedsvc.store.tables import post_terms, posts, sites, withheld
from feedsvc.text import visible_text

Change = Literal["new", "changed", "same"]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which posts, in the store's own terms: rows' ids, not names.

    Every phrase of `phrases` and one term of every group of `any_of` must be there, none of `none_of`.
    `sites` of None means all.
    """

    phrases: tuple[tuple[str, ...], ...] = ()
    any_of: tuple[frozenset[int], ...] = ()
    none_of: frozenset[int] = frozenset()
    sites: frozenset[int] | None = None
    since: datetime | None = None


def save(connection: Connection, site_id: int, post: Post) -> Change:
    """Write one post of a site, in the index as well; gives what that was to the store."""
    term_keys = _term_keys(post)
    digest = hashlib.sha256(repr(astuple(post)).encode()).digest()
    held = connection.execute(
        select(posts).where(posts.c.site_id == site_id, posts.c.wp_id == post.id)
    ).one_or_none()
    if held and held.digest == digest:
        return "same"
    if held:
        _delete(connection, held)
    connection.execute(delete(withheld).where(withheld.c.site_id == site_id, withheld.c.wp_id == post.id))
    key = _make_room(connection, site_id, post)
    connection.execute(
        insert(posts).values(
            key=key,
            site_id=site_id,
            wp_id=post.id,
            guid=post.guid,
            link=post.link,
            title=post.title,
            summary=post.summary,
            content=post.content,
            published=post.published,
            modified=post.modified,
            fingerprint=post.fingerprint,
            digest=digest,
        )
    )
    term_ids = terms.ids(connection, site_id, term_keys).values()
    if term_ids:
        connection.execute(
            insert(post_terms), [{"post_key": key, "term_id": term_id} for term_id in term_ids]
        )
    search.add(connection, key, post.title, _body(post))
    return "changed" if held else "new"


def withhold(connection: Connection, site_id: int, wp_id: int, modified: datetime) -> int:
    """Note a post that the site lists but that is not to be published, taking it out if it was held.

    Gives how many posts that took out of the feeds: 0 or 1.
    """
    removed = _forget(connection, site_id, wp_id)
    connection.execute(insert(withheld).values(site_id=site_id, wp_id=wp_id, modified=modified))
    return removed


def remove(connection: Connection, site_id: int, wp_ids: Iterable[int]) -> int:
    """Forget posts that their site no longer has; gives how many were in the feeds."""
    return sum(_forget(connection, site_id, wp_id) for wp_id in wp_ids)


def known(connection: Connection, site_id: int) -> dict[int, datetime]:
    """Give the ids of a site's posts, the withheld ones too, with their last modification."""
    return {
        row.wp_id: row.modified
        for table in (posts, withheld)
        for row in connection.execute(
            select(table.c.wp_id, table.c.modified).where(table.c.site_id == site_id)
        )
    }


def known_count(connection: Connection, site_id: int) -> int:
    """Give how many posts of a site are known, the withheld ones too."""
    return sum(
        connection.scalar(select(func.count()).select_from(table).where(table.c.site_id == site_id)) or 0
        for table in (posts, withheld)
    )


def repeats(connection: Connection, site_id: int) -> int:
    """Give how many posts of a site have the very text of a post published before them."""
    earlier = posts.alias("earlier")
    return (
        connection.scalar(
            select(func.count())
            .select_from(posts)
            .where(posts.c.site_id == site_id, posts.c.fingerprint != "")
            .where(
                select(earlier.c.key)
                .where(earlier.c.fingerprint == posts.c.fingerprint, earlier.c.key < posts.c.key)
                .exists()
            )
        )
        or 0
    )


def count(connection: Connection, site_id: int) -> int:
    """Give the number of posts held of a site."""
    return connection.scalar(select(func.count()).select_from(posts).where(posts.c.site_id == site_id)) or 0


def entries(connection: Connection, wanted: Selection, limit: int, offset: int = 0) -> list[Entry]:
    """Give the entries that `wanted` selects, newest first, ties by the post's id."""
    rows = connection.execute(
        select(posts, sites.c.name, sites.c.url, sites.c.home, sites.c.title.label("site_title"),
               sites.c.description)
        .join(sites, sites.c.id == posts.c.site_id)
        .where(posts.c.key.in_(_page(wanted, limit, offset)))
        .order_by(posts.c.key.desc())
    ).all()  # fmt: skip
    of_posts = terms.of_posts(connection, [row.key for row in rows])
    return [_entry(row, of_posts[row.key]) for row in rows]


def rebuild_index(connection: Connection) -> None:
    """Make the search index anew from the posts held."""

    def rows() -> Iterator[tuple[int, str, str]]:
        for row in connection.execute(select(posts).execution_options(yield_per=200)):
            yield row.key, row.title, _body(row)

    search.rebuild(connection, rows())


def _page(wanted: Selection, limit: int, offset: int) -> Select[tuple[int]]:
    """Select the keys of one page. Key order is time order in both tables, so nothing is sorted."""
    if wanted.phrases:
        statement = search.keys_with(wanted.phrases)
        key: ColumnElement[int] = statement.selected_columns.rowid
    else:
        statement = select(posts.c.key)
        key = posts.c.key
    conditions: list[ColumnElement[bool]] = [
        key.in_(select(post_terms.c.post_key).where(post_terms.c.term_id.in_(group)))
        for group in wanted.any_of
    ]
    if wanted.none_of:
        conditions.append(
            key.not_in(select(post_terms.c.post_key).where(post_terms.c.term_id.in_(wanted.none_of)))
        )
    if wanted.sites is not None:
        # For each key that is looked at, not for the whole table: the page is soon full.
        of_sites = posts.alias("of_sites")
        conditions.append(
            select(of_sites.c.key)
            .where(of_sites.c.key == key, of_sites.c.site_id.in_(wanted.sites))
            .exists()
        )
    if wanted.since:
        conditions.append(key >= keys.first_key(wanted.since))
    return statement.where(and_(True, *conditions)).order_by(key.desc()).limit(limit).offset(offset)


def _make_room(connection: Connection, site_id: int, post: Post) -> int:
    """Give the key of a post that is not held, moving others of the same second up where they must."""
    second = posts.c.key.between(keys.first_key(post.published), keys.last_key(post.published))
    held = {
        (row.wp_id, row.name): row.key
        for row in connection.execute(
            select(posts.c.key, posts.c.wp_id, sites.c.name)
            .join(sites, sites.c.id == posts.c.site_id)
            .where(second)
        )
    }
    name = connection.scalars(select(sites.c.name).where(sites.c.id == site_id)).one()
    assigned = keys.assign(post.published, held, [(post.id, name)])
    for identity, key in sorted(held.items(), key=lambda item: -item[1]):
        if assigned[identity] != key:
            row = connection.execute(select(posts).where(posts.c.key == key)).one()
            search.remove(connection, key, row.title, _body(row))
            connection.execute(update(posts).where(posts.c.key == key).values(key=assigned[identity]))
            search.add(connection, assigned[identity], row.title, _body(row))
    return assigned[post.id, name]


def _forget(connection: Connection, site_id: int, wp_id: int) -> int:
    connection.execute(delete(withheld).where(withheld.c.site_id == site_id, withheld.c.wp_id == wp_id))
    row = connection.execute(
        select(posts).where(posts.c.site_id == site_id, posts.c.wp_id == wp_id)
    ).one_or_none()
    if row:
        _delete(connection, row)
    return 1 if row else 0


def _delete(connection: Connection, row: Row[tuple[object, ...]]) -> None:
    search.remove(connection, row.key, row.title, _body(row))
    connection.execute(delete(posts).where(posts.c.key == row.key))


def _body(post: Post | Row[tuple[object, ...]]) -> str:
    """Give the text that a topic is looked for in, beside the title."""
    return visible_text(post.content) or post.summary


def _term_keys(post: Post) -> list[terms.Key]:
    found: list[terms.Key] = [("category", wp_id) for wp_id in post.categories]
    found += [("tag", wp_id) for wp_id in post.tags]
    if post.author is not None:
        found.append(("author", post.author))
    return found


def _entry(row: Row[tuple[object, ...]], of_post: Sequence[Term]) -> Entry:
    authors = [term for term in of_post if term.taxonomy == "author"]
    categories = tuple(term for term in of_post if term.taxonomy == "category")
    tags = tuple(term for term in of_post if term.taxonomy == "tag")
    post = Post(
        id=row.wp_id,
        guid=row.guid,
        link=row.link,
        title=row.title,
        summary=row.summary,
        content=row.content,
        published=row.published,
        modified=row.modified,
        fingerprint=row.fingerprint,
        categories=tuple(term.id for term in categories),
        tags=tuple(term.id for term in tags),
        author=authors[0].id if authors else None,
    )
    site = Site(row.name, row.home or row.url, row.site_title, row.description)
    return Entry(post, site, categories, tags, authors[0] if authors else None)

"""The posts: written a page at a time."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import astuple
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from feedsvc.model import Post
from feedsvc.store import indexing, keys, media, repeats, terms
from feedsvc.store.tables import incomplete, post_terms, posts, sites, withheld

Change = Literal["new", "changed", "same"]


def save(connection: Connection, site_id: int, post: Post) -> Change:
    """Write one post of a site; gives what that was to the store."""
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
    text = repeats.text_of(post.title, post.content, post.summary)
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
            fingerprint=text.fingerprint,
            figures=repeats.packed(text.figures),
            media=media.packed(post.image, post.enclosures),
            digest=digest,
        )
    )
    term_ids = terms.ids(connection, site_id, term_keys).values()
    if term_ids:
        connection.execute(
            insert(post_terms), [{"post_key": key, "term_id": term_id} for term_id in term_ids]
        )
    repeats.note(connection, key, text)
    return "changed" if held else "new"


def withhold(connection: Connection, site_id: int, wp_id: int, modified: datetime, reason: str = "") -> int:
    """Note a post that the site lists but that is not to be published, taking it out if it was held.

    The reason is told to the operator; there is none where the post is not for the public. Gives how many
    posts that took out of the feeds: 0 or 1.
    """
    removed = _forget(connection, site_id, wp_id)
    connection.execute(
        insert(withheld).values(site_id=site_id, wp_id=wp_id, modified=modified, reason=reason)
    )
    return removed


def left_out(connection: Connection, site_id: int, limit: int) -> list[str]:
    """Give why posts of a site are left out that could not be used, up to `limit` of them."""
    return list(
        connection.scalars(
            select(withheld.c.reason)
            .where(withheld.c.site_id == site_id, withheld.c.reason != "")
            .order_by(withheld.c.wp_id.desc())
            .limit(limit)
        )
    )


def remove(connection: Connection, site_id: int, wp_ids: Iterable[int]) -> int:
    """Forget posts that their site no longer has; gives how many were in the feeds."""
    there = known(connection, site_id).keys()
    return sum(_forget(connection, site_id, wp_id) for wp_id in there & set(wp_ids))


def known(connection: Connection, site_id: int) -> dict[int, datetime]:
    """Give the ids of a site's posts, the withheld ones too, with their last modification."""
    return {
        row.wp_id: row.modified
        for table in (posts, withheld)
        for row in connection.execute(
            select(table.c.wp_id, table.c.modified).where(table.c.site_id == site_id)
        )
    }


def note_incomplete(
    connection: Connection, site_id: int, wp_ids: Collection[int], lacking: Collection[int]
) -> None:
    """Note which of some posts, that were just written, lack what the site did not tell."""
    of_site = incomplete.c.site_id == site_id
    connection.execute(delete(incomplete).where(of_site, incomplete.c.wp_id.in_(wp_ids)))
    if lacking:
        connection.execute(insert(incomplete), [{"site_id": site_id, "wp_id": wp_id} for wp_id in lacking])


def to_ask_again(connection: Connection, site_id: int, limit: int) -> list[int]:
    """Give up to `limit` posts each that are incomplete, and that could not be used; the latest first."""
    bad = select(withheld.c.wp_id).where(withheld.c.site_id == site_id, withheld.c.reason != "")
    lacking = select(incomplete.c.wp_id).where(incomplete.c.site_id == site_id)
    return [
        wp_id
        for statement, column in ((bad, withheld.c.wp_id), (lacking, incomplete.c.wp_id))
        for wp_id in connection.scalars(statement.order_by(column.desc()).limit(limit))
    ]


def links(connection: Connection, site_id: int, wp_ids: Collection[int]) -> dict[int, str]:
    """Give the links of those of a site's posts that are held."""
    rows = connection.execute(
        select(posts.c.wp_id, posts.c.link).where(posts.c.site_id == site_id, posts.c.wp_id.in_(wp_ids))
    )
    return {row.wp_id: row.link for row in rows}


def latest_links(connection: Connection, site_id: int, limit: int) -> list[str]:
    """Give the links of the posts of a site that were published last."""
    return list(
        connection.scalars(
            select(posts.c.link)
            .where(posts.c.site_id == site_id)
            .order_by(posts.c.published.desc())
            .limit(limit)
        )
    )


def carrying(connection: Connection, site_id: int, term_keys: Iterable[terms.Key]) -> list[int]:
    """Give the ids of a site's posts that have any of some terms, the latest first."""
    rows = terms.rows(connection, site_id, term_keys)
    return list(
        connection.scalars(
            select(posts.c.wp_id)
            .where(posts.c.key.in_(select(post_terms.c.post_key).where(post_terms.c.term_id.in_(rows))))
            .order_by(posts.c.key.desc())
        )
    )


def known_count(connection: Connection, site_id: int) -> int:
    """Give how many posts of a site are known, the withheld ones too."""
    return sum(
        connection.scalar(select(func.count()).select_from(table).where(table.c.site_id == site_id)) or 0
        for table in (posts, withheld)
    )


def repeated(connection: Connection, site_id: int) -> int:
    """Give how many posts of a site repeat one that was published before them."""
    return (
        connection.scalar(
            select(func.count())
            .select_from(posts)
            .where(posts.c.site_id == site_id, posts.c.original != posts.c.key)
        )
        or 0
    )


def count(connection: Connection, site_id: int) -> int:
    """Give the number of posts held of a site."""
    return connection.scalar(select(func.count()).select_from(posts).where(posts.c.site_id == site_id)) or 0


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
            # Its place among the others may have changed as well: with its site's name, it does.
            indexing.take_out(connection, key)
            moved = {"key": assigned[identity], "position": None}
            connection.execute(update(posts).where(posts.c.key == key).values(moved))
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
    indexing.take_out(connection, row.key)
    connection.execute(delete(posts).where(posts.c.key == row.key))


def _term_keys(post: Post) -> list[terms.Key]:
    found: list[terms.Key] = [("category", wp_id) for wp_id in post.categories]
    found += [("tag", wp_id) for wp_id in post.tags]
    if post.author is not None:
        found.append(("author", post.author))
    return found

"""What is stored of a site's posts, for those who keep it as the site is; post_writer.py writes them."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from feedsvc.store.keys import first_key
from feedsvc.store.tables import incomplete, post_terms, posts, withheld
from feedsvc.store.terms import TermKey, list_term_ids

_DELETE_INCOMPLETE = delete(incomplete).where(
    incomplete.c.site_id == bindparam("of_site"),
    incomplete.c.wp_id.in_(bindparam("wp_ids", expanding=True)),
)
_INSERT_INCOMPLETE = insert(incomplete)


def list_known_posts(connection: Connection, site_id: int) -> dict[int, datetime]:
    """Return the ids of a site's posts, the withheld ones too, with their last modification, as the site
    claims it.
    """
    claimed = func.coalesce(posts.c.claimed_modified, posts.c.modified, type_=posts.c.modified.type)
    statements = (
        select(posts.c.wp_id, claimed).where(posts.c.site_id == site_id),
        select(withheld.c.wp_id, withheld.c.modified).where(withheld.c.site_id == site_id),
    )
    return {
        wp_id: modified for statement in statements for wp_id, modified in connection.execute(statement)
    }


def count_posts(connection: Connection, site_id: int) -> int:
    """Return the number of a site's posts that are stored to be published."""
    return connection.scalar(select(func.count()).select_from(posts).where(posts.c.site_id == site_id)) or 0


def count_posts_by_site(connection: Connection) -> dict[int, int]:
    """Return the number of each site's posts that are stored to be published, by the sites' ids."""
    rows = connection.execute(select(posts.c.site_id, func.count()).group_by(posts.c.site_id))
    return {row.site_id: row[1] for row in rows}


def list_keys_by_site(connection: Connection, since: datetime) -> dict[int, list[int]]:
    """Return the keys of the posts published at `since` (aware) or later, by the ids of their sites."""
    keys_by_site: dict[int, list[int]] = {}
    rows = connection.execute(select(posts.c.site_id, posts.c.key).where(posts.c.key >= first_key(since)))
    for site_id, key in rows:
        keys_by_site.setdefault(site_id, []).append(key)
    return keys_by_site


def has_posts(connection: Connection, site_id: int) -> bool:
    """Return whether any post of a site is held."""
    return connection.scalar(select(posts.c.key).where(posts.c.site_id == site_id).limit(1)) is not None


def count_repeats(connection: Connection, site_id: int) -> int:
    """Return how many posts of a site repeat one that was published before them."""
    return (
        connection.scalar(
            select(func.count())
            .select_from(posts)
            .where(posts.c.site_id == site_id, posts.c.canonical_key != posts.c.key)
        )
        or 0
    )


def list_withheld_reasons(connection: Connection, site_id: int, limit: int) -> list[str]:
    """Return why posts of a site are left out that could not be used, of up to `limit` of them."""
    return list(
        connection.scalars(
            select(withheld.c.reason)
            .where(withheld.c.site_id == site_id, withheld.c.reason != "")
            .order_by(withheld.c.wp_id.desc())
            .limit(limit)
        )
    )


def mark_incomplete(
    connection: Connection, site_id: int, complete_ids: Collection[int], incomplete_ids: Collection[int]
) -> None:
    """Note which posts of a site have all that the site was asked for, and which lack some of it."""
    wp_ids = [*complete_ids, *incomplete_ids]
    if wp_ids:
        connection.execute(_DELETE_INCOMPLETE, {"of_site": site_id, "wp_ids": wp_ids})
    if incomplete_ids:
        rows = [{"site_id": site_id, "wp_id": wp_id} for wp_id in incomplete_ids]
        connection.execute(_INSERT_INCOMPLETE, rows)


def list_retry_ids(connection: Connection, site_id: int, limit: int) -> list[int]:
    """Return the ids of posts to fetch again: up to `limit` that could not be used, and up to `limit` that
    are incomplete, the latest of each first.
    """
    unusable = select(withheld.c.wp_id).where(withheld.c.site_id == site_id, withheld.c.reason != "")
    lacking = select(incomplete.c.wp_id).where(incomplete.c.site_id == site_id)
    return [
        wp_id
        for statement, column in ((unusable, withheld.c.wp_id), (lacking, incomplete.c.wp_id))
        for wp_id in connection.scalars(statement.order_by(column.desc()).limit(limit))
    ]


def load_links(connection: Connection, site_id: int, wp_ids: Collection[int]) -> dict[int, str]:
    """Return the links of those of a site's posts that are stored, by their ids."""
    rows = connection.execute(
        select(posts.c.wp_id, posts.c.link).where(posts.c.site_id == site_id, posts.c.wp_id.in_(wp_ids))
    )
    return {row.wp_id: row.link for row in rows}


def list_latest_links(connection: Connection, site_id: int, limit: int) -> list[str]:
    """Return the links of the `limit` posts of a site that were published last."""
    return list(
        connection.scalars(
            select(posts.c.link)
            .where(posts.c.site_id == site_id)
            .order_by(posts.c.published.desc())
            .limit(limit)
        )
    )


def list_ids_with_terms(connection: Connection, site_id: int, term_keys: Iterable[TermKey]) -> list[int]:
    """Return the ids of a site's posts that have any of some terms, the latest first."""
    term_ids = list_term_ids(connection, site_id, term_keys)
    of_terms = select(post_terms.c.post_key).where(post_terms.c.term_id.in_(term_ids))
    return list(
        connection.scalars(
            select(posts.c.wp_id).where(posts.c.key.in_(of_terms)).order_by(posts.c.key.desc())
        )
    )

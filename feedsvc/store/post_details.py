"""One post with all that is stored of it: found by an address, with its group and its source."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, or_, select

from feedsvc.model import SourcePost
from feedsvc.store.sources import load_source
from feedsvc.store.tables import posts

MAX_GROUP = 50
"""Posts of a group that are told of."""


@dataclass(frozen=True, slots=True)
class PostDetails:
    """A stored post. `standing_since` is when its text came here (UTC), None where it was there when the
    store was filled. `claimed_published` is the date that the site gives where that is another.
    """

    key: int
    site_id: int
    canonical_key: int
    leader_key: int
    title: str
    link: str
    guid: str
    entry_id: str
    published: datetime
    modified: datetime
    claimed_published: datetime | None
    standing_since: datetime | None
    language: str
    content: str
    source: SourcePost | None


_AS_STORED = (
    *("key", "site_id", "title", "link", "guid", "entry_id", "published", "modified"),
    *("claimed_published", "language", "content"),
)
"""The fields of PostDetails that are columns as they stand."""


@dataclass(frozen=True, slots=True)
class GroupMember:
    """A post of a group: `leads` where it stands for the group within its own site."""

    key: int
    site_id: int
    title: str
    link: str
    published: datetime
    leads: bool


def find_post_key(connection: Connection, site_ids: Collection[int], address: str) -> int | None:
    """Return the key of the post of some sites that `address` names: its id in feeds, its guid or its link.

    A link counts with either scheme, and with or without a slash at its end. Of several the newest counts.
    """
    bare = address.strip().rstrip("/")
    _, separator, rest = bare.partition("://")
    bares = [f"{scheme}://{rest}" for scheme in ("https", "http")] if separator else [bare]
    links = [link for each in bares for link in (each, f"{each}/")]
    # Not in the order of an index: by those of addresses a few posts are found at once.
    newest = select(posts.c.key).where((posts.c.site_id + 0).in_(site_ids))
    newest = newest.order_by((posts.c.key + 0).desc()).limit(1)
    for way in (or_(posts.c.entry_id == address, posts.c.guid == address), posts.c.link.in_(links)):
        key: int | None = connection.scalar(newest.where(way))
        if key is not None:
            return key
    return None


def load_post_details(connection: Connection, key: int) -> PostDetails:
    """Return the post with a key, which is stored."""
    row = connection.execute(select(posts).where(posts.c.key == key)).one()
    return PostDetails(
        **{name: getattr(row, name) for name in _AS_STORED},
        canonical_key=row.canonical_key or row.key,
        leader_key=row.leader_key or row.key,
        standing_since=datetime.fromtimestamp(row.standing / 1000, UTC) if row.standing else None,
        source=load_source(connection, row.site_id, row.wp_id),
    )


def load_group_members(
    connection: Connection, canonical_key: int, site_ids: Collection[int]
) -> list[GroupMember]:
    """Return the posts of a group that are of some sites, the first published first, up to MAX_GROUP."""
    rows = connection.execute(
        select(posts.c.key, posts.c.site_id, posts.c.title, posts.c.link, posts.c.published,
               posts.c.leader_key)
        .where(posts.c.canonical_key == canonical_key, posts.c.site_id.in_(site_ids))
        .order_by(posts.c.key)
        .limit(MAX_GROUP)
    )  # fmt: skip
    return [
        GroupMember(row.key, row.site_id, row.title, row.link, row.published, row.leader_key == row.key)
        for row in rows
    ]

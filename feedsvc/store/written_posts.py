"""A post as it is about to be written: its dates, its standing, its name, beside what is stored of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, select

from feedsvc.store.comparables import load_comparables
from feedsvc.store.dates import PostDates, date_post
from feedsvc.store.entry_ids import is_same_guid
from feedsvc.store.media import pack_media
from feedsvc.store.prepared import PreparedPost
from feedsvc.store.standing import FROM_THE_BEGINNING, Standing, revise_standing, stand_since
from feedsvc.store.tables import posts
from feedsvc.text.similarity import ComparableText

_BATCH_SIZE = 500
_IDS: BindParameter[int] = bindparam("wp_ids", expanding=True)
_SELECT_STORED = select(
    posts.c.wp_id,
    posts.c.key,
    posts.c.canonical_key,
    posts.c.digest,
    posts.c.guid,
    posts.c.entry_id,
    posts.c.fingerprint,
    posts.c.standing,
    posts.c.added_bytes,
    posts.c.published,
    posts.c.modified,
    posts.c.claimed_published,
    posts.c.claimed_modified,
).where(posts.c.site_id == bindparam("of_site"), posts.c.wp_id.in_(_IDS))

StoredPost = Row[*tuple[Any, ...]]
"""What is looked at of a post that is stored: the columns of _SELECT_STORED."""


@dataclass(frozen=True, slots=True)
class WrittenPost:
    """A post that is about to be written: `entry_id` is what it was called before, empty for a new one."""

    prepared: PreparedPost
    dates: PostDates
    standing: Standing
    entry_id: str

    def to_row(self, site_id: int, key: int, entry_id: str) -> dict[str, Any]:
        """Return the row of the table `posts`, as yet without a group and a place in the index."""
        post, text = self.prepared.post, self.prepared.comparable.text
        return {
            "key": key,
            "site_id": site_id,
            "wp_id": post.id,
            "guid": post.guid,
            "entry_id": entry_id,
            "link": post.link,
            "title": post.title,
            "summary": post.summary,
            "content": post.content,
            "published": self.dates.published,
            "modified": self.dates.modified,
            "claimed_published": self.dates.claimed_published,
            "claimed_modified": self.dates.claimed_modified,
            "standing": self.standing.since,
            "added_bytes": self.standing.added_bytes,
            "fingerprint": text.fingerprint,
            "figures": text.figures,
            "media": pack_media(post.image, post.enclosures),
            "language": post.language,
            "digest": self.prepared.digest,
        }


def load_stored_posts(
    connection: Connection, site_id: int, wp_ids: Collection[int]
) -> dict[int, StoredPost]:
    """Return what is stored of posts of a site, by their ids."""
    stored: dict[int, StoredPost] = {}
    remaining = iter(sorted(wp_ids))
    while batch := list(islice(remaining, _BATCH_SIZE)):
        rows = connection.execute(_SELECT_STORED, {"of_site": site_id, "wp_ids": batch})
        stored |= {row.wp_id: row for row in rows}
    return stored


def describe_written_posts(
    connection: Connection,
    prepared_by_id: Mapping[int, PreparedPost],
    stored: Mapping[int, StoredPost],
    pulled_at: datetime | None,
    seen_at: datetime | None,
) -> list[WrittenPost]:
    """Return posts as they are to be written, with what stays of those that are stored.

    `pulled_at` (aware) is when the site gave them, None where it did not do so now. `seen_at` is the same,
    and None as well where they count as being there from the beginning of the store.
    """
    revised = _load_revised_texts(connection, prepared_by_id, stored) if seen_at else {}
    described = []
    for wp_id, prepared in prepared_by_id.items():
        post, row = prepared.post, stored.get(wp_id)
        stored_dates = None if row is None else _read_dates(row)
        dates = date_post(post.published, post.modified, pulled_at, stored_dates)
        entry_id = row.entry_id if row and _is_same_post(row, prepared) else ""
        standing = Standing(row.standing, row.added_bytes) if row else FROM_THE_BEGINNING
        if seen_at and row is None:
            standing = stand_since(seen_at)
        elif seen_at and wp_id in revised:
            standing = revise_standing(standing, revised[wp_id], prepared.comparable.text, seen_at)
        if (dates.published, dates.modified) != (post.published, post.modified):
            dated = replace(post, published=dates.published, modified=dates.modified)
            prepared = replace(prepared, post=dated)
        described.append(WrittenPost(prepared, dates, standing, entry_id))
    return described


def _load_revised_texts(
    connection: Connection,
    prepared_by_id: Mapping[int, PreparedPost],
    stored: Mapping[int, StoredPost],
) -> dict[int, ComparableText]:
    """Return the texts, by id, that stored posts have so far which the site has edited."""
    ids_by_key = {
        stored[wp_id].key: wp_id
        for wp_id, prepared in prepared_by_id.items()
        if wp_id in stored and stored[wp_id].fingerprint != prepared.comparable.text.fingerprint
    }
    comparables = load_comparables(connection, list(ids_by_key))
    return {ids_by_key[key]: comparable.text for key, comparable in comparables}


def _is_same_post(row: StoredPost, prepared: PreparedPost) -> bool:
    """Return whether what a site gives now under an id is the post that is stored, not another one: where
    an operator gives a site another address, another site may be there.

    A guid may change with the address of a site, or with a plug-in; then the date or the text tells.
    """
    return (
        is_same_guid(row.guid, prepared.post.guid)
        or (row.claimed_published or row.published) == prepared.post.published.replace(microsecond=0)
        or (row.fingerprint != "" and row.fingerprint == prepared.comparable.text.fingerprint)
    )


def _read_dates(row: StoredPost) -> PostDates:
    return PostDates(row.published, row.modified, row.claimed_published, row.claimed_modified)

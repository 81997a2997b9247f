"""What WordPress gave of each post, compressed, so that a body can be cleaned again under another policy.

It has the version of the policy that the body was cleaned under: a new version cleans what is stored,
beside the polls, and a post that comes unchanged is not cleaned again.
"""

import hashlib
import json
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from feedsvc.model import Image, SourcePost
from feedsvc.store.tables import posts, sources

_SOURCE = TypeAdapter(SourcePost)

_OF_POSTS = (
    sources.c.site_id == bindparam("of_site"),
    sources.c.wp_id.in_(bindparam("wp_ids", expanding=True)),
)
_DELETE = delete(sources).where(*_OF_POSTS)
_INSERT = insert(sources)


@dataclass(frozen=True, slots=True)
class SerializedSource:
    """What WordPress gave of a post, as JSON; two are equal when their digests are."""

    wp_id: int
    json: bytes
    digest: bytes


def serialize_source(source: SourcePost) -> SerializedSource:
    """Return `source` in the form in which it is compared and stored, so that both take it made once."""
    data = _SOURCE.dump_json(source)
    return SerializedSource(source.id, data, hashlib.sha256(data).digest())


def save_sources(
    connection: Connection, site_id: int, serialized: Sequence[SerializedSource], policy: str
) -> None:
    """Store what posts of a site, stored themselves, were made of under a version of the policy."""
    if not serialized:
        return
    connection.execute(_DELETE, {"of_site": site_id, "wp_ids": [source.wp_id for source in serialized]})
    connection.execute(
        _INSERT,
        [
            {
                "site_id": site_id,
                "wp_id": source.wp_id,
                # At the lowest level: in half of the time, and a twentieth larger.
                "data": zlib.compress(source.json, level=1),
                "digest": source.digest,
                "policy": policy,
            }
            for source in serialized
        ],
    )


def load_source_digests(
    connection: Connection, site_id: int, wp_ids: Collection[int], policy: str | None = None
) -> Mapping[int, bytes]:
    """Return the digests of the sources of those of a site's posts that are stored, by the posts' ids; with
    `policy`, only of those that were cleaned under that version.
    """
    statement = select(sources.c.wp_id, sources.c.digest).where(*_OF_POSTS)
    if policy is not None:
        statement = statement.where(sources.c.policy == policy)
    rows = connection.execute(statement, {"of_site": site_id, "wp_ids": list(wp_ids)})
    return {row.wp_id: row.digest for row in rows}


def load_source_images(
    connection: Connection, site_id: int, wp_ids: Collection[int]
) -> Mapping[int, Image]:
    """Return the featured images of those of a site's posts that have one, by the posts' ids."""
    statement = select(sources.c.wp_id, sources.c.data).where(*_OF_POSTS)
    rows = connection.execute(statement, {"of_site": site_id, "wp_ids": list(wp_ids)})
    sources_by_id = {row.wp_id: _unpack(row.data) for row in rows}
    return {wp_id: source.image for wp_id, source in sources_by_id.items() if source and source.image}


def load_source(connection: Connection, site_id: int, wp_id: int) -> SourcePost | None:
    """Return what WordPress gave of a post; None where it is not stored, or in a later form."""
    statement = select(sources.c.data).where(*_OF_POSTS)
    data = connection.scalar(statement, {"of_site": site_id, "wp_ids": [wp_id]})
    return _unpack(data) if data else None


@dataclass(frozen=True, slots=True)
class StoredSource:
    """A source as it is stored: `source` is None when a later version wrote it in another form."""

    site_id: int
    wp_id: int
    digest: bytes
    source: SourcePost | None


def list_outdated_sources(connection: Connection, policy: str, limit: int) -> list[StoredSource]:
    """Return up to `limit` sources of posts that were cleaned under another policy, the newest first."""
    rows = connection.execute(
        select(sources.c.site_id, sources.c.wp_id, sources.c.digest, sources.c.data)
        .join(posts, and_(posts.c.site_id == sources.c.site_id, posts.c.wp_id == sources.c.wp_id))
        .where(sources.c.policy != policy)
        .order_by(posts.c.key.desc())
        .limit(limit)
    )
    return [StoredSource(row.site_id, row.wp_id, row.digest, _unpack(row.data)) for row in rows]


def set_source_policy(connection: Connection, site_id: int, wp_ids: Collection[int], policy: str) -> None:
    """Let posts of a site be as if they had been cleaned under `policy`."""
    statement = update(sources).where(*_OF_POSTS).values(policy=policy)
    connection.execute(statement, {"of_site": site_id, "wp_ids": list(wp_ids)})


def _unpack(data: bytes) -> SourcePost | None:
    try:
        fields = json.loads(zlib.decompress(data))
        if "author" in fields:  # as it was stored while a post had one at the most
            author = fields.pop("author")
            fields["authors"] = [] if author is None else [author]
        return _SOURCE.validate_python(fields)
    except (ValidationError, ValueError, TypeError, zlib.error):
        return None

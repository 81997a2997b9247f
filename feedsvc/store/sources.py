"""What WordPress gave, kept compressed, so that a body can be cleaned again under another policy."""

import hashlib
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update

from feedsvc.model import Image, SourcePost
from feedsvc.store.tables import posts, sources

_SOURCE = TypeAdapter(SourcePost)


def digest(source: SourcePost) -> bytes:
    """Give what two sources share only when they are equal."""
    return hashlib.sha256(_SOURCE.dump_json(source)).digest()


def keep(connection: Connection, site_id: int, source: SourcePost, policy: str) -> None:
    """Keep what a post that is held was made of, under which version of the policy."""
    connection.execute(delete(sources).where(sources.c.site_id == site_id, sources.c.wp_id == source.id))
    connection.execute(
        insert(sources).values(
            site_id=site_id,
            wp_id=source.id,
            data=zlib.compress(_SOURCE.dump_json(source)),
            digest=digest(source),
            policy=policy,
        )
    )


def digests(
    connection: Connection, site_id: int, wp_ids: Collection[int], policy: str
) -> Mapping[int, bytes]:
    """Give the digests of those of a site's posts that were cleaned under `policy`."""
    rows = connection.execute(
        select(sources.c.wp_id, sources.c.digest).where(
            sources.c.site_id == site_id, sources.c.policy == policy, sources.c.wp_id.in_(wp_ids)
        )
    )
    return {row.wp_id: row.digest for row in rows}


def images(connection: Connection, site_id: int, wp_ids: Collection[int]) -> Mapping[int, Image]:
    """Give the featured images of those of a site's posts that have one."""
    rows = connection.execute(
        select(sources.c.wp_id, sources.c.data).where(
            sources.c.site_id == site_id, sources.c.wp_id.in_(wp_ids)
        )
    )
    read = {row.wp_id: _unpacked(row.data) for row in rows}
    return {wp_id: source.image for wp_id, source in read.items() if source and source.image}


@dataclass(frozen=True, slots=True)
class Held:
    """A source as it is held: `source` is None when a later version wrote it in another form."""

    site_id: int
    wp_id: int
    digest: bytes
    source: SourcePost | None


def outdated(connection: Connection, policy: str, limit: int) -> list[Held]:
    """Give up to `limit` sources of posts that were cleaned under another policy, the newest first."""
    rows = connection.execute(
        select(sources.c.site_id, sources.c.wp_id, sources.c.digest, sources.c.data)
        .join(posts, and_(posts.c.site_id == sources.c.site_id, posts.c.wp_id == sources.c.wp_id))
        .where(sources.c.policy != policy)
        .order_by(posts.c.key.desc())
        .limit(limit)
    )
    return [Held(row.site_id, row.wp_id, row.digest, _unpacked(row.data)) for row in rows]


def is_as_it_was(connection: Connection, held: Held) -> bool:
    """Tell whether a source that was read before is still what is held."""
    return connection.scalar(select(sources.c.digest).where(*_of(held))) == held.digest


def leave(connection: Connection, held: Held, policy: str) -> None:
    """Let a post be as if it had been cleaned under `policy`."""
    connection.execute(update(sources).where(*_of(held)).values(policy=policy))


def _of(held: Held) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return sources.c.site_id == held.site_id, sources.c.wp_id == held.wp_id


def _unpacked(data: bytes) -> SourcePost | None:
    try:
        return _SOURCE.validate_json(zlib.decompress(data))
    except (ValidationError, zlib.error):
        return None

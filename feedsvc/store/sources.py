"""What WordPress gave, kept compressed, so that a body can be cleaned again under another policy."""

import hashlib
import zlib
from collections.abc import Collection, Mapping

from pydantic import TypeAdapter
from sqlalchemy import Connection, and_, delete, insert, select

from feedsvc.model import SourcePost
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


def outdated(connection: Connection, policy: str, limit: int) -> list[tuple[int, SourcePost]]:
    """Give up to `limit` sources with their site's row, of posts cleaned under another policy, the newest
    first.
    """
    rows = connection.execute(
        select(sources.c.site_id, sources.c.data)
        .join(posts, and_(posts.c.site_id == sources.c.site_id, posts.c.wp_id == sources.c.wp_id))
        .where(sources.c.policy != policy)
        .order_by(posts.c.key.desc())
        .limit(limit)
    )
    return [(row.site_id, _SOURCE.validate_json(zlib.decompress(row.data))) for row in rows]

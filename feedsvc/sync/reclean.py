"""Bodies that are held, cleaned again under a new version of the HTML policy."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from feedsvc.clean import policy
from feedsvc.clean.post import clean_post
from feedsvc.model import SourcePost
from feedsvc.store.database import Database
from feedsvc.store.post_writer import PostChanges
from feedsvc.store.prepared import PreparedPost, prepare_post
from feedsvc.store.sources import (
    SerializedSource,
    StoredSource,
    list_outdated_sources,
    load_source_digests,
    serialize_source,
    set_source_policy,
)
from feedsvc.sync.batch import POST_ERRORS

log = logging.getLogger(__name__)

_BATCH_SIZE = 50


def clean_again(database: Database, go_on: Callable[[], bool] = lambda: True) -> int:
    """Clean the bodies that were cleaned under another version of the policy, the newest first.

    Return how many. Leaves off between two batches when `go_on` returns False: what is done stays done.
    """
    done = 0
    while go_on():
        with database.reading() as connection:
            outdated = list_outdated_sources(connection, policy.VERSION, _BATCH_SIZE)
        if not outdated:
            break
        cleaned = [(stored, _clean_or_none(stored.source)) for stored in outdated]
        with database.transaction() as connection:
            for site_id in {stored.site_id for stored in outdated}:
                of_site = [(stored, post) for stored, post in cleaned if stored.site_id == site_id]
                _replace(database, connection, site_id, of_site)
        for site_id in {stored.site_id for stored in outdated}:
            database.settle_posts(site_id)
        done += len(outdated)
    return done


def _replace(
    database: Database,
    connection: Connection,
    site_id: int,
    cleaned: Sequence[tuple[StoredSource, PreparedPost | None]],
) -> None:
    """Put bodies of a site that were cleaned again in their place."""
    ids = [stored.wp_id for stored, _ in cleaned]
    digests = load_source_digests(connection, site_id, ids)
    unreadable: list[int] = []
    serialized: list[SerializedSource] = []
    prepared: list[PreparedPost] = []
    withheld: dict[int, tuple[datetime, str]] = {}
    for stored, post in cleaned:
        if digests.get(stored.wp_id) != stored.digest:
            continue  # a pull beside this has changed the post, or taken it out
        if stored.source is None:
            log.warning("post %s stays as it is: what it was made of can't be read", stored.wp_id)
            unreadable.append(stored.wp_id)
        elif post is None:
            withheld[stored.wp_id] = stored.source.modified, ""
        else:
            prepared.append(post)
            serialized.append(serialize_source(stored.source))
    if unreadable:
        set_source_policy(connection, site_id, unreadable, policy.VERSION)
    changes = PostChanges(prepared, serialized, policy.VERSION, withheld)
    database.post_writer(connection).apply(site_id, changes)


def _clean_or_none(source: SourcePost | None) -> PreparedPost | None:
    try:
        return prepare_post(clean_post(source)) if source else None
    except POST_ERRORS as error:
        log.warning("post %s left out: %s", source.id if source else None, error)
        return None

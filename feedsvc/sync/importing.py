"""Posts from a saved REST response → the store."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from feedsvc.store.database import Database
from feedsvc.store.post_writer import ChangeCounts
from feedsvc.store.posts import list_known_posts
from feedsvc.store.site_state import EPOCH
from feedsvc.sync.batch import keep_latest_of_each, load_item_digests, read_batch
from feedsvc.wordpress.json_values import is_id
from feedsvc.wordpress.parse import parse_modified

log = logging.getLogger(__name__)

_BATCH_SIZE = 100


def import_posts(database: Database, site_id: int, items: Sequence[Mapping[str, Any]]) -> ChangeCounts:
    """Store posts from a saved REST response, with the names that it holds, in one transaction.

    A post that was modified since it was saved stays as it is stored.
    """
    counts = ChangeCounts()
    with database.transaction() as connection:
        modified_by_id = list_known_posts(connection, site_id)

        def is_newer_stored(item: Mapping[str, Any]) -> bool:
            wp_id = item.get("id")
            modified = modified_by_id.get(wp_id) if is_id(wp_id) else None
            return modified is not None and (parse_modified(item) or EPOCH) < modified

        newer_items = keep_latest_of_each(
            [item for item in items if not is_newer_stored(item)], log.warning
        )
        # What is computed of a post takes more memory than the post: not of a whole file at once.
        for start in range(0, len(newer_items), _BATCH_SIZE):
            batch_items = newer_items[start : start + _BATCH_SIZE]
            batch = read_batch(batch_items, load_item_digests(connection, site_id, batch_items))
            counts += database.post_writer(connection).apply(site_id, batch.changes)
    database.settle_posts(site_id)
    return counts

"""Posts as WordPress gave them → changes of the store: parsed and cleaned first, then written at once."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from lxml.etree import LxmlError
from sqlalchemy import Connection

from feedsvc.clean import policy
from feedsvc.clean.post import clean_post
from feedsvc.errors import PostError
from feedsvc.model import Image, SourcePost
from feedsvc.store.post_writer import PostChanges
from feedsvc.store.prepared import PreparedPost, prepare_post
from feedsvc.store.site_state import EPOCH
from feedsvc.store.sources import (
    SerializedSource,
    load_source_digests,
    serialize_source,
)
from feedsvc.wordpress.json_values import is_id
from feedsvc.wordpress.parse import describe_cut_terms, parse_modified, parse_own_terms, parse_post

log = logging.getLogger(__name__)

POST_ERRORS = (PostError, LxmlError, ValueError, RecursionError)
_MAX_REASON_LENGTH = 300
_NONE: Mapping[int, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Batch:
    """What comes of some posts: those that can be published as WordPress gave them, which may be stored as
    they are already, and what is to change of the store.
    """

    sources: Sequence[SourcePost]
    changes: PostChanges


def read_batch(
    items: Sequence[Mapping[str, Any]],
    stored_digests: Mapping[int, bytes] = _NONE,
    images: Mapping[int, Image] = _NONE,
    remark: Callable[[str], None] = log.warning,
) -> Batch:
    """Parse and clean posts. One that can't be used costs that post, and `remark` is called with the
    reason.

    `stored_digests` are those of sources that need no cleaning if they are still the same, by the posts'
    ids; `images` are the featured images of posts that do not bring them themselves, by the images' ids.
    """
    usable: list[SourcePost] = []
    serialized: list[SerializedSource] = []
    prepared: list[PreparedPost] = []
    withheld: dict[int, tuple[datetime, str]] = {}
    for item in keep_latest_of_each(items, remark):
        wp_id, reason = item.get("id"), ""
        try:
            if source := parse_post(item, images):
                own = serialize_source(source)
                if stored_digests.get(source.id) != own.digest:
                    # At once, while what was read of its body is still remembered.
                    prepared.append(prepare_post(clean_post(source)))
                    serialized.append(own)
                usable.append(source)
                for cut in describe_cut_terms(item):
                    remark(cut)
                continue
        except POST_ERRORS as error:
            named = str(error) if isinstance(error, PostError) else f"post {wp_id}: {error}"
            reason = f"left out: {named}"[:_MAX_REASON_LENGTH]
            remark(reason)
        if is_id(wp_id):
            withheld[wp_id] = parse_modified(item) or EPOCH, reason
    learnt = [term for item in items for term in parse_own_terms(item)]
    return Batch(usable, PostChanges(prepared, serialized, policy.VERSION, withheld, terms=learnt))


def join_batches(batches: Sequence[Batch]) -> Batch:
    """Return what comes of different posts that were read apart, as if they had been read together."""
    changes = [batch.changes for batch in batches]
    return Batch(
        [source for batch in batches for source in batch.sources],
        replace(
            changes[0],
            posts=[post for each in changes for post in each.posts],
            sources=[source for each in changes for source in each.sources],
            withheld={post_id: why for each in changes for post_id, why in each.withheld.items()},
            terms=[term for each in changes for term in each.terms],
        ),
    )


def keep_latest_of_each(
    items: Sequence[Mapping[str, Any]], remark: Callable[[str], None]
) -> list[Mapping[str, Any]]:
    """Return posts without those whose id another has that was modified later, or comes first."""
    items_by_id: dict[Any, Mapping[str, Any]] = {}
    for number, item in enumerate(items):
        wp_id = item.get("id")
        key = wp_id if is_id(wp_id) else f"the one at {number}"
        if key in items_by_id:
            remark(f"post {wp_id} comes twice: the one that was modified later counts")
            if (parse_modified(item) or EPOCH) <= (parse_modified(items_by_id[key]) or EPOCH):
                continue
        items_by_id[key] = item
    return list(items_by_id.values())


def load_item_digests(
    connection: Connection, site_id: int, items: Sequence[Mapping[str, Any]]
) -> Mapping[int, bytes]:
    """Return the digests of the sources of those of `items` that are stored, cleaned by today's policy."""
    ids = [item["id"] for item in items if is_id(item.get("id"))]
    return load_source_digests(connection, site_id, ids, policy.VERSION)

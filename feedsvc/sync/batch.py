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
from feedsvc.store.database import Database
from feedsvc.store.post_writer import ChangeCounts, PostChanges
from feedsvc.store.posts import list_known_posts
from feedsvc.store.prepared import PreparedPost, prepare_post
from feedsvc.store.site_state import EPOCH
from feedsvc.store.sources import (
    SerializedSource,
    StoredSource,
    list_outdated_sources,
    load_source_digests,
    serialize_source,
    set_source_policy,
)
from feedsvc.wordpress.json_values import is_id
from feedsvc.wordpress.parse import parse_modified, parse_own_terms, parse_post

log = logging.getLogger(__name__)

_UNUSABLE = (PostError, LxmlError, ValueError, RecursionError)
_CLEANED_BATCH_SIZE = 50
_IMPORTED_BATCH_SIZE = 100
_MAX_REASON_LENGTH = 300
_NONE: Mapping[int, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Report:
    """What a pull did: posts that are new, changed or gone, posts that repeat another, seconds; and what
    was odd but did no harm, in plain words.
    """

    new: int = 0
    changed: int = 0
    removed: int = 0
    duplicates: int = 0
    seconds: float = 0.0
    remarks: tuple[str, ...] = ()

    def plus(self, other: "Report") -> "Report":
        """Return the sum of what two steps did."""
        return replace(
            self,
            new=self.new + other.new,
            changed=self.changed + other.changed,
            removed=self.removed + other.removed,
        )

    @classmethod
    def of_changes(cls, counts: ChangeCounts) -> "Report":
        """Return the report of a step that changed so many posts of the store."""
        return cls(new=counts.new, changed=counts.changed, removed=counts.removed)


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
    for item in _each_once(items, remark):
        wp_id, reason = item.get("id"), ""
        try:
            if source := parse_post(item, images):
                own = serialize_source(source)
                if stored_digests.get(source.id) != own.digest:
                    # At once, while what was read of its body is still remembered.
                    prepared.append(prepare_post(clean_post(source)))
                    serialized.append(own)
                usable.append(source)
                continue
        except _UNUSABLE as error:
            named = str(error) if isinstance(error, PostError) else f"post {wp_id}: {error}"
            reason = f"left out: {named}"[:_MAX_REASON_LENGTH]
            remark(reason)
        if is_id(wp_id):
            withheld[wp_id] = parse_modified(item) or EPOCH, reason
    learnt = [term for item in items for term in parse_own_terms(item)]
    return Batch(usable, PostChanges(prepared, serialized, policy.VERSION, withheld, terms=learnt))


def _each_once(
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


def clean_again(database: Database, go_on: Callable[[], bool] = lambda: True) -> int:
    """Clean the bodies that were cleaned under another version of the policy, the newest first.

    Return how many. Leaves off between two batches when `go_on` returns False: what is done stays done.
    """
    done = 0
    while go_on():
        with database.reading() as connection:
            outdated = list_outdated_sources(connection, policy.VERSION, _CLEANED_BATCH_SIZE)
        if not outdated:
            break
        cleaned = [(stored, _clean_or_none(stored.source)) for stored in outdated]
        with database.transaction() as connection:
            for site_id in {stored.site_id for stored in outdated}:
                of_site = [(stored, post) for stored, post in cleaned if stored.site_id == site_id]
                _replace(database, connection, site_id, of_site)
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
    except _UNUSABLE as error:
        log.warning("post %s left out: %s", source.id if source else None, error)
        return None


def import_posts(database: Database, site_id: int, items: Sequence[Mapping[str, Any]]) -> Report:
    """Store posts from a saved REST response, with the names that it holds, in one transaction.

    A post that was modified since it was saved stays as it is stored.
    """
    report = Report()
    with database.transaction() as connection:
        modified_by_id = list_known_posts(connection, site_id)

        def is_newer_stored(item: Mapping[str, Any]) -> bool:
            wp_id = item.get("id")
            modified = modified_by_id.get(wp_id) if is_id(wp_id) else None
            return modified is not None and (parse_modified(item) or EPOCH) < modified

        wanted = _each_once([item for item in items if not is_newer_stored(item)], log.warning)
        # What is computed of a post takes more memory than the post: not of a whole file at once.
        for start in range(0, len(wanted), _IMPORTED_BATCH_SIZE):
            some = wanted[start : start + _IMPORTED_BATCH_SIZE]
            batch = read_batch(some, load_item_digests(connection, site_id, some))
            counts = database.post_writer(connection).apply(site_id, batch.changes)
            report = report.plus(Report.of_changes(counts))
    return report

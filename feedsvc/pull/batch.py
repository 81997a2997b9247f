"""Some posts as WordPress gave them → the store: read first, then written in one transaction."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from lxml.etree import LxmlError
from sqlalchemy import Connection

from feedsvc.errors import PostError
from feedsvc.model import Post, Term
from feedsvc.pull.clean import clean
from feedsvc.pull.parse import is_id, modified_of, parse_post, terms_within
from feedsvc.store import posts, terms
from feedsvc.store.database import Database

log = logging.getLogger(__name__)

EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Report:
    """What a pull did: posts that are new, changed or gone, posts that repeat another, seconds."""

    new: int = 0
    changed: int = 0
    removed: int = 0
    duplicates: int = 0
    seconds: float = 0.0

    def plus(self, other: "Report") -> "Report":
        """Give the sum of what two steps did."""
        return replace(
            self,
            new=self.new + other.new,
            changed=self.changed + other.changed,
            removed=self.removed + other.removed,
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """What can be stored of some posts: those fit to publish, the terms that they tell of themselves, and
    the ids of those to withhold, with their modification.
    """

    posts: Sequence[Post]
    terms: Sequence[Term]
    withheld: Mapping[int, datetime]


def read(items: Sequence[Mapping[str, Any]]) -> Batch:
    """Parse and clean posts. One that can't be used costs that post and a line in the log."""
    usable: list[Post] = []
    withheld: dict[int, datetime] = {}
    for item in items:
        wp_id = item.get("id")
        try:
            source = parse_post(item)
            if source:
                usable.append(clean(source))
                continue
        except (PostError, LxmlError, ValueError, RecursionError) as error:
            log.warning("post %s left out: %s", wp_id, error)
        if is_id(wp_id):
            withheld[wp_id] = modified_of(item) or EPOCH
    return Batch(usable, [term for item in items for term in terms_within(item)], withheld)


def write(connection: Connection, site_id: int, batch: Batch) -> Report:
    """Write a batch of a site's posts, and give what that changed."""
    terms.save(connection, site_id, batch.terms)
    changes = Counter(posts.save(connection, site_id, post) for post in batch.posts)
    removed = sum(posts.withhold(connection, site_id, *one) for one in batch.withheld.items())
    return Report(new=changes["new"], changed=changes["changed"], removed=removed)


def import_posts(database: Database, site_id: int, items: Sequence[Mapping[str, Any]]) -> Report:
    """Write posts from a saved REST response, with the names that stand in it.

    A post that was modified since it was saved stays as it is held.
    """
    with database.writing() as connection:
        known = posts.known(connection, site_id)

        def is_newer_held(item: Mapping[str, Any]) -> bool:
            wp_id = item.get("id")
            return is_id(wp_id) and wp_id in known and (modified_of(item) or EPOCH) < known[wp_id]

        return write(connection, site_id, read([item for item in items if not is_newer_held(item)]))

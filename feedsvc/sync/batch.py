"""Some posts as WordPress gave them → the store: read first, then written in one transaction."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from lxml.etree import LxmlError
from sqlalchemy import Connection

from feedsvc.clean import policy
from feedsvc.clean.post import clean_post
from feedsvc.errors import PostError
from feedsvc.model import Image, Post, SourcePost, Term
from feedsvc.store import posts, sources, terms
from feedsvc.store.database import Database
from feedsvc.wordpress.json_values import is_id
from feedsvc.wordpress.parse import parse_modified, parse_own_terms, parse_post

log = logging.getLogger(__name__)

_UNUSABLE = (PostError, LxmlError, ValueError, RecursionError)
_AT_ONCE = 50
_LONGEST_REASON = 300
_NONE: Mapping[int, Any] = MappingProxyType({})

EPOCH = datetime.fromtimestamp(0, UTC)


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
        """Give the sum of what two steps did."""
        return replace(
            self,
            new=self.new + other.new,
            changed=self.changed + other.changed,
            removed=self.removed + other.removed,
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """What can be stored of some posts: those fit to publish, each with what it was made of; those that
    are held as they are; the terms that all tell of themselves; and the ids of those to withhold, with
    their modification and why, if the post is to blame.
    """

    cleaned: Sequence[tuple[SourcePost, Post]]
    same: Sequence[SourcePost]
    terms: Sequence[Term]
    withheld: Mapping[int, tuple[datetime, str]]


def read(
    items: Sequence[Mapping[str, Any]],
    held: Mapping[int, bytes] = _NONE,
    pictures: Mapping[int, Image] = _NONE,
    remark: Callable[[str], None] = log.warning,
) -> Batch:
    """Parse and clean posts. One that can't be used costs that post, and `remark` is told why.

    `held` are the digests of what is held and needs no cleaning if it is the same; `pictures` are the
    featured images of posts that do not tell of them themselves, by the images' ids.
    """
    cleaned: list[tuple[SourcePost, Post]] = []
    same: list[SourcePost] = []
    withheld: dict[int, tuple[datetime, str]] = {}
    for item in _each_once(items, remark):
        wp_id, why = item.get("id"), ""
        try:
            source = parse_post(item, pictures)
            if source:
                if held.get(source.id) == sources.digest(source):
                    same.append(source)
                else:
                    cleaned.append((source, clean_post(source)))
                continue
        except _UNUSABLE as error:
            named = str(error) if isinstance(error, PostError) else f"post {wp_id}: {error}"
            why = f"left out: {named}"[:_LONGEST_REASON]
            remark(why)
        if is_id(wp_id):
            withheld[wp_id] = parse_modified(item) or EPOCH, why
    return Batch(cleaned, same, [term for item in items for term in parse_own_terms(item)], withheld)


def _each_once(
    items: Sequence[Mapping[str, Any]], remark: Callable[[str], None]
) -> list[Mapping[str, Any]]:
    """Give posts without those whose id another has that was modified later, or comes first."""
    found: dict[Any, Mapping[str, Any]] = {}
    for number, item in enumerate(items):
        wp_id = item.get("id")
        key = wp_id if is_id(wp_id) else f"the one at {number}"
        if key in found:
            remark(f"post {wp_id} comes twice: the one that was modified later counts")
            if (parse_modified(item) or EPOCH) <= (parse_modified(found[key]) or EPOCH):
                continue
        found[key] = item
    return list(found.values())


def write(connection: Connection, site_id: int, batch: Batch) -> Report:
    """Write a batch of a site's posts, and give what that changed."""
    terms.save(connection, site_id, batch.terms)
    changes: Counter[str] = Counter()
    for source, post in batch.cleaned:
        changes[posts.save(connection, site_id, post)] += 1
        sources.keep(connection, site_id, source, policy.VERSION)
    removed = sum(posts.withhold(connection, site_id, wp_id, *why) for wp_id, why in batch.withheld.items())
    return Report(new=changes["new"], changed=changes["changed"], removed=removed)


def held_digests(
    connection: Connection, site_id: int, items: Sequence[Mapping[str, Any]]
) -> Mapping[int, bytes]:
    """Give the digests of those of `items` that are held, cleaned by today's policy."""
    ids = [item["id"] for item in items if is_id(item.get("id"))]
    return sources.digests(connection, site_id, ids, policy.VERSION)


def clean_again(database: Database, go_on: Callable[[], bool] = lambda: True) -> int:
    """Clean the bodies that were cleaned under another version of the policy, the newest first.

    Gives how many. Leaves off between two batches when `go_on` says no: what is done stays done.
    """
    done = 0
    while go_on():
        with database.reading() as connection:
            outdated = sources.outdated(connection, policy.VERSION, _AT_ONCE)
        if not outdated:
            break
        cleaned = [(held, _clean_or_none(held.source)) for held in outdated]
        with database.writing() as connection:
            for held, post in cleaned:
                # A pull beside this may have changed it, or taken it out.
                if sources.is_as_it_was(connection, held):
                    _replace(connection, held, post)
        done += len(outdated)
    return done


def _replace(connection: Connection, held: sources.Held, post: Post | None) -> None:
    """Put a body that was cleaned again in its place."""
    if held.source is None:
        log.warning("post %s stays as it is: what it was made of can't be read", held.wp_id)
        sources.leave(connection, held, policy.VERSION)
    elif post is None:
        posts.withhold(connection, held.site_id, held.wp_id, held.source.modified)
    else:
        posts.save(connection, held.site_id, post)
        sources.keep(connection, held.site_id, held.source, policy.VERSION)


def _clean_or_none(source: SourcePost | None) -> Post | None:
    try:
        return clean_post(source) if source else None
    except _UNUSABLE as error:
        log.warning("post %s left out: %s", source.id if source else None, error)
        return None


def import_posts(database: Database, site_id: int, items: Sequence[Mapping[str, Any]]) -> Report:
    """Write posts from a saved REST response, with the names that stand in it.

    A post that was modified since it was saved stays as it is held.
    """
    with database.writing() as connection:
        known = posts.known(connection, site_id)

        def is_newer_held(item: Mapping[str, Any]) -> bool:
            wp_id = item.get("id")
            return is_id(wp_id) and wp_id in known and (parse_modified(item) or EPOCH) < known[wp_id]

        wanted = [item for item in items if not is_newer_held(item)]
        return write(connection, site_id, read(wanted, held_digests(connection, site_id, wanted)))

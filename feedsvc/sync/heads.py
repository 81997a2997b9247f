"""Heads of posts compared with what is known: which differ, which are unsettled, where to stop. Pure.

What is known are post ids with their last modification.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from feedsvc.wordpress.parse import parse_modified

MAX_CLOCK_DIFFERENCE = timedelta(minutes=5)
"""How far the clock that stamps modifications may be ahead of the one that stamps answers."""

SETTLING_TIME = timedelta(seconds=10)
"""WordPress saves a post's terms and picture after the post, and counts whole seconds. A post modified
less than this before we asked may have had less than it has now: it is fetched once more."""

Head = Mapping[str, Any]
"""A post's id, its time of modification, and at times its link, as the REST API gives them."""


def find_differing(heads: Iterable[Head], known_posts: Mapping[int, datetime]) -> list[int]:
    """Return the ids of the posts that are not known as they are.

    A post that never says when it was modified differs only while it is not known at all.
    """
    return [head["id"] for head in heads if _differs(head, known_posts)]


def find_unsettled(heads: Iterable[Head], observed_at: datetime | None) -> list[int]:
    """Return the ids of the posts that were modified just before the last time we asked (SETTLING_TIME)."""
    if observed_at is None:
        return []
    earliest, latest = observed_at - SETTLING_TIME, observed_at + MAX_CLOCK_DIFFERENCE
    return [
        head["id"]
        for head in heads
        if (modified := parse_modified(head)) and earliest <= modified <= latest
    ]


def reaches_known(
    heads: Sequence[Head], known_posts: Mapping[int, datetime], newest_modified: datetime | None
) -> bool:
    """Return whether what follows a page of heads, newest modification first, was there the last time.

    It was when the page's last post was, or all of them where they do not say when they were modified.
    """
    if not any(parse_modified(head) for head in heads):
        return all(head["id"] in known_posts for head in heads)
    last_id, modified = heads[-1]["id"], parse_modified(heads[-1])
    if modified is None:  # nor do those behind it say it
        return last_id in known_posts
    return newest_modified is not None and known_posts.get(last_id) == modified <= newest_modified


def _differs(head: Head, known_posts: Mapping[int, datetime]) -> bool:
    modified = parse_modified(head)
    return head["id"] not in known_posts or (modified is not None and modified != known_posts[head["id"]])

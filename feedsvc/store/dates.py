"""The dates of a post where the site gives some in the future, as plug-ins for events do.

Such a date would keep the post on top of every feed. So the post is dated by when it was first seen, or
modified before, and keeps this date. Pure.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

_MAX_AHEAD = timedelta(minutes=5)
"""How far a site's clock may be ahead of ours."""


@dataclass(frozen=True, slots=True)
class PostDates:
    """When a post was published and modified; what the site claims instead, None where it is the same.
    All are aware.
    """

    published: datetime
    modified: datetime
    claimed_published: datetime | None = None
    claimed_modified: datetime | None = None


def date_post(
    published: datetime, modified: datetime, now: datetime | None, stored: PostDates | None
) -> PostDates:
    """Return the dates of a post that the site says was `published` and `modified`.

    `now` (aware) is when it was read; None takes the dates as they are, but for claims that are known.
    `stored` are the dates that the post has so far.
    """
    seen = now or modified
    shown_modified, claimed_modified = modified, None
    if stored and stored.claimed_modified == modified:
        shown_modified, claimed_modified = stored.modified, modified
    elif now and modified > now + _MAX_AHEAD:
        shown_modified, claimed_modified = now, modified
    if stored and stored.claimed_published == published:
        return PostDates(stored.published, shown_modified, published, claimed_modified)
    if not now or published <= now + _MAX_AHEAD:
        return PostDates(published, shown_modified, None, claimed_modified)
    first_seen = stored.published if stored else min(shown_modified, seen)
    return PostDates(min(first_seen, now), shown_modified, published, claimed_modified)

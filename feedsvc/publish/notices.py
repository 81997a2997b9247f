"""What readers are told of sites that fail or were never read, a sentence each, the same on every page."""

import re
from dataclasses import dataclass

from sqlalchemy import Connection

from feedsvc.publish.published_sites import PublishedSites
from feedsvc.store import posts
from feedsvc.store.site_state import SiteState

MAX_NOTICES = 3
"""Sites that are named one by one on top of a page; /status names all."""

_ASKED = re.compile(r"asked \S+: ")
_UNREACHABLE = ("dns", "refused", "timeout", "too_slow", "tls", "reset", "proxy")
"""Causes of a failure that keep us from the site itself."""

_NOT_ASKED = "has not been asked for its posts yet"


@dataclass(frozen=True, slots=True)
class Notice:
    """One line on top of a page; `is_bad` when something is wrong, not only unfinished."""

    text: str
    is_bad: bool


def list_notices(connection: Connection, published: PublishedSites) -> list[Notice]:
    """Return what to tell of the sites that fail or were not read to the end, failures first."""
    troubled = [state for state in published.states if is_troubled(state)]
    troubled.sort(key=lambda state: not state.poll.failures)
    all_notices = [
        *(describe_trouble(state, posts.count_posts(connection, state.id)) for state in troubled),
        *map(describe_unmet, published.unmet_names),
    ]
    if len(all_notices) <= MAX_NOTICES:
        return all_notices
    rest = all_notices[MAX_NOTICES - 1 :]
    more = f"{len(rest)} more sites fail or are still being read: see Status."
    return [*all_notices[: MAX_NOTICES - 1], Notice(more, any(notice.is_bad for notice in rest))]


def describe_unread(connection: Connection, published: PublishedSites) -> list[str]:
    """Return a sentence for each site that was not read to the end yet."""
    unread = [state for state in published.states if not state.is_backfilled]
    notices = [
        *(describe_trouble(state, posts.count_posts(connection, state.id)) for state in unread),
        *map(describe_unmet, published.unmet_names),
    ]
    return [notice.text for notice in notices]


def is_troubled(state: SiteState) -> bool:
    """Return whether there is something to tell of a site."""
    return bool(state.poll.failures) or not state.is_backfilled


def describe_trouble(state: SiteState, post_count: int) -> Notice:
    """Return what to tell of a site that fails or was not read to the end, and has so many posts here."""
    if not state.poll.failures:
        return Notice(f"{state.site.name} {describe_progress(state, post_count)}.", is_bad=False)
    goes_on = " Its feeds go on with what is held." if post_count else ""
    return Notice(f"{_describe_failure(state)}.{goes_on}", is_bad=True)


def describe_unmet(name: str) -> Notice:
    """Return what to tell of a configured site that no pull has met yet."""
    return Notice(f"{name} {_NOT_ASKED}.", is_bad=False)


def _describe_failure(state: SiteState) -> str:
    """Return what is wrong with a site whose last pull failed, in a sentence without a full stop."""
    happened, _, advice = _ASKED.sub("", state.poll.last_error or "", count=1).partition(". ")
    verb = "can't be reached" if state.poll.failure_cause in _UNREACHABLE else "fails"
    sentence = f"{state.site.name} {verb}: {happened.rstrip('.')}"
    advice = advice.rstrip(".")
    return f"{sentence}; {advice[0].lower()}{advice[1:]}" if advice else sentence


def describe_progress(state: SiteState, post_count: int) -> str:
    """Return how far a site was read for the first time."""
    if not state.sync.api_root and not post_count:
        return _NOT_ASKED
    listed_count = state.sync.listed_count
    if listed_count and post_count <= listed_count:
        return f"is being read for the first time: {post_count:,} of {listed_count:,} posts"
    return f"is being read for the first time: {post_count:,} post{'' if post_count == 1 else 's'} so far"

"""What a query gave → a feed: its title, its addresses, its date. Pure: nothing comes from the clock."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from feedsvc.model import Entry, Site
from feedsvc.publish.find import QueryResult
from feedsvc.query.address import format_feed_path

_NEVER = datetime(2000, 1, 1, tzinfo=UTC)  # the date of a feed without entries: any, but always the same


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed, ready to be serialized: `updated` is when its newest change was made (UTC)."""

    title: str
    description: str
    home: str
    self_url: str
    next_url: str | None
    updated: datetime
    entries: tuple[Entry, ...]
    bodies: bool
    """Whether the entries carry their contents, or their summaries alone."""
    players: bool = False
    """Whether RSS and Atom carry frames, which JSON Feed has in any case."""


def build_feed(result: QueryResult, suffix: str, base_url: str, title: str = "") -> Feed:
    """Return the feed of `result`, for readers who reach us at `base_url` (with a slash behind).

    `suffix` is the name of the feed's format, `title` is used instead of the site's own.
    """
    site = result.sites[0] if len(result.sites) == 1 else None
    name = title or (site.label if site else "feedsvc")
    labels = [label for label in result.labels if label != name]  # of ?site=, when it is named already
    next_page = replace(result.query, page=result.query.page + 1)
    return Feed(
        title=" – ".join([name, " · ".join(labels)] if labels else [name]),
        description=(site.description if site else "") or f"Posts of {_join_labels(result.sites)}",
        home=site.url if site else base_url,
        self_url=base_url + format_feed_path(result.query, suffix),
        next_url=base_url + format_feed_path(next_page, suffix) if result.has_more else None,
        # From the posts alone, so that it is the same on every machine. A deletion does not move it.
        updated=max((entry.post.changed for entry in result.entries), default=_NEVER),
        entries=result.entries,
        bodies=result.query.content == "full",
        players=result.players,
    )


def _join_labels(sites: tuple[Site, ...]) -> str:
    labels = [site.label for site in sites]
    if not labels:
        return "no site"
    return ", ".join(labels[:3]) + (f" and {len(labels) - 3} more" if labels[3:] else "")

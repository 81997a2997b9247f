"""What a query found → a feed: its title, its addresses, its date. Pure: nothing comes from the clock."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from feedsvc.model import Entry, Site
from feedsvc.publish.find import Found
from feedsvc.query.query import Format, path

_NEVER = datetime(2000, 1, 1, tzinfo=UTC)  # the date of a feed without entries: any, but always the same


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed, ready to be written: `updated` is when its newest change was made (UTC)."""

    title: str
    description: str
    home: str
    self_url: str
    next_url: str | None
    updated: datetime
    entries: tuple[Entry, ...]
    bodies: bool
    """Whether the entries carry their contents, or their summaries alone."""


def make(found: Found, form: Format, base_url: str, title: str = "") -> Feed:
    """Give the feed of what was found, for readers who reach us at `base_url` (with a slash behind).

    `title` is used instead of the site's own.
    """
    site = found.sites[0] if len(found.sites) == 1 else None
    name = title or (site.label if site else "feedsvc")
    labels = [label for label in found.labels if label != name]  # of ?site=, when it is named already
    more = replace(found.query, page=found.query.page + 1)
    return Feed(
        title=" – ".join([name, " · ".join(labels)] if labels else [name]),
        description=(site.description if site else "") or f"Posts of {_listed(found.sites)}",
        home=site.url if site else base_url,
        self_url=base_url + path(found.query, form),
        next_url=base_url + path(more, form) if found.has_more else None,
        updated=max((entry.post.changed for entry in found.entries), default=_NEVER),
        entries=found.entries,
        bodies=found.query.content == "full",
    )


def _listed(sites: tuple[Site, ...]) -> str:
    names = [site.label for site in sites]
    return (
        ", ".join(names[:3]) + (f" and {len(names) - 3} more" if names[3:] else "") if names else "no site"
    )

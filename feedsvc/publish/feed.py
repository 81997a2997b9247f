"""What a query gave → a feed: its title, its addresses, its date. Pure: nothing comes from the clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from feedsvc.model import Entry, Site
from feedsvc.publish.find import QueryResult
from feedsvc.query.address import format_feed_path
from feedsvc.query.condition import NameFilter
from feedsvc.query.query import Query
from feedsvc.text.language import find_main_language

NEVER = datetime(2000, 1, 1, tzinfo=UTC)
"""The date of a feed without entries: any, but always the same."""

_OWN_ICON = "static/mark.png"
"""Our mark in a kind of picture that RSS and all readers take, as large as JSON Feed asks for."""


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed, ready to be serialized: `updated` is when its newest change was made (UTC).

    The addresses of other pages are empty or None where there is none, or it is not known. `language` is a
    tag of BCP 47, empty where its sites have none or several; `icon` the address of a picture, our own mark
    then.
    `source_urls` are the addresses of its sites' own feeds, by the sites' names, where it has several.
    `update_interval` is how often its sites are asked for changes, None where that is not known.
    """

    title: str
    description: str
    home: str
    self_url: str
    next_url: str | None
    updated: datetime
    entries: tuple[Entry, ...]
    bodies: bool
    """Whether the entries carry their contents, or their summaries alone."""
    first_url: str | None = None
    previous_url: str | None = None
    last_url: str | None = None
    language: str = ""
    icon: str = ""
    source_urls: Mapping[str, str] = field(default_factory=dict)

    @property
    def paging_links(self) -> tuple[tuple[str, str], ...]:
        """The relations and addresses of its other pages (RFC 5005, 3)."""
        links = (
            ("first", self.first_url),
            ("previous", self.previous_url),
            ("next", self.next_url),
            ("last", self.last_url),
        )
        return tuple((relation, url) for relation, url in links if url)

    def find_own_language(self, entry: Entry) -> str:
        """Return the language of an entry where it is another than the feed's, else an empty string."""
        language = entry.post.language or entry.site.language
        return "" if language == self.language else language

    update_interval: timedelta | None = None
    players: bool = False
    """Whether RSS and Atom carry frames, which JSON Feed has in any case."""


def build_feed(
    result: QueryResult,
    suffix: str,
    base_url: str,
    title: str = "",
    update_interval: timedelta | None = None,
) -> Feed:
    """Return the feed of `result`, for readers who reach us at `base_url` (with a slash behind).

    `suffix` is the name of the feed's format, `title` is used instead of the site's own. The sites are
    asked for changes once in `update_interval`.
    """
    query = result.query
    site = result.sites[0] if len(result.sites) == 1 else None
    name = title or (site.label if site else "feedsvc")
    labels = [label for label in result.labels if label != name]  # of ?site=, when it is named already

    def format_page(number: int) -> str:
        return base_url + format_feed_path(replace(query, page=number), suffix)

    is_paged = result.has_more or query.page > 1
    return Feed(
        title=" – ".join([name, " · ".join(labels)] if labels else [name]),
        description=(site.description if site else "") or f"Posts of {_join_labels(result.sites)}",
        home=site.url if site else base_url,
        self_url=format_page(query.page),
        next_url=format_page(query.page + 1) if result.has_more else None,
        # From the posts alone, so that it is the same on every machine. A deletion does not move it.
        updated=max((entry.post.changed for entry in result.entries), default=NEVER),
        entries=result.entries,
        bodies=query.content == "full",
        first_url=format_page(1) if is_paged else None,
        previous_url=format_page(query.page - 1) if query.page > 1 else None,
        last_url=format_page(result.last_page) if is_paged and result.last_page else None,
        language=_find_common_language(result.sites),
        icon=(site.icon if site else "") or base_url + _OWN_ICON,
        source_urls={}
        if len(result.sites) < 2
        else {
            each.name: base_url
            + format_feed_path(Query(condition=NameFilter("site", (each.name,))), suffix)
            for each in result.sites
        },
        update_interval=update_interval,
        players=result.players,
    )


def _find_common_language(sites: tuple[Site, ...]) -> str:
    """Return the language of all sites: without a region where they differ in that alone."""
    tags = {site.language for site in sites}
    if len(tags) == 1:
        return tags.pop()
    languages = {find_main_language(tag) for tag in tags}
    return languages.pop() if len(languages) == 1 else ""


def _join_labels(sites: tuple[Site, ...]) -> str:
    labels = [site.label for site in sites]
    if not labels:
        return "no site"
    return ", ".join(labels[:3]) + (f" and {len(labels) - 3} more" if labels[3:] else "")

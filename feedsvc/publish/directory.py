"""What is published here: every feed of every site, for the home page and for OPML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from sqlalchemy import Connection

from feedsvc.config import Settings
from feedsvc.model import Taxonomy
from feedsvc.publish.published_sites import PublishedSites
from feedsvc.publish.saved_topics import parse_saved_topics
from feedsvc.publish.serialize.formats import DEFAULT_FORMAT
from feedsvc.query.address import format_feed_path, format_page_path, format_query_string
from feedsvc.query.condition import NameFilter
from feedsvc.query.fields import Field
from feedsvc.query.query import Query
from feedsvc.store import entries, term_lookup

_HEADINGS: dict[Taxonomy, str] = {"category": "Categories", "tag": "Tags", "author": "Authors"}


@dataclass(frozen=True, slots=True)
class FeedListing:
    """One feed in its formats; `entry_count` is None where it is not counted.

    A saved topic is previewed as the query that it stands for.
    """

    title: str
    entry_count: int | None
    query: Query
    stands_for: Query | None = None

    def href(self, suffix: str) -> str:
        """Return the path of the feed in a format, from the root, without a slash in front."""
        return format_feed_path(self.query, suffix)

    @property
    def name(self) -> str:
        """The name that it is asked for by: a slug, a site's or a topic's; empty for all posts."""
        condition = self.query.condition
        return self.query.saved_topic or (condition.value if isinstance(condition, NameFilter) else "")

    @property
    def page(self) -> str:
        """Where its newest entries are shown as a page, from the root, without a slash in front."""
        return format_page_path(self.query, DEFAULT_FORMAT.name)

    @property
    def preview(self) -> str:
        """Where the feed is shown as a page."""
        return f"preview?{format_query_string(self.stands_for or self.query)}"


@dataclass(frozen=True, slots=True)
class FeedGroup:
    """The feeds of one kind under their heading; `kind` is the field of their names, or 'topic'."""

    kind: Field | Literal["topic"]
    heading: str
    feeds: Sequence[FeedListing]
    is_cut: bool = False
    """Whether there are others of the kind, with fewer posts, that are not listed."""
    parents: Mapping[str, str] = field(default_factory=dict)
    """Which feed is below which, by their names."""


@dataclass(frozen=True, slots=True)
class Directory:
    """All that is published; `is_complete` is False while a site is still being read for the first time."""

    title: str
    base_url: str
    all_posts: FeedListing
    groups: Sequence[FeedGroup]
    is_complete: bool

    def group(self, kind: str) -> FeedGroup | None:
        """Return the feeds of a kind; None where there are none."""
        return next((group for group in self.groups if group.kind == kind), None)


class DirectoryCache:
    """The directory as it was made last, as long as nothing changes that is published: to count the entries
    of all names takes long, and every page with the form names them.
    """

    def __init__(self) -> None:
        self._latest: tuple[int, Directory] | None = None

    def load(
        self, connection: Connection, settings: Settings, published: PublishedSites, base_url: str
    ) -> Directory:
        """Return the feeds of what is `published` for readers who reach us at `base_url` (with a slash
        behind).
        """
        revision = published.revision
        latest = self._latest
        if latest is None or latest[0] != revision:
            latest = self._latest = (revision, list_feeds(connection, settings, published, base_url))
        return replace(latest[1], base_url=base_url)


def list_feeds(
    connection: Connection, settings: Settings, published: PublishedSites, base_url: str
) -> Directory:
    """Return the feeds of what is `published`, as `DirectoryCache.load` does, made anew."""
    states, site_ids = published.states, [state.id for state in published.states]
    groups = []
    if settings.topics:
        groups.append(FeedGroup("topic", "Topics", _list_topics(settings)))
    if len(states) > 1:
        entry_counts = entries.count_entries_by_site(connection)
        of_sites = [
            FeedListing(
                state.site.label,
                entry_counts.get(state.id, 0),
                Query(NameFilter("site", (state.site.name,))),
            )
            for state in states
        ]
        groups.append(FeedGroup("site", "Sites", of_sites))
    counted_terms = term_lookup.count_entries_by_term(connection, site_ids)
    for taxonomy, heading in _HEADINGS.items():
        of_terms = [
            FeedListing(term.label, entry_count, Query(NameFilter(taxonomy, (term.slug,))))
            for term, entry_count in counted_terms
            if term.taxonomy == taxonomy and term.label
        ]
        if of_terms:
            is_cut = len(of_terms) >= term_lookup.MAX_LISTED
            of_categories = taxonomy == "category"
            parents = term_lookup.load_parent_slugs(connection, site_ids) if of_categories else {}
            groups.append(FeedGroup(taxonomy, heading, of_terms, is_cut, parents))
    name = states[0].site.label if len(states) == 1 else "feedsvc"
    return Directory(
        title=settings.title or name,
        base_url=base_url,
        all_posts=FeedListing("All posts", None, Query()),
        groups=groups,
        is_complete=published.is_complete,
    )


def _list_topics(settings: Settings) -> list[FeedListing]:
    return [
        FeedListing(settings.topics[name].title or name, None, Query(saved_topic=name), Query(condition))
        for name, condition in parse_saved_topics(settings).items()
    ]

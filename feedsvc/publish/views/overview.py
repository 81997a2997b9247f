"""What the home page shows of what is published: each site with its newest headlines, and the lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from feedsvc.config import Settings
from feedsvc.model import Site
from feedsvc.publish.directory import Directory, FeedGroup, FeedListing
from feedsvc.publish.published_sites import load_published_sites
from feedsvc.publish.views.form import Name
from feedsvc.publish.views.lists import Row, arrange_tree, cut_to_bytes
from feedsvc.query.condition import NameFilter
from feedsvc.query.query import Query
from feedsvc.store import entries, term_lookup
from feedsvc.store.entries import Recent, Selection

MAX_SITES = 12
"""Sites that are shown with their headlines; the others stand in their list."""

HEADLINES, HEADLINES_OF_ONE = 3, 5
_MAX_BYTES = {"topic": 4_000, "site": 3_000, "category": 9_000, "tag": 4_500, "author": 3_000}
"""What each list may take of the page, which is to have less than 60 kB."""


@dataclass(frozen=True, slots=True)
class SiteOverview:
    """A site with its newest posts, and when it was last pulled (UTC), None where it never was."""

    site: Site
    listing: FeedListing
    headlines: Sequence[Recent]
    pulled_at: datetime | None


@dataclass(frozen=True, slots=True)
class HomeList:
    """The beginning of a list: its rows, of how many feeds in all."""

    group: FeedGroup
    rows: Sequence[Row]

    @property
    def total(self) -> int:
        """How many feeds of the kind are listed on the list's own page."""
        return len(self.group.feeds)


def load_sites(connection: Connection, settings: Settings) -> list[SiteOverview]:
    """Return the published sites, up to MAX_SITES, by their names."""
    states = load_published_sites(connection, settings).states
    entry_counts = entries.count_entries_by_site(connection)
    number = HEADLINES if len(states) > 1 else HEADLINES_OF_ONE
    overviews = []
    for state in states[:MAX_SITES]:
        keys = entries.list_selected_keys(connection, Selection(published=frozenset({state.id})), number)
        query = Query(NameFilter("site", (state.site.name,))) if len(states) > 1 else Query()
        overviews.append(
            SiteOverview(
                state.site,
                FeedListing(state.site.label, entry_counts.get(state.id, 0), query),
                entries.load_recent_posts(connection, keys, {state.id}),
                state.poll.last_success_at,
            )
        )
    return overviews


def load_parents(connection: Connection, settings: Settings) -> dict[str, str]:
    """Return which category is below which, by their slugs."""
    return term_lookup.load_parent_slugs(connection, load_published_sites(connection, settings).ids)


def list_beginnings(directory: Directory, parents: dict[str, str]) -> list[HomeList]:
    """Return the beginning of each list; sites are left out where each is shown with its headlines."""
    return [
        HomeList(group, arrange_group(group, cut_to_bytes(group.feeds, _MAX_BYTES[group.kind]), parents))
        for group in directory.groups
        if group.kind != "site" or len(group.feeds) > MAX_SITES
    ]


def arrange_group(group: FeedGroup, feeds: Sequence[FeedListing], parents: dict[str, str]) -> list[Row]:
    """Return `feeds`, which are of `group`, in the order in which pages show them."""
    return arrange_tree(feeds, parents if group.kind == "category" else {})


def list_choices(directory: Directory) -> dict[str, list[Name]]:
    """Return the names that the form can offer, by their fields."""
    return {
        group.kind: [
            Name(listing.name, listing.title, listing.entry_count or 0)
            for listing in group.feeds
            if "," not in listing.name and not listing.name.startswith("-")
        ]
        for group in directory.groups
        if group.kind != "topic"
    }

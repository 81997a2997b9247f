"""What the home page shows of what is published: each site with its newest headlines, and the lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from feedsvc.model import Site
from feedsvc.publish.directory import Directory, FeedGroup, FeedListing
from feedsvc.publish.published_sites import PublishedSites
from feedsvc.publish.views.form import Name
from feedsvc.publish.views.lists import Row, arrange_tree, cut_to_bytes
from feedsvc.store import recent_posts, term_lookup
from feedsvc.store.recent_posts import Recent
from feedsvc.store.selection import Selection

MAX_SITES = 12
"""Sites that are shown with their headlines; the others stand in their list."""

_RECENT_POSTS = 200
"""Among whose names the form chooses those that it offers beside a query's posts."""

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


def load_sites(
    connection: Connection, published: PublishedSites, directory: Directory
) -> list[SiteOverview]:
    """Return the published sites, up to MAX_SITES, by their names."""
    group = directory.group("site")
    listings = group.feeds if group else [directory.all_posts]
    number = HEADLINES if group else HEADLINES_OF_ONE
    return [
        SiteOverview(
            state.site,
            listing,
            recent_posts.load_headlines(connection, Selection(published=frozenset({state.id})), number),
            state.poll.last_success_at,
        )
        for state, listing in zip(published.states[:MAX_SITES], listings, strict=False)
    ]


def list_beginnings(directory: Directory) -> list[HomeList]:
    """Return the beginning of each list; sites are left out where each is shown with its headlines."""
    return [
        HomeList(group, arrange_group(group, cut_to_bytes(group.feeds, _MAX_BYTES[group.kind])))
        for group in directory.groups
        if group.kind != "site" or len(group.feeds) > MAX_SITES
    ]


def arrange_group(group: FeedGroup, feeds: Sequence[FeedListing]) -> list[Row]:
    """Return `feeds`, which are of `group`, in the order in which pages show them."""
    return arrange_tree(feeds, group.parents)


def load_recent_choices(connection: Connection, published: PublishedSites) -> dict[str, list[Name]]:
    """Return the names that the form can offer beside a query's posts: those of the newest posts, which are
    found at once, and uncounted. To count all names takes the longer the more posts there are.
    """
    choices: dict[str, list[Name]] = {}
    states = published.states if len(published.states) > 1 else ()
    choices["site"] = [Name(state.site.name, state.site.label) for state in states]
    for term in term_lookup.list_recent_terms(connection, published.ids, _RECENT_POSTS):
        if term.label and _can_be_chosen(term.slug):
            choices.setdefault(term.taxonomy, []).append(Name(term.slug, term.label))
    return choices


def _can_be_chosen(name: str) -> bool:
    """Return whether a box can stand for a name: several are joined by commas, and a minus leaves out."""
    return bool(name) and "," not in name and not name.startswith("-")


def list_choices(directory: Directory) -> dict[str, list[Name]]:
    """Return the names that the form can offer, by their fields."""
    return {
        group.kind: [
            Name(listing.name, listing.title, listing.entry_count or 0)
            for listing in group.feeds
            if _can_be_chosen(listing.name)
        ]
        for group in directory.groups
        if group.kind != "topic"
    }

"""What is published here: every feed of every site, for the home page and for OPML."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from feedsvc.config import Settings
from feedsvc.model import Taxonomy
from feedsvc.publish.find import is_complete, published, saved_topics
from feedsvc.publish.opml import Outline
from feedsvc.query.condition import Named
from feedsvc.query.query import Format, Query, path, to_string
from feedsvc.store.entries import count_entries
from feedsvc.store.terms import count_entries_by_term

_HEADINGS: dict[Taxonomy, str] = {"category": "Categories", "tag": "Tags", "author": "Authors"}


@dataclass(frozen=True, slots=True)
class Listed:
    """One feed in its three formats; `held` is the number of its posts, None where it is not counted.

    A saved topic is previewed as the query that it stands for.
    """

    title: str
    held: int | None
    query: Query
    stands_for: Query | None = None

    def href(self, form: Format) -> str:
        """Give the feed's path, from the root, without a slash in front."""
        return path(self.query, form)

    @property
    def preview(self) -> str:
        """Where the feed is shown as a page."""
        return f"preview?{to_string(self.stands_for or self.query)}"


@dataclass(frozen=True, slots=True)
class Group:
    """The feeds of one kind under their heading."""

    heading: str
    feeds: Sequence[Listed]


@dataclass(frozen=True, slots=True)
class Directory:
    """All that is published; `is_complete` is False while a site is still being read for the first time."""

    title: str
    base_url: str
    all_posts: Listed
    groups: Sequence[Group]
    is_complete: bool

    def outlines(self) -> Iterator[Outline]:
        """Give every feed as a line of OPML, in RSS, which every reader knows."""
        yield Outline("All posts", self.title, self.base_url + self.all_posts.href("rss"), self.base_url)
        for group in self.groups:
            for one in group.feeds:
                title = f"{self.title} – {one.title}"
                yield Outline(group.heading, title, self.base_url + one.href("rss"), self.base_url)


def directory(connection: Connection, settings: Settings, base_url: str) -> Directory:
    """Give what is published for readers who reach us at `base_url` (with a slash behind)."""
    states = published(connection, settings)
    groups = []
    if settings.topics:
        saved = [
            Listed(settings.topics[name].title or name, None, Query(saved=name), Query(condition))
            for name, condition in saved_topics(settings).items()
        ]
        groups.append(Group("Topics", saved))
    if len(states) > 1:
        of_sites = [
            Listed(
                state.site.label,
                count_entries(connection, [state.id]),
                Query(Named("site", (state.site.name,))),
            )
            for state in states
        ]
        groups.append(Group("Sites", of_sites))
    listed = count_entries_by_term(connection, [state.id for state in states])
    for taxonomy, heading in _HEADINGS.items():
        feeds = [
            Listed(term.label, number, Query(Named(taxonomy, (term.slug,))))
            for term, number in listed
            if term.taxonomy == taxonomy and term.label
        ]
        if feeds:
            groups.append(Group(heading, feeds))
    name = states[0].site.label if len(states) == 1 else "feedsvc"
    return Directory(
        title=settings.title or name,
        base_url=base_url,
        all_posts=Listed("All posts", count_entries(connection, [state.id for state in states]), Query()),
        groups=groups,
        is_complete=is_complete(settings, states),
    )

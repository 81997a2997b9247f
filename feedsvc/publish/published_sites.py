"""Which sites are published here, and whether each of them has been read once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from feedsvc.config import Settings
from feedsvc.store import sites
from feedsvc.store.revision import load_revision
from feedsvc.store.site_state import EPOCH, SiteState


@dataclass(frozen=True, slots=True)
class PublishedSites:
    """The sites whose posts are published. `stored_ids` are all sites of the store, published or not.

    `is_complete` is False while a site is still being read for the first time: then a name that is not
    in the store may exist nevertheless. `revision` is the store's: it rises with all that changes what is
    published. `unmet_names` are the configured sites that no pull has met yet.
    """

    states: tuple[SiteState, ...]
    stored_ids: frozenset[int]
    is_complete: bool
    revision: int = 0
    unmet_names: tuple[str, ...] = ()

    @property
    def ids(self) -> frozenset[int]:
        """The store's ids of the published sites."""
        return frozenset(state.id for state in self.states)

    @property
    def next_pull_at(self) -> datetime | None:
        """When the next of them is to be pulled (UTC, by the clock of the database), None where none of
        them ever was planned.
        """
        planned = (
            state.poll.due_at
            for state in self.states
            if not state.is_imported and state.poll.next_pull_at > EPOCH
        )
        return min(planned, default=None)


def load_published_sites(connection: Connection, settings: Settings) -> PublishedSites:
    """Return the configured sites that are in the store and those of imported files.

    A database that has seen other sites does not leak them into the feeds. With no site configured, all
    that it holds are published.
    """
    stored = sites.list_sites(connection)
    configured = {(site.name, site.url) for site in settings.sites}
    names, urls = {name for name, _ in configured}, {url for _, url in configured}
    # By its address too: a site that was given no name is called by its home once that is known.
    states = [
        state
        for state in stored
        if not configured or state.site.name in names or state.configured_url in urls or state.is_imported
    ]
    met_names, met_urls = {state.site.name for state in states}, {state.configured_url for state in states}
    unmet_names = [name for name, url in configured if name not in met_names and url not in met_urls]
    return PublishedSites(
        states=tuple(states),
        stored_ids=frozenset(state.id for state in stored),
        revision=load_revision(connection),
        is_complete=not unmet_names and all(state.is_backfilled for state in states),
        unmet_names=tuple(sorted(unmet_names)),
    )

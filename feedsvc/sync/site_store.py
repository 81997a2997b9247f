"""One site in the store, as a pull reads and writes it: for as long as the claim on it is its own."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from feedsvc.errors import StoppedError
from feedsvc.model import Taxonomy, Term
from feedsvc.store import posts, sites
from feedsvc.store.clock import load_now
from feedsvc.store.database import Database
from feedsvc.store.post_writer import ChangeCounts, PostChanges
from feedsvc.store.site_state import SyncState
from feedsvc.store.terms import TermKey, list_named_terms
from feedsvc.sync.plan import remember
from feedsvc.sync.steps import Fact

BUSY_ATTEMPTS = 3
"""Waits for other writers before a pull leaves off: what was fetched is worth more than one."""


@dataclass(frozen=True, slots=True)
class SiteStore:
    """The posts, terms and state of one site. With `holder`, only as long as that one has claimed it.

    Nobody but the holder of the claim changes the state: who gives the site another address takes the claim
    away (store/sites.py).
    """

    database: Database
    site_id: int
    holder: str | None = None

    def is_filling(self) -> bool:
        """Return whether the site is read for the first time since the store was made."""
        with self.reading() as connection:
            return sites.is_filling(connection, self.site_id, load_now(connection))

    def reading(self) -> AbstractContextManager[Connection]:
        """Return a connection that sees one state of the store."""
        return self.database.reading()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Yield a connection that writes all or nothing. Raise StoppedError when another holds the site,
        DatabaseBusyError when others have been writing for BUSY_ATTEMPTS waits.
        """
        with self.database.transaction(BUSY_ATTEMPTS) as connection:
            if self.holder and not sites.holds_claim(connection, self.site_id, self.holder):
                raise StoppedError("another process has taken it over")
            yield connection

    def write(self, changes: PostChanges, fact: Fact | None = None) -> ChangeCounts:
        """Bring the site's posts to `changes`, which it gave now, and remember `fact` in one transaction;
        return what that changed.
        """
        with self.transaction() as connection:
            now = load_now(connection)
            is_filling = sites.is_filling(connection, self.site_id, now)
            counts = self.database.post_writer(connection).apply(
                self.site_id, replace(changes, pulled_at=now, is_filling=is_filling)
            )
            if fact:
                state = sites.load_sync_state(connection, self.site_id)
                sites.save_sync_state(connection, self.site_id, remember(state, fact))
        self.database.settle_posts(self.site_id)
        return counts

    def load_state(self) -> SyncState:
        """Return what is remembered of the site."""
        with self.reading() as connection:
            return sites.load_sync_state(connection, self.site_id)

    def save_state(self, state: SyncState) -> None:
        """Save what is remembered of the site."""
        with self.transaction() as connection:
            sites.save_sync_state(connection, self.site_id, state)

    def remember(self, fact: Fact) -> None:
        """Remember a fact about which nothing else is to be written."""
        state = self.load_state()
        if (new_state := remember(state, fact)) != state:  # else no write lock is taken
            self.save_state(new_state)

    def name_by_home(self) -> None:
        """Name the site by its home, where it was named by the address of a post or a feed."""
        with self.reading() as connection:
            name = sites.find_name_by_home(connection, self.site_id)
        if name:  # else no write lock is taken
            with self.transaction() as connection:
                sites.rename_site(connection, self.site_id, name)

    def load_configured_url(self) -> str:
        """Return the site's address as it is configured."""
        with self.reading() as connection:
            return sites.load_site(connection, self.site_id).configured_url

    def list_known_posts(self) -> dict[int, datetime]:
        """Return the ids of the site's posts, the withheld ones too, with their last modification."""
        with self.reading() as connection:
            return posts.list_known_posts(connection, self.site_id)

    def list_links(self, post_ids: Collection[int]) -> dict[int, str]:
        """Return the links of those of `post_ids` that are held, by their ids."""
        with self.reading() as connection:
            return posts.load_links(connection, self.site_id, post_ids)

    def list_latest_links(self, limit: int) -> list[str]:
        """Return the links of the posts that were published last."""
        with self.reading() as connection:
            return posts.list_latest_links(connection, self.site_id, limit)

    def list_named_terms(self, taxonomy: Taxonomy) -> list[Term]:
        """Return the terms of a taxonomy whose names are known and that the site does not hide, by id."""
        with self.reading() as connection:
            return list_named_terms(connection, self.site_id, taxonomy)

    def list_posts_with(self, keys: Iterable[TermKey]) -> list[int]:
        """Return the ids of the posts that have any of some terms, the latest first."""
        with self.reading() as connection:
            return posts.list_ids_with_terms(connection, self.site_id, keys)

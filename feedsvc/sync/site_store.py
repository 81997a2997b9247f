"""What is held of one site, as a pull reads and changes it: for as long as the claim on it is its own."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from feedsvc.errors import StoppedError
from feedsvc.model import Taxonomy, Term
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.posts import list_ids_with_terms, list_known_posts, load_links
from feedsvc.store.terms import TermKey, list_named_terms

_OFTEN = timedelta(hours=6)
_MOST_READINGS = 3
"""How often all posts are read again, one reading within _OFTEN of the other, for links that change."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One site in the store. With `holder`, only as long as that one has claimed it."""

    database: Database
    site_id: int
    holder: str | None = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the store."""
        with self.database.reading() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection that writes all or nothing. Raises StoppedError when another holds the site."""
        with self.database.transaction() as connection:
            if self.holder and not sites.is_held(connection, self.site_id, self.holder):
                raise StoppedError("another process has taken it over")
            yield connection

    def state(self) -> sites.SiteState:
        """Give what is remembered of the site."""
        with self.reading() as connection:
            return sites.state(connection, self.site_id)

    def note(self, **values: Any) -> None:
        """Set columns of the site."""
        with self.writing() as connection:
            sites.change(connection, self.site_id, **values)

    def known(self) -> dict[int, datetime]:
        """Give the ids of its posts, the withheld ones too, with their last modification."""
        with self.reading() as connection:
            return list_known_posts(connection, self.site_id)

    def links(self, ids: Collection[int]) -> dict[int, str]:
        """Give the links of some of its posts."""
        with self.reading() as connection:
            return load_links(connection, self.site_id, ids)

    def names(self, taxonomy: Taxonomy) -> list[Term]:
        """Give its terms of a taxonomy whose names are known, by their ids."""
        with self.reading() as connection:
            return list_named_terms(connection, self.site_id, taxonomy)

    def carrying(self, keys: Iterable[TermKey]) -> list[int]:
        """Give the ids of its posts that have any of some terms, the latest first."""
        with self.reading() as connection:
            return list_ids_with_terms(connection, self.site_id, keys)

    def ask_to_read_again(self) -> None:
        """Have all posts read again, unless that is under way, or was done too often of late."""
        state, now = self.state(), datetime.now(UTC)
        lately = state.backfilled_at is not None and timedelta(0) <= now - state.backfilled_at < _OFTEN
        readings = state.readings + 1 if lately else 1
        if state.backfill_page is None and readings <= _MOST_READINGS:
            self.note(backfill_page=1, readings=readings)

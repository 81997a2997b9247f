"""How fresh an answer is: the revision that the store has now, and how long caches may keep what they have.

A process looks the revision up at most twice a second, however many requests it answers. PostgreSQL could
say it at once (LISTEN, NOTIFY), but to hear it takes a connection that each process keeps for nothing else,
of the few that small plans have, and that poolers such as PgBouncer do not give; and looking would have to
stay, for what is said while that connection is broken.
"""

import logging
import threading
import time
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from feedsvc.config import Settings
from feedsvc.errors import DatabaseBusyError
from feedsvc.publish.published_sites import PublishedSites, load_published_sites
from feedsvc.store.clock import load_now
from feedsvc.store.database import Database
from feedsvc.store.site_state import OVERDUE_AFTER

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
"""Between two looks at the revision. What is seen may be as old once more while another look is under way:
a change is served within two seconds."""

_MAX_AGE_SECONDS = 300
"""Where nothing says when posts come, as with imported files."""

_MIN_AGE_SECONDS = 5
"""While a pull is due or under way, which takes seconds, and while a site is read for the first time."""

_STALE_SECONDS = 60
"""For how long a cache may go on with what it has while it asks for the new."""

_STALE_SECONDS_ON_ERROR = 86_400
"""When we can't be reached, a day-old feed is better than none."""


class Sighting(NamedTuple):
    """What the store said: its revision; when the next pull is due (UTC, by our own clock), None where none
    is planned.
    """

    revision: int
    next_pull_at: datetime | None


def load_sighting(connection: Connection, published: PublishedSites) -> Sighting:
    """Return what the store says now."""
    next_pull_at = published.next_pull_at
    if next_pull_at:  # by the clock of the database
        next_pull_at += datetime.now(UTC) - load_now(connection)
    return Sighting(published.revision, next_pull_at)


def format_cache_control(
    settings: Settings, next_pull_at: datetime | None, *, is_complete: bool, may_share: bool
) -> str:
    """Return the Cache-Control of an answer: to be kept until the next pull is due (RFC 9111, RFC 5861).

    While a site is read for the first time (not `is_complete`), what lacks most posts is kept for a moment
    alone. Without `may_share` it is for the client's own cache alone.
    """
    scope = "public" if may_share else "private"
    poll_seconds = int(settings.poll_interval.total_seconds())
    least = min(_MIN_AGE_SECONDS, poll_seconds)
    if not is_complete:
        return f"{scope}, max-age={least}"
    remaining = (next_pull_at - datetime.now(UTC)).total_seconds() if next_pull_at else None
    if remaining is None or -remaining > OVERDUE_AFTER.total_seconds():  # nobody pulls
        age = min(poll_seconds, _MAX_AGE_SECONDS)
    else:
        # A clock that was ahead has planned it for later than it can be.
        age = min(max(int(remaining), least), max(poll_seconds, least))
    return (
        f"{scope}, max-age={age}, stale-while-revalidate={_STALE_SECONDS}, "
        f"stale-if-error={_STALE_SECONDS_ON_ERROR}"
    )


class StoreWatch:
    """What a process knows of the store. It looks in a thread of its own, so that nobody waits for a store
    that does not answer, nor for threads that are busy: then what it said last goes on.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._sighting = Sighting(-1, None)
        self._next_look = 0.0
        self._is_looking = threading.Lock()
        self._has_looked = threading.Condition()

    def peek(self, now: float) -> Sighting | None:
        """Return what the store said lately, None where that is too old; wait for nothing.

        `now` is of the monotonic clock.
        """
        late = now - self._next_look
        if late < 0:
            return self._sighting
        self._begin_look()
        return self._sighting if late < LOOK_SECONDS else None

    def look(self, now: float) -> Sighting:
        """Return what `peek` does; where that is too old, what the store says now, if it answers soon."""
        if sighting := self.peek(now):
            return sighting
        with self._has_looked:
            self._has_looked.wait_for(lambda: time.monotonic() < self._next_look, LOOK_SECONDS)
        return self._sighting

    def _begin_look(self) -> None:
        if self._is_looking.acquire(blocking=False):
            threading.Thread(target=self._look_again, name="looks at the store", daemon=True).start()

    def _look_again(self) -> None:
        try:
            with self._database.reading() as connection:
                published = load_published_sites(connection, self._settings)
                self._sighting = load_sighting(connection, published)
        except (SQLAlchemyError, DatabaseBusyError):
            log.warning("the database does not answer: feeds stay as they are", exc_info=True)
        finally:
            self._next_look = time.monotonic() + LOOK_SECONDS
            self._is_looking.release()
            with self._has_looked:
                self._has_looked.notify_all()

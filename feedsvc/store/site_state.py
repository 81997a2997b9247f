"""What is remembered of a site: how far its posts are synced, how its pulls went, what it cost."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from sqlalchemy import Row

from feedsvc.model import Site

EPOCH = datetime.fromtimestamp(0, UTC)

MAX_RETRY_AFTER = timedelta(days=1, minutes=5)
"""A site may ask us to wait for a day. A later time was set by a clock that was ahead, and counts for
nothing."""


OVERDUE_AFTER = timedelta(minutes=5)
"""A pull begins within a second of when it is due, unless the database is busy; a lease is shorter."""


@dataclass(frozen=True, slots=True)
class SyncState:
    """What a pull remembers of its site for the next one. Datetimes are aware, in UTC.

    What the site says of itself:

    - `api_root`: the URL of its REST API, empty until it was found;
    - `home`, `title`, `description`, `wordpress_version`, `language` (a tag of BCP 47), `icon` (an
      address): plain text, empty until it was told.

    The backfill, which reads all posts, the newest first:

    - `backfill_page`: the page to ask for next, None while no backfill is under way;
    - `backfilled_at`: when the last one was done;
    - `listed_count`: how many posts the site listed when it began, None where it does not say;
    - `resync_count`: how many backfills in a row were made since the posts' links had changed.

    The polls:

    - `observed_at`: when the last change was looked for, by the site's own clock;
    - `newest_modified`: the newest time of modification that was seen then;
    - `unlisted_count`: how many posts the site counts that are not here: it never lists them, or fails on
      them;
    - `swept_at`: when all ids were compared last, None when that is due;
    - `probe_cursor`: how many probes were made, which tells whose turn is next;
    - `optional_retry_at`: until when the site is not asked for what posts can do without.
    """

    api_root: str = ""
    home: str = ""
    title: str = ""
    description: str = ""
    wordpress_version: str = ""
    language: str = ""
    icon: str = ""
    backfill_page: int | None = 1
    backfilled_at: datetime | None = None
    listed_count: int | None = None
    resync_count: int = 0
    observed_at: datetime | None = None
    newest_modified: datetime | None = None
    unlisted_count: int = 0
    swept_at: datetime | None = None
    probe_cursor: int = 0
    optional_retry_at: datetime | None = None

    @classmethod
    def from_row(cls, row: Row[Any]) -> Self:
        """Return the state in a row of the table `sites`."""
        return cls(**_read_columns(cls, row))

    @property
    def published_part(self) -> tuple[object, ...]:
        """What of it feeds and pages show: the site's own words, and whether it was read to the end."""
        is_read = self.backfilled_at is not None
        return (self.home, self.title, self.description, self.language, self.icon, is_read)

    def to_columns(self) -> Mapping[str, object]:
        """Return the columns of the table `sites` that hold this state."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def moved(self) -> "SyncState":
        """Return the state of a site whose configured address has become another.

        Another site may be there: it is read from the beginning, and a sweep finds what is gone.
        """
        return replace(
            self, api_root="", wordpress_version="", backfill_page=1, backfilled_at=None,
            listed_count=None, observed_at=None, newest_modified=None, unlisted_count=0, swept_at=None,
            optional_retry_at=None,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PollState:
    """When a site is pulled next, and how its pulls went. Datetimes are aware, in UTC.

    `failures` are those since the last success, `failure_cause` is the last one's in a word. `retry_at` is
    the time before which the site asked us not to come back (Retry-After). It stands beside
    `next_pull_at`, so that neither a restart, a shorter interval nor `feedsvc pull` gets around it.
    `remarks` tell what was odd at the last pull but did no harm.
    """

    next_pull_at: datetime = EPOCH
    last_success_at: datetime | None = None
    last_error_at: datetime | None = None
    last_error: str | None = None
    failures: int = 0
    failure_cause: str = ""
    retry_at: datetime | None = None
    remarks: tuple[str, ...] = ()

    @classmethod
    def from_row(cls, row: Row[Any]) -> Self:
        """Return the state in a row of the table `sites`."""
        return cls(**{**_read_columns(cls, row), "remarks": tuple(json.loads(row.remarks))})

    def to_columns(self) -> Mapping[str, object]:
        """Return the columns of the table `sites` that hold this state."""
        columns = {field.name: getattr(self, field.name) for field in fields(self)}
        return columns | {"remarks": json.dumps(self.remarks)}

    @property
    def due_at(self) -> datetime:
        """When the next pull is due: not before the site wants to be asked again."""
        return max(self.next_pull_at, self.retry_at or EPOCH)

    def is_waiting(self, now: datetime) -> bool:
        """Return whether the site has asked us not to come back yet."""
        return self.retry_at is not None and now < self.retry_at <= now + MAX_RETRY_AFTER


@dataclass(frozen=True, slots=True)
class SiteState:
    """A site of the store with all that is remembered of it.

    `is_imported` says that posts came from a file: such a site is published whatever sites are
    configured. `claimed_until` is when the lease of the pull ends that is under way, or was and did not end
    in order; None when there is none. `requests` and `received` (bytes of bodies) are what it has cost
    since it is known here.
    """

    id: int
    site: Site
    configured_url: str
    is_imported: bool
    sync: SyncState
    poll: PollState
    requests: int
    received: int
    claimed_until: datetime | None = None

    @classmethod
    def from_row(cls, row: Row[Any]) -> Self:
        """Return the site in a row of the table `sites`."""
        return cls(
            id=row.id,
            site=Site(row.name, row.home or row.url, row.title, row.description, row.language, row.icon),
            configured_url=row.url,
            is_imported=row.imported,
            sync=SyncState.from_row(row),
            poll=PollState.from_row(row),
            requests=row.requests,
            received=row.received,
            claimed_until=row.claimed_until if row.claimed_by else None,
        )

    def is_overdue(self, now: datetime) -> bool:
        """Return whether a poller should have pulled the site by now, and no pull is under way: there is no
        poller any more, or what it does can't be written.

        Where something else pulls the site (`feedsvc pull`), the pulls that a poller has planned say
        nothing.
        """
        planned_at, poll = self.poll.next_pull_at, self.poll
        last_end_at = max(poll.last_success_at or EPOCH, poll.last_error_at or EPOCH)
        is_planned = planned_at > EPOCH and last_end_at <= planned_at
        is_under_way = self.claimed_until is not None and now < self.claimed_until
        return is_planned and not is_under_way and now > poll.due_at + OVERDUE_AFTER

    @property
    def is_backfilled(self) -> bool:
        """Whether all posts were read once, or came from a file."""
        return self.is_imported or self.sync.backfilled_at is not None


def _read_columns(state: type[SyncState] | type[PollState], row: Row[Any]) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(state)}

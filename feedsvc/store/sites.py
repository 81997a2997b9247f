"""The sites: their rows, what the poller remembers of each, and whose turn it is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from feedsvc.model import Site
from feedsvc.store.tables import sites

LONGEST_WAIT = timedelta(days=1, minutes=5)
_LONGEST_CLAIM = timedelta(hours=1)
_ALWAYS = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class SiteState:
    """A site and how far its pulling has come; `api` is empty until the REST API was found."""

    id: int
    site: Site
    configured_url: str
    api: str
    imported: bool
    backfill_page: int | None
    backfilled_at: datetime | None
    modified_until: datetime | None
    asked_at: datetime | None
    hidden_posts: int
    swept_at: datetime | None
    next_pull_at: datetime
    last_success_at: datetime | None
    last_error_at: datetime | None
    last_error: str | None
    failures: int
    cause: str
    wait_until: datetime | None
    aside_until: datetime | None
    remarks: tuple[str, ...]
    version: str
    turn: int
    readings: int
    requests: int
    received: int

    @property
    def due_at(self) -> datetime:
        """When the next pull is due: not before the site wants to be asked again."""
        return max(self.next_pull_at, self.wait_until or _ALWAYS)


def ensure(connection: Connection, name: str, url: str, *, imported: bool = False) -> int:
    """Give the row's id of the site `name`, made or brought to `url`.

    A site known by the same address under another name is renamed. A changed address starts the
    search for the REST API again.
    """
    row = connection.execute(
        select(sites).where(or_(sites.c.name == name, sites.c.url == url)).order_by(sites.c.name != name)
    ).first()
    if row is None:
        made = insert(sites).values(name=name, url=url, imported=imported).returning(sites.c.id)
        return int(connection.scalars(made).one())
    values: dict[str, Any] = {"name": name, "url": url}
    if row.url != url:
        # Another site may be there: it is read from the beginning, and what is gone is found by a sweep.
        values |= dict.fromkeys(("backfilled_at", "modified_until", "asked_at", "swept_at"))
        values |= dict.fromkeys(("wait_until", "aside_until", "last_error", "last_error_at"))
        values |= {"failures": 0, "cause": "", "remarks": "[]"}
        values |= {"api": "", "backfill_page": 1, "hidden_posts": 0, "next_pull_at": _ALWAYS, "version": ""}
    if imported:
        values["imported"] = True
    connection.execute(update(sites).where(sites.c.id == row.id).values(values))
    return int(row.id)


def change(connection: Connection, site_id: int, **values: Any) -> None:
    """Set columns of a site."""
    connection.execute(update(sites).where(sites.c.id == site_id).values(values))


def all_sites(connection: Connection) -> list[SiteState]:
    """Give the state of every site, by name."""
    return [_state(row) for row in connection.execute(select(sites).order_by(sites.c.name))]


def state(connection: Connection, site_id: int) -> SiteState:
    """Give the state of one site."""
    return _state(connection.execute(select(sites).where(sites.c.id == site_id)).one())


def claim(
    connection: Connection, site_id: int, holder: str, now: datetime, lease: timedelta, *,
    dead: Sequence[str] = (), even_if_early: bool = False,
) -> bool:  # fmt: skip
    """Take a site for `holder` until `now + lease`; gives False when another has it, when it is not due, or
    when the site has asked us to wait, which counts even for who is early.

    One conditional UPDATE, so that of several pollers one wins. Holders in `dead` lose theirs.
    """
    statement = update(sites).where(
        sites.c.id == site_id,
        _may_be_asked(now),
        or_(
            sites.c.claimed_by.is_(None),
            sites.c.claimed_by == holder,
            sites.c.claimed_by.in_(dead),
            sites.c.claimed_until <= now,
            sites.c.claimed_until > now + _LONGEST_CLAIM,  # a clock was ahead
        ),
    )
    if not even_if_early:
        statement = statement.where(sites.c.next_pull_at <= now)
    taken = connection.execute(statement.values(claimed_by=holder, claimed_until=now + lease))
    return taken.rowcount == 1


def change_if_held(connection: Connection, site_id: int, holder: str, **values: Any) -> bool:
    """Set columns of a site that `holder` has claimed; gives False, and does nothing, when it has not."""
    changed = connection.execute(
        update(sites).where(sites.c.id == site_id, sites.c.claimed_by == holder).values(values)
    )
    return changed.rowcount == 1


def is_held(connection: Connection, site_id: int, holder: str) -> bool:
    """Tell whether `holder` has claimed a site."""
    return connection.scalar(select(sites.c.claimed_by).where(sites.c.id == site_id)) == holder


def due(connection: Connection, now: datetime) -> set[int]:
    """Give the sites whose next pull is due, and that have not asked us to wait."""
    is_due = select(sites.c.id).where(sites.c.next_pull_at <= now, _may_be_asked(now))
    return set(connection.scalars(is_due))


def holders(connection: Connection) -> list[str]:
    """Give who holds a site at the moment."""
    return list(connection.scalars(select(sites.c.claimed_by).where(sites.c.claimed_by.is_not(None))))


def _may_be_asked(now: datetime) -> ColumnElement[bool]:
    """Tell the sites that do not want us to wait; for years they do so only by a clock that was ahead."""
    wait = sites.c.wait_until
    return or_(wait.is_(None), wait <= now, wait > now + LONGEST_WAIT)


def _state(row: Row[Any]) -> SiteState:
    return SiteState(
        id=row.id,
        site=Site(row.name, row.home or row.url, row.title, row.description),
        configured_url=row.url,
        api=row.api,
        imported=row.imported,
        backfill_page=row.backfill_page,
        backfilled_at=row.backfilled_at,
        modified_until=row.modified_until,
        asked_at=row.asked_at,
        hidden_posts=row.hidden_posts,
        swept_at=row.swept_at,
        next_pull_at=row.next_pull_at,
        last_success_at=row.last_success_at,
        last_error_at=row.last_error_at,
        last_error=row.last_error,
        failures=row.failures,
        cause=row.cause,
        wait_until=row.wait_until,
        aside_until=row.aside_until,
        remarks=tuple(json.loads(row.remarks)),
        version=row.version,
        turn=row.turn,
        readings=row.readings,
        requests=row.requests,
        received=row.received,
    )

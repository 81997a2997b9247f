"""The sites: their rows, who has claimed which, and which are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Update,
    and_,
    bindparam,
    case,
    insert,
    or_,
    select,
    update,
)

from feedsvc.site_address import find_rest_of_home
from feedsvc.store.clock import load_now
from feedsvc.store.revision import raise_revision
from feedsvc.store.site_state import EPOCH, MAX_RETRY_AFTER, PollState, SiteState, SyncState
from feedsvc.store.tables import posts, sites
from feedsvc.values import derive_site_name

_MAX_LEASE = timedelta(hours=1)

MAX_FILLING = timedelta(hours=1)
"""How long what is read of a new site in a new store counts as being there from the beginning: a site that
is never read to the end must not stand before others for ever."""

_OF_SITE = sites.c.id == bindparam("of_site")
_HELD = _OF_SITE & (sites.c.claimed_by == bindparam("of_holder"))


def ensure_site(connection: Connection, name: str, url: str, *, imported: bool = False) -> int:
    """Return the row's id of the site `name`, made or brought to `url`.

    A site that is known by the same address under another name is renamed, unless it has the name of its
    home and `name` is but that of its address. A changed address starts the search for the REST API again.
    """
    row = connection.execute(
        select(sites).where(or_(sites.c.name == name, sites.c.url == url)).order_by(sites.c.name != name)
    ).first()
    if row is None:
        is_new_store = connection.scalar(select(posts.c.key).limit(1)) is None
        fills_until = load_now(connection) + MAX_FILLING if is_new_store else EPOCH
        new = insert(sites).values(name=name, url=url, imported=imported, fills_until=fills_until)
        site_id = int(connection.scalars(new.returning(sites.c.id)).one())
        raise_revision(connection)
        return site_id
    if row.url == url and name == derive_site_name(url) and row.name == _name_of_home(row):
        name = row.name
    changes: dict[str, object] = {"name": name, "url": url}
    if row.url != url:
        changes |= SyncState.from_row(row).moved().to_columns()
        changes |= PollState(last_success_at=row.last_success_at).to_columns()
        changes["claimed_by"] = None  # a pull of what was there before must not go on
    if imported:
        changes["imported"] = True
    if any(row._mapping[name] != value for name, value in changes.items()):
        connection.execute(update(sites).where(sites.c.id == row.id).values(changes))
        raise_revision(connection)
    return int(row.id)


def find_name_by_home(connection: Connection, site_id: int) -> str | None:
    """Return what a site is to be called by its home, where it is called by its configured address, that of
    a post or a feed; None where it is not, or another has that name.
    """
    row = connection.execute(select(sites).where(sites.c.id == site_id)).one()
    name = _name_of_home(row)
    if not name or name == row.name or row.name != derive_site_name(row.url):
        return None
    is_taken = connection.scalar(select(sites.c.id).where(sites.c.name == name)) is not None
    return None if is_taken else name


def rename_site(connection: Connection, site_id: int, name: str) -> None:
    """Call a site by another name."""
    connection.execute(update(sites).where(sites.c.id == site_id).values(name=name))
    raise_revision(connection)


def _name_of_home(row: Row[Any]) -> str:
    """Return the name that the home of a site gives, where its configured address is within that."""
    return derive_site_name(row.home) if row.home and find_rest_of_home(row.url, row.home) else ""


def list_sites(connection: Connection) -> list[SiteState]:
    """Return every site, by name."""
    return [SiteState.from_row(row) for row in connection.execute(select(sites).order_by(sites.c.name))]


def load_site(connection: Connection, site_id: int) -> SiteState:
    """Return one site."""
    return SiteState.from_row(connection.execute(select(sites).where(sites.c.id == site_id)).one())


def load_sync_state(connection: Connection, site_id: int) -> SyncState:
    """Return what the last pull of a site remembered for the next one."""
    return SyncState.from_row(connection.execute(select(sites).where(sites.c.id == site_id)).one())


def is_filling(connection: Connection, site_id: int, now: datetime) -> bool:
    """Return whether the posts of a site count as being there from the beginning of the store: while they
    are read for the first time, soon after the store was made.
    """
    statement = select(sites.c.id).where(
        sites.c.id == site_id, sites.c.backfilled_at.is_(None), sites.c.fills_until > now
    )
    return connection.scalar(statement) is not None


def save_sync_state(connection: Connection, site_id: int, state: SyncState) -> None:
    """Save what a pull remembers of its site."""
    if state.published_part != load_sync_state(connection, site_id).published_part:
        raise_revision(connection)
    connection.execute(update(sites).where(_OF_SITE).values(state.to_columns()), {"of_site": site_id})


def save_poll_state(connection: Connection, site_id: int, state: PollState) -> None:
    """Save when a site is pulled next, and how its pulls went."""
    connection.execute(update(sites).where(_OF_SITE).values(state.to_columns()), {"of_site": site_id})


def claim_site(
    connection: Connection, site_id: int, holder: str, now: datetime, lease: timedelta, *,
    dead_holders: Sequence[str] = (), even_if_early: bool = False, latest: datetime | None = None,
) -> bool:  # fmt: skip
    """Claim a site for `holder` until `now + lease`, and return whether that succeeded.

    It fails when another holds the site, when the site is not due (unless `even_if_early`), and when the
    site has asked us to wait. It is one conditional UPDATE, so that of several pollers one wins. The
    claims of `dead_holders` count for nothing, nor does a plan for later than `latest`.
    """
    statement = update(sites).where(
        sites.c.id == site_id,
        _may_be_asked(now),
        or_(
            sites.c.claimed_by.is_(None),
            sites.c.claimed_by == holder,
            sites.c.claimed_by.in_(dead_holders),
            sites.c.claimed_until <= now,
            sites.c.claimed_until > now + _MAX_LEASE,  # a clock was ahead
        ),
    )
    if not even_if_early:
        statement = statement.where(_is_due(now, latest))
    claimed = connection.execute(statement.values(claimed_by=holder, claimed_until=now + lease))
    return claimed.rowcount == 1


def renew_claim(connection: Connection, site_id: int, holder: str, until: datetime) -> bool:
    """Extend a claim, and return whether `holder` still has it."""
    statement = update(sites).where(_HELD).values(claimed_until=until)
    return _update_held(connection, statement, site_id, holder)


def release_site(connection: Connection, site_id: int, holder: str, state: PollState) -> bool:
    """Save how a pull went and give up the claim on its site.

    Return False, and do nothing, when `holder` has the claim no more.
    """
    statement = update(sites).where(_HELD).values({**state.to_columns(), "claimed_by": None})
    return _update_held(connection, statement, site_id, holder)


def holds_claim(connection: Connection, site_id: int, holder: str) -> bool:
    """Return whether `holder` has claimed a site."""
    return connection.scalar(select(sites.c.claimed_by).where(sites.c.id == site_id)) == holder


@dataclass(frozen=True, slots=True)
class DueSite:
    """A site whose pull is due; `holder` has a claim on it whose lease has not ended."""

    id: int
    holder: str | None


def list_due_sites(connection: Connection, now: datetime, latest: datetime | None = None) -> list[DueSite]:
    """Return the sites whose next pull is due and that have not asked us to wait, the longest due first.

    A plan for later than `latest`, the longest pause from now, counts for nothing: a clock was ahead when
    it was made.
    """
    is_held = and_(sites.c.claimed_until > now, sites.c.claimed_until <= now + _MAX_LEASE)
    due = select(sites.c.id, case((is_held, sites.c.claimed_by))).where(
        _is_due(now, latest), _may_be_asked(now)
    )
    return [DueSite(*row) for row in connection.execute(due.order_by(sites.c.next_pull_at, sites.c.id))]


def list_claim_holders(connection: Connection) -> list[str]:
    """Return who holds a site at the moment."""
    return list(connection.scalars(select(sites.c.claimed_by).where(sites.c.claimed_by.is_not(None))))


def _update_held(connection: Connection, statement: Update, site_id: int, holder: str) -> bool:
    updated = connection.execute(statement, {"of_site": site_id, "of_holder": holder})
    return updated.rowcount == 1


def _is_due(now: datetime, latest: datetime | None) -> ColumnElement[bool]:
    is_due = sites.c.next_pull_at <= now
    return or_(is_due, sites.c.next_pull_at > latest) if latest else is_due


def _may_be_asked(now: datetime) -> ColumnElement[bool]:
    """Return what selects the sites that have not asked us to wait (see PollState.is_waiting)."""
    retry_at = sites.c.retry_at
    return or_(retry_at.is_(None), retry_at <= now, retry_at > now + MAX_RETRY_AFTER)

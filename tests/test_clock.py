"""Processes go by the clock of the database: one of their own that is off by minutes does no harm."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import make_url

from fake_wordpress import FakeWordPress, fake_wordpress
from feedsvc.config import Settings, load_settings
from feedsvc.errors import SiteError
from feedsvc.publish.web import create_app
from feedsvc.store import sites
from feedsvc.store.clock import load_now
from feedsvc.store.database import Database
from feedsvc.store.site_state import SiteState
from feedsvc.sync.turn import LEASE
from feedsvc.worker import Poller
from postgres import emptied_postgresql

NEARLY = timedelta(seconds=30)
"""What a machine that is busy with other tests may take meanwhile."""


def test_the_clock_of_sqlite_is_the_machine_s(database: Database) -> None:
    with database.reading() as connection:
        assert abs(load_now(connection) - datetime.now(UTC)) < NEARLY


@contextmanager
def clock_off_by(minutes: int) -> Iterator[Database]:
    """Yield a store whose database has another time than this process, for which it is off by as much."""
    url = emptied_postgresql()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS shifted")
        connection.execute(
            "CREATE OR REPLACE FUNCTION shifted.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS "
            f"$$ SELECT pg_catalog.clock_timestamp() + interval '{minutes} minutes' $$"
        )
    path = {"options": "-csearch_path=shifted,public,pg_catalog"}
    address = make_url(url).update_query_dict(path).render_as_string(hide_password=False)
    try:
        with closing(Database(address)) as database:
            yield database
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP SCHEMA shifted CASCADE")


OFF = pytest.mark.parametrize("minutes", [-45, 45])


def only(database: Database) -> tuple[SiteState, datetime]:
    """Return the one site, and the time of the database."""
    with database.reading() as connection:
        (state,) = sites.list_sites(connection)
        return state, load_now(connection)


def poll(site: FakeWordPress, database: Database) -> Settings:
    settings = load_settings(sites=[site.url])
    poller = Poller(settings, database)
    (state,) = poller.register()
    assert poller.claim(state.id)
    claimed, now = only(database)
    assert claimed.claimed_until is not None
    assert abs(claimed.claimed_until - (now + LEASE)) < NEARLY
    poller.pull(state.id)
    return settings


@pytest.mark.real
@OFF
def test_the_next_pull_is_an_interval_away_for_all(minutes: int) -> None:
    with fake_wordpress(3) as site, clock_off_by(minutes) as database:
        settings = poll(site, database)
        state, now = only(database)
        quarter = timedelta(minutes=15)
        assert abs(state.poll.next_pull_at - (now + quarter)) < NEARLY
        assert abs(now - datetime.now(UTC) - timedelta(minutes=minutes)) < NEARLY
        assert state.poll.last_success_at is not None
        assert abs(state.poll.last_success_at - now) < NEARLY
        answer = create_app(settings, database).test_client().get("/feed.rss")
        age = re.search(r"max-age=(\d+)", answer.headers["Cache-Control"])
        assert age
        assert abs(timedelta(seconds=int(age[1])) - quarter) < NEARLY
        assert not Poller(settings, database).claim(state.id)


@pytest.mark.real
@OFF
def test_a_site_that_asks_for_an_hour_has_an_hour(minutes: int) -> None:
    with fake_wordpress(3) as site, clock_off_by(minutes) as database:
        site.fail("status", code=429, retry_after="3600")
        with pytest.raises(SiteError):
            poll(site, database)
        state, now = only(database)
        assert state.poll.retry_at is not None
        assert abs(state.poll.retry_at - (now + timedelta(hours=1))) < NEARLY
        poller = Poller(load_settings(sites=[site.url]), database)
        assert not poller.claim(state.id, even_if_early=True)
        with pytest.raises(SiteError, match="not to be asked before"):
            poller.check_retry_after(state.id)


@pytest.mark.real
@OFF
def test_the_status_page_knows_when_a_pull_is_overdue(minutes: int) -> None:
    with fake_wordpress(3) as site, clock_off_by(minutes) as database:
        settings = poll(site, database)
        client = create_app(settings, database).test_client()
        assert "overdue" not in client.get("/status").text

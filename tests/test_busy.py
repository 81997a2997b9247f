"""A database that another writes for too long: everyone waits, tries again, and says so."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from columns import set_columns
from feedsvc.config import load_settings
from feedsvc.errors import DatabaseBusyError
from feedsvc.publish.web import create_app
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.site_state import EPOCH, OVERDUE_AFTER, SiteState
from feedsvc.sync.site_store import BUSY_ATTEMPTS
from feedsvc.worker import Poller
from pulling import run_until
from servers import NO_ROUTE, one_post, serving

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def impatient(database: Database, tmp_path: Path) -> Iterator[Database]:
    """The store, to be waited for no longer than a test may take."""
    impatient = Database(f"sqlite:///{tmp_path}/store.db", busy_seconds=0.02)
    yield impatient
    impatient.close()


class Writer:
    """Another process that writes, from `begin` to `end`, from any thread."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None)

    def begin(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def end(self) -> None:
        self._connection.execute("ROLLBACK")

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def writer(database: Database, tmp_path: Path) -> Iterator[Writer]:
    with closing(Writer(tmp_path / "store.db")) as writer:
        yield writer


@contextmanager
def ending_after(database: Database, failures: int, writer: Writer) -> Iterator[None]:
    """Let a writer end when so many statements have found the database busy."""
    count = 0

    def note(_context: Any) -> None:
        nonlocal count
        count += 1
        if count == failures:
            writer.end()

    event.listen(database.engine, "handle_error", note)
    yield
    event.remove(database.engine, "handle_error", note)
    assert count >= failures


def load(database: Database) -> SiteState:
    with database.reading() as connection:
        (state,) = sites.list_sites(connection)
    return state


def pages(database: Database) -> tuple[str, str]:
    """Return what /metrics and /status say."""
    client = create_app(load_settings(), database).test_client()
    return client.get("/metrics").text, client.get("/status").text


def test_a_transaction_says_that_the_database_is_busy(impatient: Database, writer: Writer) -> None:
    writer.begin()
    with pytest.raises(DatabaseBusyError, match=r"busy for 0\.02 seconds"), impatient.transaction():
        pass
    with impatient.reading() as connection:  # readers go on
        assert sites.list_sites(connection) == []
    writer.end()
    with impatient.transaction() as connection:
        sites.ensure_site(connection, "x", "http://x.example/")


def test_a_transaction_tries_again_as_often_as_it_was_told(impatient: Database, writer: Writer) -> None:
    writer.begin()
    with ending_after(impatient, 2, writer), impatient.transaction(attempts=3) as connection:
        sites.ensure_site(connection, "x", "http://x.example/")
    assert load(impatient).site.name == "x"


def test_another_mistake_is_not_taken_for_a_busy_database(impatient: Database) -> None:
    for connect in (impatient.reading, impatient.transaction):
        with pytest.raises(OperationalError, match="no such table"), connect() as connection:
            connection.execute(text("SELECT * FROM nowhere"))


def test_a_site_that_could_not_be_stored_is_not_up(impatient: Database, writer: Writer) -> None:
    with serving(one_post(), NO_ROUTE) as url:
        poller = Poller(load_settings(sites=[url]), impatient)
        (state,) = poller.register()
        assert poller.claim(state.id)
        poller.pull(state.id)
        set_due(impatient, datetime.now(UTC))
        assert poller.claim(state.id)
        with (
            ending_after(impatient, BUSY_ATTEMPTS, writer),
            pytest.raises(DatabaseBusyError),
        ):
            poller.pull(state.id, full=True, progress=lambda done, total: writer.begin())
        state = load(impatient)
        assert (state.poll.failures, state.poll.failure_cause) == (1, "database_busy")
        metrics, status = pages(impatient)
        assert f'feedsvc_site_up{{site="{state.site.name}"}} 0.0' in metrics
        assert 'cause="database_busy"' in metrics
        assert "the database was busy" in status
        assert poller.claim(state.id, even_if_early=True)
        poller.pull(state.id)
        assert load(impatient).poll.failures == 0


def test_a_pull_that_can_not_even_be_told_of_leaves_the_site_to_be_claimed_again(
    impatient: Database, writer: Writer
) -> None:
    with serving(one_post(), NO_ROUTE) as url:
        poller = Poller(load_settings(sites=[url]), impatient)
        (state,) = poller.register()
        assert poller.claim(state.id)
        with pytest.raises(DatabaseBusyError):
            poller.pull(state.id, progress=lambda done, total: writer.begin())
        with pytest.raises(DatabaseBusyError):
            poller.claim(state.id)
        writer.end()
        assert poller.claim(state.id)
        assert poller.pull(state.id).new == 0  # its posts were stored before


def set_due(database: Database, moment: datetime) -> None:
    with database.transaction() as connection:
        set_columns(connection, 1, next_pull_at=moment)


@pytest.mark.real
def test_a_poller_waits_for_the_database_and_goes_on(
    impatient: Database, writer: Writer, caplog: pytest.LogCaptureFixture
) -> None:
    """From its start on: the site is registered, claimed and pulled once the other has written."""
    caplog.set_level(logging.INFO)
    writer.begin()
    step = 0

    def says_busy(subject: str) -> bool:
        return any(subject in line and "was busy" in line for line in caplog.messages)

    def happens() -> bool:
        nonlocal step
        if step == 0 and says_busy(""):
            writer.end()
            step = 1
        elif step == 1 and any("1 new" in line for line in caplog.messages):
            writer.begin()
            step = 2
        elif step == 2 and says_busy("site "):
            writer.end()
            step = 3
            caplog.clear()
        return step == 3 and load(impatient).poll.failures == 0

    with serving(one_post(), NO_ROUTE) as url:
        settings = load_settings(sites=[url]).model_copy(update={"poll_interval": timedelta(seconds=1)})
        run_until(Poller(settings, impatient), happens)
    assert {record.levelname for record in caplog.records} <= {"INFO", "WARNING"}
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize(
    ("columns", "overdue"),
    [
        pytest.param({"next_pull_at": NOON}, True, id="planned and not done"),
        pytest.param({"next_pull_at": NOON + OVERDUE_AFTER}, False, id="not for long"),
        pytest.param({"next_pull_at": EPOCH}, False, id="never planned"),
        pytest.param({"next_pull_at": NOON, "last_success_at": NOON}, True, id="since the last success"),
        pytest.param(
            {"next_pull_at": NOON, "last_success_at": NOON + timedelta(seconds=1)},
            False,
            id="pulled by hand since then",
        ),
        pytest.param(
            {"next_pull_at": NOON, "retry_at": NOON + timedelta(hours=1)}, False, id="asked to wait"
        ),
        pytest.param(
            {
                "next_pull_at": NOON,
                "claimed_by": "x:1:x",
                "claimed_until": NOON + OVERDUE_AFTER + timedelta(minutes=2),
            },
            False,
            id="under way",
        ),
        pytest.param(
            {"next_pull_at": NOON, "claimed_by": "x:1:x", "claimed_until": NOON}, True, id="broken off"
        ),
    ],
)
def test_a_site_is_overdue_when_no_pull_has_begun_or_ended_as_planned(
    database: Database, columns: dict[str, Any], overdue: bool
) -> None:
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, "x", "http://x.example/")
        set_columns(connection, site_id, **columns)
    assert load(database).is_overdue(NOON + OVERDUE_AFTER + timedelta(minutes=1)) is overdue


def test_an_overdue_site_is_not_up(database: Database) -> None:
    with database.transaction() as connection:
        site_id = sites.ensure_site(connection, "x", "http://x.example/")
        long_ago = NOON - timedelta(days=9)
        set_columns(
            connection,
            site_id,
            api_root="http://x.example/wp-json/",
            backfilled_at=long_ago,
            last_success_at=long_ago,
            next_pull_at=long_ago + timedelta(minutes=15),
        )
    metrics, status = pages(database)
    assert 'feedsvc_site_up{site="x"} 0.0' in metrics
    assert 'feedsvc_site_error{cause="overdue",site="x"} 1.0' in metrics
    assert "No pull has begun or ended as planned" in status

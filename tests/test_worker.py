"""When a site is pulled: due, claimed, put off after a failure, freed from the dead."""

import logging
import os
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from columns import set_columns
from fake_wordpress import fake_wordpress
from feedsvc import worker
from feedsvc.config import load_settings
from feedsvc.errors import SiteError, StoppedError
from feedsvc.store import sites
from feedsvc.store.database import Database
from feedsvc.store.site_state import SiteState
from feedsvc.sync.progress_log import SECONDS_BETWEEN_LINES, ProgressLog
from feedsvc.sync.turn import LEASE
from feedsvc.sync.work_slots import WorkSlots
from feedsvc.worker import Poller
from servers import NO_ROUTE, one_post, serving
from service import Service, eventually, free_port

NO_PROCESS = 2**22 + 1
"""A number that Linux gives to no process."""


@pytest.fixture
def poller(database: Database) -> Poller:
    """A poller of one site, where nothing listens."""
    return Poller(load_settings(sites=[f"http://127.0.0.1:{free_port()}/"]), database)


def only(database: Database) -> SiteState:
    with database.reading() as connection:
        (state,) = sites.list_sites(connection)
    return state


def change(database: Database, **values: object) -> None:
    with database.transaction() as connection:
        set_columns(connection, 1, **values)


def fail(poller: Poller, site_id: int) -> None:
    assert poller.claim(site_id, even_if_early=True)
    with pytest.raises(SiteError):
        poller.pull(site_id)


def test_a_new_site_is_due_at_once_and_pulled_by_one(poller: Poller, database: Database) -> None:
    (state,) = poller.register()
    other = Poller(load_settings(sites=[state.configured_url]), database)
    assert poller.claim(state.id)
    assert not other.claim(state.id)
    assert not other.claim(state.id, even_if_early=True)


def test_a_failure_is_noted_and_the_site_let_go(poller: Poller, database: Database) -> None:
    (state,) = poller.register()
    fail(poller, state.id)
    after = only(database)
    assert after.poll.failures == 1
    assert "the connection was refused" in (after.poll.last_error or "")
    assert after.poll.last_success_at is None
    assert not poller.claim(state.id)  # not due
    assert poller.claim(state.id, even_if_early=True)  # but free


def test_pauses_grow_with_failures_up_to_an_hour(poller: Poller, database: Database) -> None:
    (state,) = poller.register()
    pauses = []
    for _ in range(6):
        before = datetime.now(UTC)
        fail(poller, state.id)
        pauses.append(only(database).poll.next_pull_at - before)
    quarter = timedelta(minutes=15)
    assert timedelta(minutes=14) < pauses[0] <= quarter + timedelta(seconds=5)
    assert quarter < pauses[1] <= 2 * quarter + timedelta(seconds=5)
    assert all(timedelta(minutes=50) < pause <= timedelta(minutes=61) for pause in pauses[3:])


def test_a_shorter_interval_counts_at_once(poller: Poller, database: Database) -> None:
    (state,) = poller.register()
    change(database, next_pull_at=datetime.now(UTC) + timedelta(days=1))
    poller.register()
    assert only(database).poll.next_pull_at <= datetime.now(UTC) + timedelta(minutes=16)
    assert state.id == 1


def test_a_plan_of_a_clock_that_was_ahead_waits_for_no_restart(poller: Poller, database: Database) -> None:
    poller.register()
    change(database, next_pull_at=datetime.now(UTC) + timedelta(minutes=59))
    assert not poller.claim(1)  # a site that fails may be left alone for an hour
    change(database, next_pull_at=datetime.now(UTC) + timedelta(minutes=61))
    assert poller.claim(1)


def test_a_claim_by_its_own_name_is_that_of_a_living_process(poller: Poller, database: Database) -> None:
    poller.register()
    other = Poller(load_settings(), database)
    change(database, claimed_by=other.name, claimed_until=datetime.now(UTC) + LEASE)
    assert not poller.claim(1)
    change(database, claimed_by=other.name.replace(f":{os.getpid()}:", f":{NO_PROCESS}:"))
    assert poller.claim(1)


def test_the_claim_of_a_process_that_is_dead_holds_no_longer(poller: Poller, database: Database) -> None:
    poller.register()
    child = subprocess.Popen(["true"])
    child.wait()
    until = datetime.now(UTC) + LEASE
    change(database, claimed_by=f"{socket.gethostname()}:{child.pid}:x", claimed_until=until)
    assert poller.claim(1)


def test_a_claim_from_before_a_restart_with_our_own_number_holds_no_longer(
    poller: Poller, database: Database
) -> None:
    poller.register()
    until = datetime.now(UTC) + LEASE
    change(database, claimed_by=f"{socket.gethostname()}:{os.getpid()}:x", claimed_until=until)
    assert poller.claim(1)


@pytest.mark.parametrize(
    "holder",
    [
        pytest.param(f"{socket.gethostname()}:{os.getppid()}:x", id="a living process"),
        pytest.param(f"{socket.gethostname()}:1:x", id="a process of another user"),
        pytest.param("elsewhere.example:1:x", id="another machine"),
        pytest.param(
            f"{socket.gethostname()}:{NO_PROCESS}:0a1b2c3d-x", id="another container with our host's name"
        ),
    ],
)
def test_another_s_claim_holds_until_its_lease_ends(
    poller: Poller, database: Database, holder: str
) -> None:
    poller.register()
    change(database, claimed_by=holder, claimed_until=datetime.now(UTC) + LEASE)
    assert not poller.claim(1)
    change(database, claimed_until=datetime.now(UTC) - timedelta(seconds=1))
    assert poller.claim(1)


@pytest.mark.parametrize(
    ("error", "failures"),
    [
        pytest.param(StoppedError("told to stop"), 0, id="told to stop"),
        pytest.param(KeyboardInterrupt(), 0, id="interrupted"),
        pytest.param(ZeroDivisionError("ours"), 1, id="a mistake of ours"),
    ],
)
def test_only_a_failure_counts_as_one_and_the_site_is_let_go(
    database: Database, error: BaseException, failures: int
) -> None:
    with serving(one_post(), NO_ROUTE) as url:
        poller = Poller(load_settings(sites=[url]), database)
        (state,) = poller.register()
        assert poller.claim(state.id)

        def fail(done: int, total: int) -> None:
            raise error

        with pytest.raises(type(error)):
            poller.pull(state.id, progress=fail)
        after = only(database)
        assert after.poll.failures == failures
        assert ("please report it" in (after.poll.last_error or "")) == bool(failures)
        assert poller.claim(state.id, even_if_early=bool(failures))


def test_a_pull_whose_site_was_taken_over_leaves_off_and_leaves_the_claim_alone(database: Database) -> None:
    with serving(one_post(), NO_ROUTE) as url:
        poller = Poller(load_settings(sites=[url]), database)
        (state,) = poller.register()
        assert poller.claim(state.id)

        def lose(done: int, total: int) -> None:
            change(database, claimed_by="elsewhere.example:1:x")

        with pytest.raises(StoppedError, match="another process has taken it over"):
            poller.pull(state.id, progress=lose)
        with database.reading() as connection:
            assert sites.list_claim_holders(connection) == ["elsewhere.example:1:x"]
        assert only(database).poll.last_success_at is None


def test_a_pull_out_of_turn_leaves_the_next_one_where_it_was(database: Database) -> None:
    with serving(one_post(), NO_ROUTE) as url:
        poller = Poller(load_settings(sites=[url]), database)
        (state,) = poller.register()
        due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=40)
        change(database, next_pull_at=due)
        assert poller.claim(state.id, even_if_early=True)
        poller.pull(state.id, plan=False)
        assert only(database).poll.next_pull_at == due
        assert only(database).poll.last_success_at


def test_a_pause_that_was_shortened_during_a_pull_stays_so(database: Database) -> None:
    with serving(one_post(), NO_ROUTE) as url:
        poller = Poller(load_settings(sites=[url]), database)
        (state,) = poller.register()
        assert poller.claim(state.id)
        soon = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=40)
        poller.pull(state.id, plan=False, progress=lambda done, total: change(database, next_pull_at=soon))
        assert only(database).poll.next_pull_at == soon


def test_a_long_first_pull_tells_how_far_it_is(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    often, seldom = ProgressLog("news", seconds=0), ProgressLog("news")
    for done in (300, 12_100):
        often(done, 12_000)
        seldom(done, 12_000)
    assert [record.getMessage() for record in caplog.records] == [
        "site news: 300 of 12,000 posts",
        "site news: 12,000 of 12,000 posts",
    ]
    assert SECONDS_BETWEEN_LINES == 10


@pytest.mark.real
def test_a_first_pull_says_what_it_does_and_where_its_feeds_are(own_folder: Path) -> None:
    with fake_wordpress(120) as site, Service(own_folder, "--site", site.url) as service:
        eventually(lambda: "its feeds are at" in service.log(), "the first pull ends")
        said = [
            line
            for line in service.log().splitlines()
            if " INFO site " in line
            and "100 of 120 posts" not in line  # which a busy machine gives time to say
        ]
        assert said[0].endswith(": its posts are read, the newest first")
        assert "120 new" in said[1]
        assert said[2].endswith(f": its feeds are at {service.url}")


@pytest.mark.real
def test_a_site_that_has_failed_holds_no_other_up_by_being_silent(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "WorkSlots", partial(WorkSlots, held_back_seconds=3600))
    with socket.create_server(("127.0.0.1", 0)) as silent, fake_wordpress(3) as good:
        urls = [good.url, f"http://127.0.0.1:{silent.getsockname()[1]}/"]
        poller = Poller(load_settings(sites=urls), database)
        known, failed = (state.id for state in poller.register())
        poller.claim(known)
        poller.pull(known)
        with database.transaction() as writing:
            set_columns(writing, failed, failures=1)
        poller.claim(failed, even_if_early=True)
        with ThreadPoolExecutor(1) as pool:
            failing = pool.submit(poller.pull, failed)
            connection, _ = silent.accept()  # its turn has begun, and waits
            with connection:
                poller.claim(known, even_if_early=True)
                poller.pull(known)
                assert not failing.done()
            silent.close()
            with pytest.raises(SiteError):
                failing.result()

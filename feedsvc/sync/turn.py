"""One site's turn, once it is claimed: pull it, remember how that went, and let go of it."""

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from feedsvc.errors import DatabaseBusyError, SiteError, StoppedError
from feedsvc.store import sites
from feedsvc.store.clock import load_now
from feedsvc.store.database import Database
from feedsvc.store.site_state import PollState, SiteState
from feedsvc.store.traffic import record_traffic
from feedsvc.sync.cleaning_process import CleaningProcess
from feedsvc.sync.pull import pull_site
from feedsvc.sync.report import Report
from feedsvc.sync.site_store import BUSY_ATTEMPTS, SiteStore
from feedsvc.text.characters import remove_illegal_characters
from feedsvc.wordpress.http import HttpClient
from feedsvc.wordpress.pace import MAX_PAUSE_SECONDS, PacedHttp
from feedsvc.wordpress.transport import Bounds, Traffic

log = logging.getLogger(__name__)

RENEWAL_SECONDS = 30.0
"""A claim is renewed before a request when that was not done for so long."""

LEASE = timedelta(seconds=Bounds().total + 2 * MAX_PAUSE_SECONDS + 30 + RENEWAL_SECONDS)
"""How long a claim holds after its renewal: longer than a request and the pauses around it may take."""

MAX_PAUSE = timedelta(hours=1)
MAX_PAUSE_IN_INTERVALS = 8
"""A site that fails is asked again after MAX_PAUSE or so many intervals, whichever is less: one that is
well again is noticed in good time."""

MAX_ERROR_LENGTH = 1000


@dataclass(slots=True)
class SiteTurn:
    """The turn of one site, which `holder` has claimed.

    `stopped` returns whether the process has to end, `wait` waits for some seconds or until then,
    `meanwhile` is entered for as long as we only wait for the site. `cleaning` cleans posts beside us.
    """

    database: Database
    http: HttpClient
    site_id: int
    holder: str
    poll_interval: timedelta
    sweep_interval: timedelta
    stopped: Callable[[], bool]
    wait: Callable[[float], object]
    meanwhile: Callable[[], AbstractContextManager[None]]
    cleaning: CleaningProcess
    _traffic: Traffic = field(default_factory=Traffic, init=False)
    _renewed_at: float | None = field(default=None, init=False)

    def pull(self, *, full: bool, plan: bool, progress: Callable[[int, int], None]) -> Report:
        """Pull the site, remember how that went, and let go of it.

        With `plan` the next pull is planned; a pull out of turn leaves that as it is. Raise SiteError when
        the site failed, StoppedError when the pull has to leave off, DatabaseBusyError when what came could
        not be stored, which counts as a failure.
        """
        http = PacedHttp(
            self.http,
            wait=self.wait,
            before=self._renew_claim,
            after=self._count,
            meanwhile=self.meanwhile,
        )
        store = SiteStore(self.database, self.site_id, self.holder)
        interval = self.poll_interval if plan else None
        before = self._load()
        try:
            report = pull_site(
                store,
                http,
                self.sweep_interval,
                progress,
                full=full,
                failures=before.poll.failures,
                cleaning=self.cleaning,
            )
        except StoppedError:
            self._release(after_stop)
            raise
        except SiteError as error:
            if error.quote:
                log.info("site %s: it said %s", before.site.name, error.quote)
            # The site's wait is counted from now: our own clock may go wrong.
            wait = error.retry_at - datetime.now(UTC) if error.retry_at else None
            self._release(partial(after_failure, error=str(error), cause=error.cause,
                                  wait=wait, interval=interval))  # fmt: skip
            raise
        except DatabaseBusyError as error:
            self._release(partial(after_failure, error=str(error), cause="database_busy",
                                  wait=None, interval=interval))  # fmt: skip
            raise
        except Exception as error:  # a mistake of ours: the site must not be asked again and again
            # Its text may hold what the site sent, and stands on public pages; the log has it whole.
            message = f"an error in feedsvc, please report it with the log: {type(error).__name__}"
            self._release(partial(after_failure, error=message, cause="internal",
                                  wait=None, interval=interval))  # fmt: skip
            raise
        except BaseException:
            self._release(after_stop)
            raise
        for remark in report.remarks:
            if remark not in before.poll.remarks:
                log.warning("site %s: %s", before.site.name, remark)
        self._release(partial(after_success, remarks=report.remarks, interval=interval))
        return report

    def _release(self, change: Callable[[PollState, datetime], PollState]) -> None:
        """Save how the pull went, as `change` has it, and let go of the site, if it is still ours."""
        with self._saving_traffic() as connection:
            release_claim(connection, self.site_id, self.holder, change)

    def _renew_claim(self) -> None:
        """Renew our claim before a request. Raise StoppedError when there is no more to do for us.

        The transactions of a pull make sure of the claim as well, so nothing is remembered that was not
        done.
        """
        if self.stopped():
            raise StoppedError("stopped")
        now = time.monotonic()
        if self._renewed_at is not None and now < self._renewed_at + RENEWAL_SECONDS:
            return
        with self._saving_traffic() as connection:
            is_ours = sites.renew_claim(connection, self.site_id, self.holder, load_now(connection) + LEASE)
        if not is_ours:
            raise StoppedError("another process has taken it over")
        self._renewed_at = now

    def _count(self, traffic: Traffic) -> None:
        """Add to what is saved with the next renewal of the claim, or at the end."""
        self._traffic.requests += traffic.requests
        self._traffic.received += traffic.received

    @contextmanager
    def _saving_traffic(self) -> Iterator[Connection]:
        """Yield a connection that writes, and save with it what the site has cost since the last time."""
        with self.database.transaction(BUSY_ATTEMPTS) as connection:
            record_traffic(
                connection,
                self.site_id,
                load_now(connection),
                self._traffic.requests,
                self._traffic.received,
            )
            yield connection
        self._traffic = Traffic()  # after the commit: where that fails nothing is lost

    def _load(self) -> SiteState:
        with self.database.reading() as connection:
            return sites.load_site(connection, self.site_id)


def free_site(database: Database, site_id: int, holder: str) -> None:
    """Free a site in the middle of a pull, for whoever comes next to go on at once."""
    with database.transaction() as connection:
        release_claim(connection, site_id, holder, after_stop)


def release_claim(
    connection: Connection,
    site_id: int,
    holder: str,
    change: Callable[[PollState, datetime], PollState],
) -> None:
    """Save the poll state as `change` has it, and end the claim of `holder`, if it still has it."""
    poll = sites.load_site(connection, site_id).poll
    sites.release_site(connection, site_id, holder, change(poll, load_now(connection)))


def after_stop(poll: PollState, now: datetime) -> PollState:
    """Return the state after a pull that was broken off: the next one is due at once."""
    return replace(poll, next_pull_at=now)


def after_success(
    poll: PollState, now: datetime, *, remarks: tuple[str, ...], interval: timedelta | None
) -> PollState:
    """Return the state after a pull that went well; without `interval`, the next one stays planned."""
    return replace(
        poll,
        next_pull_at=poll.next_pull_at if interval is None else now + interval,
        last_success_at=now,
        failures=0,
        failure_cause="",
        retry_at=None,
        remarks=remarks,
    )


def after_failure(
    poll: PollState, now: datetime, *, error: str, cause: str, wait: timedelta | None,
    interval: timedelta | None,
) -> PollState:  # fmt: skip
    """Return the state after a pull that failed; without `interval`, the next one stays planned.

    `wait` is for how long the site asked us not to come back.
    """
    failures = poll.failures + 1
    return replace(
        poll,
        next_pull_at=poll.next_pull_at if interval is None else now + pause_after(failures, interval),
        last_error_at=now,
        last_error=remove_illegal_characters(error)[:MAX_ERROR_LENGTH],
        failures=failures,
        failure_cause=cause,
        retry_at=None if wait is None else now + wait,
    )


def pause_after(failures: int, interval: timedelta) -> timedelta:
    """Return how long to wait: the interval, doubled with each failure after the first, with jitter."""
    if failures < 2:
        return interval
    longest = longest_pause(interval)
    doubled = interval.total_seconds() * 2 ** min(failures - 1, 20)
    jitter = random.uniform(0.9, 1.0)  # noqa: S311 (nothing secret rests on it)
    return max(interval, min(timedelta(seconds=doubled), longest) * jitter)


def longest_pause(interval: timedelta) -> timedelta:
    """Return how long it is at the most until a site is asked again."""
    return max(interval, min(MAX_PAUSE, interval * MAX_PAUSE_IN_INTERVALS))


def check_retry_after(state: SiteState, now: datetime) -> None:
    """Raise SiteError when a site has asked not to be asked yet (Retry-After)."""
    if (retry_at := state.poll.retry_at) and state.poll.is_waiting(now):
        got = f"it has asked not to be asked before {retry_at:%Y-%m-%d %H:%M:%S} UTC"
        raise SiteError(state.configured_url, got, "Ask it after that.", cause=state.poll.failure_cause)
